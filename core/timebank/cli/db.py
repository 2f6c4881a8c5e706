"""``timebank db``: make a database's tables and bring them up to date."""

from __future__ import annotations

import click

from timebank.cli.options import common_options, database_option
from timebank.cli.session import Session
from timebank.domain.refusal import BadInput
from timebank.domain.words import Words


@click.group("db", help="数据库：建表、升级、角色。\n\nThe database: make and upgrade its tables; its roles.")
def command() -> None:
    """Hold the verbs about the database."""


_HELP = """建表，或把旧表升级到最新；全部成功，否则全不改。重复运行没有坏处。

Make the tables, or bring old ones up to date: all of it or nothing. Running it again does no harm.

\b
例 · Examples:
  timebank db upgrade
  timebank db upgrade --database postgresql+psycopg://timebank@db/timebank
"""


@command.command("upgrade", help=_HELP, short_help="建表或升级 · make or upgrade the tables")
@database_option
@common_options
def upgrade(session: Session, database: str | None) -> None:
    """Bring the database to the newest version."""
    from timebank.bank import read_settings  # noqa: PLC0415 - imported when the verb is called
    from timebank.storage import migrations  # noqa: PLC0415

    url = database or read_settings(session.config).database
    before = migrations.current(url)
    with session.progress(Words("升级数据库", "upgrading the database")):
        migrations.upgrade(url)
    after = migrations.current(url)
    if session.as_json:
        session.give({"before": before, "after": after})
    elif before == after:
        session.say(Words(f"已是最新（{after}）。", f"Already the newest ({after})."))
    else:
        start = Words("新建", "new") if before is None else Words(before, before)
        session.say(Words(f"已升级：{start.zh} → {after}。", f"Upgraded: {start.en} → {after}."))


_ROLES_HELP = """PostgreSQL 的三个角色：应用、迁移、审计。写出建立它们、授予权限的语句，供管理员审阅；--apply 直接执行。
应用对已记的账只能添加，不能改、不能删。重复运行没有坏处。

Three roles on PostgreSQL: for the application, for migrations, for audit. Prints the statements that make them and set
their rights, for an administrator to read and run; --apply runs them. The application can add to the ledger, and
neither change nor delete in it. Running it again does no harm.

\b
例 · Examples:
  timebank db roles --database postgresql+psycopg://postgres@db/timebank > roles.sql
  timebank db roles --database postgresql+psycopg://postgres@db/timebank --apply
"""


@command.command("roles", help=_ROLES_HELP, short_help="三个角色及其权限 · three roles and their rights")
@click.option("--apply", "run_them", is_flag=True, help="直接执行，全部或全不 · run them: all or nothing")
@database_option
@common_options
def database_roles(session: Session, run_them: bool, database: str | None) -> None:  # noqa: FBT001
    """Print or run the statements that set up the roles."""
    from timebank.bank import read_settings  # noqa: PLC0415
    from timebank.storage.engine import open_engine  # noqa: PLC0415
    from timebank.storage.roles import statements  # noqa: PLC0415

    engine = open_engine(database or read_settings(session.config).database)
    with engine.connect() as connection, connection.begin():
        if connection.dialect.name != "postgresql":
            raise BadInput(
                Words(
                    "SQLite 没有角色：那里由触发器禁止改删。请用 --database 写明 PostgreSQL 的地址。",
                    "SQLite has no roles: there triggers forbid changes. Name a PostgreSQL with --database.",
                )
            )
        given = list(statements(connection))
        for statement in given if run_them else ():
            connection.exec_driver_sql(statement)
    engine.dispose()
    if session.as_json:
        session.give({"statements": given, "applied": run_them})
    elif run_them:
        session.say(Words(f"已执行 {len(given)} 条语句。", f"Ran {len(given)} statements."))
    else:
        session.out.print(";\n".join(given) + ";", markup=False, soft_wrap=True)
