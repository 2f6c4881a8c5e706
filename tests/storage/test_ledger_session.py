"""The books within one transaction: floors, holds, locks; and what the database itself refuses."""

import random

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from tests.banks import YUNZHOU, a_bank, day
from tests.scenes import (
    a_member,
    a_visit_on_paper,
    account,
    account_of,
    all_at_once,
    hold_states,
    lines_of,
    pool,
    posted,
    visit_row,
    writing,
)
from timebank.domain.account import AccountKey, AccountKind, HoldState, OwnerKind
from timebank.domain.command import Actor, Channel, Command
from timebank.domain.decision import Decision
from timebank.domain.identity import new_id
from timebank.domain.refusal import Conflict, Refused
from timebank.domain.transfer import Posting, TransferKind
from timebank.storage import account_rows, hold_rows
from timebank.storage.books import accounts, postings, transfers
from timebank.storage.ledger_session import Ledger, TransferDraft

COMMAND = Command(YUNZHOU, "test", Actor("job:test"), Channel.JOB)
DAY = day("2026-03-02")


def city_of(kind: str, unit: str = "coin") -> AccountKey:
    return AccountKey(OwnerKind.CITY, YUNZHOU, AccountKind(kind), unit)


ISSUANCE, POOL = city_of("issuance"), city_of("pool")


@pytest.fixture
def bank(fresh_database_url):
    with a_bank(fresh_database_url) as opened:
        yield opened


@pytest.fixture
def member(bank):
    return a_member(bank)


@pytest.fixture
def order_id(bank, member):
    return visit_row(bank, a_visit_on_paper(bank, member)).order_id


def draft(*lines: Posting, kind: TransferKind = TransferKind.GRANT) -> TransferDraft:
    return TransferDraft(
        kind, "member", "somebody", lines, DAY, Decision("granted", "sha256:0", "2026-01-01", ())
    )


def post(bank, *lines: Posting, kind: TransferKind = TransferKind.GRANT) -> str:
    with writing(bank) as connection:
        ledger = Ledger(connection, YUNZHOU, bank.clock())
        ledger.lock({key for line in lines for key in (line.debit, line.credit)})
        transfer_id = ledger.post(draft(*lines, kind=kind))
        ledger.flush(COMMAND)
    return transfer_id


def hold(bank, order_id, member, minutes, place=1):
    with writing(bank) as connection:
        ledger = Ledger(connection, YUNZHOU, bank.clock())
        ledger.lock([account_of(member)])
        ledger.hold(order_id, place, member, account_of(member), 1, minutes, DAY)
        ledger.flush(COMMAND)


def open_holds(bank, order_id):
    with bank.reading() as connection:
        return [hold_rows.as_hold(row) for row in hold_rows.open_of_orders(connection, YUNZHOU, [order_id])]


def resolve(bank, *holds, state=HoldState.VOIDED):
    with writing(bank) as connection:
        ledger = Ledger(connection, YUNZHOU, bank.clock())
        ledger.lock(each.account for each in holds)
        for each in holds:
            ledger.release(each, state)
        ledger.flush(COMMAND)


# ---- transfers


def test_a_transfer_moves_minutes_and_says_the_balance_after_each_line(bank, member):
    transfer_id = post(
        bank,
        Posting(ISSUANCE, account_of(member), 100),
        Posting(account_of(member), POOL, 30),
    )

    assert (posted(bank, member), pool(bank)) == (70, 30)
    assert lines_of(bank, transfer_id) == [
        ("issuance", "savings", "coin", 100),
        ("savings", "pool", "coin", 30),
    ]
    with bank.reading() as connection:
        rows = connection.execute(select(postings).order_by(postings.c.line)).all()
    assert [(row.debit_after, row.credit_after) for row in rows] == [(None, 100), (70, 30)]


def test_an_account_cannot_give_more_than_is_available(bank, member):
    post(bank, Posting(ISSUANCE, account_of(member), 100))

    with pytest.raises(Refused, match="需要 101 分钟，账户可用 100 分钟") as refused:
        post(bank, Posting(account_of(member), POOL, 101), kind=TransferKind.DONATION)

    assert refused.value.code == "not_enough"
    assert (posted(bank, member), pool(bank)) == (100, 0)


