"""A ledger with as many postings as wanted, over many accounts or all on one: what reading is measured on."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bench.ledger.world import BEGAN, BENCH, UNIT, elder, imported_by, writing
from timebank.domain.account import AccountKey, AccountKind, OwnerKind
from timebank.domain.decision import Decision
from timebank.domain.identity import first_id, new_id
from timebank.domain.transfer import TransferKind
from timebank.storage import account_rows, bulk_rows, planning
from timebank.storage.books import postings, transfers
from timebank.storage.envelope import commands

LINES = 10  # postings of one transfer: fewer decisions to write, and as many postings to read
SPAN_DAYS = 1500
MIDDLE_DAY = BEGAN + timedelta(days=SPAN_DAYS // 2)
PART = 2_000


def post(bank, city, numbers, many):
    """Credit the elders of these numbers a minute at a time, in turn, until so many postings are written.

    Returns:
        A cursor from which half of the transfers are still to come, for a statement's page.
    """
    keys = [
        AccountKey(OwnerKind.MEMBER, elder(city, number), AccountKind.GRANTED, UNIT) for number in numbers
    ]
    issuance = AccountKey(OwnerKind.CITY, city, AccountKind.ISSUANCE, UNIT)
    rules = bank.city(city).rules_on(BEGAN)
    decision = Decision("imported", rules.digest, rules.effective_from.isoformat(), ()).stored()
    history = _History(city, many // LINES, decision)
    with writing(bank) as connection:
        found = {}
        for start in range(0, len(keys), PART):
            found |= account_rows.find(connection, city, keys[start : start + PART])
        (issuing,) = account_rows.find(connection, city, [issuance]).values()
        owned = list(found.values())
        balances = [account.posted for account in owned]
        for start in range(0, history.transfers, PART):
            some = range(start, min(start + PART, history.transfers))
            moved, now = [history.transfer(number) for number in some], datetime.now(UTC)
            bulk_rows.add(connection, commands, [imported_by(city, transfer, now) for transfer in moved])
            bulk_rows.add(connection, transfers, moved)
            lines = [line for number in some for line in history.lines(number, issuing, owned, balances)]
            bulk_rows.add(connection, postings, lines)
        after = [replace(account, posted=now) for account, now in zip(owned, balances, strict=True)]
        account_rows.write_back(connection, city, after)
    with writing(bank) as connection:
        planning.count_anew(connection)
    return history.middle()


class _History:
    """So many transfers, one after the other, over so many days."""

    def __init__(self, city, many, decision):
        self.transfers = many
        self._decision, self._ids = decision, []
        self._city = city
        self._began = datetime.combine(BEGAN, time(), UTC)

    def middle(self):
        return self._ids[len(self._ids) // 2], LINES

    def transfer(self, number):
        recorded_at = self._began + number * timedelta(days=SPAN_DAYS) / self.transfers
        self._ids.append(first_id(recorded_at))  # as if it had been made then: a past day is found by it
        operation_id = new_id()
        return {
            "city": self._city,
            "id": self._ids[-1],
            "kind": TransferKind.IMPORT.value,
            "cause_kind": "import",
            "cause_id": operation_id,
            "day": recorded_at.date(),
            "recorded_at": recorded_at,
            "actor_id": BENCH.id,
            "operation_id": operation_id,
            "line_count": LINES,
            "decision": self._decision,
        }

    def lines(self, number, issuing, owned, balances):
        for line in range(1, LINES + 1):
            place = (number * LINES + line) % len(owned)
            balances[place] += 1
            yield {
                "city": self._city,
                "transfer_id": self._ids[number],
                "line": line,
                "debit_id": issuing.id,
                "credit_id": owned[place].id,
                "unit": UNIT,
                "minutes": 1,
                "credit_after": balances[place],
            }
