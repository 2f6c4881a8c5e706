"""One kind of fault planted at one place of one shipped file, and the line on which it has to be reported."""

import random
import re
from dataclasses import dataclass

from bench.rules.kinds import Kind
from bench.rules.places import entries_of, matching
from bench.rules.shipped import RuleFile, shipped_files

MARK = "▸"
PLACES_OF_A_KIND = 8


@dataclass(frozen=True)
class Planted:
    """A file with one fault.

    Attributes:
        kind: what was planted.
        file: in the place of which shipped file.
        text: the whole broken text.
        line: where it has to be reported.
        name: the stem of the file it lies in.
    """

    kind: Kind
    file: RuleFile
    text: str
    line: int
    name: str

    def __str__(self):
        return f"{self.kind.name} ({self.file}:{self.line})"


def planted(kind, seed, most=PLACES_OF_A_KIND):
    """Return a kind planted at seeded random places: one in each file it fits, then at more, up to `most`."""
    drawn = random.Random(f"{seed}/{kind.name}")
    choices = []
    for file in shipped_files():
        places = list(_places(kind, file)) if kind.fits(file) else []
        drawn.shuffle(places)
        choices += [(rank, file, place) for rank, place in enumerate(places)]
    chosen = sorted(choices, key=lambda one: one[0])[:most]
    return [_plant(kind, file, place) for _, file, place in chosen]


def _places(kind, file):
    """Yield the places of a file, after the edits that come before: (text, entry or None, span)."""
    text = file.text
    for one in kind.also:
        before = RuleFile(file.city, file.stem, text)
        places = list(_places(one, before))
        if not places:
            return
        text = _edited(one, before, *places[0])[0]
    if kind.find:
        for found in re.finditer(kind.find, text, re.MULTILINE):
            yield text, found
    elif kind.where:
        yield from (
            (text, entry) for entry in matching(entries_of(text), kind.where) if _suits(kind, text, entry)
        )
    else:
        yield text, None


def _suits(kind, text, entry):
    written = text[slice(*entry.value)]
    if entry.block and kind.edit[0] in ("colon", "key", "before", "drop", "indent"):
        written = ""
    styles = {
        "flow": entry.flow,
        "block": not entry.flow and not entry.block,
        "opening": entry.block,
        "": True,
    }
    return styles[kind.style] and (not kind.like or re.fullmatch(kind.like, written) is not None)


def _plant(kind, file, place):
    text, place = place
    marked, begin = _edited(kind, file, text, place)
    if MARK in marked:
        begin, marked = marked.index(MARK), marked.replace(MARK, "")
    first = marked.count("\n", 0, begin) + 1
    name = _named(kind.rename, file) or file.stem
    return Planted(kind, file, marked, _expected(kind, marked, first, place), name)


def _named(written, file):
    """Fill in the names of the file and of the one before it."""
    stems = [other.stem for other in shipped_files() if other.city == file.city]
    before = stems[stems.index(file.stem) - 1]
    return written.replace("{stem}", file.stem).replace("{before}", before)


def _expected(kind, text, first, place):
    if kind.line == "block":
        return text.count("\n", 0, place.parent) + 1
    if kind.line == "top":
        return next(n for n, line in enumerate(text.split("\n"), 1) if line.strip() and line[0] != "#")
    if kind.line.startswith("^"):
        return text.count("\n", 0, re.search(kind.line, text, re.MULTILINE).start()) + 1
    return first + {"edit": 0, "next": 1, "previous": -1}[kind.line]


def _edited(kind, file, text, place):
    """Return the text after the edit, and the offset at which it was made."""
    name, written = kind.edit[0], _named(kind.edit[1], file)
    if name == "write":
        return text[: place.start()] + place.expand(written) + text[place.end() :], place.start()
    if name == "prepend":
        return written + text, 0
    if name == "append":
        return text + written, len(text)
    return _AT_ENTRY[name](text, place, written)


def _filled(written, text, entry):
    facts = {"{value}": text[slice(*entry.value)], "{key}": text[slice(*entry.key)]}
    for name, fact in facts.items():
        written = written.replace(name, fact)
    return written


def _value(text, entry, written):
    begin, end = entry.value
    if entry.block and not written.startswith("\n"):
        begin = text.rindex(":", entry.key[1], begin) + 1  # back onto the line of the key
        written = " " + written
    return text[:begin] + _filled(written, text, entry) + text[end:], entry.key[0]


def _key(text, entry, written):
    begin, end = entry.key
    return text[:begin] + _filled(written, text, entry) + text[end:], begin


def _colon(text, entry, written):
    begin, end = entry.key[1], entry.value[0]
    end = begin + 1 if entry.block else end
    return text[:begin] + written + text[end:], entry.key[0]


def _drop(text, entry, _):
    begin, end = entry.key[0], entry.value[1]
    if not entry.flow:
        begin = text.rindex("\n", 0, begin) + 1
        return text[:begin] + text[text.index("\n", end) + 1 :], begin
    if after := re.match(r",\s*", text[end:]):
        return text[:begin] + text[end + after.end() :], begin
    begin = len(text[:begin].rstrip(", \n"))
    return text[:begin] + text[end:], begin


def _before(text, entry, written):
    begin = entry.key[0]
    between = ", " if entry.flow else "\n" + " " * _column(text, begin)
    return text[:begin] + _filled(written, text, entry) + between + text[begin:], begin


def _after(text, entry, written):
    end = entry.value[1]
    if entry.flow:
        return text[:end] + ", " + _filled(written, text, entry) + text[end:], end
    end = text.index("\n", end)
    indent = "\n" + " " * _column(text, entry.key[0])
    return text[:end] + indent + _filled(written, text, entry) + text[end:], end + len(indent)


def _indent(text, entry, written):
    begin, by = entry.key[0], int(written)
    return text[: begin + min(by, 0)] + " " * max(by, 0) + text[begin:], begin + min(by, 0)


def _column(text, offset):
    return offset - (text.rfind("\n", 0, offset) + 1)


_AT_ENTRY = {
    "value": _value, "key": _key, "colon": _colon, "drop": _drop,
    "before": _before, "after": _after, "indent": _indent,
}  # fmt: skip