def test_what_is_held_cannot_be_given(bank, member, order_id):
    post(bank, Posting(ISSUANCE, account_of(member), 100))
    hold(bank, order_id, member, 60)

    with pytest.raises(Refused, match="另有预扣 60 分钟"):
        post(bank, Posting(account_of(member), POOL, 41), kind=TransferKind.DONATION)


@pytest.mark.parametrize(
    "kind", [TransferKind.GIFT, TransferKind.DONATION, TransferKind.REDEMPTION, TransferKind.REVERSAL]
)
def test_minutes_are_not_born_without_a_cause(bank, member, kind):
    with pytest.raises(ValueError, match="may not issue minutes"):
        post(bank, Posting(ISSUANCE, account_of(member), 60), kind=kind)


def test_a_transfer_of_nothing_is_no_transfer(bank):
    with pytest.raises(ValueError, match="at least one posting"):
        post(bank)


# ---- holds


def test_a_hold_lowers_what_is_available_and_not_what_is_posted(bank, member, order_id):
    post(bank, Posting(ISSUANCE, account_of(member), 100))
    hold(bank, order_id, member, 60)

    found = account(bank, member)
    assert (found.posted, found.held, found.available) == (100, 60, 40)


@pytest.mark.parametrize("state", [HoldState.VOIDED, HoldState.EXPIRED])
def test_a_voided_hold_restores_the_available_balance(bank, member, order_id, state):
    post(bank, Posting(ISSUANCE, account_of(member), 100))
    hold(bank, order_id, member, 60)

    resolve(bank, *open_holds(bank, order_id), state=state)

    assert account(bank, member).available == 100
    assert hold_states(bank, order_id) == [(state, 60, 0)]


def test_more_than_is_available_cannot_be_held(bank, member, order_id):
    post(bank, Posting(ISSUANCE, account_of(member), 100))
    hold(bank, order_id, member, 60)

    with pytest.raises(Refused, match="账户可用 40 分钟"):
        hold(bank, order_id, member, 41, place=2)


def test_a_hold_of_the_whole_balance_can_be_paid_from(bank, member, order_id):
    post(bank, Posting(ISSUANCE, account_of(member), 60))
    hold(bank, order_id, member, 60)
    (held,) = open_holds(bank, order_id)

    with writing(bank) as connection:
        ledger = Ledger(connection, YUNZHOU, bank.clock())
        ledger.lock([held.account, city_of("redemption")])
        paying = draft(Posting(held.account, city_of("redemption"), 45), kind=TransferKind.SETTLEMENT)
        ledger.post(paying, [(held, 45)])
        ledger.flush(COMMAND)

    assert hold_states(bank, order_id) == [("posted", 60, 45)]
    assert account(bank, member).available == 15


def test_a_hold_cannot_be_resolved_twice(bank, member, order_id):
    post(bank, Posting(ISSUANCE, account_of(member), 100))
    hold(bank, order_id, member, 60)
    hold(bank, order_id, member, 20, place=2)
    first, second = open_holds(bank, order_id)
    resolve(bank, first)

    with pytest.raises(Conflict) as refused:  # what the second hold keeps would hide the mistake otherwise
        resolve(bank, first)

    assert refused.value.code == "hold_resolved"
    assert account(bank, member).held == second.minutes


def test_of_two_who_resolve_one_hold_at_once_one_does(bank, member, order_id):
    post(bank, Posting(ISSUANCE, account_of(member), 100))
    hold(bank, order_id, member, 40)
    hold(bank, order_id, member, 40, place=2)
    first, _ = open_holds(bank, order_id)

    outcomes = all_at_once(*[lambda: resolve(bank, first)] * 2)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "NoneType"]
    assert account(bank, member).available == 60


# ---- what the database refuses


def test_a_posting_across_units_is_refused_by_the_database_itself(bank, member):
    post(bank, Posting(ISSUANCE, account_of(member), 60))
    post(bank, Posting(city_of("issuance", "point"), account_of(member, unit="point"), 60))
    coins, points = account(bank, member), account(bank, member, unit="point")

    for unit in ("coin", "point"):
        with pytest.raises(IntegrityError):
            _raw(bank, coins.id, points.id, unit)
    _raw(bank, coins.id, account_id(bank, ISSUANCE), "coin")


