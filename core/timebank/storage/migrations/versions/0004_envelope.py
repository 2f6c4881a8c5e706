"""Commands, the outbox and the rule files that decided."""

from __future__ import annotations

from alembic import op

from timebank.storage.migrations.frozen import (
    CODE,
    DAY,
    ID,
    INSTANT,
    LONG,
    LONG_TEXT,
    NAME,
    PLAIN,
    WHOLE,
    index,
    key,
    needed,
    optional,
)

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _commands()
    _outbox()
    _rule_files()


def downgrade() -> None:
    op.drop_table("rule_files")
    op.drop_table("outbox")
    op.drop_table("commands")


def _commands() -> None:
    op.create_table(
        "commands",
        needed("city", CODE),
        needed("actor_id", CODE),
        needed("operation_id", CODE),
        needed("kind", CODE),
        needed("body_digest", CODE),
        needed("answer", PLAIN, "identifiers and figures only"),
        optional("actor_organisation", CODE),
        optional("party_id", ID),
        needed("channel", CODE),
        needed("recorded_at", INSTANT),
        key("commands", "actor_id", "operation_id"),
        comment="Every command that had an effect, unique for ever; never pruned.",
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        needed("city", CODE),
        needed("id", ID),
        needed("kind", CODE),
        needed("body", PLAIN),
        needed("created_at", INSTANT),
        needed("due_at", INSTANT),
        needed("state", CODE),
        needed("attempts", WHOLE),
        optional("last_error", LONG_TEXT),
        key("outbox", "id"),
        comment="What leaves for the outside, after the commit that caused it, at least once.",
    )
    index("outbox", "state", "due_at")


def _rule_files() -> None:
    op.create_table(
        "rule_files",
        needed("city", CODE),
        needed("digest", NAME),
        needed("file", CODE),
        needed("effective_from", DAY),
        needed("text", LONG),
        needed("recorded_at", INSTANT),
        key("rule_files", "digest"),
        comment="Every rule file the bank ever ran with, by content.",
    )
