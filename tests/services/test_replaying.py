"""Every stored settlement comes out again as it stands, by the code that settles, and what does not is found.

That it holds for whatever a use case can do, each test of a use case asserts when it ends (`conftest.py`), and for
the stories and cases of the cities `tests/cities/test_cases.py`.
"""

import pytest
from sqlalchemy import update

from tests.banks import YUNZHOU, day, plugin
from tests.planting import another_decision, planted
from tests.scenes import (
    Paper,
    a_confirmed_visit,
    a_visit_on_paper,
    a_volunteer,
    an_elder_with_time,
    reverse,
    settle,
    visits_on_paper,
)
from timebank.domain.account import AccountKey, AccountKind, OwnerKind
from timebank.domain.settlement import Credit, Proposal
from timebank.hooks import hookimpl
from timebank.hooks.plain import timebank_credit_visit
from timebank.services.replaying import ALL_DAYS, Span, replay
from timebank.services.settlement import settle_due
from timebank.storage.books import holds, postings
from timebank.storage.replay_rows import PAGE


def replayed(bank, span=ALL_DAYS, connection=None):
    if connection is not None:
        return replay(connection, bank.city(YUNZHOU), span)
    with bank.snapshot() as snapshot:
        return replay(snapshot, bank.city(YUNZHOU), span)


def told(found):
    return [(one.what, one.stored, one.again) for one in found.differences]


def first_credit(decision):
    return decision["facts"]["credits"][0]


def test_a_paid_settlement_comes_out_as_it_stands(bank):
    settle(bank, a_confirmed_visit(bank, a_volunteer(bank), an_elder_with_time(bank), minutes=100))

    found = replayed(bank)

    assert (found.settlements, found.differing, found.asked, dict(found.stored_answers)) == (1, 0, 1, {})


def test_caps_debts_carried_minutes_and_overflow_come_out_as_they_stand(bank_with):
    bank = bank_with(("limit: 1500 h", "limit: 3 h"))
    volunteer = a_volunteer(bank)
    first = settle(bank, a_visit_on_paper(bank, volunteer, 110))
    settle(bank, a_visit_on_paper(bank, volunteer, 130, on="2026-03-03"))
    reverse(bank, first["transfer_id"])
    visits_on_paper(bank, [Paper(volunteer, 175, f"2026-03-{number:02}") for number in (4, 4, 4, 5)])
    settle_due(bank, YUNZHOU)

    found = replayed(bank)

    assert (found.settlements, told(found)) == (6, [])


def test_only_the_days_asked_for_are_settled_again(bank):
    visits_on_paper(bank, [Paper(a_volunteer(bank), 60, f"2026-03-{number:02}") for number in range(1, 9)])
    settle_due(bank, YUNZHOU)

    assert replayed(bank, Span(day("2026-03-03"), day("2026-03-05"))).settlements == 3


def test_a_changed_posting_is_found(bank):
    settled = settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 120))["transfer_id"]
    more = update(postings).where(postings.c.transfer_id == settled, postings.c.line == 1).values(minutes=180)

    with planted(bank, more) as connection:
        found = replayed(bank, connection=connection)

    assert found.differing == 1
    assert told(found) == [
        (
            "postings",
            "issuance → savings 180 coin; issuance → savings 120 point",
            "issuance → savings 120 coin; issuance → savings 120 point",
        )
    ]


