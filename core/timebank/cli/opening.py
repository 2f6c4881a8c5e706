"""Opening the bank for a verb, and saying what is missing when it cannot be opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from timebank.bank import open_bank
from timebank.cli.session import Session
from timebank.domain.refusal import BadInput
from timebank.domain.words import Words
from timebank.services.desk import Bank
from timebank.storage import rule_file_rows


@contextmanager
def opened(session: Session, database: str | None = None, city: str | None = None) -> Iterator[Bank]:
    """Open the configured bank and let go of its connections in the end.

    Args:
        session: names the configuration file.
        database: another database than the configured one.
        city: open this city alone.

    Raises:
        BadInput: the database has no tables yet, or something cannot be opened.
    """
    bank = open_bank(session.config, database=database, only=city)
    try:
        with bank.reading() as connection:
            if not rule_file_rows.ready(connection):
                raise BadInput(
                    Words(
                        "数据库里还没有表。请先运行 timebank db upgrade。",
                        "The database has no tables yet. Run timebank db upgrade first.",
                    ),
                    "not_upgraded",
                )
        yield bank
    finally:
        bank.engine.dispose()
