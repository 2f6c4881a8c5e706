"""What a check adds where the database may be asked: whether the folder holds what was published, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection

from timebank.bank.rule_checking import Checked
from timebank.bank.rule_desk import RuleDesk
from timebank.bank.settings import read_settings
from timebank.rules.faults import Fault, fault
from timebank.services.publishing.recorded import faults_of_folder
from timebank.storage import rule_file_rows
from timebank.storage.engine import open_engine


def beside_the_database(desks: Sequence[RuleDesk], found: Sequence[Checked], config: Path) -> list[Checked]:
    """Return what checks found, with every file that was edited, is gone or was never published.

    A database that keeps no record of rule files yet cannot tell, which is a fault of its own.

    Args:
        desks: what was checked; those of a city that does not run are left as they are.
        found: what the check of each found.
        config: the configuration file, which names the database.
    """
    engine = open_engine(read_settings(config).database)
    try:
        with engine.connect() as connection:
            return [
                one
                if desk.settings is None
                else replace(
                    one, faults=(*one.faults, *_faults(connection, desk.city, desk.settings.folder, config))
                )
                for desk, one in zip(desks, found, strict=True)
            ]
    finally:
        engine.dispose()


def _faults(connection: Connection, city: str, folder: Path, config: Path) -> list[Fault]:
    if not rule_file_rows.ready(connection):
        return [fault("D16", str(config), (1, 1), ())]
    return faults_of_folder(connection, city, folder)
