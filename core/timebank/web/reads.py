"""Reading: one operation, one function; it finds and presents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pyramid.request import Request
from pyramid.response import Response

from timebank.domain.refusal import missing
from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.rules import RulesInForce
from timebank.services.desk import Bank, local_day
from timebank.web.contract import Contract, Operation
from timebank.web.paging import cursor_id
from timebank.web.reading_input import read_parameters
from timebank.web.writes import json_response

PAGE = 50
Reading = Callable[["Asked"], Any]


@dataclass(frozen=True)
class Asked:
    """What a reading operation is given.

    Attributes:
        request: for the language and headers.
        bank: the bank.
        path: path parameters without the city.
        query: query parameters that were given.
    """

    request: Request
    bank: Bank
    city_code: str
    path: Mapping[str, Any]
    query: Mapping[str, Any]

    @property
    def city(self) -> City:
        """Return the city asked about, or say that it does not run."""
        return self.bank.city(self.city_code)

    @property
    def day(self) -> date:
        """Return the day asked for, or today in the city."""
        day: date = self.query.get("day") or self.today
        return day

    @property
    def today(self) -> date:
        """Return today in the city."""
        return local_day(self.city, self.bank.clock())

    @property
    def rules(self) -> RulesInForce:
        """Return the rules of the day asked for."""
        return self.city.rules_on(self.day)

    @property
    def many(self) -> int:
        """Return how many items a page may have."""
        many: int = self.query.get("limit", PAGE)
        return many

    @property
    def after(self) -> str | None:
        """Return the id after which the page begins, or None for the first page."""
        return cursor_id(self.query.get("cursor"))

    def there(self, row: Any, what: Words, name: str) -> Any:
        """Return what was found, or say that there is no such thing."""
        if row is None:
            raise missing(what, self.path[name])
        return row


def view_of(contract: Contract, operation: Operation) -> Callable[[Any, Request], Response]:
    """Return the view of a reading operation."""
    answer = answers()[operation.id]

    def view(_context: Any, request: Request) -> Response:
        given = read_parameters(contract, operation, request)
        path = {name: value for (place, name), value in given.items() if place == "path"}
        query = {name: value for (place, name), value in given.items() if place == "query"}
        found = answer(Asked(request, request.registry.bank, path.pop("city", ""), path, query))
        return found if isinstance(found, Response) else json_response(found)

    return view


def answers() -> Mapping[str, Reading]:
    """Return the function of every reading operation, by operationId."""
    from timebank.web import (  # noqa: PLC0415 - they use Asked
        read_demand,
        read_ledger,
        read_offers,
        read_operation,
        read_organisations,
        read_people,
        read_rules,
        read_work,
    )

    rooms = (
        read_rules,
        read_organisations,
        read_people,
        read_offers,
        read_work,
        read_ledger,
        read_demand,
        read_operation,
    )
    return {name: answer for room in rooms for name, answer in room.ANSWERS.items()}


def shown(row: Any, names: str) -> dict[str, Any]:
    """Return the named columns of a row as JSON values."""
    return {name: plain(getattr(row, name)) for name in names.split()}


def plain(value: Any) -> Any:
    """Return a day or an instant as the contract writes it, anything else as it is."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def both(words: Words) -> dict[str, str]:
    """Return a label in both languages."""
    return {"zh": words.zh, "en": words.en}
