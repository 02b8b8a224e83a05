"""One module per model family: a tiny random model of the reference implementation, and its export."""


def module_of(family):
    """`qwen2.5-vl` lives in `families/qwen2_5_vl.py`."""
    return "families." + family.replace("-", "_").replace(".", "_")
