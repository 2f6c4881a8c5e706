"""On PostgreSQL the application's role adds to the ledger and cannot change it; audit only reads."""

import re
import uuid
from dataclasses import dataclass
from itertools import product

import psycopg
import pytest
from sqlalchemy import inspect, text

from tests.banks import YUNZHOU, StoryClock, a_bank, plugin
from tests.cli.conftest import house_in
from tests.postgres import libpq_url
from tests.scenes import (
    a_confirmed_visit,
    a_recipient,
    a_visit_on_paper,
    a_volunteer,
    an_elder_with_time,
    give,
    posted,
    reverse,
    settle,
    verified_child,
)
from timebank.hooks import hookimpl
from timebank.services.delivery import deliver
from timebank.services.settlement import settle_due
from timebank.services.verification import verify
from timebank.storage import migrations, roles
from timebank.storage.engine import open_engine
from timebank.storage.tables import METADATA

only_on_postgres = pytest.mark.only_on("postgres", reason="SQLite has no roles")


@pytest.fixture
def clock():
    return StoryClock()


@pytest.fixture
def house(tmp_path, fresh_database_url, monkeypatch):
    monkeypatch.delenv("TIMEBANK_DATABASE_URL", raising=False)
    return house_in(tmp_path, fresh_database_url)


@dataclass(frozen=True)
class Logins:
    """Addresses of one database, for an administrator and for a login in each of the three roles."""

    admin: str
    app: str
    migrate: str
    audit: str


def run(url, *statements):
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def set_up_roles(url):
    engine = open_engine(url)
    with engine.connect() as connection, connection.begin():
        for statement in list(roles.statements(connection)):
            connection.exec_driver_sql(statement)
    engine.dispose()


def logins(url):
    """Set the roles up on a database and log in to each by a role of this test's own."""
    set_up_roles(url)
    mark, names = uuid.uuid4().hex[:12], {}
    for name, group in (("app", roles.APP), ("migrate", roles.MIGRATE), ("audit", roles.AUDIT)):
        run(url, f"CREATE ROLE {name}_{mark} LOGIN IN ROLE {group}")
        names[name] = url.replace("postgres@", f"{name}_{mark}@", 1)
    yield Logins(url, **names)
    for name in ("app", "migrate", "audit"):
        run(url, f"DROP ROLE {name}_{mark}")


@pytest.fixture
def migrated(fresh_database_url):
    """A database that had its tables before it had roles."""
    yield from logins(fresh_database_url)


@pytest.fixture
def empty(empty_database_url):
    """A database that has roles before it has tables."""
    yield from logins(empty_database_url)


def a_day_of_the_bank(bank):
    """Place, take, serve, confirm, settle, give, reverse, settle a night's visits."""
    volunteer = a_volunteer(bank)
    settled = settle(bank, a_confirmed_visit(bank, volunteer, an_elder_with_time(bank)))
    parent = a_recipient(bank)
    verified_child(bank, parent, volunteer)
    give(bank, volunteer, parent, 30)
    reverse(bank, settled["transfer_id"])
    a_visit_on_paper(bank, volunteer, 60, "2026-03-01")
    night = settle_due(bank, YUNZHOU)
    return volunteer, settled, night


@only_on_postgres
def test_the_application_does_a_whole_day_as_its_role(migrated, clock):
    heard = []
    listening = plugin(timebank_on_event=hookimpl(lambda event: heard.append(event.kind)))
    with a_bank(migrated.app, plugins={YUNZHOU: listening}, clock=clock) as bank:
        volunteer, settled, night = a_day_of_the_bank(bank)

        assert settled["credited"]
        assert (night.settled, night.kept) == (1, [])
        assert posted(bank, volunteer) == 30  # an hour taken back, half of it owed, and the other earned
        assert deliver(bank, YUNZHOU)["put_off"] == 0
        assert "visit.settled" in heard
        assert [result.code for result in verify(bank, YUNZHOU) if result.faults] == []


@only_on_postgres
@pytest.mark.parametrize(
    ("table", "act"), list(product(roles.KEPT_FOR_EVER, ("UPDATE", "DELETE", "TRUNCATE")))
)
def test_the_application_cannot_change_what_is_kept_for_ever(module_logins, table, act):
    statement = {
        "UPDATE": f"UPDATE {table} SET city = city",
        "DELETE": f"DELETE FROM {table}",
        "TRUNCATE": f"TRUNCATE {table} CASCADE",
    }[act]

    for login in (module_logins.app, module_logins.audit):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(login, statement)


@only_on_postgres
def test_the_application_deletes_nowhere_and_audit_adds_nowhere(module_logins):
    for table in METADATA.tables:
        for act in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE", f"DROP TABLE {table} CASCADE"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                run(module_logins.app, act)
        for act in (f"INSERT INTO {table} DEFAULT VALUES", f"UPDATE {table} SET city = city"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                run(module_logins.audit, act)


@only_on_postgres
@pytest.mark.parametrize(
    "way_round",
    [
        "ALTER TABLE transfers DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "GRANT UPDATE ON transfers TO timebank_app",
        "SET ROLE timebank_migrate",
        "ALTER TABLE transfers OWNER TO timebank_app",
        "CREATE TABLE of_my_own (x int)",
    ],
)
def test_the_application_has_no_way_round(module_logins, way_round):
    try:
        run(module_logins.app, way_round)
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidObjectDefinition):
        return
    with psycopg.connect(libpq_url(module_logins.admin)) as connection:  # GRANT without the right only warns
        asked = "SELECT has_table_privilege('timebank_app', 'transfers', 'UPDATE')"
        assert way_round.startswith("GRANT")
        assert connection.execute(asked).fetchone() == (False,)


