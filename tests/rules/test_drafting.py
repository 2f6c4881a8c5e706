"""Drafts are copies: of the version in force, with its dates set right, and not a comment lost."""

from datetime import date

import pytest

from tests.house.source import ROOT
from tests.rules.broken import EXAMPLE, check, edited
from timebank.bank.rule_desk import every_desk
from timebank.domain.words import Words
from timebank.rules import check_text, rule_files
from timebank.rules.drafting.first_version import first_version, settings_with
from timebank.rules.drafting.next_version import correction, next_version
from timebank.rules.drafting.splicing import with_basis, with_lines_after, with_value, without
from timebank.rules.nodes import read_nodes

START = date(2031, 2, 28)
REASON = Words("第九条抄错", "Article 9 was miscopied")
DESKS = every_desk(ROOT / "config" / "timebank.yaml")
PUBLISHED = [(desk, file) for desk in DESKS for file in rule_files(desk.folder)]
EVERY_FILE = pytest.mark.parametrize(
    ("desk", "file"), PUBLISHED, ids=[f"{desk.city}-{file.stem}" for desk, file in PUBLISHED]
)
OURS = {"effective", "replaces", "transition"}


def tree_of(text):
    return read_nodes(text, "").tree


def comments(text):
    """List what stands behind a # that opens a comment, the line for editors left out."""
    return [line.partition("# ")[2] for line in text.splitlines() if "# " in line and "$schema" not in line]


@EVERY_FILE
def test_the_next_version_of_every_published_file_passes_the_check(desk, file):
    draft = next_version(file.read_text(encoding="utf-8"), START)

    assert check_text(draft, "2031-02-28.yaml", desk.plugin_keys, desk.city).faults == ()


@EVERY_FILE
def test_the_next_version_says_all_that_the_last_one_says_but_for_its_own_dates(desk, file):
    text = file.read_text(encoding="utf-8")
    before, after = tree_of(text), tree_of(next_version(text, START))

    assert {key: after[key] for key in after if key not in OURS} == {
        key: before[key] for key in before if key not in OURS
    }
    assert after["effective"]["from"] == "2031-02-28"
    assert after["replaces"] == file.stem
    assert after["transition"]["open_orders"] == before.get("transition", {}).get("open_orders", "finish")


@EVERY_FILE
def test_no_comment_is_lost_in_a_draft(desk, file):
    text = file.read_text(encoding="utf-8")

    assert comments(next_version(text, START)) == comments(text)
    assert comments(correction(text, file.stem, START, REASON)) == comments(text)


@EVERY_FILE
def test_the_correction_of_every_published_file_passes_the_check(desk, file):
    draft = correction(file.read_text(encoding="utf-8"), file.stem, START, REASON)

    assert check_text(draft, f"{file.stem}.c1.yaml", desk.plugin_keys, desk.city).faults == ()
    assert tree_of(draft)["reason"] == {"zh": REASON.zh, "en": REASON.en}


def test_what_rests_on_the_old_date_is_open_in_the_new_version():
    draft = tree_of(next_version(EXAMPLE.read_text(encoding="utf-8"), START))

    assert "source" not in draft["effective"]
    assert "assumed" in draft["effective"]
    assert "assumed" in draft["transition"]


def test_services_dropped_before_are_not_dropped_again():
    dropped = "  dropped_services:\n    sing: {then: cancel}\n  # 说明\n  source: mb25 第一条\n"
    transition = f"replaces: 2025-01-01\ntransition:\n  open_orders: cancel\n{dropped}"
    text = edited(("review_by: 2098-12-31\n", transition))
    draft = next_version(text, START)

    assert tree_of(draft)["transition"]["open_orders"] == "cancel"
    assert "dropped_services" not in draft
    assert "# 说明" in draft
    assert check(draft, "2031-02-28.yaml") == ()


def test_a_day_of_review_before_the_new_version_is_left_out():
    text = EXAMPLE.read_text(encoding="utf-8")

    assert "review_by" not in tree_of(next_version(text, date(2099, 1, 1)))
    assert tree_of(next_version(text, date(2027, 1, 1)))["review_by"] == "2098-12-31"


