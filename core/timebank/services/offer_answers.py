"""Answers to offers: a token is found by its digest, used once, and refused in words that say what became of it."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Row

from timebank.domain.account import HoldState
from timebank.domain.offer import OFFER_STATES, OfferEvent, OfferState
from timebank.domain.refusal import missing, refuse
from timebank.domain.words import Words
from timebank.services.desk import Answer, Desk
from timebank.services.order_change import changing
from timebank.storage import offer_rows

OFFER = Words("派单", "offer")


def digest_of(token: str) -> str:
    """Return the digest by which an offer is found; the token itself is kept nowhere but in its message."""
    return hashlib.sha256(token.encode()).hexdigest()


def offer_of(desk: Desk, offer_id: str) -> Row[Any]:
    """Return an offer, or say that there is none."""
    with desk.reading() as connection:
        offer = offer_rows.find(connection, desk.city.code, offer_id)
    if offer is None:
        raise missing(OFFER, offer_id)
    return offer


def offer_to_answer(desk: Desk, token: str, event: OfferEvent) -> Row[Any]:
    """Return the offer that a token answers. Who holds the token may answer: it went to the volunteer's own phone.

    Raises:
        Refused: no offer has this token, its time is over, or it was answered or withdrawn.
    """
    with desk.reading() as connection:
        offer = offer_rows.of_token(connection, desk.city.code, digest_of(token))
    if offer is None:
        zh = "没有这个口令的派单。请核对短信里的口令，或联系组织方。"
        raise refuse("unknown_token", zh, "No offer has this token. Check the message, or ask the organiser.")
    OFFER_STATES.next(OfferState(offer.state), event)
    if offer.expires_at <= desk.now:
        until = offer.expires_at.astimezone(desk.city.book.timezone)
        zh = f"派单已过期：答复期限是 {until:%Y-%m-%d %H:%M}，名额已让给其他人。"
        raise refuse(
            "expired", zh, f"This offer has expired: it was to be answered by {until:%Y-%m-%d %H:%M}."
        )
    return offer


def end_offer(desk: Desk, offer: Row[Any], event: OfferEvent) -> Answer:
    """Let an offer end without a visit, and free the place it kept."""
    with changing(desk, offer.order_id) as change:
        locked = offer_rows.lock(change.write.connection, desk.city.code, offer.id)
        state = OFFER_STATES.next(OfferState(locked.state), event)
        offer_rows.answer(change.write.connection, desk.city.code, [offer.id], state, desk.now)
        change.free_place(HoldState.EXPIRED)
        body = {"offer_id": offer.id, "order_id": offer.order_id, "volunteer_id": offer.volunteer_id}
        change.write.tell(f"offer.{state.value}", **body)
        return change.write.answer(offer_id=offer.id, order_id=offer.order_id, state=state.value)
