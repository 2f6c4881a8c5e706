"""The evidence: leaves of sealed transfers and signed heads; on SQLite triggers refuse to change them."""

from __future__ import annotations

from alembic import op

from timebank.storage.migrations.frozen import (
    BYTES,
    CODE,
    ID,
    LARGE,
    LONG,
    WHOLE,
    check,
    key,
    needed,
    optional,
    refers,
    unique,
)

revision = "0006"
down_revision = "0005"

_SAYS = "SELECT RAISE(ABORT, '{table}: 只增不改 · rows are only ever added')"
_ONLY_THE_SALT_GOES = (
    "NEW.salt IS NULL AND NEW.city = OLD.city AND NEW.leaf_index = OLD.leaf_index "
    "AND NEW.transfer_id = OLD.transfer_id AND NEW.version = OLD.version "
    "AND NEW.commitment = OLD.commitment AND NEW.leaf_hash = OLD.leaf_hash"
)


def upgrade() -> None:
    op.create_table(
        "leaves",
        needed("city", CODE),
        needed("leaf_index", LARGE, "from 0, without gaps"),
        needed("transfer_id", ID),
        needed("version", WHOLE, "of the encoding"),
        optional("salt", BYTES, "none once the people of the transfer were erased"),
        needed("commitment", BYTES, "what the leaf says of the people"),
        needed("leaf_hash", BYTES),
        key("leaves", "leaf_index"),
        refers("leaves", "transfer_id", "transfers"),
        unique("leaves", "transfer_id"),
        check("leaves", "index", "leaf_index >= 0"),
        comment="Every sealed transfer, in the order of the tree; nothing changes but a salt that is destroyed.",
    )
    op.create_table(
        "checkpoints",
        needed("city", CODE),
        needed("size", LARGE, "how many leaves"),
        needed("note", LONG, "the signed head, as it lies in the folder outside"),
        needed("edge", BYTES, "the tree's right edge, from which it grows on"),
        key("checkpoints", "size"),
        check("checkpoints", "size", "size > 0"),
        comment="Every signed head; the folder outside the database is the one that counts.",
    )
    if op.get_bind().dialect.name == "sqlite":
        _refuse("leaves", "UPDATE", f"WHEN NOT ({_ONLY_THE_SALT_GOES}) ")
        _refuse("leaves", "DELETE")
        _refuse("checkpoints", "UPDATE")
        _refuse("checkpoints", "DELETE")


def downgrade() -> None:
    op.drop_table("checkpoints")
    op.drop_table("leaves")


def _refuse(table: str, act: str, when: str = "") -> None:
    says = _SAYS.format(table=table)
    op.execute(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} {when}BEGIN {says}; END")
