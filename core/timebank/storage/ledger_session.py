"""The ledger within one write transaction: lock accounts, post transfers, place and resolve holds, flush once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table

from timebank.domain.account import FLOORLESS, UNCOUNTED, Account, AccountKey, Hold, HoldState
from timebank.domain.command import Command
from timebank.domain.decision import Decision
from timebank.domain.identity import new_id
from timebank.domain.refusal import Conflict, Refused, refuse
from timebank.domain.transfer import ISSUING_KINDS, Posting, TransferKind
from timebank.domain.words import Words
from timebank.storage import account_rows, bulk_rows, hold_rows
from timebank.storage.books import holds, postings, transfers
from timebank.storage.one_journey import one_journey

# Rows to be added to a table.
Added = tuple[Table, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class TransferDraft:
    """A transfer about to be posted.

    Attributes:
        cause_kind: visit, grant_plan, member, import, transfer or approval; with cause_id what it is for.
        day: the local day whose rules decided.
        operation_id: set for one of a batch; else the command's own.
    """

    kind: TransferKind
    cause_kind: str
    cause_id: str
    postings: tuple[Posting, ...]
    day: date
    decision: Decision
    organisation_id: str | None = None
    order_id: str | None = None
    reverses: str | None = None
    operation_id: str | None = None


@dataclass
class Ledger:
    """What one transaction does to the books; nothing reaches the database before ``flush``, locks apart."""

    connection: Connection
    city: str
    now: datetime
    accounts: dict[AccountKey, Account] = field(default_factory=dict)
    _changed: set[AccountKey] = field(default_factory=set)
    _transfers: list[dict[str, Any]] = field(default_factory=list)
    _postings: list[dict[str, Any]] = field(default_factory=list)
    _holds: list[dict[str, Any]] = field(default_factory=list)
    _resolved: list[hold_rows.Resolved] = field(default_factory=list)

    def lock(self, keys: Iterable[AccountKey]) -> Mapping[AccountKey, Account]:
        """Lock the accounts in one order, opening those that do not exist yet.

        People's accounts come first, the city's own last, each in the order of their ids. Accounts without a
        running balance are found but not locked. Call once per transaction with every account that it will
        touch: a second call could take locks out of order. Only the city's own may be added by a second call.
        """
        wanted = set(keys) - self.accounts.keys()
        self.accounts.update(account_rows.lock(self.connection, self.city, wanted))
        absent = [key for key in wanted if key not in self.accounts]
        if absent:
            self.accounts.update(account_rows.open_missing(self.connection, self.city, absent, self.now))
            by_others = [key for key in absent if key not in self.accounts]
            if by_others:
                self.accounts.update(account_rows.lock(self.connection, self.city, by_others))
        return self.accounts

    def post(self, draft: TransferDraft, resolves: Iterable[tuple[Hold, int]] = ()) -> str:
        """Post a transfer on locked accounts and return its id; refuse what a floor forbids.

        Args:
            draft: what to post.
            resolves: holds that the transfer pays from, each with the minutes taken: the rest is let go. They
                are resolved before anything is posted, for what is held is not available to a posting.
        """
        transfer_id = new_id()
        if not draft.postings:
            raise ValueError("a transfer needs at least one posting")
        for hold, minutes in resolves:
            state = HoldState.POSTED if minutes else HoldState.VOIDED
            self.release(hold, state, minutes, transfer_id if minutes else None)
        for line, posting in enumerate(draft.postings, start=1):
            self._postings.append(self._post_line(transfer_id, line, posting, draft.kind))
        self._transfers.append(self._transfer_row(transfer_id, draft))
        return transfer_id

    def _post_line(self, transfer_id: str, line: int, posting: Posting, kind: TransferKind) -> dict[str, Any]:
        if posting.debit.kind == "issuance" and kind not in ISSUING_KINDS:
            raise ValueError(f"a {kind} may not issue minutes")
        debit = self._move(posting.debit, -posting.minutes)
        credit = self._move(posting.credit, posting.minutes)
        return {
            "city": self.city,
            "transfer_id": transfer_id,
            "line": line,
            "debit_id": debit.id,
            "credit_id": credit.id,
            "unit": posting.unit,
            "minutes": posting.minutes,
            "debit_after": None if posting.debit.kind in UNCOUNTED else debit.posted,
            "credit_after": None if posting.credit.kind in UNCOUNTED else credit.posted,
        }

    def _move(self, key: AccountKey, minutes: int) -> Account:
        account = self.accounts[key]
        if key.kind in UNCOUNTED:
            return account
        moved = replace(account, posted=account.posted + minutes)
        if minutes < 0 and key.kind not in FLOORLESS and moved.available < 0:
            raise not_enough(account, -minutes)
        return self._keep(moved)

    def _keep(self, account: Account) -> Account:
        self.accounts[account.key] = account
        self._changed.add(account.key)
        return account

    def carry(self, key: AccountKey, minutes: int) -> None:
        """Set the served minutes that wait on an account for the next settlement."""
        self._keep(replace(self.accounts[key], carried=minutes))

    def hold(
        self, order_id: str, place: int, payer_id: str, key: AccountKey, rank: int, minutes: int, day: date
    ) -> str:
        """Reserve minutes on a locked account for one place of an order, or refuse."""
        account = self.accounts[key]
        if account.available < minutes:
            raise not_enough(account, minutes)
        self._keep(replace(account, held=account.held + minutes))
        hold_id = new_id()
        self._holds.append(
            {
                "city": self.city,
                "id": hold_id,
                "order_id": order_id,
                "place": place,
                "payer_id": payer_id,
                "account_id": account.id,
                "rank": rank,
                "minutes": minutes,
                "state": HoldState.OPEN.value,
                "placed_on": day,
                "placed_at": self.now,
            }
        )
        return hold_id

    def release(self, hold: Hold, state: HoldState, posted: int = 0, transfer_id: str | None = None) -> None:
        """Resolve an open hold on a locked account: the whole of it is no longer held."""
        account = self.accounts[hold.account]
        self._keep(replace(account, held=account.held - hold.minutes))
        self._resolved.append(hold_rows.Resolved(hold.id, state, posted, transfer_id))

    def _transfer_row(self, transfer_id: str, draft: TransferDraft) -> dict[str, Any]:
        return {
            "city": self.city,
            "id": transfer_id,
            "kind": draft.kind.value,
            "cause_kind": draft.cause_kind,
            "cause_id": draft.cause_id,
            "reverses": draft.reverses,
            "order_id": draft.order_id,
            "organisation_id": draft.organisation_id,
            "day": draft.day,
            "recorded_at": self.now,
            "operation_id": draft.operation_id,
            "line_count": len(draft.postings),
            "decision": draft.decision.stored(),
        }

    def flush(self, command: Command, beside: Iterable[Added] = ()) -> None:
        """Write everything: transfers, postings, balances, holds; each in one statement.

        Args:
            command: to which the transfers belong that have no operation of their own.
            beside: rows of other tables to be written in the same journey.
        """
        for row in self._transfers:
            row["actor_id"] = command.actor.id
            row["operation_id"] = row["operation_id"] or command.operation_id
        moved: list[Added] = [(transfers, self._transfers), (postings, self._postings)]
        if self._resolved:
            self._send(moved)
            self._resolve()
            moved = []
        self._send([*moved, (holds, self._holds), *beside], [self.accounts[key] for key in self._changed])

    def _send(self, added: Sequence[Added], changed: Iterable[Account] = ()) -> None:
        mass = any(len(rows) >= bulk_rows.MASS for _, rows in added)  # which cannot share a journey
        with nullcontext() if mass else one_journey(self.connection):
            for table, rows in added:
                bulk_rows.add(self.connection, table, rows)
            account_rows.write_back(self.connection, self.city, changed)

    def _resolve(self) -> None:
        """Write down what became of holds, and see that each was open until now."""
        if hold_rows.resolve(self.connection, self.city, self._resolved, self.now) != len(self._resolved):
            raise Conflict(
                Words(
                    "这笔预扣刚刚已被处理。请重新查看。", "This hold was resolved a moment ago. Look again."
                ),
                "hold_resolved",
            )


def not_enough(account: Account, minutes: int) -> Refused:
    """Return the refusal for an account that cannot give that much."""
    zh = f"可用时间不足：需要 {minutes} 分钟，账户可用 {account.available} 分钟（另有预扣 {account.held} 分钟）。"
    en = (
        f"Not enough available: {minutes} minutes are needed, {account.available} are available "
        f"({account.held} more are held)."
    )
    return refuse("not_enough", zh, en)
