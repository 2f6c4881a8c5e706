"""What rules may know about members: whole, dated, and in one statement however many they are."""

from dataclasses import replace

import pytest
from sqlalchemy import event

from tests.banks import day, do, local, writing
from tests.yunzhou import a_member, a_visit_row, an_elder, settle_tree
from timebank.domain.account import AccountKey, AccountKind, OwnerKind
from timebank.domain.identity import new_id
from timebank.domain.member import Role
from timebank.domain.refusal import NotFound
from timebank.domain.registry import Answer, LookedUp
from timebank.services import members
from timebank.services.facts import facts_of, member_facts
from timebank.storage import account_rows, look_up_rows, member_rows

TODAY = day("2026-03-02")
NOW = local("2026-03-02 09:00")


@pytest.fixture
def settled(bank):
    settle_tree(bank)
    return bank


def facts(bank, member, on=TODAY):
    with bank.reading() as connection:
        return facts_of(connection, "yunzhou", member, on)


def test_nobody_is_asked_about_nobody(settled):
    with settled.reading() as connection:
        assert member_facts(connection, "yunzhou", [], TODAY) == {}


def test_who_is_no_member_is_left_out(settled):
    member = a_member(settled)

    with settled.reading() as connection:
        found = member_facts(connection, "yunzhou", [member, new_id(), "no identifier"], TODAY)
    assert set(found) == {member}


def test_one_who_is_no_member_is_said_to_be_missing(settled):
    with pytest.raises(NotFound, match="没有找到成员“no identifier”"):
        facts(settled, "no identifier")


def test_members_of_another_city_are_not_seen(settled):
    member = a_member(settled)

    with settled.reading() as connection:
        assert member_facts(connection, "elsewhere", [member], TODAY) == {}


def test_served_minutes_are_those_recognised_in_settled_visits(settled):
    member = a_member(settled)
    with writing(settled) as connection:
        for state, recognised in (("settled", 60), ("settled", 45), ("confirmed", 30), ("void", 15)):
            a_visit_row(connection, member, state=state, recognised_minutes=recognised)

    assert facts(settled, member).served_minutes == 105


def test_balances_are_what_is_available_by_kind_and_unit(settled):
    member = a_member(settled)
    savings = AccountKey(OwnerKind.MEMBER, member, AccountKind.SAVINGS, "coin")
    granted = AccountKey(OwnerKind.MEMBER, member, AccountKind.GRANTED, "coin")
    with writing(settled) as connection:
        account_rows.open_missing(connection, "yunzhou", [savings, granted], NOW)
        opened = account_rows.lock(connection, "yunzhou", [savings])[savings]
        account_rows.write_back(connection, "yunzhou", [replace(opened, posted=180, held=60)])

    assert facts(settled, member).balances == {("savings", "coin"): 120, ("granted", "coin"): 0}


def test_only_answers_that_are_yes_or_no_are_facts(settled):
    member = a_member(settled, registry_keys={"volunteer_registry": "V1", "other": "V1"})
    with writing(settled) as connection:
        for kind, answer in (("volunteer_registry", "yes"), ("other", "later")):
            said = LookedUp(Answer(answer))
            look_up_rows.store(connection, "yunzhou", kind, "V1", member, said, NOW)

    assert facts(settled, member).answers == {"volunteer_registry": "yes"}


def test_an_admitted_member_has_the_role_from_that_day_on(settled):
    elder = an_elder(settled)

    assert facts(settled, elder, day("2026-03-01")).roles == frozenset()
    assert facts(settled, elder).roles == {Role.RECIPIENT}


def test_many_members_take_one_statement_as_one_does(settled):
    everybody = [a_member(settled) for _ in range(30)]
    statements = []
    with settled.reading() as connection:
        event.listen(connection, "before_cursor_execute", lambda *call: statements.append(call[2]))
        member_facts(connection, "yunzhou", everybody[:1], TODAY)
        member_facts(connection, "yunzhou", everybody, TODAY)

    assert len(statements) == 2


def test_the_last_day_of_one_who_left_is_a_fact(settled):
    member = a_member(settled)
    with writing(settled) as connection:
        member_rows.close(connection, "yunzhou", member, day("2026-02-28"), "left")

    assert facts(settled, member).closed_on == day("2026-02-28")


def test_dated_facts_come_in_the_order_of_their_first_days(settled):
    member = a_member(settled)
    for trait, since in (("low_income", "2026-02-01"), ("disabled", "2026-01-01")):
        certified = {"member_id": member, "trait": trait, "valid_from": day(since)}
        do(settled, members.certify_trait, by="li", at="east-1", **certified)

    assert [trait.trait for trait in facts(settled, member).traits] == ["disabled", "low_income"]


def test_facts_of_many_are_the_facts_of_each(settled):
    child, mother = a_member(settled), an_elder(settled)
    do(settled, members.join_organisation, member_id=child, organisation_id="team-a", from_day=TODAY)
    tie = {"member_id": child, "kin_id": mother, "relation": "parent", "valid_from": TODAY}
    do(settled, members.verify_tie, **tie, proof="household_register")

    with settled.reading() as connection:
        together = member_facts(connection, "yunzhou", [child, mother], TODAY)
    assert together == {child: facts(settled, child), mother: facts(settled, mother)}
