"""Organisations and members."""

from __future__ import annotations

from alembic import op

from timebank.storage.migrations.frozen import (
    CODE,
    DAY,
    ID,
    INSTANT,
    LONG_TEXT,
    NAME,
    PLAIN,
    WHOLE,
    YES_NO,
    index,
    key,
    needed,
    optional,
    refers,
    unique,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    _organisations()
    _placements()
    _members()
    _recorded_traits()
    _ties()
    _qualifications()
    _memberships()
    _admissions()
    _admission_steps()
    _looked_up()


def downgrade() -> None:
    op.drop_table("looked_up")
    op.drop_table("admission_steps")
    op.drop_table("admissions")
    op.drop_table("memberships")
    op.drop_table("qualifications")
    op.drop_table("ties")
    op.drop_table("recorded_traits")
    op.drop_table("members")
    op.drop_table("placements")
    op.drop_table("organisations")


def _organisations() -> None:
    op.create_table(
        "organisations",
        needed("city", CODE),
        needed("id", CODE),
        needed("level", CODE),
        needed("name", NAME),
        needed("opened_on", DAY),
        optional("closed_on", DAY),
        key("organisations", "id"),
        comment="A node of the management tree; its place in the tree is dated, in placements.",
    )


def _placements() -> None:
    op.create_table(
        "placements",
        needed("city", CODE),
        needed("id", ID),
        needed("organisation_id", CODE),
        optional("parent_id", CODE),
        needed("valid_from", DAY),
        optional("valid_until", DAY),
        key("placements", "id"),
        refers("placements", "organisation_id", "organisations"),
        refers("placements", "parent_id", "organisations"),
        unique("placements", "organisation_id", "valid_from"),
        comment="Under which organisation another stood, from a day until a day (both included).",
    )


def _members() -> None:
    op.create_table(
        "members",
        needed("city", CODE),
        needed("id", ID),
        needed("reference", CODE, "the city's own number; never an identity-card number"),
        needed("name", NAME),
        optional("born_on", DAY),
        optional("phone", CODE),
        optional("home_id", CODE, "organisation to which the member belongs by residence"),
        needed("registry_keys", PLAIN, "numbers in outside registers, by register"),
        needed("joined_at", INSTANT),
        optional("closed_on", DAY, "left or deceased"),
        key("members", "id"),
        refers("members", "home_id", "organisations"),
        unique("members", "reference"),
    )


def _recorded_traits() -> None:
    op.create_table(
        "recorded_traits",
        needed("city", CODE),
        needed("id", ID),
        needed("member_id", ID),
        needed("trait", CODE),
        needed("valid_from", DAY),
        optional("valid_until", DAY),
        needed("proof", NAME),
        needed("certified_by", CODE),
        key("recorded_traits", "id"),
        refers("recorded_traits", "member_id", "members"),
    )
    index("recorded_traits", "member_id")


def _ties() -> None:
    op.create_table(
        "ties",
        needed("city", CODE),
        needed("id", ID),
        needed("member_id", ID),
        needed("kin_id", ID),
        needed("relation", CODE, "the kin is this member's relation"),
        needed("proof", NAME),
        needed("verified_by", CODE),
        needed("verified_on", DAY),
        needed("valid_from", DAY),
        optional("valid_until", DAY),
        key("ties", "id"),
        refers("ties", "kin_id", "members"),
        refers("ties", "member_id", "members"),
        unique("ties", "member_id", "kin_id", "relation", "valid_from"),
        comment="Kinship, written in both directions.",
    )


def _qualifications() -> None:
    op.create_table(
        "qualifications",
        needed("city", CODE),
        needed("id", ID),
        needed("member_id", ID),
        needed("kind", CODE),
        needed("proof", NAME),
        needed("verified_by", CODE),
        needed("valid_from", DAY),
        optional("valid_until", DAY),
        key("qualifications", "id"),
        refers("qualifications", "member_id", "members"),
    )
    index("qualifications", "member_id")


def _memberships() -> None:
    op.create_table(
        "memberships",
        needed("city", CODE),
        needed("id", ID),
        needed("member_id", ID),
        needed("organisation_id", CODE),
        needed("valid_from", DAY),
        optional("valid_until", DAY),
        key("memberships", "id"),
        refers("memberships", "member_id", "members"),
        refers("memberships", "organisation_id", "organisations"),
        unique("memberships", "member_id", "organisation_id", "valid_from"),
    )


def _admissions() -> None:
    op.create_table(
        "admissions",
        needed("city", CODE),
        needed("id", ID),
        needed("member_id", ID),
        needed("role", CODE),
        needed("state", CODE),
        needed("applied_on", DAY),
        optional("admitted_on", DAY),
        needed("imported", YES_NO, "taken over from an earlier system: gates not asked"),
        optional("decision", PLAIN),
        key("admissions", "id"),
        refers("admissions", "member_id", "members"),
        unique("admissions", "member_id", "role"),
    )


def _admission_steps() -> None:
    op.create_table(
        "admission_steps",
        needed("city", CODE),
        needed("id", ID),
        needed("admission_id", ID),
        needed("step", CODE),
        needed("state", CODE),
        optional("answered_on", DAY),
        optional("valid_until", DAY),
        optional("evidence", NAME),
        optional("by_organisation", CODE),
        key("admission_steps", "id"),
        refers("admission_steps", "admission_id", "admissions"),
        unique("admission_steps", "admission_id", "step"),
    )


def _looked_up() -> None:
    op.create_table(
        "looked_up",
        needed("city", CODE),
        needed("id", ID),
        needed("kind", CODE),
        needed("lookup_key", CODE),
        optional("member_id", ID),
        needed("answer", CODE),
        needed("note", LONG_TEXT),
        needed("attempts", WHOLE),
        needed("answered_at", INSTANT),
        key("looked_up", "id"),
        refers("looked_up", "member_id", "members"),
        unique("looked_up", "kind", "lookup_key"),
        comment="Stored answers of outside registers, with their instant: replay never asks the outside.",
    )
