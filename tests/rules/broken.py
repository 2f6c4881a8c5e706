"""Rule files broken in one place: the example of the fictional city with one edit, and where the fault should show."""

from dataclasses import dataclass
from pathlib import Path

from timebank.rules import check_text

EXAMPLE = Path(__file__).parents[1] / "fixtures" / "config" / "yunzhou" / "2026-01-01.yaml"
MARK = "▸"


@dataclass(frozen=True)
class Slip:
    """One edit and the one fault it should give.

    ``new`` holds ▸ where the fault should point, unless ``at`` does, a part of the broken text with its ▸.
    ``zh`` and ``en`` are words the message must hold.
    """

    name: str
    old: str
    new: str
    code: str
    zh: str
    en: str
    at: str = ""

    def text(self):
        """Return the whole broken file, the mark still in it."""
        example = EXAMPLE.read_text(encoding="utf-8")
        assert example.count(self.old) >= 1, f"the example no longer has {self.old!r}"
        return example.replace(self.old, self.new, 1)


def check(text, file="2026-01-01.yaml", city="yunzhou", plugin_schema=None):
    """Return the faults of a text that stands for a rule file of the fictional city."""
    return check_text(text, file, plugin_schema, city).faults


def edited(*pairs):
    """Return the example's text with each old part replaced once by a new one."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, f"the example no longer has {old!r}"
        text = text.replace(old, new, 1)
    return text


def place_in(text, at):
    """Return line and column of the ▸ in a part of a text that is without it there."""
    start = text.index(at.replace(MARK, "")) + at.index(MARK)
    return (text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start))


def assert_one_fault(slip):
    """Check that the slip gives its one fault at its place, in both languages."""
    marked = slip.text()
    text = marked.replace(MARK, "")
    place = place_in(text, slip.at or marked)
    faults = check(text)
    found = [(fault.code, fault.line, fault.column) for fault in faults]
    assert found == [(slip.code, *place)], "\n".join(map(str, faults))
    assert slip.zh in faults[0].zh
    assert slip.en in faults[0].en
