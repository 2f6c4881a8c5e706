"""Tables of the envelope: commands, the outbox, the rule files that ever decided and how they were published."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, Table, Text, UniqueConstraint

from timebank.storage.columns import CODE, ID, LONG_TEXT, METADATA, NAME, PLAIN, Instant, city, key

commands = Table(
    "commands",
    METADATA,
    city(),
    Column("actor_id", CODE, primary_key=True),
    Column("operation_id", CODE, primary_key=True),
    Column("kind", CODE, nullable=False),
    Column("body_digest", CODE, nullable=False),
    Column("answer", PLAIN, nullable=False, comment="identifiers and figures only"),
    Column("actor_organisation", CODE),
    Column("party_id", ID),
    Column("channel", CODE, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    comment="Every command that had an effect, unique for ever; never pruned.",
)

outbox = Table(
    "outbox",
    METADATA,
    city(),
    key(),
    Column("kind", CODE, nullable=False),
    Column("body", PLAIN, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", CODE, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_error", LONG_TEXT),
    Index(None, "city", "state", "due_at"),
    comment="What leaves for the outside, after the commit that caused it, at least once.",
)

rule_files = Table(
    "rule_files",
    METADATA,
    city(),
    Column("digest", NAME, primary_key=True),
    Column("file", CODE, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("text", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    comment="Every rule file the bank ever ran with, by content.",
)

publishing_steps = Table(
    "publishing_steps",
    METADATA,
    city(),
    Column("digest", NAME, primary_key=True),
    Column("step", CODE, primary_key=True, comment="proposed, signed, published"),
    Column(
        "path", NAME, primary_key=True, comment="the assumption that was signed; empty for the other steps"
    ),
    Column("file", CODE, nullable=False),
    Column("person", CODE, nullable=False, comment="as they named themselves, which proves nothing"),
    Column("number", Integer, comment="which rule file of the city a published one is, from 1"),
    Column("details", PLAIN, nullable=False, comment="what the cases noticed, and a reason that was given"),
    Column("recorded_at", Instant, nullable=False),
    UniqueConstraint("city", "number"),
    comment="Who proposed, signed and published which draft; a kept rule file without a row here is founding.",
)
