"""Who may do what to which table on PostgreSQL: the application, migrations and audit are three roles.

The application adds rows everywhere, changes them where something moves on, and deletes nowhere; what is kept for
ever it can only add to. On SQLite triggers see to that, and there are no roles.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, inspect, text

APP, MIGRATE, AUDIT = "timebank_app", "timebank_migrate", "timebank_audit"
KEPT_FOR_EVER = (
    "transfers",
    "postings",
    "claims",
    "commands",
    "rule_files",
    "publishing_steps",
    "leaves",
    "checkpoints",
)
CHANGING = (
    "accounts",
    "admission_steps",
    "admissions",
    "attendances",
    "availabilities",
    "holds",
    "looked_up",
    "members",
    "memberships",
    "offers",
    "orders",
    "organisations",
    "outbox",
    "placements",
    "qualifications",
    "recorded_traits",
    "ties",
    "visits",
)
_VERSION = "alembic_version"
_MAINTAIN_SINCE = 17
_MAKE_ROLE = """DO $$ BEGIN
  CREATE ROLE {role} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$"""


def statements(connection: Connection) -> Iterator[str]:
    """Give the statements that make the roles and set their rights on a database; running them again changes nothing.

    For an administrator: they make roles and hand the tables over to the migration role. Tables that are not there
    yet get their rights from ``grants`` when they are made.
    """
    schema = _schema(connection)
    database = connection.dialect.identifier_preparer.quote(
        str(_one(connection, "SELECT current_database()"))
    )
    for role in (APP, MIGRATE, AUDIT):
        yield _MAKE_ROLE.format(role=role)
    yield f"GRANT CONNECT ON DATABASE {database} TO {APP}, {MIGRATE}, {AUDIT}"
    yield f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {APP}, {AUDIT}"
    yield f"GRANT USAGE, CREATE ON SCHEMA {schema} TO {MIGRATE}"
    later = f"ALTER DEFAULT PRIVILEGES FOR ROLE {MIGRATE} IN SCHEMA {schema} GRANT"
    yield f"{later} SELECT, INSERT ON TABLES TO {APP}"
    yield f"{later} SELECT ON TABLES TO {AUDIT}"
    for table in _tables(connection):
        yield f"ALTER TABLE {schema}.{table} OWNER TO {MIGRATE}"
    yield from grants(connection)


def grants(connection: Connection) -> Iterator[str]:
    """Give the statements that set the rights on the tables there are; their owner may run them."""
    schema, tables = _schema(connection), _tables(connection)
    for table in tables:
        yield f"REVOKE ALL ON {schema}.{table} FROM PUBLIC, {APP}, {AUDIT}"
        yield f"GRANT SELECT ON {schema}.{table} TO {APP}, {AUDIT}"
        if table == _VERSION:
            continue
        yield f"GRANT INSERT ON {schema}.{table} TO {APP}"
        if table in CHANGING:
            yield f"GRANT UPDATE ON {schema}.{table} TO {APP}"
        if table == "leaves":
            yield f"GRANT UPDATE (salt) ON {schema}.{table} TO {APP}"  # to destroy one, where a person is erased
        if int(_one(connection, "SHOW server_version_num")) // 10000 >= _MAINTAIN_SINCE:
            yield f"GRANT MAINTAIN ON {schema}.{table} TO {APP}"  # ANALYZE, after very many rows


def take_the_migration_role(connection: Connection) -> bool:
    """Go on as the migration role where this database has it, so that it owns what is made; say whether it does."""
    if connection.dialect.name != "postgresql" or not _has_roles(connection):
        return False
    connection.exec_driver_sql(f"SET LOCAL ROLE {MIGRATE}")
    return True


def could_change_the_ledger(connection: Connection) -> bool:
    """Say whether this connection's role may change or delete what is kept for ever, as an owner or superuser may."""
    if connection.dialect.name != "postgresql":
        return False
    there = [table for table in _tables(connection) if table in KEPT_FOR_EVER]
    return any(_may(connection, table, "UPDATE, DELETE, TRUNCATE") for table in there)


def may_add(connection: Connection, table: str) -> bool:
    """Say whether this connection's role may add rows to a table; the audit role may not."""
    return connection.dialect.name != "postgresql" or _may(connection, table, "INSERT")


def _may(connection: Connection, table: str, rights: str) -> bool:
    asked = text("SELECT has_table_privilege(CAST(:table AS regclass), :rights)")
    return bool(connection.execute(asked, {"table": table, "rights": rights}).scalar())


def _has_roles(connection: Connection) -> bool:
    """Say whether the migration role was given this database's schema; the roles are the whole server's."""
    asked = text(
        "SELECT has_schema_privilege(oid, current_schema(), 'CREATE') FROM pg_roles WHERE rolname = :role"
    )
    return bool(connection.execute(asked, {"role": MIGRATE}).scalar())


def _tables(connection: Connection) -> list[str]:
    there = set(inspect(connection).get_table_names())
    return [table for table in (*KEPT_FOR_EVER, *CHANGING, _VERSION) if table in there]


def _schema(connection: Connection) -> str:
    return connection.dialect.identifier_preparer.quote(str(_one(connection, "SELECT current_schema()")))


def _one(connection: Connection, statement: str) -> str:
    return str(connection.exec_driver_sql(statement).scalar())
