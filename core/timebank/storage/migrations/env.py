"""Run by alembic, and by nothing else: carries the versions out on the connection that was handed over."""

from __future__ import annotations

from alembic import context


def run() -> None:
    """Carry out the versions inside the caller's transaction."""
    context.configure(
        connection=context.config.attributes["connection"],
        render_as_batch=True,  # SQLite changes a table by copying it
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
