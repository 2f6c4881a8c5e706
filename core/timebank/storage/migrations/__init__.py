"""How a database gets its tables, and how an old one becomes a new one.

    from timebank.storage.migrations import upgrade
    upgrade("sqlite:///timebank.sqlite")

The versions lie in ``versions/``, each written out in full: a version that has been released is never edited.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from timebank.storage import roles
from timebank.storage.engine import WRITES, open_engine

__all__ = ["current", "newest", "upgrade"]

_TURN = 0x74696D6562616E6B  # "timebank"


def upgrade(url: str, to: str = "head") -> None:
    """Bring a database to the newest version, all or nothing; one that is there already stays as it is.

    Where PostgreSQL has the bank's roles, it is done as the migration role, and rights are set anew.

    Args:
        url: the database.
        to: an earlier version to stop at.

    Raises:
        BadInput: the address cannot be opened.
    """
    engine = open_engine(url)
    try:
        with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            if (
                connection.dialect.name == "postgresql"
            ):  # two that start at once take turns; SQLite does so anyway
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")
            has_roles = roles.take_the_migration_role(connection)
            command.upgrade(_config(connection), to)
            for statement in roles.grants(connection) if has_roles else ():
                connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


def current(url: str) -> str | None:
    """Return the version a database is at, or None where it has no tables yet.

    Raises:
        BadInput: the address cannot be opened.
    """
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def newest() -> str | None:
    """Return the newest version there is."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
