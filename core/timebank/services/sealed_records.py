"""What is sealed of transfers, read from the business tables page by page."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from timebank.evidence.entry import BOOKS, PEOPLE, Record, Row, one_form, rules_named
from timebank.storage import rule_file_rows, sealed_rows

_SECTIONS = ("transfers", "accounts", "holds")
_TRANSFERS, _ACCOUNTS, _HOLDS = (BOOKS[section] + PEOPLE[section] for section in _SECTIONS)
_SPLIT_TRANSFER, _SPLIT_ACCOUNT, _SPLIT_HOLD = (len(BOOKS[section]) for section in _SECTIONS)
_ID, _ORDER, _ACTOR, _OPERATION, _DECISION = map(
    _TRANSFERS.index, ("id", "order_id", "actor_id", "operation_id", "decision")
)
_DEBIT, _CREDIT = map(BOOKS["postings"].index, ("debit_id", "credit_id"))
_ANSWER = PEOPLE["commands"].index("answer")


@dataclass
class RecordReader:
    """Reads records of one city; keeps the rule files it has met, which are few.

    Attributes:
        city: the city's code.
        broken: digests of rule files whose text is no longer what the digest says.
    """

    city: str
    broken: set[str] = field(default_factory=set)
    _rule_files: dict[str, list[Row]] = field(default_factory=dict)

    def read(self, connection: Connection, transfer_ids: Sequence[str]) -> dict[str, Record]:
        """Return the records of those of the transfers that exist, by their ids."""
        wanted = sealed_rows.of_transfers(connection, self.city, transfer_ids, _TRANSFERS)
        rows: dict[Any, Row] = {row[_ID]: row for row in wanted}
        if not rows:
            return {}
        lines = _by_transfer(sealed_rows.postings_of(connection, self.city, rows, BOOKS["postings"]))
        orders = {row[_ORDER] for row in rows.values() if row[_ORDER] is not None}
        holds = _by_transfer(sealed_rows.holds_of(connection, self.city, orders, _HOLDS)) if orders else {}
        accounts, commands = self._accounts(connection, lines), self._commands(connection, rows)
        records = {}
        for transfer_id, row in rows.items():
            postings, held = lines.get(transfer_id, []), holds.get(transfer_id, [])
            touched = {posting[side] for posting in postings for side in (_DEBIT, _CREDIT)}
            own = [accounts[account] for account in sorted(touched & accounts.keys())]
            text, decision = one_form(row[_DECISION])
            books = (
                [row[:_SPLIT_TRANSFER]],
                postings,
                [account[:_SPLIT_ACCOUNT] for account in own],
                [hold[:_SPLIT_HOLD] for hold in held],
                self._rules(connection, decision),
            )
            people = (
                [(*row[_SPLIT_TRANSFER:_DECISION], text)],
                [account[_SPLIT_ACCOUNT:] for account in own],
                [hold[_SPLIT_HOLD:] for hold in held],
                commands.get((row[_ACTOR], row[_OPERATION]), []),
            )
            records[transfer_id] = Record(transfer_id, books, people)
        return records

    def _accounts(self, connection: Connection, lines: Mapping[Any, list[Row]]) -> dict[Any, Row]:
        used = {line[side] for postings in lines.values() for line in postings for side in (_DEBIT, _CREDIT)}
        found = sealed_rows.accounts_of(connection, self.city, used, _ACCOUNTS)
        return {account[0]: account for account in found}

    def _commands(self, connection: Connection, rows: Mapping[Any, Row]) -> dict[tuple[Any, Any], list[Row]]:
        keys = {(row[_ACTOR], row[_OPERATION]) for row in rows.values()}
        found = sealed_rows.commands_of(connection, self.city, keys, PEOPLE["commands"])
        return {
            (actor, operation): [(*row[:_ANSWER], one_form(row[_ANSWER])[0], *row[_ANSWER + 1 :])]
            for actor, operation, *row in found
            if (actor, operation) in keys
        }

    def _rules(self, connection: Connection, decision: Any) -> list[Row]:
        """Return the rule files that a decision names, as the bank kept them."""
        rows: list[Row] = []
        for digest in rules_named(decision):
            if digest not in self._rule_files:
                found = sealed_rows.rule_files_of(connection, self.city, [digest], BOOKS["rule_files"])
                self._rule_files[digest] = [tuple(row) for row in found]
                kept = rule_file_rows.kept(connection, self.city, digest)
                if kept is not None and "sha256:" + hashlib.sha256(kept.text.encode()).hexdigest() != digest:
                    self.broken.add(digest)
            rows += self._rule_files[digest]
        return rows


def _by_transfer(rows: Iterable[Sequence[Any]]) -> dict[Any, list[Row]]:
    found: defaultdict[Any, list[Row]] = defaultdict(list)
    for transfer_id, *row in rows:
        found[transfer_id].append(row)
    return found
