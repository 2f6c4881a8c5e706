"""Nanjing at the size the reports give: its four levels, its pilot streets, its published figures."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from bench.expected import expected_figures
from bench.nanjing import PUBLISHED, published, report
from bench.phases import Run
from bench.synthetic_city import Size, book_of, make_city
from tests.bench.files import rows


@pytest.fixture(scope="module")
def nanjing():
    return book_of("nanjing")


def test_the_published_figures_are_those_of_the_seed_article():
    assert published() == {
        "volunteers": 45490,
        "recipients": 34755,
        "orders": 107141,
        "stations": 1252,
        "minutes": 3227415,
    }
    assert PUBLISHED.hours == Decimal("53790.25")


def test_the_tree_has_four_levels(nanjing, tmp_path):
    make_city(nanjing, "nanjing", tmp_path, Size(10, 10, 10, 300, Decimal(10)))

    levels = Counter(row["level"] for row in rows(tmp_path, "organisations"))

    assert (levels["city"], levels["district"], levels["street"], levels["community"]) == (1, 12, 25, 300)


def test_before_the_whole_city_takes_part_only_pilot_streets_have_orders(nanjing, tmp_path):
    make_city(nanjing, "nanjing", tmp_path, Size(200, 200, 400, 400, Decimal(200)))
    pilot = set(nanjing.versions[0].tree["orders"]["only_in"])
    parents = {row["id"]: row["parent_id"] for row in rows(tmp_path, "organisations")}
    early = [row for row in rows(tmp_path, "services") if row["planned_start"] < "2020-10-01"]

    assert early
    assert {parents[row["organisation_id"]] for row in early} <= pilot


def test_the_days_are_those_of_the_reports(nanjing, tmp_path):
    make_city(nanjing, "nanjing", tmp_path, Size(50, 50, 300, 60, Decimal(150)))
    days = [date.fromisoformat(row["planned_start"][:10]) for row in rows(tmp_path, "services")]

    assert date(2019, 12, 1) <= min(days)
    assert max(days) <= date(2021, 2, 28)


def test_quarter_hours_add_up_to_the_published_sum_whatever_the_seed(nanjing, tmp_path):
    for seed in range(3):
        size = Size(20, 20, 107, 30, Decimal("53.25"))
        make_city(nanjing, "nanjing", tmp_path, size, seed=seed)

        assert expected_figures(tmp_path)["nanjing"]["minutes"] == 53 * 60 + 15


def a_run(**figures):
    right = {**published(), "person_times": 112438}
    levels = {level: {"organisations": 1, **right} for level in ("city", "district", "street", "community")}
    return Run("sqlite", figures=right | figures, levels=levels).plain()


def test_a_run_with_every_published_figure_is_right(capsys):
    assert report(a_run())
    assert "53,790.25" in capsys.readouterr().out


def test_a_run_that_misses_a_quarter_of_an_hour_is_wrong(capsys):
    assert not report(a_run(minutes=3227400))
    assert "≠" in capsys.readouterr().out


def test_a_level_that_does_not_add_up_is_wrong():
    run = a_run()
    run["levels"]["street"]["orders"] -= 1

    assert not report(run)


def test_a_check_of_the_ledger_that_fails_is_wrong():
    assert not report(a_run() | {"faults": ["balances: 1"]})
