"""Reading orders, visits, their evidence, and who came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from timebank.domain.words import Words
from timebank.storage import evidence_rows, listing_rows, order_rows, visit_rows
from timebank.storage.organisation_rows import tree_on
from timebank.web.paging import paged
from timebank.web.read_organisations import with_below
from timebank.web.reads import Asked, Reading, shown

ORDER = Words("服务订单", "service order")
VISIT = Words("服务记录", "visit")
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
    """Return a page of orders, in order of id."""
    query, city = asked.query, asked.city.code
    with asked.bank.reading() as connection:
        below = None
        if "organisation_id" in query:
            below = with_below(tree_on(connection, city, asked.today), query["organisation_id"])
        rows = listing_rows.orders_page(connection, city, query, below, asked.after, asked.many + 1)
    return paged(rows, asked.many, lambda row: shown(row, _ORDER))


def order(asked: Asked) -> dict[str, Any]:
    """Return one order."""
    with asked.bank.reading() as connection:
        row = order_rows.find(connection, asked.city.code, asked.path["order_id"])
    return shown(asked.there(row, ORDER, "order_id"), _ORDER)


def visits(asked: Asked) -> dict[str, Any]:
    """Return a page of visits, in order of id."""
    with asked.bank.reading() as connection:
        rows = listing_rows.visits_page(connection, asked.city.code, asked.query, asked.after, asked.many + 1)
    return paged(rows, asked.many, lambda row: shown(row, _VISIT))


def visits_of_order(asked: Asked) -> dict[str, Any]:
    """Return a page of the visits of an order."""
    return _of_order(asked, listing_rows.visits_page, _VISIT)


def visit(asked: Asked) -> dict[str, Any]:
    """Return one visit."""
    return shown(_visit(asked), _VISIT)


def claims(asked: Asked) -> list[dict[str, Any]]:
    """Return the claims about a visit, oldest first."""
    row = _visit(asked)
    with asked.bank.reading() as connection:
        found = evidence_rows.claims_of(connection, asked.city.code, row.id)
    return [shown(one, "id kind moment claimed_at by_actor note") for one in found]


def attendances(asked: Asked) -> dict[str, Any]:
    """Return a page of who is expected at an order, and who came."""
    return _of_order(asked, listing_rows.attendances_page, "id recipient_id head_count came")


def _visit(asked: Asked) -> Any:
    with asked.bank.reading() as connection:
        row = visit_rows.find(connection, asked.city.code, asked.path["visit_id"])
    return asked.there(row, VISIT, "visit_id")


def _of_order(asked: Asked, page: listing_rows.Page, names: str) -> dict[str, Any]:
    order_id = order(asked)["id"]
    with asked.bank.reading() as connection:
        rows = page(connection, asked.city.code, {"order_id": order_id}, asked.after, asked.many + 1)
    return paged(rows, asked.many, lambda row: shown(row, names))


ANSWERS: Mapping[str, Reading] = {
    "orders_list": orders,
    "orders_show": order,
    "orders_visits": visits_of_order,
    "visits_list": visits,
    "visits_show": visit,
    "visits_claims": claims,
    "attendances_list": attendances,
}
