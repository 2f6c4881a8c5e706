"""Gifts, donations, redemptions and grants come out again: rows that agree with each other must agree with the rules."""

from dataclasses import dataclass

import pytest
from sqlalchemy import update

from tests.banks import YUNZHOU
from tests.planting import another_decision, planted
from tests.scenes import (
    a_recipient,
    a_volunteer,
    account,
    do,
    donate,
    give,
    redeem,
    verified_child,
    with_credit,
)
from timebank.domain.identity import derived_id
from timebank.services import grants
from timebank.services.desk import Bank
from timebank.services.verification import ask
from timebank.services.verification_names import NAMES
from timebank.storage.books import postings, transfers

AGAIN, CAUSES = "exchanges_come_out_again", "kinds_fit_their_causes"


@dataclass(frozen=True)
class Books:
    """An elder was granted time; her child gave her two hours, donated one and took goods for one."""

    bank: Bank
    elder: str
    child: str
    grant: str
    gift: str
    donation: str
    redemption: str

    def row(self, which, /, **values):
        """The statement that changes the row of a transfer."""
        return update(transfers).where(transfers.c.id == getattr(self, which)).values(values)

    def facts(self, which, /, **values):
        """The statement that changes what a transfer's decision says."""
        return another_decision(
            self.bank, getattr(self, which), lambda stored: stored["facts"].update(values)
        )

    def line(self, which, /, **values):
        """The statement that changes a transfer's posting."""
        return update(postings).where(postings.c.transfer_id == getattr(self, which)).values(values)

    def account(self, member, kind="savings", unit="coin"):
        return account(self.bank, member, kind, unit).id

    def found(self, *statements):
        """The laws that do not hold once the statements were carried out, and what the one of this page shows."""
        with planted(self.bank, *statements) as connection:
            asked = [ask(connection, self.bank.city(YUNZHOU), code) for code in NAMES]
        return [one.code for one in asked if not one.ok], " / ".join(
            line for one in asked if one.code in (AGAIN, CAUSES) for line in one.shown
        )


@pytest.fixture
def books(bank):
    elder, child = a_recipient(bank), a_volunteer(bank)
    with_credit(bank, child, 240)
    verified_child(bank, elder, child)
    made = (
        do(bank, grants.issue, plan="key_elders", member_id=elder),
        give(bank, child, elder, 120),
        donate(bank, child, 60),
        redeem(bank, child, 60),
    )
    return Books(bank, elder, child, *(answer["transfer_id"] for answer in made))


def test_a_grant_of_more_than_its_rule_file_gives_is_found_though_every_row_agrees(books):
    faults, shown = books.found(books.facts("grant", minutes=1500), books.line("grant", minutes=1500))

    assert AGAIN in faults
    assert f"{books.grant} granted: [1500, 'coin'] ≠ [1440, 'coin']" in shown


def test_a_grant_for_another_period_than_that_of_its_day_is_found(books):
    cause = derived_id("grant", "key_elders", books.elder, "1999")

    faults, shown = books.found(books.facts("grant", period="1999"), books.row("grant", cause_id=cause))

    assert faults == [AGAIN]
    assert "period: 1999" in shown


def test_a_grant_whose_cause_is_not_its_plan_member_and_period_is_found(books):
    faults, shown = books.found(books.row("grant", cause_id=books.gift))

    assert faults == [AGAIN]
    assert f"{books.grant} cause" in shown


def test_a_grant_that_went_to_another_member_is_found(books):
    faults, shown = books.found(books.line("grant", credit_id=books.account(books.child)))

    assert AGAIN in faults
    assert f"{books.grant} receiver" in shown


def test_a_gift_from_somebody_else_than_its_cause_is_found(books):
    faults, shown = books.found(books.row("gift", cause_id=books.elder))

    assert faults == [AGAIN]
    assert f"{books.gift} giver" in shown


def test_a_gift_to_somebody_else_than_decided_is_found(books):
    faults, shown = books.found(books.facts("gift", receiver=books.child))

    assert faults == [AGAIN]
    assert f"{books.gift} receiver" in shown


def test_a_gift_onto_an_account_that_its_rule_file_does_not_name_is_found(books):
    faults, shown = books.found(books.line("gift", credit_id=books.account(books.elder, "granted")))

    assert AGAIN in faults
    assert f"{books.gift} receiver" in shown


@pytest.mark.parametrize("kind", ["gift", "donation", "redemption"])
def test_other_minutes_than_decided_are_found(books, kind):
    faults, shown = books.found(books.facts(kind, minutes=61))

    assert faults == [AGAIN]
    assert f"{getattr(books, kind)} minutes" in shown


def test_a_donation_entered_as_a_redemption_is_found(books):
    faults, shown = books.found(books.row("donation", kind="redemption"))

    assert AGAIN in faults
    assert f"{books.donation} receiver" in shown


def test_a_gift_decided_by_rules_that_began_after_it_is_found(books):
    faults, shown = books.found(books.row("gift", day=books.bank.clock().date().replace(year=2020)))

    assert AGAIN in faults
    assert f"{books.gift} day: 2020" in shown


def test_a_transfer_of_a_kind_that_is_not_written_for_its_cause_is_found(books):
    faults, shown = books.found(books.row("grant", kind="import"))

    assert faults == [CAUSES]
    assert f"{books.grant} import grant_plan" in shown


def test_a_decision_that_cannot_be_read_is_a_fault_and_hides_no_other(books):
    _, shown = books.found(
        another_decision(books.bank, books.gift, lambda stored: stored.pop("facts")),
        books.facts("donation", minutes=61),
    )

    assert f"{books.gift} decision: KeyError" in shown
    assert f"{books.donation} minutes" in shown
