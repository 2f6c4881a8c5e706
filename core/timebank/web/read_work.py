"""Reading orders and visits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from timebank.domain.refusal import missing
from timebank.domain.words import Words
from timebank.storage import listing_rows, order_rows, visit_rows
from timebank.storage.organisation_rows import tree_on
from timebank.web.read_people import cursor_id, paged
from timebank.web.reads import Asked

ORDER = Words("服务订单", "service order")
VISIT = Words("服务记录", "visit")
ORGANISATION = Words("组织", "organisation")
_ORDER = (
    "id service origin shape state organisation_id publisher_id recipient_id asked_by placed_by placed_at_desk "
    "channel title address planned_start planned_minutes places places_taken head_count directed_to placed_on "
    "service_date"
)
_VISIT = (
    "id order_id volunteer_id team_id place state planned_minutes measured_minutes recognised_minutes "
    "checked_in_at checked_out_at service_date confirmed_by exception rating"
)


def orders(asked: Asked) -> dict[str, Any]:
    """Return a page of orders."""
    query, city = asked.query, asked.city.code
    with asked.bank.reading() as connection:
        below = None
        if "organisation_id" in query:
            below = _below(tree_on(connection, city, asked.day), query["organisation_id"])
        rows = listing_rows.orders_page(
            connection, city, query, below, cursor_id(query.get("cursor")), asked.many + 1
        )
    return paged(rows, asked.many, lambda row: shown(row, _ORDER))


def _below(tree: Any, organisation_id: str) -> list[str]:
    if organisation_id not in tree.nodes:
        raise missing(ORGANISATION, organisation_id)
    found, waiting = [], [organisation_id]
    while waiting:
        found.append(waiting.pop())
        waiting.extend(node.id for node in tree.children(found[-1]))
    return found


def order(asked: Asked) -> dict[str, Any]:
    """Return one order."""
    with asked.bank.reading() as connection:
        row = order_rows.find(connection, asked.city.code, asked.path["order_id"])
    if row is None:
        raise missing(ORDER, asked.path["order_id"])
    return shown(row, _ORDER)


def visits_of_order(asked: Asked) -> list[dict[str, Any]]:
    """Return the visits of an order."""
    order(asked)
    with asked.bank.reading() as connection:
        rows = listing_rows.visits_of_order(connection, asked.city.code, asked.path["order_id"])
    return [shown(row, _VISIT) for row in rows]


def visit(asked: Asked) -> dict[str, Any]:
    """Return one visit."""
    with asked.bank.reading() as connection:
        row = visit_rows.find(connection, asked.city.code, asked.path["visit_id"])
    if row is None:
        raise missing(VISIT, asked.path["visit_id"])
    return shown(row, _VISIT)


def shown(row: Any, names: str) -> dict[str, Any]:
    """Return the named columns of a row as JSON values."""
    return {name: _json(getattr(row, name)) for name in names.split()}


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


ANSWERS: dict[str, Callable[[Asked], Any]] = {
    "orders_list": orders,
    "orders_show": order,
    "orders_visits": visits_of_order,
    "visits_show": visit,
}
