"""The management tree: organisations are added, moved and closed from a day on; its past stays as it was."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from timebank.domain.identity import new_id
from timebank.domain.organisation import Power, Tree
from timebank.domain.refusal import missing, refuse
from timebank.domain.words import Words
from timebank.services import authority, inputs
from timebank.services.desk import Answer, Desk, Writing
from timebank.services.organisation_places import check_no_circle, check_place
from timebank.storage import organisation_rows

ORGANISATION = Words("组织", "organisation")
CODE = Words("组织编号", "organisation's code")
NAME = Words("组织名称", "organisation's name")


def add(
    desk: Desk,
    organisation_id: str,
    level: str,
    name: str,
    parent_id: str | None = None,
    opened_on: date | None = None,
) -> Answer:
    """Add an organisation below another, or as a root, from a day on.

    Args:
        desk: the command being carried out.
        organisation_id: the city's own stable code, at most 64 characters without spaces.
        level: a level id of the rule file; its ``under`` names the level of the parent.
        name: its Chinese name.
        parent_id: the organisation above; None for a level that stands under none.
        opened_on: first day; today without.

    Raises:
        BadInput: code, name or level cannot be read.
        Refused: the code is taken, the parent is of another level, or the actor has no power to.
    """
    city, first_day, rules = desk.city.code, opened_on or desk.today, desk.rules_on(desk.today)
    inputs.code(CODE, organisation_id)
    with desk.reading() as connection:
        powers = _branch(desk, connection, desk.today, parent_id)
    authority.require(desk, powers, rules, Power.MANAGE_ORGANISATIONS, parent_id)
    row = {"city": city, "id": organisation_id, "level": level, "name": inputs.name(NAME, name)}
    with desk.writing() as write:
        locked = _locked_all(write, parent_id)  # the parent must not close meanwhile
        check_place(rules, level, parent_id, _branch(desk, write.connection, first_day, parent_id))
        _check_stays(locked.get(parent_id or ""))
        _check_free(write, organisation_id)
        organisation_rows.add(write.connection, [row | {"opened_on": first_day}])
        organisation_rows.place(write.connection, [placement(city, organisation_id, parent_id, first_day)])
        write.tell("organisation.added", organisation_id=organisation_id)
        return write.answer(organisation_id=organisation_id)


def placement(city: str, organisation_id: str, parent_id: str | None, from_day: date) -> dict[str, Any]:
    """Return the row of a place in the tree from a day on."""
    row = {"city": city, "id": new_id(), "organisation_id": organisation_id, "parent_id": parent_id}
    return row | {"valid_from": from_day}


def _check_free(write: Writing, organisation_id: str) -> None:
    taken = organisation_rows.find(write.connection, write.desk.city.code, organisation_id)
    if taken is not None:
        zh = f"组织编号“{organisation_id}”已由“{taken.name}”使用。请换一个编号。"
        en = f"The code “{organisation_id}” already belongs to “{taken.name}”. Choose another."
        raise refuse("organisation_exists", zh, en)


def move(desk: Desk, organisation_id: str, parent_id: str, from_day: date) -> Answer:
    """Put an organisation, with everything below it, under another parent from a day on.

    Raises:
        NotFound: there is no such organisation.
        Refused: the parent is of another level or stands below it, its present place begins later,
            it is closed, or the actor has no power over both.
    """
    rules = desk.rules_on(desk.today)
    with desk.reading() as connection:
        powers = _branch(desk, connection, desk.today, organisation_id, parent_id)
    authority.require(desk, powers, rules, Power.MANAGE_ORGANISATIONS, organisation_id)
    authority.require(desk, powers, rules, Power.MANAGE_ORGANISATIONS, parent_id)
    with desk.writing() as write:
        locked = _locked_all(write, organisation_id, parent_id)  # the parent must not close meanwhile
        moved = locked.get(organisation_id)
        if moved is None:
            raise missing(ORGANISATION, organisation_id)
        tree = _branch(desk, write.connection, from_day, organisation_id, parent_id)
        check_no_circle(tree, organisation_id, parent_id)
        check_place(rules, moved.level, parent_id, tree)
        _check_stays(locked.get(parent_id))
        _replace_place(write, moved, parent_id, from_day)
        write.tell("organisation.moved", organisation_id=organisation_id)
        return write.answer(organisation_id=organisation_id, parent_id=parent_id)


def _replace_place(write: Writing, moved: Row[Any], parent_id: str, from_day: date) -> None:
    city = write.desk.city.code
    last = _last_place(write, moved, from_day)
    if from_day == last.valid_from:
        organisation_rows.replace_parent(write.connection, city, last.id, parent_id)
        return
    organisation_rows.end_placement(write.connection, city, last.id, from_day - timedelta(days=1))
    organisation_rows.place(write.connection, [placement(city, moved.id, parent_id, from_day)])


def close(desk: Desk, organisation_id: str, on_day: date) -> Answer:
    """Close an organisation: the day named is its last in the tree.

    Raises:
        NotFound: there is no such organisation.
        Refused: others still stand below it, orders in its area are open, members live there, it is closed already,
            its present place begins later, or the actor has no power to.
    """
    city, rules = desk.city.code, desk.rules_on(desk.today)
    with desk.reading() as connection:
        powers = _branch(desk, connection, desk.today, organisation_id)
    authority.require(desk, powers, rules, Power.MANAGE_ORGANISATIONS, organisation_id)
    with desk.writing() as write:
        closed = _locked(write, organisation_id)
        last = _last_place(write, closed, on_day)
        _check_nothing_open(write, closed, on_day)
        organisation_rows.close(write.connection, city, organisation_id, on_day)
        organisation_rows.end_placement(write.connection, city, last.id, on_day)
        write.tell("organisation.closed", organisation_id=organisation_id)
        return write.answer(organisation_id=organisation_id)


def _check_nothing_open(write: Writing, closed: Row[Any], on_day: date) -> None:
    below = organisation_rows.below_after(write.connection, write.desk.city.code, closed.id, on_day)
    if below:
        zh = f"“{closed.name}”下面在 {on_day} 以后还有组织：{'、'.join(below)}。请先撤销或调整它们。"
        en = (
            f"Below “{closed.name}” there stand after {on_day}: {', '.join(below)}. Close or move them first."
        )
        raise refuse("organisation_not_empty", zh, en)
    orders = organisation_rows.open_orders(write.connection, write.desk.city.code, closed.id)
    if orders:
        zh = f"“{closed.name}”还有 {orders} 个未办结的服务订单。请先办结或取消。"
        en = f"“{closed.name}” still has {orders} open service orders. Finish or cancel them first."
        raise refuse("organisation_not_empty", zh, en)
    residents = organisation_rows.residents_after(write.connection, write.desk.city.code, closed.id, on_day)
    if residents:
        zh = (
            f"“{closed.name}”在 {on_day} 以后还是 {residents} 名成员的居住地所属组织，撤销后没有人能代他们办理。"
            "由别的组织接管的，请不要撤销，把它移到接管的组织或其上级之下。"
        )
        en = (
            f"After {on_day} “{closed.name}” is still home to {residents} members, for whom nobody could act any more. "
            "Where another organisation takes over, leave it open and move it below that one, or beside it."
        )
        raise refuse("organisation_not_empty", zh, en)


def _last_place(write: Writing, organisation: Row[Any], day: date) -> Row[Any]:
    last = organisation_rows.last_placement(write.connection, write.desk.city.code, organisation.id)
    if last is None or last.valid_until is not None:
        zh, en = f"组织“{organisation.name}”已撤销。", f"“{organisation.name}” is closed."
        raise refuse("organisation_closed", zh, en)
    if day < last.valid_from:
        zh = f"“{organisation.name}”现在的隶属从 {last.valid_from} 开始，不能改 {day} 的。请选更晚的日期。"
        en = f"“{organisation.name}” has its present place from {last.valid_from} on. Choose a day after {day}."
        raise refuse("placed_later", zh, en)
    return last


def _locked_all(write: Writing, *organisation_ids: str | None) -> dict[str, Row[Any]]:
    wanted = [each for each in organisation_ids if each is not None]
    return {row.id: row for row in organisation_rows.lock_all(write.connection, write.desk.city.code, wanted)}


def _check_stays(parent: Row[Any] | None) -> None:
    """Refuse a parent whose last day is set: what is put below it would stand there after it is gone."""
    if parent is not None and parent.closed_on is not None:
        zh = f"“{parent.name}”的最后一日是 {parent.closed_on}，不能再在其下设立或移入组织。请选另一个上级。"
        en = f"“{parent.name}” ends on {parent.closed_on}; nothing is put below it any more. Choose another parent."
        raise refuse("organisation_closed", zh, en)


def _locked(write: Writing, organisation_id: str) -> Row[Any]:
    found = organisation_rows.lock(write.connection, write.desk.city.code, organisation_id)
    if found is None:
        raise missing(ORGANISATION, organisation_id)
    return found


def _branch(desk: Desk, connection: Connection, day: date, *organisation_ids: str | None) -> Tree:
    wanted = [*organisation_ids, desk.command.actor.organisation_id]
    return organisation_rows.branch_on(connection, desk.city.code, day, [each for each in wanted if each])
