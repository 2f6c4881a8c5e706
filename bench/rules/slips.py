"""Slips of people who edit a rule file: one edit each, drawn anew from a seed, and the lines where it may be reported."""

import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise, takewhile

from bench.rules.places import entries_of
from bench.rules.shipped import RuleFile, shipped_files

_CHINESE = {
    ":": "：", ",": "，", ";": "；", "(": "（", ")": "）", "[": "【", "]": "】", "{": "｛", "}": "｝", '"': "“",
    "'": "‘", ".": "。", " ": "　", "#": "＃", "%": "％", "-": "—", "_": "——", "/": "、",
}  # fmt: skip
_ROWS = ("1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./")
_NEAR = {one: other for row in _ROWS for pair in pairwise(row) for one, other in (pair, pair[::-1])}
_MARKS = ":,;[]{}\"'#-_. ：，；。、“”【】（）　\t"
WORD = re.compile(r"[A-Za-z0-9_]+|[^\x00-\x7f\s：，；、“”（）]+")
_FREE_TEXT = re.compile(r"(?:.*[.])?(?:zh|en|assumed|note|url|number)")


@dataclass(frozen=True)
class Slip:
    """A shipped file after one slip.

    Attributes:
        kind: which slip.
        file: which file.
        text: the whole text after it.
        lines: where it may be reported; for a line that is gone, those beside it, the one that opens its block, and the
            block that it opened itself.
        words: words of the line that the slip made or unmade: a report on a line that names one is on the other end of
            that name.
        gone: the key of a line that is gone: a report that names it says what is missing.
    """

    kind: str
    file: RuleFile
    text: str
    lines: frozenset
    words: frozenset
    gone: str = ""

    def __str__(self):
        return f"{self.kind} ({self.file}:{','.join(map(str, sorted(self.lines)))})"


def slips(seed, many):
    """Return slips drawn from a seed; each is another text than the shipped one."""
    drawn = random.Random(seed)
    found = []
    while len(found) < many:
        file = drawn.choice(shipped_files())
        kind = drawn.choices(list(SLIPS), [weight for weight, _ in SLIPS.values()])[0]
        slip = SLIPS[kind][1](drawn, kind, file)
        if slip is not None and slip.text != file.text:
            found.append(slip)
    return found


def _at(drawn, file):
    """Draw a place of the text: three times of four outside of wording and remarks, where a slip matters."""
    written, anywhere = _offsets(file)
    return drawn.choice(written if drawn.random() < 0.75 else anywhere)


def _offsets(file):
    if file not in _KNOWN:
        free = set()
        for entry in entries_of(file.text):
            if _FREE_TEXT.fullmatch(entry.path):
                free.update(range(*entry.value))
        for remark in re.finditer(r"(?:^|(?<=\s))#.*", file.text, re.MULTILINE):
            free.update(range(*remark.span()))
        anywhere = [place for place, one in enumerate(file.text) if one != "\n"]
        _KNOWN[file] = ([place for place in anywhere if place not in free], anywhere)
    return _KNOWN[file]


_KNOWN: dict = {}


def _edited(kind, file, begin, end, new):
    """Return the slip that puts other text in a place of one line."""
    text = file.text[:begin] + new + file.text[end:]
    first = file.text.count("\n", 0, begin) + 1
    last = first + new.count("\n")
    before = _words(file.text, first, first + file.text.count("\n", begin, end))
    return Slip(
        kind, file, text, frozenset(range(first, last + 1)), _differing(before, _words(text, first, last))
    )


def _words(text, first, last):
    return Counter(WORD.findall("\n".join(text.split("\n")[first - 1 : last])))


def _differing(before, after):
    """Return the words that stand there more or less often than before."""
    return frozenset((before - after) + (after - before))


def _deleted(drawn, kind, file):
    place = _at(drawn, file)
    return _edited(kind, file, place, place + 1, "")


def _inserted(drawn, kind, file):
    place = _at(drawn, file)
    near = _NEAR.get(file.text[place], "")
    return _edited(
        kind,
        file,
        place,
        place,
        drawn.choice([near or file.text[place], file.text[place], drawn.choice(_MARKS)]),
    )


def _replaced(drawn, kind, file):
    place = _at(drawn, file)
    return _edited(kind, file, place, place + 1, _NEAR.get(file.text[place], drawn.choice(_MARKS)))


def _transposed(drawn, kind, file):
    place = _at(drawn, file)
    pair = file.text[place : place + 2]
    return None if "\n" in pair else _edited(kind, file, place, place + 2, pair[::-1])


def _in_chinese(drawn, kind, file):
    written, _ = _offsets(file)
    marks = [place for place in written if file.text[place] in _CHINESE]
    place = drawn.choice(marks)
    return _edited(kind, file, place, place + 1, _CHINESE[file.text[place]])


