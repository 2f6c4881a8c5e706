import pytest

from tests.rules.broken import check, edited
from timebank.rules.repairing import repaired

# Each: what it is; the example's text; the broken text; what mending makes of it, where that is not the example's.
# fmt: off
SLIPS = [
    ("a full-width colon", "    one: 60 min", "    one：60 min", None),
    ("a full-width comma between keys", "{zh: 时间币, en: time coin}", "{zh: 时间币，en: time coin}", None),
    ("full-width marks only", "label: {zh: 时间币, en: time coin}", "label：｛zh：时间币，en：time coin｝", None),
    ("full-width quotes", "zh: 云州市民政局", "zh: “云州市民政局”", "zh: \"云州市民政局\""),
    ("a missing blank after a colon", "    one: 60 min", "    one:60 min", None),
    ("a tab as indent", "    one: 60 min", "\tone: 60 min", None),
    ("wide blanks as indent", "    one: 60 min", "　　one: 60 min", None),
    ("a wide blank at the end", "    one: 60 min", "    one: 60 min　", None),
    ("an unseen character", "    one: 60 min", "    o\u200bne: 60 min", None),
    ("a full-width number sign", "# 计量单位", "＃ 计量单位", None),
    ("yes where true is meant", "needed: true, early", "needed: yes, early", None),
    ("Off where false is meant", "needed: true, early", "needed: Off, early", "needed: false, early"),
]
# fmt: on


@pytest.mark.parametrize(("slip", "old", "new", "meant"), SLIPS, ids=[slip[0] for slip in SLIPS])
def test_a_mechanical_slip_is_mended_and_nothing_else_is_touched(slip, old, new, meant):
    text, repairs = repaired(edited((old, new)), {})

    assert text == edited((old, meant or old))
    assert len(repairs) == 1


def test_the_byte_order_mark_is_taken_out():
    assert repaired("\ufeff" + edited(), {})[0] == edited()


def test_windows_line_ends_stay():
    broken = edited(("    one: 60 min", "    one：60 min")).replace("\n", "\r\n")

    assert repaired(broken, {})[0] == edited().replace("\n", "\r\n")


def test_yes_stays_where_text_is_meant():
    broken = edited(("zh: 时间币", "zh: yes"))

    assert repaired(broken, {}) == (broken, [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("may: [check_in_for]", "may: [check_in_for"),
        ("    one: 60 min", "      one: 60 min"),
        ("rounding: floor", "rounding: flor"),
        ("zh: 云州市民政局", 'zh: "云州市民政局'),
    ],
)
def test_what_must_be_guessed_is_left_to_people(old, new):
    broken = edited((old, new))

    assert repaired(broken, {}) == (broken, [])


def test_a_yes_in_a_plugins_slot_is_mended_by_the_plugins_own_keys():
    slot = "\nextensions:\n  star: {on_foot: yes, source: mb25 第一条}\n"
    schema = {"type": "object", "properties": {"on_foot": {"type": "boolean"}, "source": {"type": "string"}}}

    assert "on_foot: true" in repaired(edited() + slot, {"star": schema})[0]


def test_a_mended_text_has_fewer_faults():
    broken = edited(("    one: 60 min", "    one：60 min"), ("rounding: floor", "rounding: flor"))

    assert len(check(repaired(broken, {})[0])) < len(check(broken))
