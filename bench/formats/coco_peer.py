"""One Python reader over one COCO file, in a process of its own: coco_peer.py READER FILE. Prints time and peak memory."""
import json
import resource
import sys
import time

reader, path = sys.argv[1], sys.argv[2]


def load():
    if reader == "pycocotools":
        import contextlib
        import io

        from pycocotools.coco import COCO

        def run():
            with contextlib.redirect_stdout(io.StringIO()):
                return len(COCO(path).anns)

        return run
    if reader == "datumaro":
        from datumaro.components.annotation import AnnotationType
        from datumaro.components.dataset import Dataset

        def run():
            # A box is made of each polygon as well; annotations are counted once.
            dataset = Dataset.import_from(path, "coco_instances")
            return sum(a.type == AnnotationType.polygon for item in dataset for a in item.annotations)

        return run
    raise SystemExit(f"expected a reader, got {reader}")


try:
    run = load()
except ImportError:
    print(json.dumps(None))
    raise SystemExit(0)

from importlib.metadata import version

wall, cpu = time.perf_counter(), time.process_time()
annotations = run()
result = {
    "wallMs": (time.perf_counter() - wall) * 1000,
    "cpuMs": (time.process_time() - cpu) * 1000,
    "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    "annotations": annotations,
    "version": version(reader),
}
print(json.dumps(result))
