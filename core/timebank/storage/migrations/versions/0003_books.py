"""The ledger: accounts, transfers, postings, holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from timebank.storage.migrations.frozen import (
    CODE,
    DAY,
    ID,
    INSTANT,
    LARGE,
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

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _accounts()
    _transfers()
    _postings()
    _holds()


def downgrade() -> None:
    op.drop_table("holds")
    op.drop_table("postings")
    op.drop_table("transfers")
    op.drop_table("accounts")


def _accounts() -> None:
    op.create_table(
        "accounts",
        needed("city", CODE),
        needed("id", ID),
        needed("owner_kind", CODE),
        needed("owner_id", CODE),
        needed("kind", CODE),
        needed("unit", CODE),
        needed("posted", LARGE),
        needed("held", LARGE),
        needed("carried", WHOLE, "served minutes rounded away, waiting for the next settlement"),
        optional("floor", LARGE, "what posted less held may not fall below; none for issuance and the like"),
        needed("opened_at", INSTANT),
        optional("closed_at", INSTANT),
        key("accounts", "id"),
        unique("accounts", "id", "unit"),
        unique("accounts", "owner_kind", "owner_id", "kind", "unit"),
        check(
            "accounts",
            "owner",
            "(owner_kind = 'city') = (kind IN ('issuance', 'pool', 'redemption', 'expiry', 'clearing'))",
        ),
        check("accounts", "carried", "carried >= 0"),
        check("accounts", "floor", "floor IS NULL OR posted - held >= floor"),
        check("accounts", "held", "held >= 0"),
    )


def _transfers() -> None:
    op.create_table(
        "transfers",
        needed("city", CODE),
        needed("id", ID),
        needed("kind", CODE),
        needed("cause_kind", CODE, "visit, grant_plan, member, import, transfer, approval"),
        needed("cause_id", CODE),
        optional("reverses", ID),
        optional("order_id", ID),
        optional("organisation_id", CODE, "the organisation it counts for"),
        needed("day", DAY, "local day whose rules decided: service date or day asked for"),
        needed("recorded_at", INSTANT),
        needed("actor_id", CODE),
        needed("operation_id", CODE),
        needed("line_count", WHOLE),
        needed("decision", PLAIN),
        key("transfers", "id"),
        refers("transfers", "order_id", "orders"),
        refers("transfers", "organisation_id", "organisations"),
        refers("transfers", "reverses", "transfers"),
        unique("transfers", "reverses"),
        check("transfers", "line_count", "line_count > 0"),
    )
    index("transfers", "cause_kind", "cause_id")
    index("transfers", "kind", "day")
    index("transfers", "organisation_id", "day")
    op.create_index(
        "uq_transfers_settlement",
        "transfers",
        ["city", "cause_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'settlement'"),
        postgresql_where=sa.text("kind = 'settlement'"),
    )


def _postings() -> None:
    op.create_table(
        "postings",
        needed("city", CODE),
        needed("transfer_id", ID),
        needed("line", WHOLE),
        needed("debit_id", ID),
        needed("credit_id", ID),
        needed("unit", CODE),
        needed("minutes", LARGE),
        optional("debit_after", LARGE, "balance of the debit account after it, where one is kept"),
        optional("credit_after", LARGE, "balance of the credit account after it, where one is kept"),
        key("postings", "transfer_id", "line"),
        sa.ForeignKeyConstraint(
            ["city", "credit_id", "unit"],
            ["accounts.city", "accounts.id", "accounts.unit"],
            name="fk_postings_credit_accounts",
        ),
        sa.ForeignKeyConstraint(
            ["city", "debit_id", "unit"],
            ["accounts.city", "accounts.id", "accounts.unit"],
            name="fk_postings_debit_accounts",
        ),
        refers("postings", "transfer_id", "transfers"),
        check("postings", "minutes", "minutes > 0"),
        check("postings", "two_accounts", "debit_id <> credit_id"),
    )
    index("postings", "credit_id", "transfer_id")
    index("postings", "debit_id", "transfer_id")


def _holds() -> None:
    op.create_table(
        "holds",
        needed("city", CODE),
        needed("id", ID),
        needed("order_id", ID),
        needed("place", WHOLE, "which place of the order, from 1"),
        needed("payer_id", ID),
        needed("account_id", ID),
        needed("rank", WHOLE, "which account pays first"),
        needed("minutes", LARGE),
        needed("state", CODE),
        needed("placed_on", DAY, "local day whose file decides the charge"),
        needed("placed_at", INSTANT),
        optional("resolved_at", INSTANT),
        optional("posted_minutes", LARGE),
        optional("transfer_id", ID),
        key("holds", "id"),
        refers("holds", "account_id", "accounts"),
        refers("holds", "order_id", "orders"),
        refers("holds", "payer_id", "members"),
        refers("holds", "transfer_id", "transfers"),
        unique("holds", "order_id", "place", "account_id"),
        check("holds", "minutes", "minutes > 0"),
        check("holds", "posted", "posted_minutes >= 0 AND posted_minutes <= minutes"),
    )
    index("holds", "account_id", "state")
