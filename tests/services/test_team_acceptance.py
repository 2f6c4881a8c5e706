"""A team takes an order with one acceptance: a visit for each member or none, and one captain at the door."""

import pytest

from tests.banks import StoryClock, a_bank, day, do
from tests.oracle import assert_all_is_well
from tests.working import (
    START,
    STREET,
    a_project,
    a_volunteer,
    an_elder_with,
    city_folder,
    counted_statements,
    order_row,
    published,
    take,
)
from tests.yunzhou import a_member, settle_tree
from timebank.domain.refusal import BadInput, NotFound, Refused
from timebank.services import members, settlement, team_acceptance, visits
from timebank.storage import evidence_rows, visit_rows

CAPTAIN = {"by": "captain", "at": "team-a"}
QR, CALL = [{"kind": "qr", "note": ""}], [{"kind": "call_back", "note": ""}]
MAY = ("    may: [check_in_for]\n", "    may: [accept_for, check_in_for]\n")


@pytest.fixture(scope="module")
def town(databases, tmp_path_factory):
    """One bank for all tests here: each makes its own people and orders."""
    url = databases.migrated()
    folder = city_folder(tmp_path_factory.mktemp("config"), MAY)
    with a_bank(url, config_folder=folder, clock=StoryClock()) as opened:
        settle_tree(opened)
        yield opened
        assert_all_is_well(opened)
    databases.drop(url)


@pytest.fixture
def bank(town):
    """The bank on a Monday morning."""
    town.clock.set("2026-03-02 09:00")
    return town


def in_team(bank, member, team="team-a"):
    asked = {"member_id": member, "organisation_id": team, "from_day": day("2026-01-01")}
    do(bank, members.join_organisation, by=member, **asked)
    return member


def a_crew(bank, many=3):
    return [in_team(bank, a_volunteer(bank, f"队员{number}")) for number in range(many)]


def accept(bank, order, crew, **over):
    who = CAPTAIN | over
    return do(bank, team_acceptance.accept_for_team, **who, order_id=order, team_id="team-a", member_ids=crew)


def refused(bank, order, crew, **over):
    with pytest.raises(Refused) as told:
        accept(bank, order, crew, **over)
    return [refusal.code for refusal in told.value.refusals]


def team_visits(bank, order):
    with bank.reading() as connection:
        return visit_rows.of_team(connection, "yunzhou", order, "team-a")


def step(bank, use_case, order, claims=QR, **over):
    return do(bank, use_case, **(CAPTAIN | over), order_id=order, team_id="team-a", claims=claims)


def test_one_acceptance_makes_one_visit_a_member(bank):
    order, crew = a_project(bank), a_crew(bank)

    answer = accept(bank, order, crew)

    made = team_visits(bank, order)
    assert {row.volunteer_id: row.id for row in made} == answer["visits"]
    assert [row.volunteer_id for row in made] == crew
    assert [row.place for row in made] == [1, 2, 3]
    assert (order_row(bank, order).state, order_row(bank, order).places_taken) == ("filled", 3)


def test_each_visit_has_a_decision_of_its_own(bank):
    order = a_project(bank)
    accept(bank, order, a_crew(bank))

    assert {row.decision["outcome"] for row in team_visits(bank, order)} == {"accepted"}


def test_one_member_who_may_not_serve_leaves_everybody_out(bank):
    order, crew = a_project(bank), a_crew(bank, 2)

    assert refused(bank, order, [*crew, a_volunteer(bank, "队外人")]) == ["not_in_team"]
    assert (team_visits(bank, order), order_row(bank, order).places_taken) == ([], 0)


def test_more_members_than_places_leave_everybody_out(bank):
    order, crew = a_project(bank, places=2), a_crew(bank)

    assert refused(bank, order, crew) == ["no_place"]
    assert (team_visits(bank, order), order_row(bank, order).places_taken) == ([], 0)


def test_a_team_takes_only_what_others_left(bank):
    order, crew = a_project(bank), a_crew(bank, 2)
    take(bank, order, a_volunteer(bank, "早来者"))

    accept(bank, order, crew)

    assert [row.place for row in team_visits(bank, order)] == [2, 3]


def test_a_member_who_has_something_else_at_that_hour_leaves_everybody_out(bank):
    crew = a_crew(bank, 2)
    take(bank, a_project(bank), crew[1])

    assert refused(bank, a_project(bank), crew) == ["overlap"]


def test_nobody_named_and_somebody_named_twice_cannot_be_read(bank):
    order, (member,) = a_project(bank), a_crew(bank, 1)

    for crew in ([], [member, member]):
        with pytest.raises(BadInput):
            accept(bank, order, crew)


def test_a_member_nobody_knows_is_not_found(bank):
    with pytest.raises(NotFound):
        accept(bank, a_project(bank), [*a_crew(bank, 1), "nobody"])


def test_a_captain_speaks_for_no_other_team_and_no_member_for_all(bank):
    order, crew = a_project(bank), a_crew(bank, 2)

    assert refused(bank, order, crew, at="east-2") == ["outside_area"]
    assert refused(bank, order, crew, by=crew[0], at=None) == ["not_staff"]


