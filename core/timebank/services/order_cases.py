"""An order as rules and hooks see it: with its elder, its volunteer, its place and whoever asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from timebank.domain.cases import AskedBy, OrderCase
from timebank.domain.course import GONE
from timebank.domain.decision import Decision, HookAnswer
from timebank.domain.member import MemberFacts
from timebank.domain.order import OrderAction
from timebank.domain.organisation import Tree
from timebank.domain.refusal import Refused, missing
from timebank.domain.visit import VisitState
from timebank.rules import RulesInForce
from timebank.services.desk import Desk
from timebank.services.engine_version import ENGINE
from timebank.services.facts import MEMBER, member_facts
from timebank.services.order_change import ORDER
from timebank.storage import order_rows
from timebank.storage.organisation_rows import branch_on


@dataclass(frozen=True, slots=True)
class Seen:
    """An order read outside any lock.

    Attributes:
        row: its row.
        case: what hooks are given.
        tree: the branches of its organisation, the acting one, and those where its people belong.
    """

    row: Row[Any]
    case: OrderCase
    tree: Tree

    @property
    def areas(self) -> list[str]:
        """Return the organisations whose staff may act for it: its own, and the elder's home."""
        home = self.case.recipient.home_id if self.case.recipient is not None else None
        return [self.row.organisation_id] + ([home] if home is not None else [])


def see(desk: Desk, order_id: str, volunteer_id: str | None = None, team_id: str | None = None) -> Seen:
    """Read an order with everything that may be asked about it: ten statements.

    Raises:
        NotFound: there is no such order, or no such volunteer.
    """
    return see_each(desk, order_id, [volunteer_id], team_id)[0]


def see_each(
    desk: Desk, order_id: str, volunteer_ids: Sequence[str | None], team_id: str | None = None
) -> list[Seen]:
    """Read an order once for each of several would-be volunteers: ten statements, however many they are."""
    city = desk.city.code
    with desk.reading() as connection:
        rows = order_rows.find_with_visits(connection, city, order_id)
        if not rows:
            raise missing(ORDER, order_id)
        row = rows[0]
        people = known_members(connection, desk, [row.recipient_id, *volunteer_ids], row.service_date)
        tree = branches(connection, desk, [row.organisation_id, team_id], people.values())
    present = [each for each in rows if each.visit_state and VisitState(each.visit_state) not in GONE]
    case = OrderCase(
        order=order_rows.as_order(row),
        asked_by=AskedBy(row.asked_by),
        place=tree.path(row.organisation_id),
        companions=frozenset(each.visit_volunteer for each in present),
    )
    recipient = people.get(row.recipient_id)
    volunteers = [people.get(volunteer_id or "") for volunteer_id in volunteer_ids]
    return [Seen(row, with_people(desk, case, tree, recipient, one), tree) for one in volunteers]


def with_people(
    desk: Desk, case: OrderCase, tree: Tree, recipient: MemberFacts | None, volunteer: MemberFacts | None
) -> OrderCase:
    """Return the case with its people and where they belong."""
    acting = desk.command.actor.organisation_id
    return replace(
        case,
        desk=tree.path(acting) if acting is not None else (),
        recipient=recipient,
        recipient_home=_home(tree, recipient),
        volunteer=volunteer,
        volunteer_home=_home(tree, volunteer),
    )


def _home(tree: Tree, member: MemberFacts | None) -> tuple[Any, ...]:
    return tree.path(member.home_id) if member is not None and member.home_id is not None else ()


def known_members(
    connection: Connection, desk: Desk, member_ids: Iterable[str | None], service_day: date
) -> dict[str, MemberFacts]:
    """Return facts about members today, with what is in force on the day of service; or say who is not known."""
    wanted = [member_id for member_id in member_ids if member_id is not None]
    found = member_facts(connection, desk.city.code, wanted, desk.today, service_day)
    for member_id in wanted:
        if member_id not in found:
            raise missing(MEMBER, member_id)
    return found


def branches(
    connection: Connection, desk: Desk, organisation_ids: Iterable[str | None], people: Iterable[MemberFacts]
) -> Tree:
    """Return today's tree as far as organisations, the acting one and people's homes need it."""
    wanted = {*organisation_ids, desk.command.actor.organisation_id, *(member.home_id for member in people)}
    ids = [organisation_id for organisation_id in wanted if organisation_id is not None]
    return branch_on(connection, desk.city.code, desk.today, ids)


def ask_order(
    desk: Desk, case: OrderCase, action: OrderAction, rules: RulesInForce
) -> tuple[HookAnswer, ...]:
    """Ask the city's plugins about an order; any refusal wins."""
    asked = desk.city.check_order(case, action, rules)
    if asked.value:
        raise Refused(*asked.value)
    return asked.answers


def decided(
    outcome: str, rules: RulesInForce, facts: dict[str, Any], answers: tuple[HookAnswer, ...]
) -> dict[str, Any]:
    """Return a decision as it is stored in the row it made."""
    effective = rules.effective_from.isoformat()
    return Decision(outcome, rules.digest, effective, rules.paths_read, facts, answers, ENGINE).stored()
