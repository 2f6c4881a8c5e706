"""Slips of the fingers: a character, a mark, a word, a value."""

from itertools import pairwise

from bench.rules.places import entries_of
from bench.rules.slip import WORD, a_place, edited, places_of

_CHINESE = {
    ":": "：", ",": "，", ";": "；", "(": "（", ")": "）", "[": "【", "]": "】", "{": "｛", "}": "｝", '"': "“",
    "'": "‘", ".": "。", " ": "　", "#": "＃", "%": "％", "-": "—", "_": "——", "/": "、",
}  # fmt: skip
_ROWS = ("1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./")
_NEAR = {one: other for row in _ROWS for pair in pairwise(row) for one, other in (pair, pair[::-1])}
_MARKS = ":,;[]{}\"'#-_. ：，；。、“”【】（）　\t"


def _deleted(drawn, kind, file):
    place = a_place(drawn, file)
    return edited(kind, file, place, place + 1, "")


def _inserted(drawn, kind, file):
    place = a_place(drawn, file)
    near = _NEAR.get(file.text[place], "")
    return edited(
        kind,
        file,
        place,
        place,
        drawn.choice([near or file.text[place], file.text[place], drawn.choice(_MARKS)]),
    )


def _replaced(drawn, kind, file):
    place = a_place(drawn, file)
    return edited(kind, file, place, place + 1, _NEAR.get(file.text[place], drawn.choice(_MARKS)))


def _transposed(drawn, kind, file):
    place = a_place(drawn, file)
    pair = file.text[place : place + 2]
    return None if "\n" in pair else edited(kind, file, place, place + 2, pair[::-1])


def _in_chinese(drawn, kind, file):
    written, _ = places_of(file)
    marks = [place for place in written if file.text[place] in _CHINESE]
    place = drawn.choice(marks)
    return edited(kind, file, place, place + 1, _CHINESE[file.text[place]])


def _space(drawn, kind, file):
    written, _ = places_of(file)
    place = drawn.choice([place for place in written if file.text[place] == " "])
    return edited(kind, file, place, place + 1, drawn.choice(["", "  ", "\t"]))


def _broken(drawn, kind, file):
    place = a_place(drawn, file)
    return edited(kind, file, place, place, "\n")


def _word(drawn, file):
    place = a_place(drawn, file)
    start = file.text.rfind("\n", 0, place) + 1
    end = file.text.index("\n", place)
    return next((one for one in WORD.finditer(file.text, start, end) if one.end() > place), None)


def _word_gone(drawn, kind, file):
    found = _word(drawn, file)
    return found and edited(kind, file, *found.span(), "")


def _word_twice(drawn, kind, file):
    found = _word(drawn, file)
    return found and edited(kind, file, found.end(), found.end(), drawn.choice(["", " "]) + found[0])


def _neighbour(drawn, kind, file):
    """Put the value of another entry in the place of one, as after copying the wrong line."""
    entries = [one for one in entries_of(file.text) if not one.block]
    place = drawn.randrange(len(entries))
    other = entries[max(0, min(len(entries) - 1, place + drawn.choice([-2, -1, 1, 2])))]
    begin, end = other.value
    return edited(kind, file, *entries[place].value, file.text[begin:end].replace("\n", " "))


TYPED = {
    "漏一个字符 a character left out": (10, _deleted),
    "多一个字符 a character too many": (10, _inserted),
    "错一个字符 a wrong character": (10, _replaced),
    "两个字符颠倒 two characters swapped": (6, _transposed),
    "中文标点 a Chinese mark": (12, _in_chinese),
    "空格 a space": (8, _space),
    "断行 a line broken": (3, _broken),
    "漏一个词 a word left out": (4, _word_gone),
    "重一个词 a word twice": (3, _word_twice),
    "抄错邻项 the neighbour's value": (5, _neighbour),
}
