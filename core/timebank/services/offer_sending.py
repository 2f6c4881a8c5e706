"""Choosing whom to offer a place, and keeping it: candidates by availability, ranked by the city, asked one by one."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from timebank.domain.decision import HookAnswer
from timebank.domain.identity import new_id
from timebank.domain.member import MemberFacts
from timebank.domain.offer import Candidate, OfferState
from timebank.domain.order import OrderState
from timebank.domain.organisation import Tree
from timebank.domain.refusal import Refused, refuse
from timebank.rules import RulesInForce
from timebank.services.desk import Answer, Desk
from timebank.services.facts import member_facts
from timebank.services.offer_answers import digest_of
from timebank.services.order_cases import Seen, branches, decided, with_people
from timebank.services.order_change import changing
from timebank.services.order_eligibility import serving_refusals
from timebank.services.taking import ask_plugins, overlapping
from timebank.storage import offer_rows, order_rows, visit_rows

TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody to whom a place will be offered.

    Attributes:
        availability_id: what they said about when they are free.
        decision: why they were chosen, and before whom.
    """

    volunteer_id: str
    availability_id: str
    decision: dict[str, Any]


def choose(desk: Desk, seen: Seen, rules: RulesInForce, most: int) -> list[Chosen]:
    """Return up to so many of those who are available, may serve and have not been asked, best first."""
    available, people, tree = _candidates(desk, seen)
    order = seen.case.order
    able = {one: people[one] for one in available if not serving_refusals(rules, order, people[one])}
    candidates = tuple(
        Candidate(
            one, available[one].given_at, member.home_id, steps_apart(tree, member, order.organisation_id)
        )
        for one, member in able.items()
    )
    if not candidates:
        return []
    ranked = desk.city.rank_volunteers(order, candidates, rules)
    chosen: list[Chosen] = []
    for score in ranked.value:
        if len(chosen) == most:
            break
        answers = _asked(desk, seen, rules, able[score.volunteer_id], tree)
        if answers is not None:
            facts = {"score": score.total, "rank": len(chosen) + 1, "candidates": len(candidates)}
            decision = decided("offered", rules, facts, ranked.answers + answers)
            chosen.append(Chosen(score.volunteer_id, available[score.volunteer_id].id, decision))
    return chosen


def _candidates(desk: Desk, seen: Seen) -> tuple[Mapping[str, Row[Any]], Mapping[str, MemberFacts], Tree]:
    """Return availabilities by volunteer (the first given), facts about them, and the tree they live in."""
    city, row = desk.city.code, seen.row
    end = row.planned_start + timedelta(minutes=row.planned_minutes)
    with desk.reading() as connection:
        areas = [node.id for node in seen.tree.path(row.organisation_id)]
        given = offer_rows.available(connection, city, areas, row.planned_start, end)
        asked = {offer.volunteer_id for offer in offer_rows.of_order(connection, city, row.id)}
        asked |= {each.visit_volunteer for each in order_rows.find_with_visits(connection, city, row.id)}
        fitting: dict[str, Row[Any]] = {}
        for one in given:
            if one.member_id not in asked and (not one.services or row.service in one.services):
                fitting.setdefault(one.member_id, one)
        ahead = visit_rows.ahead_of(connection, city, fitting)
        free = [one for one in fitting if not _is_busy(row, [r for r in ahead if r.volunteer_id == one])]
        people = member_facts(connection, city, free, desk.today, row.service_date)
        tree = branches(connection, desk, [row.organisation_id], people.values())
    return {one: fitting[one] for one in free}, people, tree


def _is_busy(order: Row[Any], ahead: Sequence[Row[Any]]) -> bool:
    return overlapping(order.planned_start, order.planned_minutes, ahead) is not None


def steps_apart(tree: Tree, member: MemberFacts, organisation_id: str) -> int:
    """Return the steps in the management tree from a member's home to an organisation; far where no home is known."""
    there = [node.id for node in tree.path(organisation_id)]
    home = [node.id for node in tree.path(member.home_id)] if member.home_id is not None else []
    for climbed, node in enumerate(home):
        if node in there:
            return climbed + there.index(node)
    return len(home) + len(there)


def _asked(
    desk: Desk, seen: Seen, rules: RulesInForce, member: MemberFacts, tree: Tree
) -> tuple[HookAnswer, ...] | None:
    case = with_people(desk, seen.case, seen.tree, seen.case.recipient, member)
    home = tree.path(member.home_id) if member.home_id is not None else ()
    try:
        return ask_plugins(desk, replace(seen, case=replace(case, volunteer_home=home)), rules)
    except Refused:
        return None


def keep_places(desk: Desk, order_id: str, rules: RulesInForce, chosen: Sequence[Chosen]) -> Answer:
    """Keep one place for each, as far as places are free by now, and send the messages.

    The token travels in the body of the outbox until its message has been delivered; delivery then blanks it. The
    database keeps only its SHA-256.
    """
    with changing(desk, order_id) as change:
        if change.state is not OrderState.PUBLISHED:
            raise refuse("no_place", "名额已满，不用再派单。", "No place is free; there is nothing to offer.")
        free = change.order.places - change.taken
        expires_at = _expiry(desk, rules, change.order)
        rows = []
        for one, token in _with_tokens(chosen[:free]):
            rows.append(_row(desk, order_id, one, token, expires_at))
            change.write.tell(
                "message.offer",
                order_id=order_id,
                offer_id=rows[-1]["id"],
                volunteer_id=one.volunteer_id,
                token=token,
                expires_at=expires_at.isoformat(),
                template="offer",
            )
            change.take_place()
        offer_rows.add(change.write.connection, rows)
        offered = [row["volunteer_id"] for row in rows]
        return change.write.answer(offer_ids=[row["id"] for row in rows], volunteer_ids=offered)


def _with_tokens(chosen: Sequence[Chosen]) -> Iterator[tuple[Chosen, str]]:
    return ((one, secrets.token_urlsafe(TOKEN_BYTES)) for one in chosen)


def _expiry(desk: Desk, rules: RulesInForce, order: Row[Any]) -> datetime:
    """Return until when to answer: the file's time, but never beyond the planned start."""
    until = desk.now + timedelta(minutes=rules.minutes("orders.offer.answer_within"))
    start: datetime = order.planned_start
    return min(until, start)


def _row(desk: Desk, order_id: str, one: Chosen, token: str, expires_at: datetime) -> dict[str, Any]:
    return {
        "city": desk.city.code,
        "id": new_id(),
        "order_id": order_id,
        "volunteer_id": one.volunteer_id,
        "availability_id": one.availability_id,
        "state": OfferState.SENT.value,
        "token_digest": digest_of(token),
        "sent_at": desk.now,
        "expires_at": expires_at,
        "decision": one.decision,
    }
