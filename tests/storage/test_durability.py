"""A database that could forget what it acknowledged is refused, with the very statement that mends it."""

import re
import sqlite3
import time
import uuid
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import event

from tests.house.source import CORE, python_files
from tests.postgres import PostgresServer, libpq_url
from timebank.domain.refusal import BadInput
from timebank.storage import durability
from timebank.storage.engine import open_engine

only_on_postgres = pytest.mark.only_on("postgres", reason="SQLite has no such setting")
only_on_sqlite = pytest.mark.only_on("sqlite", reason="its settings are per connection")


def refusal_of(url):
    with pytest.raises(BadInput) as refused:
        open_engine(url).dispose()
    assert refused.value.code == "unsafe_database"
    return refused.value.words


def opens(url):
    open_engine(url).dispose()


def run(url, *statements):
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def do_as_told(url, words):
    """Type what a sentence says to type; it is the same in both languages."""
    (typed,) = set(re.findall(r"ALTER .*;", words.zh)) & set(re.findall(r"ALTER .*;", words.en))
    run(url, *filter(None, (part.strip() for part in typed.split(";"))))


def soon(act):
    """Wait until a server that reads its settings anew has done so."""
    for _ in range(100):
        try:
            return act()
        except (AssertionError, BadInput, pytest.fail.Exception):
            time.sleep(0.05)
    return act()


# ---- where the setting comes from says what to type


@pytest.fixture
def clerk(fresh_database_url):
    """The address of the same database for a role of this test's own."""
    role = f"clerk_{uuid.uuid4().hex}"
    run(fresh_database_url, f"CREATE ROLE {role} LOGIN")
    yield fresh_database_url.replace("postgres@", f"{role}@", 1)
    run(fresh_database_url, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def name_of_role(url):
    return re.search(r"//(\w+)@", url)[1]


def name_of_database(url):
    return re.search(r"/(timebank_test_\w+)", url)[1]


@only_on_postgres
@pytest.mark.parametrize(
    "setting",
    [
        "ALTER ROLE {role} SET synchronous_commit = off",
        "ALTER ROLE {role} IN DATABASE {database} SET synchronous_commit = off",
        "ALTER DATABASE {database} SET synchronous_commit = off",
        "ALTER ROLE {role} SET session_replication_role = replica",
    ],
)
def test_a_setting_of_the_role_or_the_database_is_found_and_mended_as_the_sentence_says(
    fresh_database_url, clerk, setting
):
    opens(clerk)
    run(fresh_database_url, setting.format(role=name_of_role(clerk), database=name_of_database(clerk)))

    do_as_told(fresh_database_url, refusal_of(clerk))

    opens(clerk)


@only_on_postgres
def test_a_setting_in_the_address_is_named_with_its_place(fresh_database_url):
    words = refusal_of(f"{fresh_database_url}&options=-c%20synchronous_commit%3Doff")

    assert "options 或环境变量 PGOPTIONS 中去掉 synchronous_commit" in words.zh
    assert "Take synchronous_commit out of the address's options" in words.en


@only_on_postgres
def test_a_setting_that_is_changed_while_the_bank_runs_stops_its_next_connection(fresh_database_url, clerk):
    engine = open_engine(clerk)
    run(fresh_database_url, f"ALTER ROLE {name_of_role(clerk)} SET synchronous_commit = off")

    with engine.connect(), pytest.raises(BadInput, match="synchronous_commit 是 off"):
        engine.connect()
    engine.dispose()


@pytest.fixture(scope="module")
def server():
    """A server of this module's own, whose configuration may be spoilt."""
    started = PostgresServer()
    started.start()
    yield started
    started.stop()


@only_on_postgres
def test_a_setting_of_the_server_is_mended_as_the_sentence_says(server):
    opens(server.url)
    run(server.url, "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")
    words = soon(lambda: refusal_of(server.url))

    assert words.zh.startswith("PostgreSQL 的 full_page_writes 是 off")
    run(server.url, "ALTER SYSTEM SET full_page_writes = 'on'", "SELECT pg_reload_conf()")
    assert "ALTER SYSTEM SET full_page_writes = 'on'; SELECT pg_reload_conf();" in words.en
    soon(lambda: opens(server.url))


@only_on_postgres
@pytest.mark.parametrize("waits", ["local", "remote_write"])
def test_with_a_standby_that_must_confirm_a_commit_may_not_return_before_it_has(server, waits):
    url = f"{server.url}&options=-c%20synchronous_commit%3D{waits}"
    opens(url)
    run(server.url, "ALTER SYSTEM SET synchronous_standby_names = 'second'", "SELECT pg_reload_conf()")
    try:
        words = soon(lambda: refusal_of(url))
        opens(server.url)
    finally:
        run(server.url, "ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")

    assert f"synchronous_commit 是 {waits}" in words.zh
    soon(lambda: opens(url))


@only_on_postgres
def test_a_server_started_without_fsync_is_refused():
    careless = PostgresServer(settings={"fsync": "off"})
    careless.start()
    try:
        words = refusal_of(careless.url)
    finally:
        careless.stop()

    assert words.zh.startswith("PostgreSQL 的 fsync 是 off")
    assert "从 postgres 的启动参数中去掉 fsync" in words.zh
    assert "Take fsync off the command line" in words.en


def test_nothing_but_the_throw_away_playhouse_makes_a_commit_less_durable():
    settings = re.compile(r"SET\s+(LOCAL\s+)?synchronous_commit|PRAGMA synchronous", re.IGNORECASE)

    # What cases are played in is thrown away when they are over, and nobody is told that it was kept.
    found = [file.name for file in python_files(CORE) if settings.search(file.read_text("utf-8"))]
    assert found == ["playhouse.py"]


# ---- SQLite


@only_on_sqlite
@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_bank_in_memory_is_refused(url):
    words = refusal_of(url)

    assert "在内存里" in words.zh
    assert "sqlite:///timebank.db" in words.en


@only_on_sqlite
def test_a_disk_on_which_sqlite_cannot_keep_its_log_is_refused(tmp_path):
    file = tmp_path / "bank.db"
    with closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE t (x)")

    words = refusal_of(f"sqlite:///file:{file}?vfs=unix-none&uri=true")

    assert "journal_mode" in words.en
    assert "网络盘" in words.zh


@only_on_sqlite
def test_a_sqlite_that_is_too_old_is_refused(monkeypatch, fresh_database_url):
    monkeypatch.setattr(durability, "OLDEST_SQLITE", (99, 0))

    assert "请升级到 99.0 或更新" in refusal_of(fresh_database_url).zh


@only_on_postgres
def test_a_postgresql_that_is_too_old_is_refused(monkeypatch, fresh_database_url):
    monkeypatch.setattr(durability, "OLDEST_POSTGRESQL", 99)

    assert "Upgrade it to 99 or newer" in refusal_of(fresh_database_url).en


@only_on_sqlite
def test_each_connection_is_checked_not_only_the_first(fresh_database_url):
    engine = open_engine(fresh_database_url)
    seen = []

    def note(dbapi, _record):
        with closing(dbapi.cursor()) as cursor:
            seen.append(
                [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "foreign_keys")]
            )

    event.listen(engine, "connect", note)
    with engine.connect(), engine.connect():
        pass
    engine.dispose()

    assert seen == [[durability.FULL, 1]]
