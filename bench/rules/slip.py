"""One slip of somebody who edits a rule file, and the lines where it may be reported."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from bench.rules.places import entries_of
from bench.rules.shipped import RuleFile

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


def a_place(drawn, file):
    """Draw a place of the text: three times of four outside of wording and remarks, where a slip matters."""
    written, anywhere = places_of(file)
    return drawn.choice(written if drawn.random() < 0.75 else anywhere)


@cache
def places_of(file):
    """Return the places of a file outside of wording and remarks, and all but the ends of lines."""
    free = set()
    for entry in entries_of(file.text):
        if _FREE_TEXT.fullmatch(entry.path):
            free.update(range(*entry.value))
    for remark in re.finditer(r"(?:^|(?<=\s))#.*", file.text, re.MULTILINE):
        free.update(range(*remark.span()))
    anywhere = [place for place, one in enumerate(file.text) if one != "\n"]
    return [place for place in anywhere if place not in free], anywhere


def edited(kind, file, begin, end, new):
    """Return the slip that puts other text in the place from `begin` to `end`, which lies within a line."""
    text = file.text[:begin] + new + file.text[end:]
    first = file.text.count("\n", 0, begin) + 1
    last = first + new.count("\n")
    before = words_on(file.text, first, first + file.text.count("\n", begin, end))
    return Slip(
        kind, file, text, frozenset(range(first, last + 1)), _differing(before, words_on(text, first, last))
    )


def words_on(text, first, last):
    """Count the words on some lines of a text."""
    return Counter(WORD.findall("\n".join(text.split("\n")[first - 1 : last])))


def _differing(before, after):
    """Return the words that stand there more or less often than before."""
    return frozenset((before - after) + (after - before))