def test_a_level_without_the_power_does_not_accept_for_others(bank):
    assert refused(bank, a_project(bank), a_crew(bank, 2), **STREET) == ["no_power"]


def test_the_same_acceptance_twice_is_one(bank):
    order, crew = a_project(bank), a_crew(bank, 2)

    first = accept(bank, order, crew, operation="crew-once")

    assert accept(bank, order, crew, operation="crew-once") == first
    assert len(team_visits(bank, order)) == 2


def test_a_large_team_costs_hardly_more_statements_than_a_small_one(bank):
    small, large = a_crew(bank, 2), a_crew(bank, 12)
    orders = [a_project(bank, places=12) for _ in range(2)]

    counts = []
    for order, crew in zip(orders, (small, large), strict=True):
        with counted_statements(bank) as counted:
            accept(bank, order, crew)
        counts.append(len(counted))

    assert counts[1] <= counts[0]  # a mass of rows is copied in, which is no statement


def test_the_captain_checks_in_and_out_for_all_and_each_is_credited(bank):
    order, crew = a_project(bank), a_crew(bank)
    accept(bank, order, crew)

    bank.clock.set(START)
    assert step(bank, team_acceptance.check_in_team, order)["visits"] == 3
    bank.clock.forward(minutes=60)
    assert step(bank, team_acceptance.check_out_team, order)["visits"] == 3
    assert step(bank, team_acceptance.confirm_team, order, CALL, **STREET)["visits"] == 3
    for row in team_visits(bank, order):
        assert (row.measured_minutes, row.recognised_minutes, row.state) == (60, 60, "confirmed")
        answer = do(bank, settlement.settle, visit_id=row.id)
        assert answer["credited"] == {"coin": 60, "point": 60}
    assert order_row(bank, order).state == "settled"


def test_a_member_who_checked_in_himself_is_measured_from_then(bank):
    order, crew = a_project(bank), a_crew(bank, 2)
    early = accept(bank, order, crew)["visits"][crew[0]]
    bank.clock.set("2026-03-03 08:45")
    do(bank, visits.check_in, by=crew[0], visit_id=early, claims=QR)
    bank.clock.set(START)

    assert step(bank, team_acceptance.check_in_team, order)["visits"] == 1
    bank.clock.forward(minutes=60)
    step(bank, team_acceptance.check_out_team, order)

    assert [row.measured_minutes for row in team_visits(bank, order)] == [75, 60]


def test_a_team_with_nobody_to_check_in_is_told_so(bank):
    with pytest.raises(Refused) as told:
        step(bank, team_acceptance.check_in_team, a_project(bank))

    assert told.value.code == "no_such_visits"


def test_the_captain_is_held_to_the_hours_of_everybody(bank):
    order = a_project(bank)
    accept(bank, order, a_crew(bank))

    with pytest.raises(Refused) as told:
        step(bank, team_acceptance.check_in_team, order)

    assert told.value.code == "too_early"
    assert {row.state for row in team_visits(bank, order)} == {"planned"}


def test_an_elder_for_whom_a_team_is_confirmed_has_attended(bank):
    elder = an_elder_with(bank, granted=60)
    order, crew = published(bank, elder), a_crew(bank, 1)
    accept(bank, order, crew)
    bank.clock.set(START)
    step(bank, team_acceptance.check_in_team, order)
    bank.clock.forward(minutes=60)
    step(bank, team_acceptance.check_out_team, order)

    step(bank, team_acceptance.confirm_team, order, CALL, **STREET)

    with bank.reading() as connection:
        (attendance,) = evidence_rows.attendances_of(connection, "yunzhou", order)
    assert (attendance.recipient_id, attendance.came) == (elder, 1)


def test_a_member_of_the_team_does_not_confirm_for_it_even_as_staff(bank):
    order, crew = a_project(bank), a_crew(bank, 2)
    accept(bank, order, crew)
    bank.clock.set(START)
    step(bank, team_acceptance.check_in_team, order)
    bank.clock.forward(minutes=60)
    step(bank, team_acceptance.check_out_team, order)

    with pytest.raises(Refused) as told:
        step(bank, team_acceptance.confirm_team, order, CALL, by=crew[1], at="east-1")

    assert told.value.code == "wrong_party"


def test_a_city_whose_teams_keep_one_account_does_not_split_an_acceptance(fresh_database_url, tmp_path):
    folder = city_folder(tmp_path, MAY, ("team: one_visit_each", "team: team_account"))
    with a_bank(fresh_database_url, config_folder=folder, clock=StoryClock()) as opened:
        settle_tree(opened)

        assert refused(opened, a_project(opened), a_crew(opened, 2)) == ["no_team_acceptance"]


def test_somebody_who_is_no_volunteer_is_told_which_step_is_missing(bank):
    stranger = in_team(bank, a_member(bank, "新队员"))

    assert refused(bank, a_project(bank), [stranger]) == ["not_admitted"]