@pytest.fixture(scope="module")
def module_logins(databases):
    """One database with roles, for tests that try what must be refused."""
    url = databases.migrated()
    yield from logins(url)
    databases.drop(url)


@only_on_postgres
def test_migrations_run_as_their_role_and_give_the_application_what_it_needs(empty, clock):
    migrations.upgrade(empty.migrate)

    engine = open_engine(empty.migrate)
    with engine.connect() as connection:
        owners = connection.execute(
            text("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
        )
        assert owners.scalars().all() == [roles.MIGRATE]
    engine.dispose()
    with a_bank(empty.app, clock=clock) as bank:
        assert a_day_of_the_bank(bank)[2].settled == 1


@only_on_postgres
def test_a_table_that_a_later_migration_makes_can_be_read_and_added_to_but_not_changed(empty):
    migrations.upgrade(empty.migrate)
    run(empty.migrate, f"SET ROLE {roles.MIGRATE}; CREATE TABLE later (x int)")

    run(empty.app, "INSERT INTO later VALUES (1)", "SELECT * FROM later")
    run(empty.audit, "SELECT * FROM later")
    for act in ("UPDATE later SET x = 2", "DELETE FROM later"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(empty.app, act)


@only_on_postgres
def test_setting_the_roles_up_again_changes_nothing_and_takes_back_what_was_given_by_hand(migrated):
    run(migrated.admin, "GRANT UPDATE, DELETE ON transfers TO timebank_app")
    run(migrated.app, "UPDATE transfers SET city = city")

    set_up_roles(migrated.admin)

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(migrated.app, "UPDATE transfers SET city = city")


@only_on_postgres
def test_audit_verifies_the_ledger_by_command_and_writes_nothing(migrated, clock, tmp_path, monkeypatch):
    monkeypatch.delenv("TIMEBANK_DATABASE_URL", raising=False)
    with a_bank(migrated.app, clock=clock) as bank:
        a_day_of_the_bank(bank)
    house = house_in(tmp_path, migrated.audit)

    assert house.call("ledger", "verify", YUNZHOU).code == 0
    assert house.call("settle", YUNZHOU).code == 1


@only_on_postgres
def test_a_role_that_could_change_the_ledger_is_warned_of_or_refused_as_configured(
    migrated, tmp_path, monkeypatch, caplog
):
    monkeypatch.delenv("TIMEBANK_DATABASE_URL", raising=False)
    house = house_in(tmp_path, migrated.admin)

    assert house.call("ledger", "verify").code == 0
    assert "能改写或删除已记的账" in caplog.text
    house.edit(house.config, "format: timebank/1\n", "format: timebank/1\npowerful_role: refuse\n")
    said = house.call("ledger", "verify", language="en")
    assert (said.code, "connect as a role in timebank_app" in said.err) == (1, True)

    caplog.clear()
    assert house.call("ledger", "verify", "--database", migrated.app).code == 0
    assert caplog.text == ""


@only_on_postgres
def test_the_command_prints_statements_that_do_what_applying_them_does(house):
    printed = house.call("db", "roles").out
    with psycopg.connect(libpq_url(house.url), autocommit=True) as connection:
        connection.execute(printed.encode())
        asked = "SELECT has_table_privilege('timebank_app', 'accounts', 'UPDATE'), tableowner FROM pg_tables"
        found = connection.execute(f"{asked} WHERE tablename = 'accounts'").fetchone()

    assert found == (True, roles.MIGRATE)
    applied = house.call("db", "roles", "--apply", "--json").json
    assert applied["applied"] is True
    assert len(applied["statements"]) > len(METADATA.tables)


@pytest.mark.only_on("sqlite", reason="PostgreSQL has roles")
def test_on_sqlite_the_command_says_that_there_are_no_roles(house):
    said = house.call("db", "roles")

    assert said.code == 1
    assert "SQLite 没有角色" in said.err


# ---- every table is one or the other


def test_every_table_is_kept_for_ever_or_changes():
    assert sorted([*roles.KEPT_FOR_EVER, *roles.CHANGING]) == sorted(METADATA.tables)


def test_what_is_kept_for_ever_is_guarded_on_sqlite_too(fresh_database_url):
    engine = open_engine(fresh_database_url)
    with engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            assert set(inspect(connection).get_table_names()) >= set(roles.KEPT_FOR_EVER)
        else:
            triggers = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            names = triggers.scalars().all()
            guarded = {re.sub("_no_(update|delete)$", "", name) for name in names}
            assert set(roles.KEPT_FOR_EVER) <= guarded
    engine.dispose()
