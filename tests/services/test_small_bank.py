"""The bank test in small: whatever members do, in whatever order, the books add up after every step."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.banks import YUNZHOU
from tests.scenes import (
    Paper,
    a_recipient,
    a_visit_on_paper,
    a_volunteer,
    account,
    an_elder_with_time,
    donate,
    give,
    redeem,
    reverse,
    settle,
    verified_child,
    visit_row,
    visits_on_paper,
    writing,
)
from timebank.domain.account import UNCOUNTED, HoldState
from timebank.domain.command import Actor, Channel, Command
from timebank.domain.refusal import TimeBankError
from timebank.services import settlement
from timebank.services.verification import verify
from timebank.storage import hold_rows, transfer_rows
from timebank.storage.books import accounts, holds, postings
from timebank.storage.ledger_session import Ledger

SMALL = ("limit: 1500 h", "limit: 4 h")
KEPT = (("gifts:\n  allowed: true", "gifts:\n  allowed: true\n  taken_back: true"), SMALL)
WHO = st.integers(0, 2)
# Services on paper are put down one before the other, and so many of one day reach into the day before.
ON_PAPER = "nobody_serves_in_two_places"
MINUTES = st.sampled_from([1, 29, 60, 89, 120, 300])
DAY = st.sampled_from(["2026-03-02", "2026-03-03"])

STEPS = st.one_of(
    st.tuples(st.just("serve"), WHO, MINUTES, DAY),
    st.tuples(st.just("serve_elder"), WHO, MINUTES, DAY),
    st.tuples(st.just("serve_many"), WHO, st.lists(MINUTES, min_size=2, max_size=4), DAY),
    st.tuples(st.just("order"), WHO, MINUTES),
    st.tuples(st.just("void"), st.integers(0, 5)),
    st.tuples(st.just("give"), WHO, WHO, MINUTES),
    st.tuples(st.just("donate"), WHO, MINUTES, st.sampled_from(["savings", "granted"])),
    st.tuples(st.just("redeem"), WHO, MINUTES),
    st.tuples(st.just("reverse"), st.integers(0, 12)),
)


class SmallBank:
    """Three members who serve, save, give and are served, and an elder with granted hours."""

    def __init__(self, bank) -> None:
        self.bank = bank
        self.elder = an_elder_with_time(bank)
        self.people = [
            a_volunteer(bank, "甲", born="1950-01-01"),
            a_recipient(bank, "乙", born="1945-01-01"),
            a_recipient(bank, "丙", born="1948-01-01"),
        ]
        for one in self.people:
            for other in self.people:
                if one < other:
                    verified_child(bank, one, other)
        self.orders: list[str] = []

    def serve(self, who, minutes, on):
        settle(self.bank, a_visit_on_paper(self.bank, self.people[who], minutes, on))

    def serve_elder(self, who, minutes, on):
        held = min(60, account(self.bank, self.elder, "granted").available)
        volunteer = self.people[who]
        settle(self.bank, a_visit_on_paper(self.bank, volunteer, minutes, on, payer=self.elder, held=held))

    def serve_many(self, who, many, on):
        visits_on_paper(self.bank, [Paper(self.people[who], minutes, on) for minutes in many])
        settlement.settle_due(self.bank, YUNZHOU)

    def order(self, who, minutes):
        """Hold minutes of a member's own; the visit stays unsettled until a batch takes it, or it is voided."""
        payer = self.people[who]
        held = min(minutes, account(self.bank, payer).available)
        volunteer = self.people[(who + 1) % 3]
        visit = a_visit_on_paper(self.bank, volunteer, minutes, payer=payer, held=held)
        self.orders.append(visit_row(self.bank, visit).order_id)

    def void(self, number):
        if not self.orders:
            return
        order_id = self.orders[number % len(self.orders)]
        with writing(self.bank) as connection:
            ledger = Ledger(connection, YUNZHOU, self.bank.clock())
            hold_rows.lock_open(connection, YUNZHOU, [order_id])
            rows = hold_rows.open_of_orders(connection, YUNZHOU, [order_id])
            found = [hold_rows.as_hold(row) for row in rows]
            ledger.lock(hold.account for hold in found)
            for hold in found:
                ledger.release(hold, HoldState.VOIDED)
            ledger.flush(Command(YUNZHOU, "void", Actor("job:test"), Channel.JOB))

    def give(self, who, whom, minutes):
        give(self.bank, self.people[who], self.people[whom], minutes)

    def donate(self, who, minutes, kind):
        donate(self.bank, self.elder if kind == "granted" else self.people[who], minutes, account=kind)

    def redeem(self, who, minutes):
        redeem(self.bank, self.people[who], minutes)

    def reverse(self, number):
        with self.bank.reading() as connection:
            made = transfer_rows.latest(connection, YUNZHOU, 12)
        if made:
            reverse(self.bank, made[number % len(made)].id)


def check_books(bank):
    """Add everything up again from the postings and the holds alone."""
    with bank.reading() as connection:
        rows = connection.execute(select(accounts)).all()
        moved = connection.execute(select(postings)).all()
        reserved = connection.execute(select(holds).where(holds.c.state == "open")).all()
    balance = {row.id: 0 for row in rows}
    units = {row.id: row.unit for row in rows}
    for line in moved:
        assert line.minutes > 0
        assert units[line.debit_id] == units[line.credit_id] == line.unit
        balance[line.debit_id] -= line.minutes
        balance[line.credit_id] += line.minutes
    for unit in set(units.values()):
        assert sum(minutes for key, minutes in balance.items() if units[key] == unit) == 0
    for row in rows:
        held = sum(hold.minutes for hold in reserved if hold.account_id == row.id)
        assert row.held == held
        assert row.posted == (0 if row.kind in UNCOUNTED else balance[row.id])
        assert row.carried >= 0
        if row.kind in {"savings", "granted", "donation_only", "pool"}:
            assert row.posted - row.held >= 0
        if row.kind == "owed":
            assert row.posted <= 0
        if row.kind == "issuance":
            assert balance[row.id] <= 0
        if row.kind in {"redemption", "expiry"}:
            assert balance[row.id] >= 0


@pytest.fixture
def small(bank_with):
    return SmallBank(bank_with(*KEPT))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(STEPS, min_size=4, max_size=14))
def test_the_books_add_up_after_every_step(small, steps):
    done = []
    for name, *what in steps:
        try:
            getattr(small, name)(*what)
        except TimeBankError as refused:
            done.append((name, what, refused.code))
        else:
            done.append((name, what))
        check_books(small.bank)

    broken = {result.code: result.shown for result in verify(small.bank, YUNZHOU) if not result.ok}
    broken.pop(ON_PAPER, None)
    assert broken == {}, done


def test_the_small_bank_really_does_everything_it_can(small):
    """Every kind of step succeeds at least once from a plain start, so that the property above says something."""
    small.serve(0, 300, "2026-03-02")
    small.serve_elder(0, 120, "2026-03-02")
    small.serve_many(1, [60, 120], "2026-03-03")
    small.give(0, 1, 60)
    small.order(1, 60)
    assert account(small.bank, small.people[1]).held == 60
    small.void(0)
    small.donate(0, 29, "savings")
    small.donate(0, 29, "granted")
    small.redeem(0, 60)
    small.reverse(0)
    small.reverse(3)

    check_books(small.bank)
    assert account(small.bank, small.people[1]).held == 0
