"""A place that was let go may be held again: of its holds on one account only one is open at a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from timebank.storage.migrations.frozen import index

revision = "0008"
down_revision = "0007"

_ONCE = "uq_holds_city_order_id_place_account_id"
_COLUMNS = ("city", "order_id", "place", "account_id")


def upgrade() -> None:
    with op.batch_alter_table("holds") as holds:
        holds.drop_constraint(_ONCE, type_="unique")
    index("holds", "order_id", "place")
    op.create_index(
        "uq_holds_open",
        "holds",
        list(_COLUMNS),
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    op.drop_index("uq_holds_open", "holds")
    op.drop_index("ix_holds_city_order_id_place", "holds")
    with op.batch_alter_table("holds") as holds:
        holds.create_unique_constraint(_ONCE, list(_COLUMNS))
