"""Builds tokenizer.json: lower-cased, words as whole tokens, bytes for everything else.

A box is 17 tokens: `[0.` `1` `2` `3` `,0.` `4` ... `]`. Words carry their leading space.
There is no unknown token: any text falls apart into bytes at worst.

Usage: python tokenizer.py <out folder>
"""
import json
import sys
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from scenes import COLOURS, NAMES

PAD, BOS, EOS, IMAGE, USER, ASSISTANT = "<pad>", "<s>", "</s>", "<image>", "USER:", "ASSISTANT:"
SPECIALS = [PAD, BOS, EOS, IMAGE, USER, ASSISTANT]
# Coordinate openers, single digits, words with their space, other runs, spaces.
PIECES = r" ?[\[,;]0\.|\d| ?\p{L}+| ?[^\s\p{L}\d]|\s+"

FUNCTION_WORDS = """
a about above all also am an and another any answer anything are area around as at be behind below beneath beside
between bigger biggest both bottom bounding box boxes but by can caption centre center choose closest compare contain
contained contains content coordinate coordinates corner could count coords depict depicted describe description did
different do does done draw each edge every everything find for found from furthest give given go grounded group has
have he hello help here highest how i identify if image in inside into is it item its kind label large larger largest
left leftmost left-hand less list little located location locate look lower lowest lying many mark me mention
mentioned middle more most move my name named nearest next no not nothing now number object objects of on one only
or other out over part photo picture place placed please point pointed position provide question red region relation
relative right rightmost same scene see seen select shape shapes she show shown side sits size small smaller smallest
spot square something state tell than thanks that the their them then there these they thing things this those to too
top total two under up upper us was we what what's where where's which who with within word would write wrote yes you
your big tiny huge visible present appear appears include including including-boxes highlight indicate locations every
short brief detail detailed exactly precise three four five six seven eight nine zero none
""".split()


def plural(name):
    irregular = {"mouse": "mice", "sheep": "sheep", "fish": "fish", "deer": "deer", "scissors": "scissors",
                 "glasses": "glasses", "grapes": "grapes", "cherries": "cherries"}
    if name in irregular:
        return irregular[name]
    if name.endswith("fly") or name.endswith("rry") or name.endswith("dy"):
        return name[:-1] + "ies"
    if name.endswith(("s", "x", "ch", "sh")) or name == "tomato":
        return name + "es"
    return name + "s"


def words():
    """Every word that must be one token."""
    listed = set(FUNCTION_WORDS) | set(COLOURS)
    for name in NAMES:
        listed |= set(name.split()) | set(plural(name).split())
    return sorted(w for w in listed if w.isalpha())




def build():
    """A tokenizer whose words are whole tokens.

    Trained by repeating each wanted word often, so that byte-pair merging cannot stop
    before the word is whole; intermediate merges stay in the vocabulary and do no harm.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PIECES), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=20000, min_frequency=2, show_progress=False, special_tokens=SPECIALS,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    texts = [" " + w for w in words()] * 3 + ["[0.", ",0.", ";0.", " [0."] * 9
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in SPECIALS])
    for w in words():
        assert len(tokenizer.encode(" " + w).ids) == 1, w
    assert len(tokenizer.encode("[0.123,0.456,0.789,0.999]").ids) == 17
    return tokenizer


CHAT_TEMPLATE = (
    "{{ '<image>' }}"
    "{% for message in messages %}"
    "{% if message['role'] == 'user' %}{{ 'USER: ' + message['content'] + ' ' }}"
    "{% elif message['role'] == 'assistant' %}{{ 'ASSISTANT: ' + message['content'] + '</s>' }}{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}"
)


def write(folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = build()
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 512, "clean_up_tokenization_spaces": False,
        "pad_token": PAD, "bos_token": BOS, "eos_token": EOS, "image_token": IMAGE,
        "additional_special_tokens": [IMAGE, USER, ASSISTANT], "chat_template": CHAT_TEMPLATE,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
    return tokenizer


if __name__ == "__main__":
    made = write(sys.argv[1])
    print(made.get_vocab_size(), "tokens")
    for text in ["USER: Where is the small Dog? ASSISTANT: the dog [0.123,0.456,0.789,0.999;0.1,0.2,0.3,0.4]</s>", "dog[0.12,0.5]", "你好 🦊"]:
        print(made.encode(text).tokens)
