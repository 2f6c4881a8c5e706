"""A notch is one slip of the pen: every value that decides is moved, names are not, and only files that pass count."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.banks import FIXTURES, YUNZHOU
from timebank.rules import load_rule_book
from timebank.rules.notching import MoveKind, list_moves
from timebank.rules.notching.move import REMOVED, edited
from timebank.rules.notching.moved import moved, validity
from timebank.rules.rule_set import frozen, thawed


@pytest.fixture(scope="module")
def rule_set():
    return load_rule_book(FIXTURES / YUNZHOU).versions[0]


@pytest.fixture(scope="module")
def listed(rule_set):
    return list_moves(rule_set, {}, validity(rule_set, [], {}))


def told(listed, path):
    return [move.words.en for move in listed.moves if move.dotted == path]


def test_a_duration_is_moved_one_minute_up_and_down(listed):
    assert told(listed, "services.chat.least") == ["30 min → 31 min", "30 min → 29 min"]
    assert told(listed, "orders.confirmation.within") == ["7 d → 10081 min", "7 d → 10079 min"]


def test_an_age_is_moved_one_year_at_both_ends(listed):
    assert told(listed, "traits.aged_60_79.age.from") == ["60 → 61", "60 → 59"]
    assert told(listed, "traits.aged_60_79.age.to") == ["79 → 80", "79 → 78"]


def test_a_rate_is_moved_by_its_last_written_digit(rule_set):
    changed = moved_to(rule_set, ("charge", "rate"), Decimal("1.25"))

    steps = told(list_moves(changed, {}, validity(changed, [], {})), "charge.rate")

    assert steps == ["1.25 → 1.26", "1.25 → 1.24"]


def test_true_becomes_false_and_a_choice_its_neighbour(listed):
    assert told(listed, "gifts.allowed") == ["true → false"]
    assert told(listed, "credit.units.coin.rounding") == ["floor → nearest"]


def test_a_list_loses_each_item_and_gains_one_that_exists(listed):
    said = told(listed, "levels.district.may")

    assert said[:3] == ["without settle_dispute", "without reverse_transfer", "without verify_qualification"]
    assert said[3].startswith("with ")


def test_a_condition_loses_a_trait_and_an_alternative(listed):
    assert "without low_income" in told(listed, "admission.recipient.gate.any.1.all")
    assert "without {all: [aged_80]}" in told(listed, "admission.recipient.gate.any")


def test_a_trait_that_everybody_has_who_meets_the_condition_is_no_move(rule_set):
    path = ("admission", "recipient", "gate", "any")
    changed = moved_to(rule_set, path, [{"all": ["aged_80", "served_100"]}])

    said = told(list_moves(changed, {}, validity(changed, [], {})), "admission.recipient.gate.any.0.all")

    assert "with aged_60_79" in said
    assert not {"with adult", "with aged_60"} & set(said)


def test_an_optional_block_is_taken_out(listed):
    gone = {move.dotted for move in listed.moves if move.kind is MoveKind.GONE}

    assert {"caps.day", "caps", "services.garden.only_in", "grants", "gifts.per_year"} <= gone


def test_names_bases_and_what_files_the_document_away_are_not_moved(listed):
    paths = {move.dotted for move in listed.moves}

    assert not [path for path in paths if path.endswith((".label", ".zh", ".source", ".assumed", ".plural"))]
    assert not [
        path for path in paths if path.split(".")[0] in {"city", "title", "sources", "brand", "review_by"}
    ]


def test_what_would_not_pass_the_check_is_no_move_and_is_counted(listed):
    assert "charge.unit" in {move.dotted for move in listed.moves}
    assert "orders.taking" not in {move.dotted for move in listed.moves}
    assert "units.coin" not in {move.dotted for move in listed.moves if move.kind is MoveKind.GONE}
    assert listed.refused > 0


def test_the_first_day_moves_with_the_name_of_its_file(rule_set, listed):
    later = next(
        move for move in listed.moves if move.dotted == "effective.from" and move.kind is MoveKind.MORE
    )

    after = moved(rule_set, later)

    assert (after.file, after.effective_from.isoformat()) == ("2026-01-02.yaml", "2026-01-02")


def test_a_moved_rule_set_answers_with_the_new_value_and_the_old_one_as_before(rule_set, listed):
    longer = next(move for move in listed.moves if move.dotted == "services.chat.least")

    assert moved(rule_set, longer).reading().minutes("services.chat.least") == 31
    assert rule_set.reading().minutes("services.chat.least") == 30


def test_an_edit_leaves_the_data_it_was_made_from_alone():
    before = {"a": {"b": [1, 2]}, "c": 3}

    assert edited(before, ("a", "b", 1), 9) == {"a": {"b": [1, 9]}, "c": 3}
    assert edited(before, ("a",), REMOVED) == {"c": 3}
    assert before == {"a": {"b": [1, 2]}, "c": 3}


def test_a_move_is_read_where_its_value_a_part_of_it_or_for_a_block_its_name_was_asked_for(listed):
    cap = next(m for m in listed.moves if m.dotted == "caps.day" and m.kind is MoveKind.GONE)
    limit = next(m for m in listed.moves if m.dotted == "caps.day.limit")

    assert cap.read_in({"caps.*"})
    assert cap.read_in({"caps.day.limit"})
    assert limit.read_in({"caps.day.limit"})
    assert not limit.read_in({"caps.*", "caps.day.over", "caps.days"})


def moved_to(rule_set, path, value):
    return replace(rule_set, tree=frozen(edited(thawed(rule_set.tree), path, value)))
