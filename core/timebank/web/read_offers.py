"""Reading availabilities and offers. A token is never shown: the database keeps only its digest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from timebank.storage import listing_rows
from timebank.web.paging import paged
from timebank.web.reads import Asked, Reading, shown

_AVAILABILITY = "id member_id organisation_id services free_from free_until state given_at"
_OFFER = "id order_id volunteer_id state sent_at expires_at answered_at"


def availabilities(asked: Asked) -> dict[str, Any]:
    """Return a page of availabilities, in order of id."""
    return _page(asked, listing_rows.availabilities_page, _AVAILABILITY)


def offers(asked: Asked) -> dict[str, Any]:
    """Return a page of offers, in order of id."""
    return _page(asked, listing_rows.offers_page, _OFFER)


def _page(asked: Asked, found: listing_rows.Page, names: str) -> dict[str, Any]:
    with asked.bank.reading() as connection:
        rows = found(connection, asked.city.code, asked.query, asked.after, asked.many + 1)
    return paged(rows, asked.many, lambda row: shown(row, names))


ANSWERS: Mapping[str, Reading] = {"availabilities_list": availabilities, "offers_list": offers}
