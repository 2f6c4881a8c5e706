"""Cities at the size they published: the trees their rule files and the reports name, the figures to the minute."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bench.cities import TO_VERIFIED, orders_a_second, report
from bench.expected import expected_figures
from bench.phases import Phase, Run
from bench.published import CITIES
from bench.synthetic_city import Size, book_of, make_city
from tests.bench.files import rows

NANJING, YANGPU = CITIES["nanjing"], CITIES["shanghai_yangpu"]


@pytest.fixture(scope="module")
def nanjing():
    return book_of("nanjing")


@pytest.fixture(scope="module")
def yangpu(tmp_path_factory):
    folder = tmp_path_factory.mktemp("yangpu")
    size = replace(
        YANGPU.size, volunteers=160, recipients=200, orders=200, hours=Decimal(300), person_times=1801
    )
    make_city(book_of("shanghai_yangpu"), "shanghai_yangpu", folder, size, until=YANGPU.until)
    return folder


def test_the_published_figures_are_those_of_the_seed_articles():
    assert NANJING.figures() == {
        "volunteers": 45490,
        "recipients": 34755,
        "orders": 107141,
        "stations": 1252,
        "minutes": 3227415,
    }
    assert {name: YANGPU.figures()[name] for name in ("volunteers", "recipients")} == {
        "volunteers": 4347,
        "recipients": 11709,
    }
    assert YANGPU.figures()["person_times"] > 40_000
    assert YANGPU.levels == {"branch": 12, "team": 16, "partner": 4}


@pytest.mark.parametrize("city", CITIES)
def test_what_is_assumed_is_a_figure_that_has_to_be_met_too(city):
    assert CITIES[city].assumed <= set(CITIES[city].figures())


def test_nanjing_s_tree_has_four_levels(nanjing, tmp_path):
    make_city(nanjing, "nanjing", tmp_path, Size(10, 10, 10, 300, Decimal(10)))

    levels = Counter(row["level"] for row in rows(tmp_path, "organisations"))

    assert (levels["city"], levels["district"], levels["street"], levels["community"]) == (1, 12, 25, 300)


def test_yangpu_s_branches_have_the_teams_and_partners_of_the_report(yangpu):
    made = rows(yangpu, "organisations")
    branches = {row["id"] for row in made if row["level"] == "branch"}

    assert Counter(row["level"] for row in made) == {"head": 1, "branch": 12, "team": 16, "partner": 4}
    assert {row["parent_id"] for row in made if row["level"] in {"team", "partner"}} <= branches


def test_where_the_teams_are_told_every_volunteer_of_their_branch_joins_one(yangpu):
    teams = {row["parent_id"] for row in rows(yangpu, "organisations") if row["level"] in {"team", "partner"}}
    volunteers = [row for row in rows(yangpu, "members") if row["roles"] == "volunteer"]

    assert {bool(row["team"]) for row in volunteers if row["home_id"] in teams} == {True}


def test_as_many_come_as_asked_for_and_nobody_more_to_what_is_for_one(yangpu):
    people = [(bool(row["recipient"]), int(row["head_count"])) for row in rows(yangpu, "services")]

    assert sum(count for _, count in people) == 1801
    assert {count for alone, count in people if alone} == {1}


def test_before_the_whole_city_takes_part_only_pilot_streets_have_orders(nanjing, tmp_path):
    make_city(nanjing, "nanjing", tmp_path, Size(200, 200, 400, 400, Decimal(200)))
    pilot = set(nanjing.versions[0].tree["orders"]["only_in"])
    parents = {row["id"]: row["parent_id"] for row in rows(tmp_path, "organisations")}
    early = [row for row in rows(tmp_path, "services") if row["planned_start"] < "2020-10-01"]

    assert early
    assert {parents[row["organisation_id"]] for row in early} <= pilot


def test_the_days_are_those_of_the_reports(nanjing, tmp_path):
    make_city(nanjing, "nanjing", tmp_path, Size(50, 50, 300, 60, Decimal(150)), until=NANJING.until)
    days = [date.fromisoformat(row["planned_start"][:10]) for row in rows(tmp_path, "services")]

    assert date(2019, 12, 1) <= min(days)
    assert max(days) <= date(2021, 2, 28)


def test_quarter_hours_add_up_to_the_published_sum_whatever_the_seed(nanjing, tmp_path):
    for seed in range(3):
        size = Size(20, 20, 107, 30, Decimal("53.25"))
        make_city(nanjing, "nanjing", tmp_path, size, seed=seed)

        assert expected_figures(tmp_path)["nanjing"]["minutes"] == 53 * 60 + 15


def a_run(published, **figures):
    right = {"person_times": 112438, **published.figures()}
    levels = {level: {"organisations": 1, **right} for level in ("city", "district", "street", "community")}
    told = {
        level: {"organisations": count, **dict.fromkeys(right, 0)}
        for level, count in published.levels.items()
    }
    return Run("sqlite", figures=right | figures, levels=levels | told).plain()


@pytest.mark.parametrize("city", CITIES)
def test_a_run_with_every_published_figure_is_right(city, capsys):
    assert report(a_run(CITIES[city]), CITIES[city])
    assert ("假定 assumed" in capsys.readouterr().out) == bool(CITIES[city].assumed)


def test_a_run_that_misses_a_quarter_of_an_hour_is_wrong(capsys):
    assert not report(a_run(NANJING, minutes=3227400), NANJING)
    assert "≠" in capsys.readouterr().out


def test_a_run_with_a_team_too_few_is_wrong():
    run = a_run(YANGPU)
    run["levels"]["team"]["organisations"] -= 1

    assert not report(run, YANGPU)


def test_the_speed_counts_import_settlement_and_verification_and_nothing_else():
    names = ("check", *TO_VERIFIED, "stats")
    run = Run("sqlite", phases=[Phase(name, wall=10) for name in names], figures={"orders": 800})

    assert orders_a_second(run.plain()) == 20


def test_a_run_that_never_settled_has_no_speed():
    assert orders_a_second(Run("sqlite", phases=[Phase("check", wall=10)]).plain()) is None


def test_a_level_that_does_not_add_up_is_wrong():
    run = a_run(NANJING)
    run["levels"]["street"]["orders"] -= 1

    assert not report(run, NANJING)


def test_a_check_of_the_ledger_that_fails_is_wrong():
    assert not report(a_run(NANJING) | {"faults": ["balances: 1"]}, NANJING)
