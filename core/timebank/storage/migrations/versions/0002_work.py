"""Orders, offers, visits and their evidence."""

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
    check,
    index,
    key,
    needed,
    optional,
    refers,
    unique,
)

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _orders()
    index("orders", "recipient_id")
    index("orders", "state", "planned_start")
    _availabilities()
    _offers()
    _visits()
    _attendances()
    _claims()


def downgrade() -> None:
    op.drop_table("claims")
    op.drop_table("attendances")
    op.drop_table("visits")
    op.drop_table("offers")
    op.drop_table("availabilities")
    op.drop_table("orders")


def _orders() -> None:
    op.create_table(
        "orders",
        needed("city", CODE),
        needed("id", ID),
        optional("reference", CODE, "number in the system an order was imported from"),
        needed("service", CODE),
        needed("origin", CODE),
        needed("shape", CODE),
        needed("state", CODE),
        needed("organisation_id", CODE),
        optional("publisher_id", CODE),
        optional("recipient_id", ID),
        needed("asked_by", CODE),
        needed("placed_by", CODE, "actor id"),
        optional("placed_at_desk", CODE, "organisation whose staff placed it for the elder"),
        needed("channel", CODE),
        optional("title", NAME),
        needed("address", LONG_TEXT),
        needed("planned_start", INSTANT),
        needed("planned_minutes", WHOLE),
        needed("places", WHOLE),
        needed("places_taken", WHOLE),
        needed("head_count", WHOLE),
        optional("directed_to", ID),
        needed("placed_on", DAY),
        needed("service_date", DAY),
        optional("reason", LONG_TEXT, "why it was rejected or cancelled, in the words of who did so"),
        optional("decision", PLAIN),
        key("orders", "id"),
        refers("orders", "directed_to", "members"),
        refers("orders", "organisation_id", "organisations"),
        refers("orders", "publisher_id", "organisations"),
        refers("orders", "recipient_id", "members"),
        unique("orders", "reference"),
        check("orders", "head_count", "head_count > 0"),
        check("orders", "places", "places > 0 AND places_taken >= 0 AND places_taken <= places"),
        check("orders", "planned_minutes", "planned_minutes > 0"),
    )


def _availabilities() -> None:
    op.create_table(
        "availabilities",
        needed("city", CODE),
        needed("id", ID),
        needed("member_id", ID),
        needed("organisation_id", CODE, "where: the organisation's area and everything below it"),
        needed("services", PLAIN, "service ids; an empty list means any"),
        needed("free_from", INSTANT),
        needed("free_until", INSTANT),
        needed("state", CODE),
        needed("given_at", INSTANT),
        key("availabilities", "id"),
        refers("availabilities", "member_id", "members"),
        refers("availabilities", "organisation_id", "organisations"),
        comment="A volunteer's “我要接单”: when, where, what.",
    )
    index("availabilities", "state", "free_from")


def _offers() -> None:
    op.create_table(
        "offers",
        needed("city", CODE),
        needed("id", ID),
        needed("order_id", ID),
        needed("volunteer_id", ID),
        optional("availability_id", ID),
        needed("state", CODE),
        needed("token_digest", CODE, "SHA-256 of the single-use token in the message"),
        needed("sent_at", INSTANT),
        needed("expires_at", INSTANT),
        optional("answered_at", INSTANT),
        optional("decision", PLAIN),
        key("offers", "id"),
        refers("offers", "availability_id", "availabilities"),
        refers("offers", "order_id", "orders"),
        refers("offers", "volunteer_id", "members"),
        unique("offers", "order_id", "volunteer_id"),
        unique("offers", "token_digest"),
    )
    index("offers", "state", "expires_at")


def _visits() -> None:
    op.create_table(
        "visits",
        needed("city", CODE),
        needed("id", ID),
        needed("order_id", ID),
        needed("volunteer_id", ID),
        optional("team_id", CODE),
        needed("place", WHOLE, "which place of the order, from 1"),
        needed("state", CODE),
        needed("planned_minutes", WHOLE),
        optional("measured_minutes", WHOLE),
        optional("recognised_minutes", WHOLE),
        needed("accepted_at", INSTANT),
        optional("checked_in_at", INSTANT),
        optional("checked_out_at", INSTANT),
        optional("service_date", DAY),
        optional("confirmed_by", CODE, "who confirmed: recipient, kin, organisation, volunteer"),
        optional("confirmed_at", INSTANT),
        optional("exception", LONG_TEXT, "why it became an exception for staff, or the hook failure"),
        optional("rating", WHOLE),
        optional("rating_note", LONG_TEXT),
        optional("decision", PLAIN, "why this volunteer was accepted; eligibility is not judged again"),
        key("visits", "id"),
        refers("visits", "order_id", "orders"),
        refers("visits", "team_id", "organisations"),
        refers("visits", "volunteer_id", "members"),
        unique("visits", "order_id", "volunteer_id"),
        check("visits", "clock", "checked_out_at >= checked_in_at"),
        check("visits", "measured_minutes", "measured_minutes >= 0"),
        check("visits", "planned_minutes", "planned_minutes > 0"),
        check("visits", "recognised_minutes", "recognised_minutes >= 0"),
    )
    index("visits", "state", "service_date")
    index("visits", "volunteer_id")


def _attendances() -> None:
    op.create_table(
        "attendances",
        needed("city", CODE),
        needed("id", ID),
        needed("order_id", ID),
        optional("recipient_id", ID, "the elder; none for a count of unnamed people"),
        needed("head_count", WHOLE),
        optional("came", WHOLE, "how many came; none until known"),
        key("attendances", "id"),
        refers("attendances", "order_id", "orders"),
        refers("attendances", "recipient_id", "members"),
        unique("attendances", "order_id", "recipient_id"),
        check("attendances", "came", "came >= 0"),
        check("attendances", "head_count", "head_count > 0"),
    )


def _claims() -> None:
    op.create_table(
        "claims",
        needed("city", CODE),
        needed("id", ID),
        needed("visit_id", ID),
        needed("kind", CODE),
        needed("moment", CODE, "check_in, check_out or confirmation"),
        needed("claimed_at", INSTANT),
        needed("by_actor", CODE),
        needed("note", LONG_TEXT),
        key("claims", "id"),
        refers("claims", "visit_id", "visits"),
        comment="One piece of evidence about a visit; only ever added.",
    )
    index("claims", "visit_id")
