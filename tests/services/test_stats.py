"""What a city did adds up at every level, to the minute, and follows each row of its history."""

import pytest
from sqlalchemy import event, select

from tests.banks import YUNZHOU, a_bank, day, do
from tests.handover import MEMBERS, ORGANISATIONS, SERVICES, hand_over, member, service
from timebank.domain.refusal import NotFound
from timebank.services import members, organisations, reversal
from timebank.services.importing import commit_folder
from timebank.services.settlement import settle_due
from timebank.services.stats import COUNTS, stats
from timebank.storage.books import transfers
from timebank.storage.people import members as people

CITY_STAFF = {"by": "auditor", "at": "yunzhou"}


def settled(bank, folder, **files):
    report = commit_folder(bank, YUNZHOU, hand_over(folder, **files))
    assert report.ok, report.faults
    settle_due(bank, YUNZHOU)
    return stats(bank, YUNZHOU)


def by_id(top):
    return {branch.id: branch.total for branch in top.walk()}


def plain(figures):
    return {name: getattr(figures, name) for name in COUNTS} | dict(figures.minutes)


def adds_up(branch):
    total = branch.own
    for below in branch.below:
        total = total.plus(below.total)
    return plain(total) == plain(branch.total) and all(adds_up(below) for below in branch.below)


def test_the_figures_of_a_city_are_those_of_its_history(bank, tmp_path):
    top = settled(bank, tmp_path)

    assert plain(top.total) == {
        "volunteers": 3,
        "recipients": 2,
        "stations": 3,
        "orders": 2,
        "visits": 2,
        "person_times": 2,
        "coin": 180,
        "point": 180,
    }


def test_every_level_is_the_sum_of_those_below_it_and_its_own(bank, tmp_path):
    assert adds_up(settled(bank, tmp_path))


def test_each_organisation_has_its_own_share(bank, tmp_path):
    found = by_id(settled(bank, tmp_path))

    assert (found["east-1"].orders, found["east-1"].minutes["coin"]) == (1, 60)
    assert (found["west-1"].orders, found["west-1"].minutes["coin"]) == (1, 120)
    assert (found["east"].volunteers, found["west"].volunteers) == (2, 1)
    assert found["east-2"].orders == 0


def test_changing_one_row_changes_exactly_those_figures_up_the_tree(bank, tmp_path, databases):
    before = by_id(settled(bank, tmp_path / "before"))
    url = databases.migrated()
    with a_bank(url, clock=bank.clock) as other:
        longer = service(planned_minutes="120", checked_out="2026-02-01 11:00")
        after = by_id(settled(other, tmp_path / "after", services=[longer, SERVICES[1]]))
    databases.drop(url)

    changed = {
        node: (plain(before[node]), plain(after[node])) for node in before if before[node] != after[node]
    }

    assert sorted(changed) == ["east", "east-1", "yunzhou"]
    for was, now in changed.values():
        assert now == was | {"coin": was["coin"] + 60, "point": was["point"] + 60}


def test_a_station_has_powers_and_nothing_with_powers_below_it(bank, tmp_path):
    found = by_id(settled(bank, tmp_path))

    assert (found["team-1"].stations, found["east-1"].stations) == (1, 1)
    assert (found["east"].stations, found["yunzhou"].stations) == (2, 3)


def test_an_order_that_is_not_settled_does_not_count(bank, tmp_path):
    commit_folder(bank, YUNZHOU, hand_over(tmp_path))

    total = stats(bank, YUNZHOU).total

    assert (total.orders, total.visits, total.person_times, dict(total.minutes)) == (0, 0, 0, {})


def test_people_who_came_are_counted_each_time(bank, tmp_path):
    group = {**service(reference="S3", recipient="", volunteer="B1"), "head_count": "12"}
    plain_rows = [{**row, "head_count": ""} for row in SERVICES]

    assert settled(bank, tmp_path, services=[*plain_rows, group]).total.person_times == 14


def test_a_reversal_takes_its_hours_and_its_order_away(bank, tmp_path):
    settled(bank, tmp_path)
    reverse_settlement_in(bank, "west-1")

    found = by_id(stats(bank, YUNZHOU))

    assert (found["west-1"].orders, found["west-1"].minutes["coin"]) == (0, 0)
    assert found["yunzhou"].minutes["coin"] == 60


