"""Sentences of both languages wrap within the terminal, and lose nothing but spaces at line ends."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from timebank.cli.wrapping import wrapped

SENTENCES = st.lists(
    st.sampled_from(
        ["记入", "，", "（", "）", "30 ", "分钟", "credit.units.coin", " ", "“", "”", "。", "time coin"]
    ),
    max_size=60,
).map("".join)


def lines(text, width):
    return [line.plain for line in wrapped(Text(text), width)]


def test_a_figure_stays_with_its_unit_and_a_closing_mark_with_its_word():
    assert lines("记入一枚，余下 30 分钟留待下次。", 16) == ["记入一枚，余下", "30 分钟留待下", "次。"]


def test_english_breaks_between_words():
    assert lines("one hour and thirty minutes", 12) == ["one hour and", "thirty", "minutes"]


def test_a_word_longer_than_a_line_is_folded():
    assert lines("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]


@given(SENTENCES, st.integers(24, 80))
def test_no_line_is_wider_than_asked_and_nothing_is_lost(text, width):
    found = lines(text, width)

    assert all(cell_len(line) <= width for line in found)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
