"""What the ledger would never write and a database keeps nevertheless: the leaf is named, and no row hides another."""

import pytest
from sqlalchemy import text

from tests.evidence.tampering import TABLES, key_of, leaf_of, rows_of, unchecked
from timebank.storage.books import holds, transfers

only_on_sqlite = pytest.mark.only_on("sqlite", reason="PostgreSQL keeps no such value")
only_on_postgres = pytest.mark.only_on(
    "postgres", reason="SQLite keeps a day as text, and all of it is sealed"
)
BAD_TEXT = "CAST(x'ff' AS TEXT)"


def write(world, table, row, column, expression):
    """Put the value of an expression of SQL into one column of one row."""
    name = table.name
    statement = table.update().where(key_of(table, row)).values({column: text(expression.format(column))})
    with unchecked(world.bank.engine) as connection:
        assert connection.execute(statement).rowcount == 1, name


def first_fault(world):
    """(code, leaf) of the first fault, where the offline verifier finds one too."""
    faults = world.faults()
    assert world.offline()[0] == 1
    return faults[0]


def a_settlement(world):
    return next(row for row in rows_of(world, transfers) if row["kind"] == "settlement" and row["order_id"])


@only_on_sqlite
@pytest.mark.parametrize("expression", ["{} || 'x'", "{} || char(10)", "CAST({} AS BLOB)"])
@pytest.mark.parametrize("column", ["order_id", "organisation_id"])
def test_an_identifier_with_something_behind_it_is_found(tampered, column, expression):
    row = a_settlement(tampered)
    write(tampered, transfers, row, column, expression)

    assert tampered.faults()[0] == ("books", leaf_of(tampered, row["id"]))


@only_on_sqlite
@pytest.mark.parametrize("expression", ["{} || 'x'", "CAST({} AS BLOB)"])
@pytest.mark.parametrize("column", ["account_id", "payer_id"])
def test_a_hold_that_points_elsewhere_by_a_letter_is_found(tampered, column, expression):
    row = rows_of(tampered, holds)[0]
    write(tampered, holds, row, column, expression)

    assert tampered.faults()[0][1] == leaf_of(tampered, row["transfer_id"])


@only_on_sqlite
def test_a_reversal_whose_original_cannot_be_found_is_found(tampered):
    row = next(row for row in rows_of(tampered, transfers) if row["reverses"])
    write(tampered, transfers, row, "reverses", "{} || 'x'")

    assert first_fault(tampered) == ("books", leaf_of(tampered, row["id"]))


@only_on_postgres
@pytest.mark.parametrize(
    ("column", "before_year_one"),
    [
        ("day", "CAST(to_char(day, 'YYYY-MM-DD') || ' BC' AS date)"),
        (
            "recorded_at",
            "CAST(to_char(timezone('UTC', recorded_at), 'YYYY-MM-DD HH24:MI:SS.US') || ' UTC BC' AS timestamptz)",
        ),
    ],
)
def test_a_moment_before_year_one_is_not_taken_for_one_after(tampered, column, before_year_one):
    row = a_settlement(tampered)
    write(tampered, transfers, row, column, before_year_one)

    assert first_fault(tampered) == ("books", leaf_of(tampered, row["id"]))


def test_a_decision_that_names_its_rules_twice_is_found(tampered):
    row = a_settlement(tampered)
    spliced = '\'{{"rules": "sha256:00", \' || substr(CAST({} AS TEXT), 2)'
    kind = "json" if tampered.bank.engine.dialect.name == "postgresql" else "text"
    write(tampered, transfers, row, "decision", f"CAST({spliced} AS {kind})")

    assert first_fault(tampered)[1] == leaf_of(tampered, row["id"])


@only_on_sqlite
@pytest.mark.parametrize(
    ("name", "column", "expression"),
    [
        ("transfers", "kind", BAD_TEXT),
        ("transfers", "decision", BAD_TEXT),
        ("transfers", "decision", "CAST({} AS BLOB)"),
        ("transfers", "decision", "0.5"),
        ("transfers", "actor_id", "CAST({} AS BLOB)"),
        ("postings", "minutes", BAD_TEXT),
        ("leaves", "salt", "'abc'"),
        ("leaves", "salt", BAD_TEXT),
        ("leaves", "commitment", "0.5"),
        ("leaves", "leaf_hash", BAD_TEXT),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_hides_no_other(tampered, name, column, expression):
    row = rows_of(tampered, TABLES[name])[-1]
    leaf = leaf_of(tampered, row["id"] if name == "transfers" else row["transfer_id"])
    earlier = rows_of(tampered, transfers)[0]
    write(tampered, TABLES[name], row, column, expression)
    write(tampered, transfers, earlier, "day", "'2026-01-01'")

    faults = tampered.verify().faults
    found = [(fault.leaf, fault.transfer_id) for fault in faults if fault.leaf is not None]
    broken = row.get("transfer_id", row.get("id"))

    assert found[:2] == [(leaf_of(tampered, earlier["id"]), earlier["id"]), (leaf, broken)]
    assert tampered.offline()[0] == 1


@only_on_sqlite
@pytest.mark.parametrize(
    ("column", "expression"), [("size", "'9x'"), ("size", BAD_TEXT), ("note", BAD_TEXT), ("edge", "'x'")]
)
def test_a_checkpoint_that_cannot_be_read_is_a_fault_and_no_accident(tampered, column, expression):
    row = rows_of(tampered, TABLES["checkpoints"])[0]
    write(tampered, TABLES["checkpoints"], row, column, expression)

    assert not tampered.verify().ok
