"""A whole bank for a test: real database, real rule files, a clock set by hand, and nothing pretended."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, inspect

from timebank.domain.command import Actor, Channel, Command
from timebank.domain.registry import Registry
from timebank.hooks.opening import open_city
from timebank.rules import rule_files
from timebank.services.desk import Answer, Bank, UseCase
from timebank.services.engine_version import ENGINE
from timebank.storage import rule_file_rows
from timebank.storage.engine import WRITES, open_engine
from timebank.storage.tables import METADATA

FIXTURES = Path(__file__).parent / "fixtures" / "config"
YUNZHOU = "yunzhou"
SHANGHAI = ZoneInfo("Asia/Shanghai")
JOB = "job:test"


class StoryClock:
    """The instant a story has reached; it stands still until it is set."""

    def __init__(self, now: str = "2026-03-02 09:00") -> None:
        self.now = local(now)

    def __call__(self) -> datetime:
        """Return the instant, UTC."""
        return self.now

    def set(self, moment: str) -> datetime:
        """Set the instant by local words: `2026-03-02 09:00`."""
        self.now = local(moment)
        return self.now

    def forward(self, **duration: float) -> datetime:
        """Let time pass: `forward(hours=1, minutes=30)`."""
        self.now += timedelta(**duration)
        return self.now


def local(moment: str) -> datetime:
    """Return the instant of local words such as `2026-03-02 09:00`, UTC."""
    return datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI).astimezone(UTC)


def open_test_bank(
    url: str,
    config_folder: Path = FIXTURES,
    plugins: Mapping[str, object] | None = None,
    registries: Mapping[str, Mapping[str, Registry]] | None = None,
    clock: StoryClock | None = None,
) -> Bank:
    """Open a bank with every city of a folder.

    Args:
        url: a database; its tables are made if it has none. `a_bank` lets go of it in the end.
        config_folder: holds one folder of rule files a city.
        plugins: by city, a module or object with hook implementations.
        registries: by city, the outside registers by kind.
        clock: where the instant comes from; a new `StoryClock` without.
    """
    engine = open_engine(url)
    make_tables(engine)
    cities = {
        folder.name: open_city(
            folder.name,
            folder,
            plugin=_named(folder.name, plugins or {}),
            registries=(registries or {}).get(folder.name),
            engine=ENGINE,
        )
        for folder in sorted(config_folder.iterdir())
        if folder.is_dir() and rule_files(folder)
    }
    return Bank(engine, cities, clock or StoryClock())


def _named(city: str, plugins: Mapping[str, object]) -> tuple[str, object, str] | None:
    return (city, plugins[city], "1") if city in plugins else None


@contextmanager
def a_bank(url: str, **how: Any) -> Iterator[Bank]:
    """Open a bank as `open_test_bank` does, and let go of its connections in the end."""
    bank = open_test_bank(url, **how)
    try:
        yield bank
    finally:
        bank.engine.dispose()


def record_rule_files(bank: Bank) -> None:
    """Keep the rule files a bank runs with, as though somebody had published each."""
    rows = [
        rule_file_rows.row(code, v.digest, v.file, v.effective_from, v.text, bank.clock())
        for code, city in bank.cities.items()
        for v in city.book.versions
    ]
    with writing(bank) as connection:
        rule_file_rows.add(connection, rows)


@contextmanager
def writing(bank: Bank) -> Iterator[Connection]:
    """Put rows down as other parts of the bank, or other programs, would: in one transaction."""
    with bank.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        yield connection


def make_tables(engine: Engine) -> None:
    """Make the tables in a database that has none."""
    if not inspect(engine).has_table("commands"):
        METADATA.create_all(engine)


def do(  # noqa: PLR0913 - everything but the use case has a usual value
    bank: Bank,
    use_case: UseCase,
    *,
    by: str = JOB,
    at: str | None = None,
    party: str | None = None,
    channel: Channel = Channel.APP,
    city: str = YUNZHOU,
    operation: str | None = None,
    **inputs: Any,
) -> Answer:
    """Carry out a use case in one line.

    Args:
        bank: the bank.
        use_case: what to do.
        by: the actor: a member's id, a staff name, or a job.
        at: the organisation for which staff act.
        party: the member for whom it is done.
        channel: how it came.
        city: in which city.
        operation: the operation id; a new one without.
        **inputs: what the use case takes.
    """
    command = Command(city, operation or uuid.uuid4().hex, Actor(by, at), channel, party)
    return bank.carry_out(use_case, command, **inputs)


def day(text: str) -> date:
    """Return a local day."""
    return date.fromisoformat(text)


def plugin(**hooks: Any) -> ModuleType:
    """Return a plugin made of hook implementations already marked with `@hookimpl`."""
    module = ModuleType("plugin")
    for name, hook in hooks.items():
        setattr(module, name, hook)
    return module
