"""Opening a bank: settings, database, cities with their plugins, adapters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from timebank.bank.adapters import build
from timebank.bank.cities import open_cities
from timebank.bank.settings import read_settings
from timebank.domain.message import Sender
from timebank.domain.registry import Registry
from timebank.services.desk import Bank, Clock
from timebank.storage import rule_file_rows
from timebank.storage.engine import WRITES, open_engine


def system_clock() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


def open_bank(
    config: Path,
    *,
    database: str | None = None,
    clock: Clock | None = None,
    registries: Mapping[str, Mapping[str, Registry]] | None = None,
    senders: Mapping[str, Sender] | None = None,
    only: str | None = None,
) -> Bank:
    """Open the bank that a configuration file describes.

    Args:
        config: ``timebank.yaml``.
        database: another database than the file names.
        clock: another clock than the system's, for stories.
        registries: other registers than the file connects, by city and kind, for stories.
        senders: other senders than the file names, for stories.
        only: open this city alone.

    Raises:
        BadInput, RulesBroken, PluginFailed: a sentence for whoever runs it.
    """
    settings = read_settings(config)
    cities = open_cities(settings, registries, only)
    engine = open_engine(database or settings.database)
    sent_by = senders
    if sent_by is None:
        sent_by = {name: build(f"senders.{name}", options) for name, options in settings.senders.items()}
    bank = Bank(engine, cities, clock or system_clock, sent_by)
    record_rule_files(bank)
    return bank


def record_rule_files(bank: Bank) -> None:
    """Keep every rule file the bank runs with, by content, so that an old decision can always be explained."""
    with bank.reading() as connection:
        if not rule_file_rows.ready(connection):
            return
        known = {code: rule_file_rows.digests(connection, code) for code in bank.cities}
    rows = [
        rule_file_rows.row(
            code, version.digest, version.file, version.effective_from, version.text, bank.clock()
        )
        for code, city in bank.cities.items()
        for version in city.book.versions
        if version.digest not in known[code]
    ]
    if rows:
        with bank.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            rule_file_rows.add(connection, rows)
