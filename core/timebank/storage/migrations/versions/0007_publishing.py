"""Who proposed, signed and published which draft; what was recorded before this stays, and is founding."""

from __future__ import annotations

from alembic import op

from timebank.storage.migrations.frozen import (
    CODE,
    INSTANT,
    NAME,
    PLAIN,
    WHOLE,
    key,
    needed,
    optional,
    unique,
)

revision = "0007"
down_revision = "0006"

_SAYS = "SELECT RAISE(ABORT, 'publishing_steps: 只增不改 · rows are only ever added')"


def upgrade() -> None:
    op.create_table(
        "publishing_steps",
        needed("city", CODE),
        needed("digest", NAME),
        needed("step", CODE, "proposed, signed, published"),
        needed("path", NAME, "the assumption that was signed; empty for the other steps"),
        needed("file", CODE),
        needed("person", CODE, "as they named themselves, which proves nothing"),
        optional("number", WHOLE, "which rule file of the city a published one is, from 1"),
        needed("details", PLAIN, "what the cases noticed, and a reason that was given"),
        needed("recorded_at", INSTANT),
        key("publishing_steps", "digest", "step", "path"),
        unique("publishing_steps", "number"),
        comment="Who proposed, signed and published which draft; a kept rule file without a row here is founding.",
    )
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER publishing_steps_no_{act.lower()} BEFORE {act} ON publishing_steps "
                f"BEGIN {_SAYS}; END"
            )


def downgrade() -> None:
    op.drop_table("publishing_steps")
