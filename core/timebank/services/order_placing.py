"""Placing an order: what is asked for is read strictly, judged by rules and hooks, and funded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from timebank.domain.cases import AskedBy, OrderCase
from timebank.domain.command import Channel
from timebank.domain.decision import HookAnswer
from timebank.domain.identity import new_id
from timebank.domain.member import MemberFacts, Role
from timebank.domain.order import Order, OrderAction, OrderState, Origin, Shape
from timebank.domain.organisation import Tree
from timebank.domain.refusal import BadInput, Refusal, Refused, missing, refuse
from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services import inputs, order_eligibility, order_funding
from timebank.services.admitted import require_admitted
from timebank.services.desk import Desk
from timebank.services.facts import member_facts
from timebank.services.order_cases import ask_order, branches, decided, known_members, with_people
from timebank.services.order_funding import Funding
from timebank.services.order_steps import first_state
from timebank.services.organisations import ORGANISATION
from timebank.services.standing import ORGANISER, asked_by, is_staff, require_one_of

ADDRESS = Words("服务地址", "address")
TITLE = Words("项目名称", "title")
MOST = 100_000


@dataclass(frozen=True)
class Asked:
    """What somebody asks for when placing an order; see ``orders.place``."""

    service: str
    organisation_id: str
    planned_start: datetime
    planned_minutes: int
    address: str
    recipient_id: str | None
    places: int
    head_count: int
    title: str | None
    directed_to: str | None
    entrusted: bool
    unit: str | None


@dataclass(frozen=True)
class Draft:
    """An order that may be placed: its row, what it holds, and the state it reaches at once."""

    row: dict[str, Any]
    order: Order
    funding: Funding


def judge(desk: Desk, asked: Asked) -> Draft:
    """Decide, outside any lock, whether an order may be placed.

    The service must be in the catalogue of the day of placing and of the planned day; who may place it, what it
    costs and who may spend follows the day of placing.

    Raises:
        BadInput: something given cannot be read.
        Refused: every reason at once.
    """
    _check_inputs(desk, asked)
    rules = desk.rules_on(desk.today)
    people, tree = _read(desk, asked)
    recipient = people.get(asked.recipient_id or "")
    order = _order(desk, asked)
    asker = people.get(desk.command.actor.id)
    who = asked_by(desk, recipient, asker, entrusted=asked.entrusted)
    if not tree.path(order.organisation_id):
        raise missing(ORGANISATION, order.organisation_id)
    _check_power(desk, tree, rules, order, who, recipient)
    refusals = _refusals(desk, rules, order, who, tree)
    refusals += _directed(rules, order, people.get(asked.directed_to or ""))
    _refuse(refusals)
    case = OrderCase(order, who, place=tree.path(asked.organisation_id))
    case = with_people(desk, case, tree, recipient, None)
    try:
        amount = (asked.planned_minutes, asked.places, asked.unit)
        funding = order_funding.fund(rules, order.origin, recipient, *amount)
    except Refused:
        _ask(desk, case, rules)  # a city's own reason comes first: it says who pays for whom
        raise
    _refuse(order_funding.spending_refusals(rules, funding, recipient, tree, asked.organisation_id))
    case = replace(case, spends=funding.by_kind, unit=funding.unit)
    answers = _ask(desk, case, rules)
    return Draft(_row(desk, asked, case, funding, rules, answers), order, funding)


def _read(desk: Desk, asked: Asked) -> tuple[dict[str, MemberFacts], Tree]:
    """Return everybody concerned, the elder admitted, and the branches where they belong."""
    actor_id = desk.command.actor.id
    with desk.reading() as connection:
        wanted = [asked.recipient_id, asked.directed_to]
        people = known_members(connection, desk, wanted, desk.local_day(asked.planned_start))
        if not is_staff(desk) and actor_id not in people:
            people |= member_facts(connection, desk.city.code, [actor_id], desk.today)
        recipient = people.get(asked.recipient_id or "")
        if recipient is not None and Role.RECIPIENT not in recipient.roles and not _is_import(desk, asked):
            require_admitted(connection, desk.city, recipient.id, Role.RECIPIENT.value, desk.today)
        return people, branches(connection, desk, [asked.organisation_id], people.values())


def _refuse(refusals: list[Refusal]) -> None:
    if refusals:
        raise Refused(*refusals)


def _check_inputs(desk: Desk, asked: Asked) -> None:
    _check_count(Words("计划时长", "number of planned minutes"), asked.planned_minutes)
    _check_count(Words("名额", "number of places"), asked.places)
    _check_count(Words("受益人数", "head-count"), asked.head_count)
    if not inputs.note(ADDRESS, asked.address):
        raise BadInput(Words("请填写服务地址。", "Give the address of the service."))
    if asked.title is not None:
        inputs.name(TITLE, asked.title)
    if asked.planned_start.tzinfo is None:
        raise BadInput(Words("计划开始时间须带时区。", "The planned start needs a time zone."))
    if asked.planned_start < desk.now and desk.command.channel is not Channel.IMPORT:
        start = asked.planned_start.astimezone(desk.city.book.timezone)
        zh = f"计划开始时间 {start:%Y-%m-%d %H:%M} 已经过去，不能下单。请改时间；补录历史服务请用导入。"
        en = f"The planned start {start:%Y-%m-%d %H:%M} has passed. Choose another time; past service is imported."
        raise refuse("in_the_past", zh, en)


def _check_count(what: Words, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST:
        zh = f"{what.zh}须为 1 至 {MOST} 的整数，不能是 {value!r}。"
        raise BadInput(Words(zh, f"The {what.en} is a whole number from 1 to {MOST}, not {value!r}."))


def _is_import(desk: Desk, asked: Asked) -> bool:
    return desk.command.channel is Channel.IMPORT and asked.planned_start < desk.now


def _order(desk: Desk, asked: Asked) -> Order:
    origin = Origin.PROJECT if asked.recipient_id is None else Origin.REQUEST
    if _is_import(desk, asked):
        origin = Origin.IMPORT
    alone = asked.recipient_id is not None and asked.places == 1 and asked.head_count == 1
    return Order(
        id=new_id(),
        service=asked.service,
        origin=origin,
        shape=Shape.ONE_TO_ONE if alone else Shape.PROJECT,
        state=OrderState.REQUESTED,
        organisation_id=asked.organisation_id,
        recipient_id=asked.recipient_id,
        publisher_id=None,
        address=asked.address.strip(),
        planned_start=asked.planned_start,
        planned_minutes=asked.planned_minutes,
        places=asked.places,
        places_taken=0,
        head_count=asked.head_count,
        directed_to=asked.directed_to,
        placed_on=desk.today,
        service_date=desk.local_day(asked.planned_start),
    )


def _check_power(
    desk: Desk, tree: Tree, rules: RulesInForce, order: Order, who: AskedBy, recipient: MemberFacts | None
) -> None:
    """Staff need the power to order for others; an organiser may draft what it may publish."""
    if who is not AskedBy.ORGANISATION or order.origin is Origin.IMPORT:
        return
    areas = [order.organisation_id]
    if recipient is not None and recipient.home_id is not None:
        areas.append(recipient.home_id)
    powers = ORGANISER if order.origin is Origin.PROJECT else ORGANISER[1:]
    require_one_of(desk, tree, rules, powers, areas)


def _refusals(desk: Desk, rules: RulesInForce, order: Order, who: AskedBy, tree: Tree) -> list[Refusal]:
    place = tree.path(order.organisation_id)
    found = []
    if order.origin is not Origin.IMPORT:
        found = order_eligibility.placing_refusals(rules, order.origin, who, place)
    for one in _deciding(desk, rules, order):
        found += order_eligibility.service_refusals(
            one, order.service, order.shape, order.planned_minutes, place
        )
    return list({refusal.words: refusal for refusal in found}.values())


def _deciding(desk: Desk, rules: RulesInForce, order: Order) -> list[RulesInForce]:
    """Return the rules whose catalogue counts: of the planned day and, but for imported service, of today."""
    serving = desk.rules_on(order.service_date)
    if order.origin is Origin.IMPORT:
        return [serving]
    return [rules] if serving.digest == rules.digest else [rules, serving]


def _directed(rules: RulesInForce, order: Order, volunteer: MemberFacts | None) -> list[Refusal]:
    if volunteer is None:
        return []
    found = order_eligibility.mode_refusals(rules, order_eligibility.DIRECTED)
    return found + order_eligibility.serving_refusals(rules, order, volunteer)


def _ask(desk: Desk, case: OrderCase, rules: RulesInForce) -> tuple[HookAnswer, ...]:
    if case.order.origin is Origin.IMPORT:
        return ()
    answers = ask_order(desk, case, OrderAction.PLACE, rules)
    if first_state(rules, case.order.origin) is OrderState.PUBLISHED:
        answers += ask_order(desk, case, OrderAction.PUBLISH, rules)
    return answers


def _facts(case: OrderCase, funding: Funding) -> dict[str, Any]:
    """Return the figures an order was judged by."""
    order = case.order
    facts = {
        "asked_by": case.asked_by.value,
        "service_date": order.service_date.isoformat(),
        "planned": order.planned_minutes,
        "places": order.places,
        "held": funding.by_kind,
        "unit": funding.unit,
        "free_for": funding.free_for,
    }
    if order.origin is Origin.IMPORT:
        facts["imported"] = True  # gates and powers were not asked: the earlier system had
    return facts


def _row(
    desk: Desk,
    asked: Asked,
    case: OrderCase,
    funding: Funding,
    rules: RulesInForce,
    answers: tuple[HookAnswer, ...],
) -> dict[str, Any]:
    order, actor = case.order, desk.command.actor
    state = first_state(rules, order.origin)
    return {
        "city": desk.city.code,
        "id": order.id,
        "service": order.service,
        "origin": order.origin.value,
        "shape": order.shape.value,
        "state": state.value,
        "organisation_id": order.organisation_id,
        "publisher_id": order.organisation_id if state is OrderState.PUBLISHED else None,
        "recipient_id": order.recipient_id,
        "asked_by": case.asked_by.value,
        "placed_by": actor.id,
        "placed_at_desk": actor.organisation_id if order.recipient_id is not None else None,
        "channel": desk.command.channel.value,
        "title": asked.title.strip() if asked.title else None,
        "address": order.address,
        "planned_start": order.planned_start,
        "planned_minutes": order.planned_minutes,
        "places": order.places,
        "places_taken": 0,
        "head_count": order.head_count,
        "directed_to": order.directed_to,
        "placed_on": order.placed_on,
        "service_date": order.service_date,
        "decision": decided("placed", rules, _facts(case, funding), answers),
    }
