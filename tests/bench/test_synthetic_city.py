"""A made city is the size asked for, the same for the same seed, and goes through the bank without a fault."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from bench import phases
from bench.expected import expected_figures
from bench.made_services import TooTight
from bench.phases import run_city
from bench.synthetic_city import CONFIG, FILES, Size, book_of, make_city
from tests.banks import FIXTURES, YUNZHOU
from tests.bench.files import rows
from timebank.bank import read_settings
from timebank.rules import load_rule_book

TINY = Size(volunteers=40, recipients=30, orders=120, stations=30, hours=Decimal(160))
UNTIL = date(2026, 9, 30)
CITIES = sorted(read_settings(CONFIG).cities)


@pytest.fixture(scope="module")
def book():
    return load_rule_book(FIXTURES / YUNZHOU)


@pytest.fixture(scope="module")
def tiny(book, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny")
    make_city(book, YUNZHOU, folder, TINY, until=UNTIL)
    return folder


def contents(folder):
    return {name: (folder / name).read_bytes() for name in FILES}


def test_the_city_is_as_large_as_asked_for(tiny):
    top = expected_figures(tiny)[YUNZHOU]

    assert (top["volunteers"], top["recipients"], top["orders"], top["minutes"]) == (40, 30, 120, 9600)
    assert len([row for row in rows(tiny, "organisations") if row["level"] == "team"]) == 30


def test_the_same_seed_makes_the_same_bytes(book, tiny, tmp_path):
    make_city(book, YUNZHOU, tmp_path, TINY, until=UNTIL)

    assert contents(tmp_path) == contents(tiny)


def test_another_seed_makes_another_city_of_the_same_size(book, tiny, tmp_path):
    make_city(book, YUNZHOU, tmp_path, TINY, seed=8, until=UNTIL)

    assert contents(tmp_path) != contents(tiny)
    assert expected_figures(tmp_path)[YUNZHOU]["minutes"] == 9600


def test_levels_stand_under_each_other_as_the_rule_file_says(book, tiny):
    nodes = {row["id"]: row for row in rows(tiny, "organisations")}
    under = {level: block.get("under") for level, block in book.versions[0].tree["levels"].items()}

    for row in nodes.values():
        parent = nodes.get(row["parent_id"])
        assert (parent["level"] if parent else None) == under[row["level"]]


def test_services_are_in_order_of_time_and_within_their_period(tiny):
    days = [date.fromisoformat(row["planned_start"][:10]) for row in rows(tiny, "services")]

    assert all(before <= after for before, after in pairwise(days))
    assert date(2026, 1, 1) <= days[0]
    assert days[-1] <= UNTIL


def test_where_time_is_measured_every_service_has_its_clock(tiny):
    assert [row for row in rows(tiny, "services") if not (row["checked_in"] and row["checked_out"])] == []


def test_nobody_serves_in_two_places_at_once(tiny):
    ended = {}
    for row in sorted(rows(tiny, "services"), key=lambda row: row["checked_in"]):
        assert ended.get(row["volunteer"], "") <= row["checked_in"], row
        ended[row["volunteer"]] = row["checked_out"]


def test_nobody_serves_themselves(tiny):
    assert [row for row in rows(tiny, "services") if row["volunteer"] == row["recipient"]] == []


@pytest.mark.parametrize(
    "size",
    [
        Size(10, 10, 10, 30, Decimal(1)),
        Size(10, 10, 10, 30, Decimal(10_000)),
        Size(10, 10, 10, 30, Decimal("10.1")),
        Size(10, 0, 10, 30, Decimal(10)),
        Size(0, 10, 10, 30, Decimal(10)),
    ],
    ids=["too few hours", "too many hours", "no whole quantum", "nobody to serve", "nobody who serves"],
)
def test_what_cannot_be_made_is_said(book, tmp_path, size):
    with pytest.raises(TooTight):
        make_city(book, YUNZHOU, tmp_path, size, until=UNTIL)


@pytest.mark.parametrize("city", CITIES)
def test_a_small_city_goes_through_the_bank_and_every_figure_is_right(
    city, tmp_path, empty_database_url, monkeypatch
):
    monkeypatch.setattr(phases, "ONE_BY_ONE", 5)
    size = Size(volunteers=40, recipients=30, orders=60, stations=30, hours=Decimal(100))
    make_city(book_of(city), city, tmp_path, size)

    run = run_city(CONFIG, city, tmp_path, empty_database_url)

    assert run.wrong == []
    assert run.faults == []
    assert (run.figures["volunteers"], run.figures["orders"], run.figures["minutes"]) == (40, 60, 6000)
