"""Tables of organisations and members."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, Table, UniqueConstraint

from timebank.storage.columns import CODE, ID, LONG_TEXT, METADATA, NAME, PLAIN, Instant, city, key, refers

organisations = Table(
    "organisations",
    METADATA,
    city(),
    Column("id", CODE, primary_key=True),
    Column("level", CODE, nullable=False),
    Column("name", NAME, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("closed_on", Date),
    comment="A node of the management tree; its place in the tree is dated, in placements.",
)

placements = Table(
    "placements",
    METADATA,
    city(),
    key(),
    Column("organisation_id", CODE, nullable=False),
    Column("parent_id", CODE),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    refers("organisation_id", "organisations"),
    refers("parent_id", "organisations"),
    UniqueConstraint("city", "organisation_id", "valid_from"),
    comment="Under which organisation another stood, from a day until a day (both included).",
)

members = Table(
    "members",
    METADATA,
    city(),
    key(),
    Column("reference", CODE, nullable=False, comment="the city's own number; never an identity-card number"),
    Column("name", NAME, nullable=False),
    Column("born_on", Date),
    Column("phone", CODE),
    Column("home_id", CODE, comment="organisation to which the member belongs by residence"),
    Column("registry_keys", PLAIN, nullable=False, comment="numbers in outside registers, by register"),
    Column("joined_at", Instant, nullable=False),
    Column("closed_on", Date, comment="left or deceased"),
    Column("closed_for", CODE, comment="left or deceased; nothing new from the recording of a death on"),
    refers("home_id", "organisations"),
    UniqueConstraint("city", "reference"),
)

recorded_traits = Table(
    "recorded_traits",
    METADATA,
    city(),
    key(),
    Column("member_id", ID, nullable=False),
    Column("trait", CODE, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    Column("proof", NAME, nullable=False),
    Column("certified_by", CODE, nullable=False),
    refers("member_id", "members"),
    Index(None, "city", "member_id"),
)

ties = Table(
    "ties",
    METADATA,
    city(),
    key(),
    Column("member_id", ID, nullable=False),
    Column("kin_id", ID, nullable=False),
    Column("relation", CODE, nullable=False, comment="the kin is this member's relation"),
    Column("proof", NAME, nullable=False),
    Column("verified_by", CODE, nullable=False),
    Column("verified_on", Date, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    refers("member_id", "members"),
    refers("kin_id", "members"),
    UniqueConstraint("city", "member_id", "kin_id", "relation", "valid_from"),
    comment="Kinship, written in both directions.",
)

qualifications = Table(
    "qualifications",
    METADATA,
    city(),
    key(),
    Column("member_id", ID, nullable=False),
    Column("kind", CODE, nullable=False),
    Column("proof", NAME, nullable=False),
    Column("verified_by", CODE, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    refers("member_id", "members"),
    Index(None, "city", "member_id"),
)

memberships = Table(
    "memberships",
    METADATA,
    city(),
    key(),
    Column("member_id", ID, nullable=False),
    Column("organisation_id", CODE, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    refers("member_id", "members"),
    refers("organisation_id", "organisations"),
    UniqueConstraint("city", "member_id", "organisation_id", "valid_from"),
)

admissions = Table(
    "admissions",
    METADATA,
    city(),
    key(),
    Column("member_id", ID, nullable=False),
    Column("role", CODE, nullable=False),
    Column("state", CODE, nullable=False),
    Column("applied_on", Date, nullable=False),
    Column("admitted_on", Date),
    Column("imported", Boolean, nullable=False, comment="taken over from an earlier system: gates not asked"),
    Column("decision", PLAIN),
    refers("member_id", "members"),
    UniqueConstraint("city", "member_id", "role"),
)

admission_steps = Table(
    "admission_steps",
    METADATA,
    city(),
    key(),
    Column("admission_id", ID, nullable=False),
    Column("step", CODE, nullable=False),
    Column("state", CODE, nullable=False),
    Column("answered_on", Date),
    Column("valid_until", Date),
    Column("evidence", NAME),
    Column("by_organisation", CODE),
    refers("admission_id", "admissions"),
    UniqueConstraint("city", "admission_id", "step"),
)

looked_up = Table(
    "looked_up",
    METADATA,
    city(),
    key(),
    Column("kind", CODE, nullable=False),
    Column("lookup_key", CODE, nullable=False),
    Column("member_id", ID),
    Column("answer", CODE, nullable=False),
    Column("note", LONG_TEXT, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("answered_at", Instant, nullable=False),
    refers("member_id", "members"),
    UniqueConstraint("city", "kind", "lookup_key"),
    comment="Stored answers of outside registers, with their instant: replay never asks the outside.",
)
