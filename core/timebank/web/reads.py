"""Reading: one operation, one function; it finds and presents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pyramid.request import Request
from pyramid.response import Response

from timebank.hooks.city import City
from timebank.rules import RulesInForce
from timebank.services.desk import Bank, local_day
from timebank.web.contract import Contract, Operation
from timebank.web.reading_input import read_parameters
from timebank.web.writes import json_response


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
        day: date = self.query.get("day") or local_day(self.city, self.bank.clock())
        return day

    @property
    def rules(self) -> RulesInForce:
        """Return the rules of the day asked for."""
        return self.city.rules_on(self.day)

    @property
    def many(self) -> int:
        """Return how many items a page may have."""
        many: int = self.query.get("limit", 50)
        return many


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


def answers() -> Mapping[str, Callable[[Asked], Any]]:
    """Return the function of every reading operation, by operationId."""
    from timebank.web import read_ledger, read_people, read_rules, read_work  # noqa: PLC0415 - they use Asked

    return {**read_rules.ANSWERS, **read_people.ANSWERS, **read_work.ANSWERS, **read_ledger.ANSWERS}
