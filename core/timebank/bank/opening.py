"""Opening a bank: settings, database, cities with their plugins, adapters."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from timebank.bank.adapters import build
from timebank.bank.cities import open_cities
from timebank.bank.settings import Settings, read_settings
from timebank.domain.message import Sender
from timebank.domain.refusal import BadInput
from timebank.domain.registry import Registry
from timebank.domain.words import Words
from timebank.services.desk import Bank, Clock
from timebank.services.publishing.recorded import files_in_force
from timebank.storage import roles, rule_file_rows
from timebank.storage.engine import WRITES, open_engine

LOG = logging.getLogger("timebank")


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
    engine = open_engine(database or settings.database)
    try:
        check_role(engine, settings.powerful_role)
        sent_by = senders
        if sent_by is None:
            sent_by = {name: build(f"senders.{name}", options) for name, options in settings.senders.items()}
        while True:
            recorded = _recorded_files(engine, settings, only)
            cities = open_cities(settings, registries, only, recorded)
            bank = Bank(engine, cities, clock or system_clock, sent_by)
            if _found_cities(bank, cities.keys() - recorded.keys()):
                break  # else somebody founded one at the same moment: theirs is what counts
    except BaseException:
        engine.dispose()
        raise
    return bank


def check_role(engine: Engine, powerful_role: str) -> None:
    """Warn of a database role that could change the ledger behind the application's back, or refuse it.

    Args:
        engine: the database.
        powerful_role: ``warn`` or ``refuse``.

    Raises:
        BadInput: the role could, and the configuration says to refuse.
    """
    with engine.connect() as connection:
        if not roles.could_change_the_ledger(connection):
            return
    zh = (
        "连接数据库的角色能改写或删除已记的账（它是表的所有者或超级用户）。"
        f"请运行 timebank db roles，并用属于 {roles.APP} 的角色连接。"
    )
    en = (
        "The role that connects to the database could change or delete what is in the ledger: it owns the tables or is "
        f"a superuser. Run timebank db roles, and connect as a role in {roles.APP}."
    )
    if powerful_role == "refuse":
        raise BadInput(Words(zh, en), "powerful_role")
    LOG.warning("%s %s", zh, en)


def _recorded_files(engine: Engine, settings: Settings, only: str | None) -> dict[str, dict[str, bytes]]:
    """Return by city the rule files that were recorded; a city that was never set up in this database is left out."""
    found = {}
    with engine.connect() as connection:
        if not rule_file_rows.ready(connection):
            return {}
        for code in settings.cities if only is None else settings.cities.keys() & {only}:
            in_force = files_in_force(connection, code, settings.cities[code].folder)
            if in_force is not None:
                found[code] = in_force.contents
                for found_so in in_force.warnings:
                    LOG.warning("%s %s", found_so.zh, found_so.en)
    return found


def _found_cities(bank: Bank, codes: Collection[str]) -> bool:
    """Keep the rule files with which cities are first set up, by content; from then on only publishing adds any.

    Returns:
        Whether none of them was founded by somebody else meanwhile.
    """
    if not codes:
        return True
    with bank.reading() as connection:
        if not rule_file_rows.ready(connection) or not roles.may_add(connection, "rule_files"):
            return True  # no tables yet; or audit, which only reads
    now = bank.clock()
    for code in sorted(codes):
        rows = [
            rule_file_rows.row(code, version.digest, version.file, version.effective_from, version.text, now)
            for version in bank.cities[code].book.versions
        ]
        with bank.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            rule_file_rows.take_turn(connection, code)
            if rule_file_rows.recorded(connection, code):
                return False
            rule_file_rows.add(connection, rows)
    return True
