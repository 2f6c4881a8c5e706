"""Tables of the ledger: accounts, transfers, postings, holds. Transfers and postings are only ever inserted."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)

from timebank.storage.columns import CODE, ID, METADATA, PLAIN, Instant, city, key, refers

accounts = Table(
    "accounts",
    METADATA,
    city(),
    key(),
    Column("owner_kind", CODE, nullable=False),
    Column("owner_id", CODE, nullable=False),
    Column("kind", CODE, nullable=False),
    Column("unit", CODE, nullable=False),
    Column("posted", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    Column(
        "carried",
        Integer,
        nullable=False,
        comment="served minutes rounded away, waiting for the next settlement",
    ),
    Column(
        "floor",
        BigInteger,
        comment="what posted less held may not fall below; none for issuance and the like",
    ),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    UniqueConstraint("city", "owner_kind", "owner_id", "kind", "unit"),
    UniqueConstraint("city", "id", "unit"),
    CheckConstraint(
        "(owner_kind = 'city') = (kind IN ('issuance', 'pool', 'redemption', 'expiry', 'clearing'))",
        name="owner",
    ),
    CheckConstraint("floor IS NULL OR posted - held >= floor", name="floor"),
    CheckConstraint("held >= 0", name="held"),
    CheckConstraint("carried >= 0", name="carried"),
)

transfers = Table(
    "transfers",
    METADATA,
    city(),
    key(),
    Column("kind", CODE, nullable=False),
    Column(
        "cause_kind", CODE, nullable=False, comment="visit, grant_plan, member, import, transfer, approval"
    ),
    Column("cause_id", CODE, nullable=False),
    Column("reverses", ID),
    Column("order_id", ID),
    Column("organisation_id", CODE, comment="the organisation it counts for"),
    Column(
        "day", Date, nullable=False, comment="local day whose rules decided: service date or day asked for"
    ),
    Column("recorded_at", Instant, nullable=False),
    Column("actor_id", CODE, nullable=False),
    Column("operation_id", CODE, nullable=False),
    Column("line_count", Integer, nullable=False),
    Column("decision", PLAIN, nullable=False),
    refers("reverses", "transfers"),
    refers("organisation_id", "organisations"),
    refers("order_id", "orders"),
    UniqueConstraint("city", "reverses"),
    CheckConstraint("line_count > 0", name="line_count"),
    Index(None, "city", "cause_kind", "cause_id"),
    Index(None, "city", "kind", "day"),
    Index(None, "city", "organisation_id", "day"),
)
# One settlement a visit for as long as it stands; a reversed visit is void and never settled again.
Index(
    "uq_transfers_settlement",
    transfers.c.city,
    transfers.c.cause_id,
    unique=True,
    sqlite_where=transfers.c.kind == "settlement",
    postgresql_where=transfers.c.kind == "settlement",
)

postings = Table(
    "postings",
    METADATA,
    city(),
    key("transfer_id"),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("debit_id", ID, nullable=False),
    Column("credit_id", ID, nullable=False),
    Column("unit", CODE, nullable=False),
    Column("minutes", BigInteger, nullable=False),
    Column("debit_after", BigInteger, comment="balance of the debit account after it, where one is kept"),
    Column("credit_after", BigInteger, comment="balance of the credit account after it, where one is kept"),
    refers("transfer_id", "transfers"),
    # The unit stands in both foreign keys, so a posting across units cannot be written down.
    ForeignKeyConstraint(
        ["city", "debit_id", "unit"],
        ["accounts.city", "accounts.id", "accounts.unit"],
        name="fk_postings_debit_accounts",
    ),
    ForeignKeyConstraint(
        ["city", "credit_id", "unit"],
        ["accounts.city", "accounts.id", "accounts.unit"],
        name="fk_postings_credit_accounts",
    ),
    CheckConstraint("minutes > 0", name="minutes"),
    CheckConstraint("debit_id <> credit_id", name="two_accounts"),
    Index(None, "city", "debit_id", "transfer_id"),
    Index(None, "city", "credit_id", "transfer_id"),
)

holds = Table(
    "holds",
    METADATA,
    city(),
    key(),
    Column("order_id", ID, nullable=False),
    Column("place", Integer, nullable=False, comment="which place of the order, from 1"),
    Column("payer_id", ID, nullable=False),
    Column("account_id", ID, nullable=False),
    Column("rank", Integer, nullable=False, comment="which account pays first"),
    Column("minutes", BigInteger, nullable=False),
    Column("state", CODE, nullable=False),
    Column("placed_on", Date, nullable=False, comment="local day whose file decides the charge"),
    Column("placed_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    Column("posted_minutes", BigInteger),
    Column("transfer_id", ID),
    refers("order_id", "orders"),
    refers("payer_id", "members"),
    refers("account_id", "accounts"),
    refers("transfer_id", "transfers"),
    CheckConstraint("minutes > 0", name="minutes"),
    CheckConstraint("posted_minutes >= 0 AND posted_minutes <= minutes", name="posted"),
    Index(None, "city", "account_id", "state"),
    Index(None, "city", "order_id", "place"),
)
# One open hold a place and account: once it was let go, the place may be held again.
Index(
    "uq_holds_open",
    holds.c.city,
    holds.c.order_id,
    holds.c.place,
    holds.c.account_id,
    unique=True,
    sqlite_where=holds.c.state == "open",
    postgresql_where=holds.c.state == "open",
)
