"""What a database must promise before the bank runs on it: what was acknowledged stays, whatever loses its power.

Asked on every new connection, since a role, a database or an address may each say otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words

OLDEST_POSTGRESQL = 15
OLDEST_SQLITE = (3, 35)  # RETURNING
FULL = 2
WAIT_FOR_STANDBYS = ("on", "remote_apply")
_LOCAL_FLUSH = (*WAIT_FOR_STANDBYS, "remote_write", "local")
_POSTGRESQL = """
SELECT name, setting, source, session_user::text, current_database()::text FROM pg_settings
WHERE name IN ('server_version_num', 'fsync', 'full_page_writes', 'synchronous_commit', 'synchronous_standby_names',
               'session_replication_role')"""
_SQLITE = {"busy_timeout": 30000, "journal_mode": "wal", "synchronous": FULL, "foreign_keys": 1}


def check_postgresql(cursor: Any) -> None:
    """Refuse a PostgreSQL that could forget what it acknowledged, or that is older than what we test.

    Raises:
        BadInput: with the statement that mends it.
    """
    cursor.execute(_POSTGRESQL)
    rows = {row[0]: row[1:] for row in cursor.fetchall()}
    version = int(rows["server_version_num"][0]) // 10000
    if version < OLDEST_POSTGRESQL:
        raise _too_old("PostgreSQL", str(version), str(OLDEST_POSTGRESQL))
    standbys = rows["synchronous_standby_names"][0]
    wanted: Mapping[str, tuple[str, ...]] = {
        "fsync": ("on",),
        "full_page_writes": ("on",),
        "synchronous_commit": WAIT_FOR_STANDBYS if standbys else _LOCAL_FLUSH,
        "session_replication_role": ("origin",),
    }
    for name, good in wanted.items():
        value, source, role, database = rows[name]
        if value not in good:
            raise _unsafe(name, value, _cure(name, good[0], source, role, database))


def set_up_sqlite(cursor: Any) -> None:
    """Make a SQLite connection durable and hold its references, or refuse it where it cannot be.

    Raises:
        BadInput: the database lies in memory or on a disk that cannot do it, or SQLite is too old.
    """
    cursor.execute("SELECT sqlite_version()")
    version = str(cursor.fetchone()[0])
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_SQLITE:
        raise _too_old("SQLite", version, ".".join(map(str, OLDEST_SQLITE)))
    for name, value in _SQLITE.items():
        cursor.execute(f"PRAGMA {name}={value}")
        cursor.execute(f"PRAGMA {name}")
        found = (cursor.fetchone() or ("-",))[0]
        if found != value:
            raise _sqlite_cannot(name, str(value), str(found))


def _cure(name: str, good: str, source: str, role: str, database: str) -> Words:
    """Return what to type, which depends on where PostgreSQL says the setting comes from."""
    typed = {
        "user": f'ALTER ROLE "{role}" RESET {name};',
        "database": f'ALTER DATABASE "{database}" RESET {name};',
        "database user": f'ALTER ROLE "{role}" IN DATABASE "{database}" RESET {name};',
    }
    if source in typed:
        return Words(f"请由管理员执行：{typed[source]}", f"As administrator run: {typed[source]}")
    if source == "client":
        return Words(
            f"请从数据库地址的 options 或环境变量 PGOPTIONS 中去掉 {name}。",
            f"Take {name} out of the address's options, or out of PGOPTIONS.",
        )
    if source in {"command line", "environment variable"}:
        return Words(
            f"请从 postgres 的启动参数中去掉 {name}，再重启它。",
            f"Take {name} off the command line that starts postgres, and restart it.",
        )
    statement = f"ALTER SYSTEM SET {name} = '{good}'; SELECT pg_reload_conf();"
    return Words(f"请由管理员执行：{statement}", f"As administrator run: {statement}")


def _unsafe(name: str, value: str, cure: Words) -> BadInput:
    why = Words("断电或切换后会丢失已确认的记账", "a power cut or fail-over would lose acknowledged entries")
    if name == "session_replication_role":
        why = Words("外键不再核对", "foreign keys are not checked")
    zh = f"PostgreSQL 的 {name} 是 {value}：{why.zh}，拒绝启动。{cure.zh}"
    return BadInput(Words(zh, f"PostgreSQL has {name} = {value}: {why.en}. {cure.en}"), "unsafe_database")


def _sqlite_cannot(name: str, wanted: str, found: str) -> BadInput:
    if found == "memory":
        zh = "这个 SQLite 数据库在内存里，程序一停账就没了，拒绝启动。请写成文件：sqlite:///timebank.db。"
        en = "This SQLite database lies in memory and ends with the program. Name a file: sqlite:///timebank.db."
    else:
        cure = "请把文件放在本机磁盘上（不要网络盘），并用标准编译的 SQLite。"
        zh = f"SQLite 的 {name} 要 {wanted}，却只能是 {found}，拒绝启动。{cure}"
        en = f"SQLite gave {name} = {found}, not {wanted}. Keep the file on a local disk and use a standard SQLite."
    return BadInput(Words(zh, en), "unsafe_database")


def _too_old(product: str, version: str, oldest: str) -> BadInput:
    zh = f"{product} 是 {version} 版，太旧，拒绝启动。请升级到 {oldest} 或更新。"
    en = f"{product} is {version}, which is too old. Upgrade it to {oldest} or newer."
    return BadInput(Words(zh, en), "unsafe_database")
