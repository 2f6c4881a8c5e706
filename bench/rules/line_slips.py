"""Slips with whole lines: left out, written twice, swapped, indented, joined."""

from itertools import takewhile

from bench.rules.slip import WORD, Slip


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


LINES = {
    "漏一行 a line left out": (8, _dropped),
    "重一行 a line twice": (6, _doubled),
    "两行颠倒 two lines swapped": (4, _swapped),
    "缩进 an indent": (8, _indented),
    "并行 two lines joined": (3, _joined),
}