def test_a_version_after_a_correction_is_none_itself():
    text = EXAMPLE.read_text(encoding="utf-8")
    mended = correction(text, "2026-01-01", date(2026, 5, 1), REASON)
    draft = next_version(mended, START)

    assert not {"corrects", "known_from", "reason"} & set(tree_of(draft))
    assert tree_of(draft)["replaces"] == "2026-01-01"


def test_a_correction_of_a_correction_names_what_it_mends():
    text = correction(EXAMPLE.read_text(encoding="utf-8"), "2026-01-01", date(2026, 5, 1), REASON)
    again = tree_of(correction(text, "2026-01-01.c1", date(2026, 6, 1), Words("仍有误", "still wrong")))

    assert (again["corrects"], again["known_from"]) == ("2026-01-01.c1", "2026-06-01")
    assert again["reason"]["en"] == "still wrong"


def test_a_reason_may_hold_any_mark():
    reason = Words('“九”写成了: {"九"} # 见下', "it's: [a, b]")
    draft = correction(EXAMPLE.read_text(encoding="utf-8"), "2026-01-01", START, reason)

    assert tree_of(draft)["reason"] == {"zh": reason.zh, "en": reason.en}


# Splicing


@pytest.mark.parametrize(
    ("text", "path", "after"),
    [
        ("a: 1 # one\nb: 2\n", ("a",), "b: 2\n"),
        ("a:\n  x: 1\n\n# of b\nb: 2\n", ("a",), "\n# of b\nb: 2\n"),
        ("a: {x: 1, y: 2}\n", ("a", "x"), "a: {y: 2}\n"),
        ("a: {x: 1, y: {z: 2}}\n", ("a", "y"), "a: {x: 1}\n"),
        ("a: {x: 1, y: 2, z: 3}\n", ("a", "y"), "a: {x: 1, z: 3}\n"),
        ("a: {x: 1}\n", ("a", "x"), "a: {}\n"),
        ("a: 1\n", ("b",), "a: 1\n"),
    ],
)
def test_a_key_is_taken_out_with_all_it_holds_and_nothing_else(text, path, after):
    assert without(text, path) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("a: 旧 # why\n", "a: new # why\n"),
        ("a: {b: 1}\n", "a: new\n"),
        ('a: "old: one"\n', "a: new\n"),
    ],
)
def test_a_value_is_changed_where_it_stands(text, after):
    assert with_value(text, ("a",), "new") == after


def test_a_basis_is_turned_into_an_assumption_where_it_stands():
    text = "effective: {from: 2026-01-01, source: mb25 第一条}  # 见公报\n"

    assert (
        with_basis(text, ("effective",), "why") == "effective: {from: 2026-01-01, assumed: why}  # 见公报\n"
    )


def test_lines_are_put_behind_a_block_and_before_what_introduces_the_next():
    text = "a:\n  x: 1\n\n# of b\nb: 2\n"

    assert with_lines_after(text, "a", "c: 3") == "a:\n  x: 1\nc: 3\n\n# of b\nb: 2\n"


# A new city


@pytest.mark.parametrize(
    "start", [date(2026, 1, 1), date(2027, 12, 31), date(2028, 2, 20), date(2096, 2, 21)]
)
def test_a_new_citys_rules_pass_the_check(start):
    text = first_version("linjiang", Words("临江市", "Linjiang"), start)

    assert check_text(text, f"{start}.yaml", {}, "linjiang").faults == ()


def test_a_new_citys_rules_fit_on_a_page_and_every_basis_is_open():
    text = first_version("linjiang", Words("临江市", "Linjiang"), START)

    assert text.count("\n") <= 45
    assert "source:" not in text.replace("把 assumed 换成 source", "")


def test_a_city_is_added_below_the_others_and_nothing_else_changes():
    text = (ROOT / "config" / "timebank.yaml").read_text(encoding="utf-8")
    added = settings_with(text, "linjiang")

    assert tree_of(added)["cities"]["linjiang"] == {"rules": "linjiang"}
    assert added.replace("  linjiang:\n    rules: linjiang\n", "") == text


def test_cities_between_braces_are_left_to_their_keeper():
    assert settings_with("format: timebank/1\ncities: {yunzhou: {rules: yunzhou}}\n", "linjiang") is None