def _space(drawn, kind, file):
    written, _ = _offsets(file)
    place = drawn.choice([place for place in written if file.text[place] == " "])
    return _edited(kind, file, place, place + 1, drawn.choice(["", "  ", "\t"]))


def _broken(drawn, kind, file):
    place = _at(drawn, file)
    return _edited(kind, file, place, place, "\n")


def _line(drawn, file):
    """Draw a line that holds a rule: its number and the lines."""
    every = file.text.split("\n")
    return drawn.choice(
        [number for number, one in enumerate(every, 1) if one.strip() and one.lstrip()[0] != "#"]
    ), every


def _dropped(drawn, kind, file):
    number, every = _line(drawn, file)
    rest = every[: number - 1] + every[number:]
    held = [place for place, one in enumerate(rest, 1) if one.strip() and one.lstrip()[0] != "#"]
    beside = {
        *[place for place in held if place < number][-1:],
        *[place for place in held if place >= number][:1],
    }
    lines = {*beside, *_opening(every, number, held), *_opened(every, number)}
    gone = WORD.search(every[number - 1])[0]
    return Slip(kind, file, "\n".join(rest), frozenset(lines), frozenset({gone}), gone)


def _opening(every, number, held):
    """Return the line that opens the block of a line: the nearest above less indented; the first key at the top."""
    indent = _indent(every[number - 1])
    above = [place for place in held if place < number]
    return above[:1] if indent == 0 else [place for place in above if _indent(every[place - 1]) < indent][-1:]


def _opened(every, number):
    """Return the lines of the block that a line opens, as they are numbered once it is gone."""
    indent = _indent(every[number - 1])
    inner = takewhile(lambda line: not line.strip() or _indent(line) > indent, every[number:])
    return range(number, number + len(list(inner)))


def _indent(line):
    return len(line) - len(line.lstrip(" "))


def _doubled(drawn, kind, file):
    number, every = _line(drawn, file)
    text = "\n".join(every[:number] + every[number - 1 :])
    return Slip(kind, file, text, frozenset({number, number + 1}), frozenset())


def _swapped(drawn, kind, file):
    number, every = _line(drawn, file)
    if number >= len(every) or not every[number].strip():
        return None
    every[number - 1], every[number] = every[number], every[number - 1]
    return Slip(kind, file, "\n".join(every), frozenset({number, number + 1}), frozenset())


def _indented(drawn, kind, file):
    number, every = _line(drawn, file)
    by = drawn.choice([-2, -1, 1, 2])
    line = every[number - 1]
    every[number - 1] = " " * by + line if by > 0 else line[min(-by, _indent(line)) :]
    return Slip(kind, file, "\n".join(every), frozenset({number}), frozenset())


def _joined(drawn, kind, file):
    number, every = _line(drawn, file)
    if number >= len(every) or not every[number].strip():
        return None
    every[number - 1 : number + 1] = [every[number - 1] + " " + every[number].lstrip()]
    return Slip(kind, file, "\n".join(every), frozenset({number}), frozenset())


def _word(drawn, file):
    place = _at(drawn, file)
    start = file.text.rfind("\n", 0, place) + 1
    end = file.text.index("\n", place)
    return next((one for one in WORD.finditer(file.text, start, end) if one.end() > place), None)


def _word_gone(drawn, kind, file):
    found = _word(drawn, file)
    return found and _edited(kind, file, *found.span(), "")


def _word_twice(drawn, kind, file):
    found = _word(drawn, file)
    return found and _edited(kind, file, found.end(), found.end(), drawn.choice(["", " "]) + found[0])


def _neighbour(drawn, kind, file):
    """Put the value of another entry in the place of one, as after copying the wrong line."""
    entries = [one for one in entries_of(file.text) if not one.block]
    place = drawn.randrange(len(entries))
    other = entries[max(0, min(len(entries) - 1, place + drawn.choice([-2, -1, 1, 2])))]
    begin, end = other.value
    return _edited(kind, file, *entries[place].value, file.text[begin:end].replace("\n", " "))


_Drawing = Callable[[random.Random, str, RuleFile], Slip | None]
SLIPS: dict[str, tuple[int, _Drawing]] = {
    "漏一个字符 a character left out": (10, _deleted),
    "多一个字符 a character too many": (10, _inserted),
    "错一个字符 a wrong character": (10, _replaced),
    "两个字符颠倒 two characters swapped": (6, _transposed),
    "中文标点 a Chinese mark": (12, _in_chinese),
    "空格 a space": (8, _space),
    "断行 a line broken": (3, _broken),
    "漏一行 a line left out": (8, _dropped),
    "重一行 a line twice": (6, _doubled),
    "两行颠倒 two lines swapped": (4, _swapped),
    "缩进 an indent": (8, _indented),
    "并行 two lines joined": (3, _joined),
    "漏一个词 a word left out": (4, _word_gone),
    "重一个词 a word twice": (3, _word_twice),
    "抄错邻项 the neighbour's value": (5, _neighbour),
}