def test_a_posting_of_nothing_or_to_itself_is_refused_by_the_database_itself(bank, member):
    post(bank, Posting(ISSUANCE, account_of(member), 60), Posting(account_of(member), POOL, 1))
    with bank.reading() as connection:
        ids = list(connection.execute(select(accounts.c.id).order_by(accounts.c.kind)).scalars())

    for debit, credit, minutes in ((ids[0], ids[1], 0), (ids[0], ids[1], -5), (ids[0], ids[0], 5)):
        with pytest.raises(IntegrityError):
            _raw(bank, debit, credit, "coin", minutes)


@pytest.mark.parametrize("change", [{"posted": -1}, {"held": 61}, {"held": -1}, {"carried": -1}])
def test_a_balance_below_its_floor_is_refused_by_the_database_itself(bank, member, change):
    post(bank, Posting(ISSUANCE, account_of(member), 60))

    with pytest.raises(IntegrityError), writing(bank) as connection:
        connection.execute(
            update(accounts).where(accounts.c.city == YUNZHOU, accounts.c.owner_id == member).values(change)
        )


def test_an_issuance_account_of_a_member_is_refused_by_the_database_itself(bank, member):
    post(bank, Posting(ISSUANCE, account_of(member), 60))

    with pytest.raises(IntegrityError), writing(bank) as connection:
        connection.execute(
            update(accounts)
            .where(accounts.c.city == YUNZHOU, accounts.c.owner_id == member)
            .values(kind="issuance")
        )


def test_a_second_settlement_of_a_visit_is_refused_by_the_database_itself(bank, member):
    post(bank, Posting(ISSUANCE, account_of(member), 60), kind=TransferKind.SETTLEMENT)

    with pytest.raises(IntegrityError):
        post(bank, Posting(ISSUANCE, account_of(member), 60), kind=TransferKind.SETTLEMENT)
    assert posted(bank, member) == 60


def account_id(bank, key) -> str:
    with bank.reading() as connection:
        return account_rows.find(connection, YUNZHOU, [key])[key].id


def _raw(bank, debit_id, credit_id, unit, minutes=5):
    """Write a transfer past the engine."""
    transfer_id = new_id()
    transfer = {
        "city": YUNZHOU,
        "id": transfer_id,
        "kind": "correction",
        "cause_kind": "approval",
        "cause_id": "x",
        "day": DAY,
        "recorded_at": bank.clock(),
        "actor_id": "x",
        "operation_id": "x",
        "line_count": 1,
        "decision": {},
    }
    posting = {"city": YUNZHOU, "transfer_id": transfer_id, "line": 1, "debit_id": debit_id}
    posting |= {"credit_id": credit_id, "unit": unit, "minutes": minutes}
    with writing(bank) as connection:
        connection.execute(insert(transfers), [transfer])
        connection.execute(insert(postings), [posting])


# ---- locks


def test_an_account_that_eight_open_at_once_is_opened_once(bank):
    def credit() -> None:
        post(bank, Posting(ISSUANCE, account_of("newcomer"), 10))

    assert all_at_once(*[credit] * 8) == [None] * 8
    assert posted(bank, "newcomer") == 80
    with bank.reading() as connection:
        assert len(connection.execute(select(accounts.c.id)).all()) == 2


def test_transfers_over_the_same_accounts_never_wait_for_each_other_in_a_circle(bank):
    names = ["a", "b", "c", "d"]
    for name in names:
        post(bank, Posting(ISSUANCE, account_of(name), 1000), Posting(account_of(name), POOL, 100))

    def shuffle(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(10):
            one, other = chance.sample([*(account_of(name) for name in names), POOL], 2)
            post(bank, Posting(one, other, 1), kind=TransferKind.CORRECTION)

    assert all_at_once(*[lambda seed=seed: shuffle(seed) for seed in range(6)]) == [None] * 6
    assert sum(posted(bank, name) for name in names) + pool(bank) == 4000


def test_an_account_without_a_balance_is_never_waited_for(bank):
    post(bank, Posting(ISSUANCE, account_of("a"), 10), Posting(account_of("a"), city_of("redemption"), 5))
    with writing(bank) as connection:
        found = Ledger(connection, YUNZHOU, bank.clock()).lock([account_of("a"), ISSUANCE])
        if bank.engine.dialect.name == "postgresql":  # SQLite lets one write at a time in any case
            post(bank, Posting(ISSUANCE, account_of("b"), 10))

    assert found[ISSUANCE].posted == 0
    assert posted(bank, "a") == 5