def test_a_reversal_counts_for_the_day_of_what_it_reversed(bank, tmp_path):
    settled(bank, tmp_path)
    reverse_settlement_in(bank, "west-1")

    on_the_day = stats(bank, YUNZHOU, from_day=day("2026-02-02"), until_day=day("2026-02-02")).total

    assert on_the_day.minutes["coin"] == 0


def reverse_settlement_in(bank, organisation):
    with bank.reading() as connection:
        wanted = select(transfers.c.id).where(
            transfers.c.city == YUNZHOU, transfers.c.organisation_id == organisation
        )
        transfer_id = connection.execute(wanted).scalar_one()
    do(bank, reversal.reverse, **CITY_STAFF, transfer_id=transfer_id, reason="误记")


def test_days_bound_what_is_counted(bank, tmp_path):
    settled(bank, tmp_path)

    first = stats(bank, YUNZHOU, until_day=day("2026-02-01")).total
    second = stats(bank, YUNZHOU, from_day=day("2026-02-02")).total

    assert (first.orders, first.minutes["coin"]) == (1, 60)
    assert (second.orders, second.minutes["coin"]) == (1, 120)


def test_one_organisation_can_be_asked_for(bank, tmp_path):
    settled(bank, tmp_path)

    branch = stats(bank, YUNZHOU, "west")

    assert [each.id for each in branch.walk()] == ["west", "west-1"]
    assert branch.total.minutes["coin"] == 120


def test_an_unknown_organisation_is_said(bank, tmp_path):
    settled(bank, tmp_path)

    with pytest.raises(NotFound, match="nowhere"):
        stats(bank, YUNZHOU, "nowhere")


def test_what_was_done_in_a_closed_organisation_still_counts_above_it(bank, tmp_path):
    settled(bank, tmp_path)
    with bank.reading() as connection:
        resident = connection.execute(select(people.c.id).where(people.c.home_id == "west-1")).scalar_one()
    do(bank, members.close, member_id=resident, on_day=day("2026-02-20"), reason="left")
    do(bank, organisations.close, organisation_id="west-1", on_day=day("2026-02-20"))

    found = by_id(stats(bank, YUNZHOU))

    assert found["yunzhou"].minutes["coin"] == 180
    assert (found["west"].minutes["coin"], found["west"].stations) == (120, 1)


def test_what_moved_counts_where_it_stands_on_the_last_day(bank, tmp_path):
    settled(bank, tmp_path)
    do(
        bank,
        organisations.move,
        organisation_id="west-1",
        parent_id="east",
        from_day=day("2026-02-20"),
    )

    assert by_id(stats(bank, YUNZHOU))["east"].minutes["coin"] == 180
    assert by_id(stats(bank, YUNZHOU, until_day=day("2026-02-19")))["east"].minutes["coin"] == 60


def test_a_city_with_nothing_has_nothing(bank):
    top = stats(bank, YUNZHOU)

    assert (top.id, plain(top.total), top.below) == (YUNZHOU, dict.fromkeys(COUNTS, 0), ())


def test_hours_are_told_exactly_in_the_units_of_the_city(bank, tmp_path):
    quarter = service(planned_minutes="90", checked_out="2026-02-01 10:30")
    top = settled(bank, tmp_path, services=[quarter])

    credit = top.plain(bank.city(YUNZHOU).rules_on(day("2026-03-02")))["credit"]

    assert credit["point"] == {"minutes": 90, "amount": "1.5"}
    assert credit["coin"] == {"minutes": 60, "amount": "1"}


def test_a_volunteer_counts_where_they_belong_and_once(bank, tmp_path):
    more = [*MEMBERS, member(reference="V9", home_id="east", team="")]
    found = by_id(settled(bank, tmp_path, members=more))

    assert found["east"].volunteers == 3
    assert found["east-1"].volunteers == 2


def test_the_number_of_statements_does_not_grow_with_the_tree(bank, tmp_path):
    many = [
        *ORGANISATIONS,
        *(
            {**ORGANISATIONS[3], "id": f"east-{number}", "name": f"第{number}街道"}
            for number in range(10, 60)
        ),
    ]
    settled(bank, tmp_path, organisations=many)
    sent = []
    event.listen(bank.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))

    stats(bank, YUNZHOU)

    assert len([statement for statement in sent if statement.startswith("SELECT")]) == 6
