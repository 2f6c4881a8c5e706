"""The outbox as its operators see it: what waits, what was given up, and giving that another chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from timebank.domain.identity import is_id
from timebank.domain.refusal import BadInput, Conflict, missing
from timebank.domain.words import Words
from timebank.services.delivery import in_writing, is_message
from timebank.services.desk import Bank
from timebank.storage import outbox_rows

PAGE = 50
STATES = (outbox_rows.DEAD, outbox_rows.WAITING, outbox_rows.SENT)
DELIVERY = Words("投递", "delivery")


@dataclass(frozen=True)
class Delivery:
    """One delivery, without what it says: that may name a person, or hold a token.

    Attributes:
        id: the delivery id, which its receiver knows too.
        due_at: when it is tried next, or was done with; UTC.
        error: what stopped the last attempt.
    """

    id: str
    kind: str
    state: str
    attempts: int
    created_at: datetime
    due_at: datetime
    error: str | None


@dataclass(frozen=True)
class DeliveryPage:
    """Some deliveries, and the id after which the next page begins (None at the end)."""

    deliveries: tuple[Delivery, ...]
    more: str | None


def deliveries(
    bank: Bank, city: str, state: str = outbox_rows.DEAD, after: str | None = None, many: int = PAGE
) -> DeliveryPage:
    """List deliveries in one state, oldest first.

    Raises:
        BadInput: there is no such state, or ``after`` is no delivery's id.
    """
    if state not in STATES:
        zh, en = (
            f"没有“{state}”这种状态，只有：{'、'.join(STATES)}。",
            f"No state “{state}”: {', '.join(STATES)}.",
        )
        raise BadInput(Words(zh, en))
    if after is not None and not is_id(after):
        raise BadInput(Words(f"“{after}”不是投递的编号。", f"“{after}” is no delivery's id."))
    code = bank.city(city).code
    with bank.reading() as connection:
        rows = outbox_rows.page(connection, code, state, after, many + 1)
    shown = tuple(Delivery(**row._mapping) for row in rows[:many])  # noqa: SLF001 - its public name
    return DeliveryPage(shown, shown[-1].id if len(rows) > many else None)


def retry(bank: Bank, city: str, ids: Sequence[str]) -> int:
    """Let deliveries that were given up be tried again at once, under the ids they had: all of them or none.

    Returns:
        How many.

    Raises:
        NotFound: there is no such delivery.
        Conflict: one was not given up, or is a message whose token was forgotten.
    """
    code = bank.city(city).code
    wanted = list(dict.fromkeys(ids))
    for one in wanted:
        if not is_id(one):
            raise missing(DELIVERY, one)

    def revive(connection: Connection) -> int:
        found = {row.id: row for row in outbox_rows.lock(connection, code, wanted)}
        for one in wanted:
            _check_may_retry(found.get(one), one)
        outbox_rows.make_due(connection, code, wanted, bank.clock())
        return len(wanted)

    return in_writing(bank, revive)


def retry_all(bank: Bank, city: str) -> int:
    """Let every event that was given up be tried again; messages stay, for their tokens were forgotten.

    Returns:
        How many.
    """
    revived, after = 0, None
    while True:
        found = deliveries(bank, city, outbox_rows.DEAD, after)
        ids = [one.id for one in found.deliveries if not is_message(one.kind)]
        revived += retry(bank, city, ids)
        after = found.more
        if after is None:
            return revived


def _check_may_retry(row: Row[Any] | None, delivery_id: str) -> None:
    if row is None:
        raise missing(DELIVERY, delivery_id)
    if row.state != outbox_rows.DEAD:
        zh = f"投递 {delivery_id} 没有被放弃（状态 {row.state}），不必重试。"
        raise Conflict(
            Words(
                zh, f"Delivery {delivery_id} was not given up (it is {row.state}); there is nothing to retry."
            )
        )
    if is_message(row.kind):
        zh = f"消息 {delivery_id} 的口令在放弃时已经抹去，不能重发。请重新派单，会另有一条消息。"
        en = f"Message {delivery_id} lost its token when it was given up. Send the offer anew, with a new message."
        raise Conflict(Words(zh, en), "token_forgotten")
