"""Who may act on a visit: check in and out, confirm, rate, dispute and decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from timebank.domain.cases import AskedBy
from timebank.domain.member import MemberFacts
from timebank.domain.organisation import Power, Tree
from timebank.domain.refusal import Refused, missing, refuse
from timebank.domain.visit import ClaimKind
from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services import authority, standing
from timebank.services.desk import Desk
from timebank.services.facts import member_facts
from timebank.services.order_cases import branches
from timebank.services.order_change import ORDER, VISIT
from timebank.services.rulings import ruled_out
from timebank.storage import evidence_rows, member_rows, order_rows, visit_rows

VOLUNTEER, TEAM, ORGANISATION = "volunteer", "team", "organisation"
RECIPIENT, KIN = AskedBy.RECIPIENT.value, AskedBy.KIN.value
# Staff who confirm for the elder, by the elder's own card or a recorded call: it is the elder's word, written so.
FOR_RECIPIENT = "organisation_for_recipient"
_WORDS: Mapping[str, Words] = {
    VOLUNTEER: Words("志愿者本人", "the volunteer"),
    TEAM: Words("团队负责人", "the team's captain"),
    ORGANISATION: Words("组织的工作人员", "staff of the organisation"),
    RECIPIENT: Words("服务对象本人", "the recipient"),
    KIN: Words("已核实的亲属", "proved kin"),
}


@dataclass(frozen=True, slots=True)
class Visited:
    """A visit read outside any lock, with its order."""

    visit: Row[Any]
    order: Row[Any]


@dataclass(frozen=True, slots=True)
class People:
    """Those who are served, and the branches where the matter belongs.

    Attributes:
        recipients: the elder, or the named ones of a project; nobody where staff act, who are of no one's side.
        homes: the organisations where they live; where staff act, the elder's.
        tree: the branches of the order, the acting organisation, the team and the homes.
    """

    recipients: Sequence[MemberFacts]
    homes: Sequence[str]
    tree: Tree


def read_visit(desk: Desk, visit_id: str) -> Visited:
    """Return a visit and its order, or say that there is no such visit."""
    with desk.reading() as connection:
        visit = visit_rows.find(connection, desk.city.code, visit_id)
        if visit is None:
            raise missing(VISIT, visit_id)
        order = order_rows.find(connection, desk.city.code, visit.order_id)
    if order is None:
        raise missing(ORDER, visit.order_id)
    return Visited(visit, order)


def read_people(desk: Desk, seen: Visited) -> People:
    """Return those who are served and the branches where the matter belongs."""
    with desk.reading() as connection:
        recipients: tuple[MemberFacts, ...] = ()
        if standing.is_staff(desk):
            homes = _home_of_elder(connection, desk.city.code, seen.order.recipient_id)
        else:
            recipients = _recipients(connection, desk, seen)
            homes = [one.home_id for one in recipients if one.home_id is not None]
        places = [seen.order.organisation_id, seen.visit.team_id, *homes]
        return People(recipients, homes, branches(connection, desk, places, ()))


def _home_of_elder(connection: Connection, city: str, recipient_id: str | None) -> Sequence[str]:
    return [] if recipient_id is None else member_rows.homes_of(connection, city, [recipient_id])


def _recipients(connection: Connection, desk: Desk, seen: Visited) -> tuple[MemberFacts, ...]:
    ids = [seen.order.recipient_id]
    if seen.order.recipient_id is None:
        rows = evidence_rows.attendances_of(connection, desk.city.code, seen.order.id)
        ids = [row.recipient_id for row in rows]
    known = member_facts(connection, desk.city.code, [one for one in ids if one is not None], desk.today)
    return tuple(known.values())


def areas(seen: Visited, people: People) -> list[str]:
    """Return the organisations whose staff may act: the order's own, and the recipients' homes."""
    return [seen.order.organisation_id, *people.homes]


def require_recorder(desk: Desk, rules: RulesInForce, seen: Visited, *, late: bool) -> None:
    """Refuse who may not check in or out for this visit.

    Args:
        desk: the command being carried out.
        rules: the rules of the day; ``orders.check_in.by`` names who may.
        seen: the visit.
        late: it is entered late, from evidence; that needs the power to resolve exceptions, whoever else may.
    """
    path = "orders.check_in.by"
    allowed = rules.names(path) if rules.has(path) else (VOLUNTEER,)
    if not standing.is_staff(desk):
        if desk.command.actor.id != seen.visit.volunteer_id or VOLUNTEER not in allowed:
            raise _not_you(rules, path, allowed)
        return
    tree = read_people(desk, seen).tree
    if late:
        authority.require(desk, tree, rules, Power.RESOLVE_EXCEPTION, seen.order.organisation_id)
        return
    acting = desk.command.actor.organisation_id
    for_team = (
        seen.visit.team_id is not None and acting is not None and tree.is_above(acting, seen.visit.team_id)
    )
    party = TEAM if for_team and TEAM in allowed else ORGANISATION
    if party not in allowed and not authority.is_job(desk.command.actor):
        raise _not_you(rules, path, allowed)
    subject = seen.visit.team_id if party == TEAM else seen.order.organisation_id
    authority.require(desk, tree, rules, Power.CHECK_IN_FOR, subject)


def confirmer(desk: Desk, rules: RulesInForce, seen: Visited, kinds: frozenset[str]) -> str:
    """Return as who the actor confirms a visit; the volunteer's own word counts only where the file says so.

    Args:
        desk: the command being carried out.
        rules: the rules of the service date; ``orders.confirmation.by`` names who may.
        seen: the visit.
        kinds: the kinds of proof given.

    Raises:
        Refused: the actor is none of those.
    """
    path = "orders.confirmation.by"
    allowed = rules.names(path)
    if desk.command.actor.id == seen.visit.volunteer_id:
        if VOLUNTEER not in allowed:
            zh = "志愿者不能确认自己的服务。"
            raise _not_you(rules, path, allowed, Words(zh, "A volunteer can't confirm his own visit."))
        return VOLUNTEER
    side, people = _served_side(desk, seen)
    if side is not None and side.value in allowed:
        return side.value
    if not standing.is_staff(desk) or people is None:
        raise _not_you(rules, path, allowed)
    authority.require_any(desk, people.tree, rules, Power.CONFIRM_VISIT, areas(seen, people))
    of_the_elder = kinds & {ClaimKind.PIN_CARD.value, ClaimKind.CALL_BACK.value}
    if RECIPIENT in allowed and (of_the_elder or (ORGANISATION in allowed and _for_elder(desk, seen))):
        return FOR_RECIPIENT
    if ORGANISATION in allowed or authority.is_job(desk.command.actor):
        return ORGANISATION
    raise _not_you(rules, path, allowed)


def _served_side(desk: Desk, seen: Visited) -> tuple[AskedBy | None, People | None]:
    """Return whether the actor is the elder or kin; nothing is read where the elder acts, as most often."""
    actor = desk.command.actor
    if actor.organisation_id is None and actor.id == seen.order.recipient_id:
        return AskedBy.RECIPIENT, None
    people = read_people(desk, seen)
    return standing.is_recipients_side(desk, people.recipients), people


def _for_elder(desk: Desk, seen: Visited) -> bool:
    return desk.command.party_id is not None and desk.command.party_id == seen.order.recipient_id


def rater(desk: Desk, rules: RulesInForce, seen: Visited) -> str:
    """Return as who the actor rates a visit, or refuse."""
    path = "orders.rating.by"
    if not rules.has(path):
        zh, en = "本市规则没有评价这一步。", "There are no ratings here."
        raise ruled_out(rules, "no_ratings", Words(zh, en), "orders.confirmation")
    allowed = rules.names(path)
    if desk.command.actor.id == seen.visit.volunteer_id:
        own = Words("评价写的是志愿者的服务，不能由本人写。", "A rating is about the volunteer's service.")
        raise _not_you(rules, path, allowed, own)
    side, people = _served_side(desk, seen)
    if side is not None and side.value in allowed:
        return side.value
    if standing.is_staff(desk) and people is not None and ORGANISATION in allowed:
        authority.require_any(desk, people.tree, rules, Power.CONFIRM_VISIT, areas(seen, people))
        return ORGANISATION
    raise _not_you(rules, path, allowed)


def require_witness(
    desk: Desk, rules: RulesInForce, seen: Visited, powers: Sequence[Power], *, volunteer: bool
) -> None:
    """Refuse unless the actor is of those who were served, perhaps the volunteer, or staff with one of the powers."""
    if volunteer and _is_volunteer(desk, seen):
        return
    people = read_people(desk, seen)
    if standing.is_recipients_side(desk, people.recipients) is None:
        standing.require_one_of(desk, people.tree, rules, powers, areas(seen, people))


def require_keeper(
    desk: Desk, rules: RulesInForce, seen: Visited, powers: Sequence[Power], *, volunteer: bool
) -> None:
    """Refuse unless the actor is staff with one of the powers, or the volunteer while that still counts."""
    if not (volunteer and _is_volunteer(desk, seen)):
        people = read_people(desk, seen)
        standing.require_one_of(desk, people.tree, rules, powers, areas(seen, people))


def _is_volunteer(desk: Desk, seen: Visited) -> bool:
    return desk.command.actor.id == seen.visit.volunteer_id and not standing.is_staff(desk)


def require_power(desk: Desk, rules: RulesInForce, seen: Visited, power: Power) -> None:
    """Refuse unless the actor may use a power over the order's organisation, and did not serve himself."""
    authority.require(desk, read_people(desk, seen).tree, rules, power, seen.order.organisation_id)
    require_another(desk, seen.visit.volunteer_id)


def require_another(desk: Desk, volunteer_id: str) -> None:
    """Refuse whoever served: nobody decides about their own visit, as staff of whatever organisation."""
    if desk.command.actor.id == volunteer_id:
        zh = "不能处理自己的服务记录，请由另一名工作人员办理。"
        raise refuse("own_visit", zh, "Nobody decides about his own visit; let a colleague do it.")


def _not_you(rules: RulesInForce, path: str, allowed: Sequence[str], first: Words | None = None) -> Refused:
    said = first or Words("您不能办理这一步。", "You may not do this.")
    who = standing.only([_WORDS[party] for party in allowed])
    if not rules.has(path):
        path = path.rpartition(".")[0]
    return ruled_out(rules, "wrong_party", said.joined(who), path)
