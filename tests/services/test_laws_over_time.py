"""What may change around the ledger changes nothing that is in it: rule files, plugins, clocks."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests.banks import YUNZHOU, plugin, record_rule_files
from tests.scenes import (
    a_confirmed_visit,
    a_visit_on_paper,
    a_volunteer,
    account,
    an_elder_with_time,
    donate,
    posted,
    reverse,
    settle,
)
from timebank.domain.settlement import Credit, Proposal
from timebank.hooks import hookimpl
from timebank.services.explain import explain_transfer
from timebank.services.settlement import settle_due
from timebank.services.statement import statement
from timebank.services.verification import verify
from timebank.storage.books import accounts, postings, transfers
from timebank.storage.people import members

TEN_YEARS = timedelta(days=3653)


def a_past(bank):
    """A settlement, a donation and a reversal; who served, and what was settled."""
    elder, volunteer = an_elder_with_time(bank), a_volunteer(bank)
    settled = settle(bank, a_confirmed_visit(bank, volunteer, elder, minutes=120))["transfer_id"]
    donate(bank, volunteer, 60)
    reverse(bank, settle(bank, a_visit_on_paper(bank, volunteer, 60, on="2026-03-01"))["transfer_id"])
    return volunteer, settled


def everything(bank):
    """Every row of the ledger, and every line of every member's statement."""
    tables = (transfers, postings, accounts)
    with bank.reading() as connection:
        rows = [connection.execute(select(table).order_by(*table.primary_key)).all() for table in tables]
        references = connection.execute(select(members.c.reference).order_by(members.c.id)).scalars().all()
    return [list(map(tuple, found)) for found in rows], [
        statement(bank, YUNZHOU, each).lines for each in references
    ]


def failing(bank):
    return [result.code for result in verify(bank, YUNZHOU) if not result.ok]


# ---- I-23: rule files and plugins


@pytest.mark.parametrize(
    ("edits", "more"),
    [
        ((), {"later": (("quantum: 60 min", "quantum: 1 min"),), "later_day": "2026-03-10"}),
        ((("rounding: floor", "rounding: ceil"), ("rate: 1\n", "rate: 2\n")), {}),
        ((("limit: 1500 h", "limit: 1 h"),), {}),
    ],
    ids=["a new file", "a file edited", "a cap lowered"],
)
def test_no_change_of_rule_files_changes_the_past(bank_with, edits, more):
    bank = bank_with()
    record_rule_files(bank)
    _, settled = a_past(bank)
    before, why = everything(bank), explain_transfer(bank, YUNZHOU, settled).lines

    another = bank_with(*edits, **more)
    record_rule_files(another)
    settle_due(another, YUNZHOU)

    assert everything(another) == before
    assert explain_transfer(another, YUNZHOU, settled).lines == why
    assert failing(another) == []


def test_no_change_of_plugins_changes_the_past(bank_with):
    @hookimpl
    def generous(visit, rules):
        minutes = 10 * visit.visit.recognised_minutes
        return Proposal((Credit(visit.volunteer_account("savings", "coin"), minutes, "credit.units.coin"),))

    bank = bank_with()
    a_past(bank)
    before = everything(bank)

    generously = bank_with(plugins={YUNZHOU: plugin(timebank_credit_visit=generous)})
    settle_due(generously, YUNZHOU)

    assert everything(generously) == before
    assert failing(generously) == []


# ---- I-25: clocks


@pytest.mark.usefixtures("own_ticks")
@pytest.mark.parametrize("years", [-1, 1], ids=["ten years back", "ten years on"])
def test_the_clock_of_the_machine_changes_no_credit(bank, years):
    """The bank's instant is given; the machine's clock, which names rows, goes wrong in between."""
    elder, volunteer = an_elder_with_time(bank), a_volunteer(bank)
    settle(bank, a_confirmed_visit(bank, volunteer, elder, minutes=120))
    waiting = a_confirmed_visit(bank, volunteer, elder, "2026-03-04 14:00", 60)

    with time_machine.travel(datetime.now(UTC) + years * TEN_YEARS):
        answer = settle(bank, waiting)

    assert answer["credited"]["coin"] == 60
    assert posted(bank, volunteer) == 180
    assert failing(bank) == []


@pytest.mark.parametrize("years", [-1, 1], ids=["ten years back", "ten years on"])
def test_the_clock_of_the_bank_changes_no_credit_of_what_was_served(bank, clock, years):
    elder, volunteer = an_elder_with_time(bank), a_volunteer(bank)
    waiting = a_confirmed_visit(bank, volunteer, elder, minutes=120)
    before = account(bank, elder, "granted")

    clock.now += years * TEN_YEARS
    answer = settle(bank, waiting)

    assert (answer["credited"], answer["charged"]) == ({"coin": 120, "point": 120}, {"coin": 120})
    assert before.held > 0
    assert account(bank, elder, "granted").held == 0


# ---- I-29: a plugin's reach


def test_a_plugin_that_credits_somebody_who_did_not_serve_moves_nothing(bank_with):
    stranger = []

    @hookimpl
    def to_a_stranger(visit, rules):
        key = visit.volunteer_account("savings", "coin")
        return Proposal(
            (Credit(type(key)(key.owner_kind, stranger[0], key.kind, key.unit), 60, "credit.units.coin"),)
        )

    bank = bank_with(plugins={YUNZHOU: plugin(timebank_credit_visit=to_a_stranger)})
    stranger.append(a_volunteer(bank))
    a_visit_on_paper(bank, a_volunteer(bank), 60)
    before = everything(bank)

    night = settle_due(bank, YUNZHOU)

    assert (night.settled, len(night.kept)) == (0, 1)
    assert everything(bank) == before


# ---- I-30: statements


def test_the_statements_of_all_sum_to_the_ledger(bank):
    a_past(bank)
    with bank.reading() as connection:
        kept = connection.execute(
            select(accounts.c.kind, accounts.c.unit, accounts.c.posted).where(
                accounts.c.owner_kind == "member"
            )
        ).all()
        references = connection.execute(select(members.c.reference)).scalars().all()

    said, balances = {}, {}
    for reference in references:
        for line in statement(bank, YUNZHOU, reference).lines:
            said[line.account, line.unit] = said.get((line.account, line.unit), 0) + line.minutes
    for row in kept:
        balances[row.kind, row.unit] = balances.get((row.kind, row.unit), 0) + row.posted

    assert {key: minutes for key, minutes in balances.items() if minutes} == {
        key: minutes for key, minutes in said.items() if minutes
    }
