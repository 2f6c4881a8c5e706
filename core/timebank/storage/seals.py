"""Tables of the evidence: the leaf of every sealed transfer, and the signed heads."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from timebank.storage.columns import ID, METADATA, city, refers

leaves = Table(
    "leaves",
    METADATA,
    city(),
    Column("leaf_index", BigInteger, primary_key=True, autoincrement=False, comment="from 0, without gaps"),
    Column("transfer_id", ID, nullable=False),
    Column("version", Integer, nullable=False, comment="of the encoding"),
    Column("salt", LargeBinary, comment="none once the people of the transfer were erased"),
    Column("commitment", LargeBinary, nullable=False, comment="what the leaf says of the people"),
    Column("leaf_hash", LargeBinary, nullable=False),
    refers("transfer_id", "transfers"),
    UniqueConstraint("city", "transfer_id"),
    CheckConstraint("leaf_index >= 0", name="index"),
    comment="Every sealed transfer, in the order of the tree; nothing changes but a salt that is destroyed.",
)

checkpoints = Table(
    "checkpoints",
    METADATA,
    city(),
    Column("size", BigInteger, primary_key=True, autoincrement=False, comment="how many leaves"),
    Column("note", Text, nullable=False, comment="the signed head, as it lies in the folder outside"),
    Column("edge", LargeBinary, nullable=False, comment="the tree's right edge, from which it grows on"),
    CheckConstraint("size > 0", name="size"),
    comment="Every signed head; the folder outside the database is the one that counts.",
)
