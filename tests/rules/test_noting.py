"""A noting rule set tells every path that is asked of it, however it is asked, and answers as before."""

from datetime import date

import pytest

from tests.banks import FIXTURES, YUNZHOU
from timebank.rules import load_rule_book
from timebank.rules.noting import NotingBook, noting


@pytest.fixture
def plain():
    return load_rule_book(FIXTURES / YUNZHOU).versions[0]


@pytest.fixture
def asked(plain):
    notes = []
    return noting(plain, notes.append), notes


def test_making_one_notes_nothing(asked):
    assert asked[1] == []


def test_a_value_asked_by_its_path_is_noted(asked):
    rule_set, notes = asked

    assert rule_set.reading().minutes("services.chat.least") == 30
    assert notes == ["services.chat.least"]


def test_a_value_taken_out_of_a_block_is_noted_and_the_block_is_not(asked):
    rule_set, notes = asked

    assert rule_set.reading().block("credit")["basis"] == "measured"
    assert rule_set.tree["caps"]["day"]["over"] == "not_credited"
    assert notes == ["credit.basis", "caps.day.over"]


def test_asking_whether_something_is_there_is_noted_also_where_it_is_not(asked):
    rule_set, notes = asked

    assert not rule_set.reading().has("orders.only_in")
    assert rule_set.tree.get("qualities") is None
    assert notes == ["orders.only_in", "qualities"]


def test_the_names_in_a_block_are_noted_as_such(asked):
    rule_set, notes = asked

    assert rule_set.reading().names("caps") == ("store", "day")
    assert rule_set.services == ("chat", "law", "garden")
    assert set(notes) == {"caps.*", "services.*"}


def test_it_equals_the_rule_set_it_was_made_from_and_has_the_same_paths(plain, asked):
    rule_set, _ = asked

    assert rule_set == plain
    assert list(rule_set.by_path) == list(plain.by_path)


def test_a_noting_book_notes_the_days_it_is_asked_about_and_chooses_as_before(plain):
    book = NotingBook(YUNZHOU, [plain])

    assert book.on(date(2026, 3, 2)) == plain
    assert book.days == {date(2026, 3, 2)}
