"""Cities at work in one process, step by step in turn, give exactly what each gives alone: all, and every two."""

import json
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.databases import Databases
from timebank.bank import open_bank, read_settings
from timebank.services.desk import Bank, local_day
from timebank.services.explain import explain_transfer
from timebank.services.statement import statement
from timebank.services.stats import stats
from timebank.storage import transfer_rows
from timebank.storage.books import transfers
from timebank.storage.envelope import outbox
from timebank.storage.people import members
from timebank.storage.work import orders, visits
from timebank.stories import Told, play, read_stories

CONFIG = Path(__file__).parents[2] / "config" / "timebank.yaml"
TOLD = [code for code, city in read_settings(CONFIG).cities.items() if (city.folder / "demo.yaml").is_file()]
TOGETHER = [tuple(TOLD), tuple(reversed(TOLD)), *combinations(TOLD, 2)]
IDENTIFIER = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PATIENCE = 60


class Turns:
    """Lets several go on in turn, one thing told at a time; who has finished is waited for no more."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._waiting = list(names)
        self._moved = threading.Condition()
        self.taken: list[str] = []

    def take(self, name: str) -> None:
        """Wait for one's turn, take it, and let the next have theirs."""
        with self._moved:
            assert self._moved.wait_for(lambda: self._waiting[0] == name, PATIENCE), f"{name} waited in vain"
            self.taken.append(name)
            self._waiting.append(self._waiting.pop(0))
            self._moved.notify_all()

    def leave(self, name: str) -> None:
        """Be waited for no more."""
        with self._moved:
            self._waiting.remove(name)
            self._moved.notify_all()


@contextmanager
def a_bank_of_all(databases: Databases) -> Iterator[Bank]:
    """A bank of every city on a database of its own."""
    url = databases.migrated()
    registries: dict[str, dict[str, Any]] = {code: {} for code in read_settings(CONFIG).cities}
    bank = open_bank(CONFIG, database=url, registries=registries)
    yield bank
    bank.engine.dispose()
    databases.drop(url)


def played(bank: Bank, code: str, turns: Turns) -> None:
    (story,) = read_stories(read_settings(CONFIG).cities[code].folder / "demo.yaml")

    def tell(_told: Told) -> None:
        turns.take(code)

    try:
        play(bank, story, tell)
    finally:
        turns.leave(code)


def what_came(bank: Bank, code: str) -> dict[str, Any]:
    """Return everything a city has to show: figures, statements, decisions and their sentences, events, states."""
    with bank.reading() as connection:
        references = list(
            connection.execute(select(members.c.reference).where(members.c.city == code)).scalars()
        )
        rows = connection.execute(select(transfers).where(transfers.c.city == code)).all()
        lines = transfer_rows.lines(connection, code, [row.id for row in rows])
        states = [
            list(connection.execute(select(table.c.state).where(table.c.city == code)).scalars())
            for table in (orders, visits)
        ]
        told = [
            list(row)
            for row in connection.execute(select(outbox.c.kind, outbox.c.body).where(outbox.c.city == code))
        ]
    city = bank.city(code)
    return {
        "figures": stats(bank, code).plain(city.rules_on(local_day(city, bank.clock()))),
        "statements": in_no_order(statement(bank, code, reference) for reference in references),
        "decisions": in_no_order([row.kind, row.day, row.actor_id, row.decision] for row in rows),
        "postings": in_no_order(
            [line.unit, line.minutes, line.debit_kind, line.credit_kind] for line in lines
        ),
        "sentences": in_no_order(explain_transfer(bank, code, row.id).lines for row in rows),
        "states": [sorted(each) for each in states],
        "events": in_no_order(told),
    }


def in_no_order(values: Any) -> list[str]:
    """Return values as texts without identifiers, sorted: those are new in every bank."""
    return sorted(
        IDENTIFIER.sub("#", json.dumps(value, ensure_ascii=False, default=repr)) for value in values
    )


@pytest.fixture(scope="module")
def alone(databases: Databases) -> dict[str, dict[str, Any]]:
    """What each city gives when no other is at work."""
    found = {}
    for code in TOLD:
        with a_bank_of_all(databases) as bank:
            played(bank, code, Turns((code,)))
            found[code] = what_came(bank, code)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("cities", TOGETHER, ids="-".join)
def test_cities_in_turn_give_what_each_gives_alone(
    databases: Databases, alone: dict[str, dict[str, Any]], cities: tuple[str, ...]
) -> None:
    turns = Turns(cities)
    with a_bank_of_all(databases) as bank:
        with ThreadPoolExecutor(len(cities)) as pool:
            for done in [pool.submit(played, bank, code, turns) for code in cities]:
                done.result(PATIENCE * 2)
        together = {code: what_came(bank, code) for code in cities}

    changes = sum(one != other for one, other in pairwise(turns.taken))
    assert changes > 50
    for code in cities:
        assert alone[code]["decisions"]
        assert alone[code]["figures"]["visits"]
        assert together[code] == alone[code]
