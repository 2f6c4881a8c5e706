"""What the ledger would never write and a database keeps nevertheless: the leaf is named, and no row hides another."""

import pytest
from sqlalchemy import text

from tests.evidence.tampering import TABLES, key_of, leaf_of, rows_of, unchecked
from timebank.storage.books import holds, transfers

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


@pytest.fixture
def on_sqlite(tampered):
    if tampered.bank.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps no such value")
    return tampered


@pytest.fixture
def on_postgresql(tampered):
    if tampered.bank.engine.dialect.name != "postgresql":
        pytest.skip("SQLite keeps a day as text, and all of it is sealed")
    return tampered


@pytest.mark.parametrize("expression", ["{} || 'x'", "{} || char(10)", "CAST({} AS BLOB)"])
@pytest.mark.parametrize("column", ["order_id", "organisation_id"])
def test_an_identifier_with_something_behind_it_is_found(on_sqlite, column, expression):
    row = a_settlement(on_sqlite)
    write(on_sqlite, transfers, row, column, expression)

    assert on_sqlite.faults()[0] == ("books", leaf_of(on_sqlite, row["id"]))


@pytest.mark.parametrize("expression", ["{} || 'x'", "CAST({} AS BLOB)"])
@pytest.mark.parametrize("column", ["account_id", "payer_id"])
def test_a_hold_that_points_elsewhere_by_a_letter_is_found(on_sqlite, column, expression):
    row = rows_of(on_sqlite, holds)[0]
    write(on_sqlite, holds, row, column, expression)

    assert on_sqlite.faults()[0][1] == leaf_of(on_sqlite, row["transfer_id"])


def test_a_reversal_whose_original_cannot_be_found_is_found(on_sqlite):
    row = next(row for row in rows_of(on_sqlite, transfers) if row["reverses"])
    write(on_sqlite, transfers, row, "reverses", "{} || 'x'")

    assert first_fault(on_sqlite) == ("books", leaf_of(on_sqlite, row["id"]))


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
def test_a_moment_before_year_one_is_not_taken_for_one_after(on_postgresql, column, before_year_one):
    row = a_settlement(on_postgresql)
    write(on_postgresql, transfers, row, column, before_year_one)

    assert first_fault(on_postgresql) == ("books", leaf_of(on_postgresql, row["id"]))


def test_a_decision_that_names_its_rules_twice_is_found(tampered):
    row = a_settlement(tampered)
    spliced = '\'{{"rules": "sha256:00", \' || substr(CAST({} AS TEXT), 2)'
    kind = "json" if tampered.bank.engine.dialect.name == "postgresql" else "text"
    write(tampered, transfers, row, "decision", f"CAST({spliced} AS {kind})")

    assert first_fault(tampered)[1] == leaf_of(tampered, row["id"])


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
def test_a_row_that_cannot_be_read_is_named_and_hides_no_other(on_sqlite, name, column, expression):
    row = rows_of(on_sqlite, TABLES[name])[-1]
    leaf = leaf_of(on_sqlite, row["id"] if name == "transfers" else row["transfer_id"])
    earlier = rows_of(on_sqlite, transfers)[0]
    write(on_sqlite, TABLES[name], row, column, expression)
    write(on_sqlite, transfers, earlier, "day", "'2026-01-01'")

    faults = on_sqlite.verify().faults
    found = [(fault.leaf, fault.transfer_id) for fault in faults if fault.leaf is not None]
    broken = row.get("transfer_id", row.get("id"))

    assert found[:2] == [(leaf_of(on_sqlite, earlier["id"]), earlier["id"]), (leaf, broken)]
    assert on_sqlite.offline()[0] == 1


@pytest.mark.parametrize(
    ("column", "expression"), [("size", "'9x'"), ("size", BAD_TEXT), ("note", BAD_TEXT), ("edge", "'x'")]
)
def test_a_checkpoint_that_cannot_be_read_is_a_fault_and_no_accident(on_sqlite, column, expression):
    row = rows_of(on_sqlite, TABLES["checkpoints"])[0]
    write(on_sqlite, TABLES["checkpoints"], row, column, expression)

    assert not on_sqlite.verify().ok
