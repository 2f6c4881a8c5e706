"""Why a member was closed: from the recording of a death on, nothing new begins. Earlier closings stay without."""

from __future__ import annotations

from alembic import op

from timebank.storage.migrations.frozen import CODE, optional

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column(
        "members",
        optional("closed_for", CODE, "left or deceased; nothing new from the recording of a death on"),
    )


def downgrade() -> None:
    op.drop_column("members", "closed_for")
