"""Reading accounts, statements, transfers with their reasons, holds, and whether the ledger is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from timebank.domain.account import UNCOUNTED, Account, OwnerKind
from timebank.domain.identity import is_id
from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services.amounts import in_units
from timebank.services.explain import explain_transfer
from timebank.services.statement import statement
from timebank.services.verification import verify
from timebank.storage import account_rows, listing_rows, organisation_rows, transfer_rows
from timebank.web.paging import bad_cursor, paged
from timebank.web.read_organisations import ORGANISATION
from timebank.web.read_people import facts_on_day
from timebank.web.read_work import order
from timebank.web.reads import Asked, Reading, both, shown

TRANSFER = Words("转账", "transfer")
LONGEST_LINE = 6
_TRANSFER = "id kind cause_kind cause_id day recorded_at actor_id organisation_id reverses"
_HOLD = "id place rank member_id account unit minutes state placed_on posted_minutes transfer_id"


def accounts_of_member(asked: Asked) -> list[dict[str, Any]]:
    """Return the accounts of a member."""
    return _accounts(asked, OwnerKind.MEMBER, facts_on_day(asked).id)


def accounts_of_organisation(asked: Asked) -> list[dict[str, Any]]:
    """Return the accounts of an organisation, such as a team's."""
    organisation_id = asked.path["organisation_id"]
    with asked.bank.reading() as connection:
        row = organisation_rows.find(connection, asked.city.code, organisation_id)
    asked.there(row, ORGANISATION, "organisation_id")
    return _accounts(asked, OwnerKind.ORGANISATION, organisation_id)


def accounts_of_city(asked: Asked) -> list[dict[str, Any]]:
    """Return the city's own accounts that keep a balance, such as its pool."""
    return _accounts(asked, OwnerKind.CITY, asked.city.code)


def _accounts(asked: Asked, owner_kind: OwnerKind, owner_id: str) -> list[dict[str, Any]]:
    with asked.bank.reading() as connection:
        found = account_rows.of_owner(connection, asked.city.code, owner_kind, owner_id)
    rules = asked.rules
    return [_account(account, rules) for account in found if account.key.kind not in UNCOUNTED]


def _account(account: Account, rules: RulesInForce) -> dict[str, Any]:
    return {
        **shown(account.key, "kind unit"),
        **shown(account, "posted held available carried"),
        "words": both(in_units(account.available, account.key.unit, rules)),
    }


def member_statement(asked: Asked) -> dict[str, Any]:
    """Return a page of a member's statement."""
    reference = facts_on_day(asked).reference
    said = statement(asked.bank, asked.city.code, reference, _after(asked), asked.many)
    balances = [
        {
            "account": account.key.kind,
            **shown(account.key, "unit"),
            **shown(account, "posted held"),
            "words": both(words),
        }
        for account, words in said.balances
    ]
    return {
        **shown(said, "reference name"),
        "balances": balances,
        "lines": [shown(line, "transfer_id kind day account unit minutes balance") for line in said.lines],
        "held": [
            {"order_id": order_id, "minutes": minutes, "day": day.isoformat()}
            for order_id, minutes, day in said.held
        ],
        "next": f"{said.more[0]}:{said.more[1]}" if said.more else None,
    }


def _after(asked: Asked) -> tuple[str, int]:
    cursor = asked.query.get("cursor")
    if cursor is None:
        return "", 0
    transfer_id, _, line = cursor.partition(":")
    if not (is_id(transfer_id) and line.isdecimal() and line.isascii() and len(line) < LONGEST_LINE):
        raise bad_cursor(cursor)
    return transfer_id, int(line)


def transfers(asked: Asked) -> dict[str, Any]:
    """Return a page of transfers, newest first."""
    with asked.bank.reading() as connection:
        rows = listing_rows.transfers_page(
            connection, asked.city.code, asked.query, asked.after, asked.many + 1
        )
    return paged(rows, asked.many, lambda row: shown(row, _TRANSFER))


def transfer(asked: Asked) -> dict[str, Any]:
    """Return a transfer, its postings, and why it was made."""
    city, transfer_id = asked.city.code, asked.path["transfer_id"]
    with asked.bank.reading() as connection:
        row = asked.there(transfer_rows.transfer(connection, city, transfer_id), TRANSFER, "transfer_id")
        lines = transfer_rows.lines(connection, city, [transfer_id])
    why = explain_transfer(asked.bank, city, transfer_id)
    return {
        **shown(row, _TRANSFER),
        "lines": [_line(line) for line in lines],
        "why": [both(words) for words in why.lines],
        "decision": row.decision,
    }


def _line(line: Any) -> dict[str, Any]:
    sides = {
        side: {name: getattr(line, f"{side}_{name}") for name in ("owner_kind", "owner", "kind")}
        for side in ("debit", "credit")
    }
    return {**sides, **shown(line, "unit minutes")}


def holds(asked: Asked) -> dict[str, Any]:
    """Return a page of what an order holds or held."""
    order_id = order(asked)["id"]
    with asked.bank.reading() as connection:
        rows = listing_rows.holds_page(
            connection, asked.city.code, {"order_id": order_id}, asked.after, asked.many + 1
        )
    return paged(rows, asked.many, lambda row: shown(row, _HOLD))


def verification(asked: Asked) -> dict[str, Any]:
    """Return every law of the city's ledger and whether it holds."""
    checks: Sequence[Any] = verify(asked.bank, asked.city.code)
    return {"ok": all(check.ok for check in checks), "checks": [check.plain() for check in checks]}


ANSWERS: Mapping[str, Reading] = {
    "accounts_of_member": accounts_of_member,
    "accounts_of_organisation": accounts_of_organisation,
    "accounts_of_city": accounts_of_city,
    "members_statement": member_statement,
    "transfers_list": transfers,
    "transfers_show": transfer,
    "orders_holds": holds,
    "ledger_verify": verification,
}
