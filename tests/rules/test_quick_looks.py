"""The quick looks, which spare most texts the close ones, never call sound what a close look would not."""

import re
import sys

from hypothesis import example, given
from hypothesis import strategies as st

from bench.rules.slips import slips
from timebank.rules import characters
from timebank.rules.lines.keys import line_of, slip_of_line
from timebank.rules.lines.line import Line
from timebank.rules.lines.sound import folded, sound

MARKS = " -:,[]{}\"'#，：；“”【】、\\@`%|>&*!?ab中1."
ITEMS = st.builds("{}- {}".format, st.sampled_from(["", "  ", "    "]), st.text(MARKS, max_size=9))


def sound_lines(text):
    """Yield each line that the quick look calls sound, and what it knows of it."""
    text, _ = characters.seen(text, "draft.yaml")
    lines = text.replace("\r\n", "\n").split("\n")
    for line, fold in zip(lines, folded("\n".join(lines)).split("\n"), strict=True):
        known = sound(fold)
        if known is not None:
            yield line, known


@given(ITEMS)
@example("    - xuanwu")
@example('  - "quoted: so"  # why')
@example("- {a: [b, c]}")
def test_the_close_look_finds_no_slip_in_a_sound_item(line):
    for text, known in sound_lines(line):
        if not known.key:
            assert slip_of_line(text) is None
            assert line_of(text) == known


def test_the_close_look_finds_no_slip_in_a_sound_line_of_a_rule_file():
    odd = [line for one in slips("sound", 50) for line, _ in sound_lines(one.text) if slip_of_line(line)]

    assert odd == []


def test_an_item_of_a_list_is_sound_and_one_without_a_blank_or_with_a_wide_comma_is_not():
    assert sound("    - xuanwu") == Line(4, dash=True, key="", opens=False)
    assert (sound("    -xuanwu"), sound("    - - xuanwu")) == (None, None)
    assert list(sound_lines("    - xuanwu，qinhuai")) == []


def test_no_character_that_is_looked_for_passes_as_visible():
    odd = [chr(code) for code in range(sys.maxunicode + 1)]
    odd = [one for one in odd if re.match(characters._SUSPECT, one) or re.match(characters._BLANK, one)]

    assert len(odd) > 2000
    assert [one for one in odd if characters._is_visible(f"a{one}b")] == []
