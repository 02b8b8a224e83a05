"""How answers are worded, and how words are put together: English and Chinese behind one interface.

Both have the methods of `English`. Every text that begins a piece brings its own space where the language has one.
"""
from classes import CHINESE, CHINESE_COLOURS
from words import CHINESE_KINDS, CHINESE_SYNONYMS, ENGLISH_KINDS, PLURAL_ONLY, SYNONYMS, is_opener, plural, with_article
import phrases

SIDES = ("left", "right", "above", "below")
OPPOSITE = {"left": "right", "right": "left", "above": "below", "below": "above"}


class English:
    code, asks = "en", phrases.ENGLISH
    kinds = ENGLISH_KINDS
    sides = {"left": "to the left of", "right": "to the right of", "above": "above", "below": "below"}
    bare_sides = {"left": "to its left", "right": "to its right", "above": "above it", "below": "below it"}
    nothing_here = " there is nothing here."
    no_such_thing = " there is no such thing here."
    yes, comma_and, comma, stop = " yes,", " and", ",", "."

    @staticmethod
    def noun(o):
        return f"{o['colour']} {o['name']}" if o["colour"] else o["name"]

    @staticmethod
    def many(o, colour):
        return (f"{colour} " if colour else "") + plural(o["name"])

    def spoken(self, rng, o, colour):
        """A noun as a person may say it: now and then a synonym."""
        name = rng.choice(SYNONYMS[o["name"]]) if o["name"] in SYNONYMS and rng.random() < 0.12 else o["name"]
        return f"{colour} {name}" if colour else name

    def spoken_many(self, rng, o, colour):
        return (f"{colour} " if colour else "") + plural(self.spoken(rng, o, None))

    @staticmethod
    def the(words):
        return "the " + words

    @staticmethod
    def a(words, o):
        return with_article(words, o["name"])

    def full(self, o):
        words = f"{o['size']} {self.noun(o)}" if o["size"] else self.noun(o)
        return " " + with_article(words, o["name"])

    def named(self, o):
        return " the " + self.noun(o)

    def named_all(self, o, colour, count):
        return " the " + (self.many(o, colour) if count > 1 else (f"{colour} " if colour else "") + o["name"])

    def asked_for(self, rng, words):
        """An expression as it stands in a question: mostly with its article."""
        if rng.random() < 0.85 or is_opener(words):
            return "the " + words
        return "" + words

    @staticmethod
    def no(words, o):
        return f"there are no {words}" if o["name"] in PLURAL_ONLY else f"there is no {words}"

    def absent(self, words, o):
        return " " + self.no(words, o) + "."

    def no_exist(self, words, o):
        return f" no, {self.no(words, o)}."

    def none_of(self, many, o):
        return f" there are no {many}."

    def counted(self, o, colour, count):
        words = (f"{colour} " if colour else "") + o["name"]
        return f" there is 1 {words}" if count == 1 else f" there are {count} {self.many(o, colour)}"

    def so_counted(self, o, colour, count):
        return f", so{self.counted(o, colour, count)}."

    def relation(self, a, side, b):
        """Pieces (text, which of the two or None)."""
        verb = "are" if a["name"] in PLURAL_ONLY else "is"
        return [(self.named(a), 0), (f" {verb} {self.sides[side]}", None), (self.named(b), 1)]

    def whether_answer(self, holds, a, side, b):
        return [((" yes," if holds else " no,"), None)] + self.relation(a, side, b)

    def colour_is(self, o):
        return f" it is {o['colour']}."

    def size_is(self, o):
        return f" it is {o['size']}." if o["size"] else " it is neither small nor large."

    def nothing_beside(self, side):
        return f" there is nothing {self.bare_sides[side]}."

    def others(self, o, count):
        return " yes, the other " + (self.many(o, o["colour"]) if count > 1 else self.noun(o))

    def only_one(self, o):
        return f" no, it is the only {self.noun(o)}."

    # The order in which the parts of these questions stand.
    relation_order, whether_order, beside_order = (0, 1), ("a", "side", "b"), ("side", "a")


class Chinese:
    code, asks = "zh", phrases.CHINESE
    kinds = CHINESE_KINDS
    sides = {"left": "左边", "right": "右边", "above": "上面", "below": "下面"}
    bare_sides = sides
    nothing_here = " 这里什么都没有。"
    no_such_thing = " 图中没有这样的东西。"
    yes, comma_and, comma, stop = " 有，", "和", "、", "。"

    @staticmethod
    def noun(o):
        return (CHINESE_COLOURS[o["colour"]] if o["colour"] else "") + CHINESE[o["name"]]

    @staticmethod
    def many(o, colour):
        return (CHINESE_COLOURS[colour] if colour else "") + CHINESE[o["name"]]

    def spoken(self, rng, o, colour):
        name = rng.choice(CHINESE_SYNONYMS[o["name"]]) if o["name"] in CHINESE_SYNONYMS and rng.random() < 0.12 else CHINESE[o["name"]]
        return (CHINESE_COLOURS[colour] + ("的" if rng.random() < 0.4 else "") if colour else "") + name

    spoken_many = spoken

    @staticmethod
    def the(words):
        return words

    @staticmethod
    def a(words, o):
        return words

    def full(self, o):
        return " " + ({"small": "小的", "large": "大的"}[o["size"]] if o["size"] else "") + self.noun(o)

    def named(self, o):
        return " " + self.noun(o)

    def named_all(self, o, colour, count):
        return " " + self.many(o, colour)

    def asked_for(self, rng, words):
        return words

    def absent(self, words, o):
        return f" 图中没有{words}。"

    def no_exist(self, words, o):
        return f" 没有，图中没有{words}。"

    def none_of(self, many, o):
        return f" 图中没有{many}。"

    def counted(self, o, colour, count):
        return f" {self.many(o, colour)}的数量是{count}"

    def so_counted(self, o, colour, count):
        return f"，所以数量是{count}。"

    def relation(self, a, side, b):
        return [(self.named(a), 0), ("在", None), (self.noun(b), 1), ("的" + self.sides[side], None)]

    def whether_answer(self, holds, a, side, b):
        first, *rest = self.relation(a, side, b)
        return [(" 是，" if holds else " 不是，", None), (first[0].strip(), 0)] + rest

    def colour_is(self, o):
        return f" 它是{CHINESE_COLOURS[o['colour']]}的。"

    def size_is(self, o):
        return {"small": " 它是小的。", "large": " 它是大的。", None: " 它不大不小。"}[o["size"]]

    def nothing_beside(self, side):
        return f" 它的{self.sides[side]}什么都没有。"

    def others(self, o, count):
        return " 有，其他的" + self.noun(o)

    def only_one(self, o):
        return f" 没有，只有这一个{self.noun(o)}。"

    relation_order, whether_order, beside_order = (0, 1), ("a", "b", "side"), ("a", "side")


TONGUES = {"en": English(), "zh": Chinese()}
