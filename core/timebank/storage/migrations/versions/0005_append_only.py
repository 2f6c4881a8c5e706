"""What is written down for ever: on SQLite triggers refuse to change it.

PostgreSQL gets no triggers: there the application's role has no right to change these tables, and past one
machine triggers on distributed tables are refused.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

KEPT_FOR_EVER = ("transfers", "postings", "claims", "commands", "rule_files")


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in KEPT_FOR_EVER:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} BEGIN "
                f"SELECT RAISE(ABORT, '{table}: 只增不改 · rows are only ever added'); END"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in KEPT_FOR_EVER:
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{act}")
