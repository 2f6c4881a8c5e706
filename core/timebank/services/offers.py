"""Offers: volunteers say when they are free, places are kept for them, and they answer by a single-use token."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from timebank.domain.identity import derived_id, new_id
from timebank.domain.member import Role
from timebank.domain.offer import OFFER_STATES, OfferEvent, OfferState
from timebank.domain.organisation import Power
from timebank.domain.refusal import BadInput, Refused, missing, refuse
from timebank.domain.words import Words
from timebank.services import order_eligibility, standing
from timebank.services.admitted import require_admitted
from timebank.services.desk import Answer, Bank, Desk
from timebank.services.facts import facts_of
from timebank.services.jobs import as_job
from timebank.services.offer_answers import end_offer, offer_of, offer_to_answer
from timebank.services.offer_sending import choose, keep_places
from timebank.services.order_cases import branches, see
from timebank.services.organisations import ORGANISATION
from timebank.services.taking import check_open, taking
from timebank.storage import offer_rows

AVAILABILITY = Words("意向", "availability")


def give_availability(
    desk: Desk,
    member_id: str,
    organisation_id: str,
    free_from: datetime,
    free_until: datetime,
    services: Sequence[str] = (),
) -> Answer:
    """Say when, where and for what a volunteer is free (“我要接单”).

    Args:
        desk: the command; by the volunteer, or staff who may order where the volunteer belongs.
        member_id: an admitted volunteer.
        organisation_id: the area: this organisation and everything below it.
        free_from: from when.
        free_until: until when.
        services: service ids of today's file; none means any.
    """
    rules = desk.rules_on(desk.today)
    unknown = [name for name in services if name not in rules.rule_set.services]
    if unknown:
        raise Refused(*[order_eligibility.unknown_service(rules, name) for name in unknown])
    _check_period(desk, free_from, free_until)
    _require_self(desk, member_id, organisation_id)
    row = {
        "city": desk.city.code,
        "id": new_id(),
        "member_id": member_id,
        "organisation_id": organisation_id,
        "services": sorted(set(services)),
        "free_from": free_from,
        "free_until": free_until,
        "state": offer_rows.OPEN,
        "given_at": desk.now,
    }
    with desk.writing() as write:
        offer_rows.add_availability(write.connection, row)
        return write.answer(availability_id=row["id"])


def withdraw_availability(desk: Desk, availability_id: str) -> Answer:
    """Take an availability back; offers already made stay as they are."""
    with desk.reading() as connection:
        row = offer_rows.find_availability(connection, desk.city.code, availability_id)
    if row is None:
        raise missing(AVAILABILITY, availability_id)
    _require_self(desk, row.member_id, row.organisation_id)
    with desk.writing() as write:
        if not offer_rows.withdraw_availability(write.connection, desk.city.code, availability_id):
            raise refuse("withdrawn", "这条意向已经撤回。", "This availability was withdrawn already.")
        return write.answer(availability_id=availability_id)


def send(desk: Desk, order_id: str) -> Answer:
    """Offer the free places of an order to the best of those who are available, one place each.

    Args:
        desk: the command; by staff who may order or publish there, or a job.
        order_id: a published order.

    Raises:
        Refused: places are not offered here, none is free, or nobody suitable is available.
    """
    seen = see(desk, order_id)
    rules = desk.city.rules_for(seen.row.service, desk.today)
    standing.require_one_of(desk, seen.tree, rules, standing.ORGANISER, seen.areas)
    check_open(desk, seen.case.order)
    refusals = order_eligibility.mode_refusals(rules, order_eligibility.OFFER)
    if refusals:
        raise Refused(*refusals)
    free = seen.row.places - seen.row.places_taken
    if free <= 0:
        raise refuse("no_place", "名额已满，不用再派单。", "No place is free; there is nothing to offer.")
    chosen = choose(desk, seen, rules, free)
    if not chosen:
        zh = "现在没有合适的志愿者有空。有人登记意向后会再派单，也可以由志愿者自选。"
        raise refuse("nobody_available", zh, "No suitable volunteer is available now. Try again later.")
    return keep_places(desk, order_id, rules, chosen)


def accept(desk: Desk, token: str) -> Answer:
    """Accept an offer by its token: the place kept becomes a visit. The same operation gives the same answer again.

    Raises:
        Refused: the token is unknown, used, withdrawn or too late; or the volunteer may not serve any more.
    """
    offer = offer_to_answer(desk, token, OfferEvent.ACCEPT)
    with taking(desk, offer.order_id, offer.volunteer_id, by_offer=True) as taken:
        return taken.change.write.answer(
            visit_id=taken.visit_id, order_id=offer.order_id, offer_id=offer.id, place=taken.place
        )


def decline(desk: Desk, token: str) -> Answer:
    """Decline an offer by its token; the place goes to the next who is available.

    Raises:
        Refused: the token is unknown, used, withdrawn or too late.
    """
    offer = offer_to_answer(desk, token, OfferEvent.DECLINE)
    answer = end_offer(desk, offer, OfferEvent.DECLINE)
    _send_next(desk.bank, desk.city.code, offer.order_id)
    return answer


def lapse(desk: Desk, offer_id: str) -> Answer:
    """Let an offer lapse whose time to answer is over."""
    offer = offer_of(desk, offer_id)
    seen = see(desk, offer.order_id)
    rules = desk.city.rules_for(seen.row.service, desk.today)
    standing.require_one_of(desk, seen.tree, rules, standing.ORGANISER, seen.areas)
    OFFER_STATES.next(OfferState(offer.state), OfferEvent.LAPSE)
    if offer.expires_at > desk.now:
        raise refuse("too_early", "还没有到答复期限。", "There is still time to answer.")
    return end_offer(desk, offer, OfferEvent.LAPSE)


def lapse_due(bank: Bank, city: str) -> int:
    """Let offers lapse whose time is over, and offer every place that was given back to the next; return how many."""
    with bank.reading() as connection:
        due = offer_rows.expired(connection, city, bank.clock())
    done = [as_job(bank, city, lapse, derived_id("offers.lapse", one), offer_id=one) for one in due]
    with bank.reading() as connection:
        waiting = offer_rows.waiting_for_next(connection, city, bank.clock())
    for row in waiting:
        _send_next(bank, city, row.order_id)
    return sum(answer is not None for answer in done)


def _send_next(bank: Bank, city: str, order_id: str) -> None:
    """Offer free places again in a transaction of its own; where nobody is available, the job tries again later.

    The number of offers made so far stands in the operation id: each round is sent once, and a later one still is.
    """
    with bank.reading() as connection:
        made = len(offer_rows.of_order(connection, city, order_id))
    as_job(bank, city, send, derived_id("offers.send", order_id, str(made)), order_id=order_id)


def _check_period(desk: Desk, free_from: datetime, free_until: datetime) -> None:
    if free_from.tzinfo is None or free_until.tzinfo is None:
        raise BadInput(Words("有空的时间须带时区。", "The time you are free needs a time zone."))
    if free_until <= free_from or free_until <= desk.now:
        zh, en = "有空的时间须晚于现在，且结束晚于开始。", "The time must end after it begins, and after now."
        raise BadInput(Words(zh, en))


def _require_self(desk: Desk, member_id: str, organisation_id: str) -> None:
    actor = desk.command.actor
    with desk.reading() as connection:
        require_admitted(connection, desk.city, member_id, Role.VOLUNTEER.value, desk.today)
        member = facts_of(connection, desk.city.code, member_id, desk.today)
        tree = branches(connection, desk, [organisation_id], [member])
    if not tree.path(organisation_id):
        raise missing(ORGANISATION, organisation_id)
    if actor.organisation_id is None and actor.id == member_id:
        return
    areas = [organisation_id] + ([member.home_id] if member.home_id is not None else [])
    powers = (*standing.ORGANISER, Power.ADMIT_MEMBER)
    standing.require_one_of(desk, tree, desk.rules_on(desk.today), powers, areas)
