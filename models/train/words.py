"""English and Chinese words for what scenes hold: nouns, plurals, articles, synonyms, and the words of a referring expression."""
from classes import CHINESE, CHINESE_COLOURS, NAMES

PLURAL_ONLY = {"scissors", "glasses", "grapes", "cherries", "fries", "headphones", "trousers", "sunglasses"}
IRREGULAR = {"mouse": "mice", "sheep": "sheep", "fish": "fish", "deer": "deer", "die": "dice", "leaf": "leaves", "knife": "knives",
             "corn": "corn", "shrimp": "shrimp", "sushi": "sushi", "bread": "bread", "cactus": "cactuses"}
# Other words people use for the same thing; questions only.
SYNONYMS = {
    "airplane": ["plane", "aeroplane"], "bicycle": ["bike"], "boat": ["sailboat"], "car": ["automobile"], "doughnut": ["donut"],
    "football": ["soccer ball"], "hamburger": ["burger"], "television": ["tv"], "telephone": ["phone"], "motorcycle": ["motorbike"],
    "rabbit": ["bunny"], "cat": ["kitten", "kitty"], "dog": ["puppy"], "gift": ["present"], "gem": ["diamond stone", "jewel"],
    "computer": ["laptop"], "clock": ["alarm clock"], "light bulb": ["lightbulb", "lamp"], "ladybug": ["ladybird"], "shirt": ["t-shirt"],
    "shoe": ["sneaker"], "crocodile": ["alligator"], "train": ["locomotive"], "chicken": ["hen"], "panda": ["panda bear"],
    "fries": ["french fries"], "die": ["game die"], "trousers": ["pants", "jeans"], "globe": ["earth"], "cup": ["teacup", "mug"],
    "magnifying glass": ["magnifier"], "envelope": ["letter"], "fire": ["flame"], "turtle": ["tortoise"], "bus": ["coach"],
    "candy": ["sweet"], "eggplant": ["aubergine"], "tie": ["necktie"], "bee": ["honeybee"], "pepper": ["chili"],
}
CHINESE_SYNONYMS = {
    "car": ["小汽车", "轿车"], "bus": ["巴士", "公共汽车"], "bicycle": ["单车"], "cow": ["牛"], "sheep": ["羊"], "boat": ["船"],
    "clock": ["闹钟"], "tomato": ["西红柿"], "computer": ["笔记本电脑"], "rabbit": ["小兔子"], "dog": ["小狗"], "cat": ["小猫"],
    "television": ["电视机"], "light bulb": ["电灯泡"], "house": ["屋子"], "star": ["五角星"], "square": ["方块", "方形"], "circle": ["圆", "圆圈"],
    "hat": ["礼帽"], "umbrella": ["伞"], "duck": ["小鸭子"], "mouse": ["耗子"], "cup": ["茶杯"], "trophy": ["奖盃"], "helicopter": ["直升飞机"],
    "gift": ["礼盒"], "chicken": ["鸡"], "elephant": ["象"], "crocodile": ["鳄"], "turtle": ["海龟"], "tie": ["领结"], "door": ["门板"],
}


def plural(name):
    if name in PLURAL_ONLY:
        return name
    head, _, last = name.rpartition(" ")
    if last in IRREGULAR:
        made = IRREGULAR[last]
    elif last.endswith(("fly", "rry", "dy", "ry", "by")):
        made = last[:-1] + "ies"
    elif last.endswith(("s", "x", "ch", "sh")) or last in ("tomato", "volcano"):
        made = last + "es"
    else:
        made = last + "s"
    return f"{head} {made}" if head else made


def with_article(words, name):
    if name in PLURAL_ONLY:
        return words
    return ("an " if words[0] in "aeiou" else "a ") + words


# How one thing among equals is singled out. Each kind: the words of a question, with weights; the first is what an answer writes.
ENGLISH_KINDS = {
    "plain": [("{}", 1)], "small": [("small {}", 3), ("little {}", 1)], "large": [("large {}", 3), ("big {}", 1)],
    "left": [("{} on the left", 3), ("leftmost {}", 2), ("left {}", 1), ("{} to the left", 0.5)],
    "right": [("{} on the right", 3), ("rightmost {}", 2), ("right {}", 1), ("{} to the right", 0.5)],
    "top": [("{} at the top", 3), ("topmost {}", 1), ("upper {}", 1), ("highest {}", 0.7)],
    "bottom": [("{} at the bottom", 3), ("lowest {}", 1), ("lower {}", 1)],
    "largest": [("largest {}", 1), ("biggest {}", 1)], "smallest": [("smallest {}", 1), ("tiniest {}", 0.2)],
}
CHINESE_KINDS = {
    "plain": [("{}", 1)], "small": [("小的{}", 3), ("小{}", 1)], "large": [("大的{}", 3), ("大{}", 1)],
    "left": [("左边的{}", 3), ("最左边的{}", 2), ("左侧的{}", 1)], "right": [("右边的{}", 3), ("最右边的{}", 2), ("右侧的{}", 1)],
    "top": [("上面的{}", 3), ("最上面的{}", 2), ("上方的{}", 1)], "bottom": [("下面的{}", 3), ("最下面的{}", 2), ("下方的{}", 1)],
    "largest": [("最大的{}", 1)], "smallest": [("最小的{}", 1)],
}


def is_opener(words):
    """Words after which "a" or nothing sounds wrong: "the leftmost dog"."""
    return words.split()[0].endswith("st")


def noun_pairs():
    """(singular, plural) of every English noun a question can hold, as one word each where they are."""
    return [(n, plural(n)) for n in NAMES] + [(w, plural(w)) for words in SYNONYMS.values() for w in words]


def translation_pairs():
    """(word, English word it starts beside): Chinese nouns and colours, and one-word synonyms."""
    pairs = [(CHINESE[n], n) for n in NAMES] + [(zh, en) for en, zh in CHINESE_COLOURS.items()]
    pairs += [(w, n) for n, words in CHINESE_SYNONYMS.items() for w in words]
    pairs += [(" " + w, n) for n, words in SYNONYMS.items() for w in words]
    pairs += [("左边", "left"), ("右边", "right"), ("上面", "top"), ("下面", "bottom"), ("左侧", "left"), ("右侧", "right"), ("上方", "top"),
              ("下方", "bottom"), ("最大", "largest"), ("最小", "smallest"), ("最左边", "leftmost"), ("最右边", "rightmost"),
              ("最上面", "topmost"), ("最下面", "lowest"), ("大", "large"), ("小", "small"), ("没有", "no"), ("所有", "all"), ("多少", "many"),
              ("几", "many"), ("哪里", "where"), ("描述", "describe"), ("图中", "image"), ("找", "find"), ("它", "it"), ("点", "point"),
              ("什么", "what"), ("颜色", "color"), ("更大", "larger"), ("更小", "smaller"), ("更近", "closer"), ("关系", "relation")]
    return pairs