@pytest.mark.parametrize(
    ("what", "stored", "again", "lie"),
    [
        ("credits.0.credited", "180", "120", lambda d: first_credit(d).update(credited=180)),
        ("credits.0.carried", "59", "0", lambda d: first_credit(d).update(carried=59)),
        ("charged", "0", "120", lambda d: d["facts"].update(charged=0)),
        ("payer", "pool", "recipient", lambda d: d["facts"].update(payer="pool")),
        ("day", "2026-03-01", "2026-03-03", lambda d: d["facts"].update(day="2026-03-01")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_altered_decision_is_found_field_by_field(bank, what, stored, again, lie):
    visit = a_confirmed_visit(bank, a_volunteer(bank), an_elder_with_time(bank), minutes=120)
    settled = settle(bank, visit)["transfer_id"]

    with planted(bank, another_decision(bank, settled, lie)) as connection:
        assert told(replayed(bank, connection=connection)) == [(what, stored, again)]


def test_an_altered_answer_of_a_plugin_that_is_there_is_found(bank):
    settled = settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 120))["transfer_id"]
    lie = another_decision(bank, settled, lambda d: d["hooks"][0][3][0].__setitem__(3, "119"))

    with planted(bank, lie) as connection:
        (found,) = replayed(bank, connection=connection).differences

    assert (found.transfer_id, found.what) == (settled, "answer")


def test_a_decision_that_cannot_be_read_is_a_difference_and_stops_nothing(bank):
    volunteer = a_volunteer(bank)
    settled = settle(bank, a_visit_on_paper(bank, volunteer, 120))["transfer_id"]
    settle(bank, a_visit_on_paper(bank, volunteer, 60))
    gone = another_decision(bank, settled, lambda decision: decision.update(rules="sha256:none"))

    with planted(bank, gone) as connection:
        found = replayed(bank, connection=connection)

    assert (found.settlements, found.differing) == (2, 1)
    assert "NoRulesYet" in found.differences[0].again


def test_a_decision_without_facts_is_a_difference_and_stops_nothing(bank):
    volunteer = a_volunteer(bank)
    settled = settle(bank, a_visit_on_paper(bank, volunteer, 120))["transfer_id"]
    settle(bank, a_visit_on_paper(bank, volunteer, 60))

    with planted(bank, another_decision(bank, settled, lambda d: d.pop("facts"))) as connection:
        found = replayed(bank, connection=connection)

    assert (found.settlements, found.differing) == (2, 1)
    assert found.differences[0].transfer_id == settled


def test_a_hold_for_another_place_of_the_order_does_not_pay(bank):
    visit = a_confirmed_visit(bank, a_volunteer(bank), an_elder_with_time(bank), minutes=120)
    settle(bank, visit)

    with planted(bank, update(holds).values(place=2)) as connection:
        assert ("held", "120", "0") in told(replayed(bank, connection=connection))


def test_a_fault_beyond_the_first_page_is_found(bank):
    volunteer = a_volunteer(bank)
    visits_on_paper(
        bank, [Paper(volunteer, 1, f"2026-01-{number % 28 + 1:02}") for number in range(PAGE + 5)]
    )
    settle_due(bank, YUNZHOU)
    settled = settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 120))["transfer_id"]

    lie = another_decision(bank, settled, lambda d: d["facts"].update(payer="pool"))
    with planted(bank, lie) as connection:
        found = replayed(bank, connection=connection)

    assert [one.transfer_id for one in found.differences] == [settled]


# ---- plugins


def with_plugin(bank_with, answer):
    return bank_with(plugins={YUNZHOU: plugin(timebank_credit_visit=answer)})


@hookimpl
def twice(visit, rules, charge_rules):
    """Credit coins for twice the minutes."""
    account = AccountKey(OwnerKind.MEMBER, visit.visit.volunteer_id, AccountKind.SAVINGS, "coin")
    return Proposal((Credit(account, 2 * visit.visit.recognised_minutes, "credit.units.coin"),))


@hookimpl
def as_plain(visit, rules, charge_rules):
    return timebank_credit_visit(visit, rules, charge_rules)


def test_the_plugin_that_answered_is_asked_again(bank_with):
    bank = with_plugin(bank_with, twice)
    settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 60))

    found = replayed(bank)

    assert (found.asked, found.differing) == (1, 0)


def test_the_same_version_that_answers_otherwise_now_is_found(bank_with):
    bank = with_plugin(bank_with, twice)
    settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 60))

    found = replayed(with_plugin(bank_with, as_plain))

    assert found.differences[0].what == "answer"
    settle(with_plugin(bank_with, twice), a_visit_on_paper(bank, a_volunteer(bank), 60))


def test_where_the_plugin_is_gone_its_stored_answer_is_used_and_told(bank_with):
    settle(with_plugin(bank_with, twice), a_visit_on_paper(bank_with(), a_volunteer(bank_with()), 60))

    found = replayed(bank_with())

    assert (found.asked, found.differing, dict(found.stored_answers)) == (0, 0, {(YUNZHOU, "1"): 1})


def test_where_another_plugin_answers_now_the_stored_answer_is_used(bank_with):
    bank = bank_with()
    settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 60))

    found = replayed(with_plugin(bank_with, twice))

    assert [plugin for plugin, _ in found.stored_answers] == ["plain"]
    assert found.differing == 0
