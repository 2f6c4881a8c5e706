"""A reversal is worked out again from what it reverses: from the same accounts, all of it but what the pool had spent."""

from dataclasses import dataclass

import pytest
from sqlalchemy import update

from tests.banks import YUNZHOU
from tests.planting import another_decision, planted
from tests.scenes import (
    a_confirmed_visit,
    a_volunteer,
    account,
    an_elder_with_time,
    donate,
    redeem,
    reverse,
    settle,
    with_credit,
)
from timebank.services.desk import Bank
from timebank.services.verification import ask
from timebank.services.verification_names import NAMES
from timebank.storage.books import accounts, postings, transfers

AGAIN = "reversals_come_out_again"


@dataclass(frozen=True)
class Undone:
    """A volunteer's donation and the settlement of a visit, both reversed; an hour of the latter was spent by then."""

    bank: Bank
    volunteer: str
    other: str
    donation: str
    settlement: str

    def found(self, *statements):
        """The laws that do not hold once the statements were carried out, and what the one of this page shows."""
        with planted(self.bank, *statements) as connection:
            asked = {code: ask(connection, self.bank.city(YUNZHOU), code) for code in NAMES}
        return [code for code, one in asked.items() if not one.ok], " / ".join(asked[AGAIN].shown)

    def facts(self, which, /, **values):
        """The statement that changes what a reversal's decision says."""
        return another_decision(
            self.bank, getattr(self, which), lambda stored: stored["facts"].update(values)
        )

    def line(self, which, *where, **values):
        """The statement that changes postings of a reversal."""
        here = postings.c.transfer_id == getattr(self, which)
        return update(postings).where(here, *where).values(values)

    def balance(self, account_id, more):
        """The statement that puts up a balance."""
        here = accounts.c.id == account_id
        return update(accounts).where(here).values(posted=accounts.c.posted + more)


@pytest.fixture
def undone(bank):
    volunteer, other = a_volunteer(bank), a_volunteer(bank, "赵六")
    with_credit(bank, other, 240)
    visit = a_confirmed_visit(bank, volunteer, an_elder_with_time(bank), minutes=120)
    settled = settle(bank, visit)["transfer_id"]
    donated = donate(bank, volunteer, 30)["transfer_id"]
    donation = reverse(bank, donated)["transfer_id"]
    redeem(bank, volunteer, 60)
    return Undone(bank, volunteer, other, donation, reverse(bank, settled)["transfer_id"])


def test_an_honest_reversal_comes_out_again_with_what_is_owed(undone):
    assert undone.found() == ([], "")


def test_a_reversal_that_gives_back_one_minute_of_thirty_is_found_though_every_row_agrees(undone):
    bank, pool = undone.bank, accounts.c.kind == "pool"
    rows = (accounts.c.city == YUNZHOU, accounts.c.unit == "coin")
    with bank.reading() as connection:
        pool_id = connection.execute(accounts.select().where(*rows, pool)).one().id
    mine = account(bank, undone.volunteer).id
    later = (postings.c.transfer_id >= undone.donation,)
    statements = [
        undone.line("donation", minutes=1),
        undone.balance(pool_id, 29),
        undone.balance(mine, -29),
        update(postings)
        .where(*later, postings.c.debit_id == pool_id)
        .values(debit_after=postings.c.debit_after + 29),
        update(postings)
        .where(*later, postings.c.credit_id == mine)
        .values(credit_after=postings.c.credit_after - 29),
        update(postings)
        .where(*later, postings.c.debit_id == mine)
        .values(debit_after=postings.c.debit_after - 29),
    ]

    faults, shown = undone.found(*statements)

    assert AGAIN in faults
    assert f"{undone.donation} spent_by_pool: 0 ≠ 29" in shown


def test_a_reversal_taken_from_who_had_nothing_to_do_with_it_is_found(undone):
    mine, others = (account(undone.bank, member).id for member in (undone.volunteer, undone.other))

    faults, shown = undone.found(undone.line("settlement", postings.c.debit_id == mine, debit_id=others))

    assert AGAIN in faults
    assert f"{undone.settlement} missing: member {undone.other} savings coin" in shown


def test_a_reversal_that_lets_somebody_else_owe_is_found(undone):
    mine, others = (
        account(undone.bank, member, "owed", "point").id for member in (undone.volunteer, undone.other)
    )

    faults, shown = undone.found(undone.line("settlement", postings.c.debit_id == mine, debit_id=others))

    assert AGAIN in faults
    assert "owed beyond what is missing" in shown


@pytest.mark.parametrize("facts", [{"owed": 0}, {"spent_by_pool": 1}, {"reverses": "another"}], ids=str)
def test_a_decision_that_says_otherwise_than_was_posted_is_found(undone, facts):
    faults, shown = undone.found(undone.facts("settlement", **facts))

    assert faults == [AGAIN]
    assert f"{undone.settlement} {next(iter(facts))}: " in shown


def test_a_reversal_of_another_transfer_than_it_names_is_found(undone):
    here = transfers.c.id == undone.settlement

    faults, shown = undone.found(update(transfers).where(here).values(reverses=undone.donation))

    assert AGAIN in faults
    assert f"{undone.settlement} reverses" in shown


def test_a_decision_that_cannot_be_read_is_a_fault_and_hides_no_other(undone):
    without = another_decision(undone.bank, undone.donation, lambda stored: stored.pop("facts"))

    _, shown = undone.found(without, undone.facts("settlement", owed=0))

    assert f"{undone.donation} decision: KeyError" in shown
    assert f"{undone.settlement} owed: 0 ≠ 60" in shown
