"""Builds tokenizer.json: lower-cased, words as whole tokens, bytes for everything else.

A box is 17 tokens: `[0.` `1` `2` `3` `,0.` `4` ... `]`. English words carry their leading space;
Chinese words are cut from a list, longest first, and other Chinese characters stand alone.
There is no unknown token: any text falls apart into bytes at worst.

Usage: python tokenizer.py <out folder>
"""
import json
import re
import sys
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

import phrases
from classes import CHINESE, CHINESE_COLOURS, COLOURS
from words import CHINESE_KINDS, CHINESE_SYNONYMS, ENGLISH_KINDS, SYNONYMS, noun_pairs

PAD, BOS, EOS, IMAGE, USER, ASSISTANT = "<pad>", "<s>", "</s>", "<image>", "USER:", "ASSISTANT:"
SPECIALS = [PAD, BOS, EOS, IMAGE, USER, ASSISTANT]

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
short brief detail detailed exactly precise three four five six seven eight nine zero none such neither nor so than
""".split()
CHINESE_WORDS = """左边 右边 上面 下面 左侧 右侧 上方 下方 最左边 最右边 最上面 最下面 最大 最小 没有 所有 多少 哪里 描述 图中 什么 颜色 更大 更小 更近
关系 数量 这里 这样 东西 所以 不大不小 唯一 位置 坐标 方框 图片 图像 物体 区域 其他""".split()
# Characters a user may well type beside those of the phrases.
MORE_CHARACTERS = "你我他她们这那些不是在有和与了吗呢请一二三四五六七八九十个只条辆张把朵件本台里外中间前后旁边附近从到给看见说写画动植食车花草水山天人男女孩子很也都还再对错好谢谢帮用能会可以要想最高低长短新旧红绿蓝黄紫橙黑白灰粉棕色圆方三角形图片照大小多少几次第每"


def chinese_in_phrases():
    texts = [p for group in phrases.CHINESE.values() for p in group] + [p for kind in CHINESE_KINDS.values() for p, _ in kind]
    texts += list(CHINESE.values())
    texts += ["这里什么都没有图中没有它的什么都没有的数量是所以数量是有没有是不是在的只有这一个还有和"]
    return sorted({c for text in texts for c in text if "一" <= c <= "鿿"} | set(MORE_CHARACTERS))


def chinese_words():
    words = set(CHINESE.values()) | set(CHINESE_COLOURS.values()) | set(CHINESE_WORDS)
    words |= {w for listed in CHINESE_SYNONYMS.values() for w in listed}
    return sorted((w for w in words if len(w) > 1), key=lambda w: (-len(w), w))


def english_words():
    """Every word that must be one token."""
    listed = set(FUNCTION_WORDS) | set(COLOURS)
    texts = [t for pair in noun_pairs() for t in pair] + [p for group in phrases.ENGLISH.values() for p in group]
    texts += [p for kind in ENGLISH_KINDS.values() for p, _ in kind] + [w for ws in SYNONYMS.values() for w in ws]
    for text in texts:
        listed |= set(re.findall(r"[a-z]+", text.lower()))
    return sorted(w for w in listed if w.isalpha())


def pieces():
    """How text is cut: coordinate openers, single digits, Chinese words and characters, words with their space, the rest."""
    chinese = "|".join(chinese_words())
    return rf" ?[\[,;]0\.|[0-9]|{chinese}|[一-鿿]| ?(?:(?![一-鿿])\p{{L}})+| ?[^\s\p{{L}}0-9]|\s+"


def build():
    """A tokenizer whose words are whole tokens.

    Trained by repeating each wanted word often, so that byte-pair merging cannot stop
    before the word is whole; intermediate merges stay in the vocabulary and do no harm.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pieces()), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=20000, min_frequency=2, show_progress=False, special_tokens=SPECIALS,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    chinese = chinese_words() + chinese_in_phrases() + list("？。，、！：；")
    texts = [" " + w for w in english_words()] * 3 + chinese * 3 + ["[0.", ",0.", ";0.", " [0."] * 9
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in SPECIALS])
    for w in [" " + w for w in english_words()] + chinese:
        assert len(tokenizer.encode(w).ids) == 1, w
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
    for text in ["USER: Where is the small Dog? ASSISTANT: the dog [0.123,0.456,0.789,0.999;0.1,0.2,0.3,0.4]</s>", "dog[0.12,0.5]",
                 "左边的红色圆形在哪里？ 小的狗 [0.1", "你好 🦊 zorbl dog狗"]:
        print(made.encode(text).tokens, repr(made.decode(made.encode(text).ids)))
