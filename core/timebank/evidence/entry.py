"""What is sealed of one transfer, and the bytes it becomes: version 1, for ever.

A record has two parts. The *books* hold what must stay provable as long as the ledger lives: amounts, accounts,
days. The *people* hold what points at persons or says why; they enter by a commitment under a salt of their own,
so that once the salt is destroyed nobody can show what stood there, while the leaf and every head stay valid.

Each part is a list of sections, each section a list of rows, each row its columns in the order written here.
Values are text, whole numbers or nothing. The bytes of a part: for each section the number of its rows and ``;``,
then each value as its length in bytes, ``:``, its UTF-8, or ``-`` for nothing. JSON is text in one form alone.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from timebank.evidence.digest import Digest

VERSION = 1
SALT_SIZE = 32
Row = Sequence[Any]  # text, a whole number, or nothing
Part = Sequence[Sequence[Row]]
Columns = Mapping[str, tuple[str, ...]]

BOOKS: Columns = {
    "transfers": (
        *("city", "id", "kind", "cause_kind", "reverses", "order_id", "organisation_id"),
        *("day", "recorded_at", "line_count"),
    ),
    "postings": ("line", "debit_id", "credit_id", "unit", "minutes", "debit_after", "credit_after"),
    "accounts": ("id", "owner_kind", "kind", "unit", "floor", "opened_at"),
    "holds": (
        *("id", "order_id", "place", "account_id", "rank", "minutes", "state"),
        *("placed_on", "placed_at", "resolved_at", "posted_minutes"),
    ),
    "rule_files": ("digest", "file", "effective_from", "recorded_at"),
}
PEOPLE: Columns = {
    "transfers": ("cause_id", "actor_id", "operation_id", "decision"),
    "accounts": ("owner_id",),
    "holds": ("payer_id",),
    "commands": (
        *("kind", "body_digest", "answer", "actor_organisation", "party_id", "channel", "recorded_at"),
    ),
}


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that is sealed of one transfer.

    Attributes:
        transfer_id: which one.
        books: the sections of BOOKS; postings by line, the others by their first column.
        people: the sections of PEOPLE, rows in the order of the books' sections.
    """

    transfer_id: str
    books: Part
    people: Part


def new_salt() -> bytes:
    """Return a salt nobody has seen."""
    return secrets.token_bytes(SALT_SIZE)


def encoded(part: Part) -> bytes:
    """Return the bytes of a part, the same for ever."""
    pieces: list[str] = []
    for rows in part:
        pieces.append(f"{len(rows)};")
        for row in rows:
            for value in row:
                if value is None:
                    pieces.append("-")
                elif value.__class__ is str and value.isascii():  # as many bytes as characters: nearly always
                    pieces.append(f"{len(value)}:{value}")
                else:
                    pieces.append(_measured(value))
    return "".join(pieces).encode("utf-8", "surrogatepass")


def _measured(value: Any) -> str:
    text = str(value)
    return f"{len(text.encode('utf-8', 'surrogatepass'))}:{text}"


def commitment_of(digest: Digest, salt: bytes, people: Part) -> bytes:
    """Return what stands in the leaf for the people of a record; nothing with a salt of another length.

    Else the first of the people could be moved into the salt, and others stand in their place.
    """
    return digest.of(b"\x03" + salt + encoded(people)) if len(salt) == SALT_SIZE else b""


def leaf_of(digest: Digest, books: Part, commitment: bytes) -> bytes:
    """Return the hash of the leaf of a record."""
    return digest.leaf(b"timebank-entry/1\n" + digest.of(b"\x02" + encoded(books)) + commitment)


def one_form(text: str) -> tuple[str, Any]:
    """Return JSON text in its one form, and its value: keys sorted, no spaces, no escapes that are not needed.

    What is no JSON of whole numbers, text and lists, or names a member twice, stays as it is, without a value: it can
    never look like what is.
    """
    try:
        value = _READER.decode(text)
    except ValueError:
        return text, None
    return _WRITER.encode(value), value


def _refuse(number: str) -> NoReturn:
    raise ValueError(number)


def _distinct(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; the same name twice would mean one thing to one reader and another to the next."""
    found = dict(members)
    if len(found) < len(members):
        raise ValueError(members)
    return found


_READER = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse, object_pairs_hook=_distinct)
_WRITER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def rules_named(decision: Any) -> Iterable[str]:
    """Return the digests of rule files that a decision names, each once, in order."""
    if not isinstance(decision, dict):
        return ()
    named = {decision.get("rules"), decision.get("charge_rules")}
    return sorted(digest for digest in named if isinstance(digest, str))
