"""The nine rules that let the tables be spread over machines by city, held before anybody spreads them.

They are what Citus refused or did when it was tried: the city in every key, lock and join, nothing that
counts across cities, no triggers (tested with the migrations), no two-phase sessions, no sequences. What
statements must keep is watched in every statement that any test sends: see captured_sql.py.
"""

import re

import pytest
from sqlalchemy import Float, ForeignKeyConstraint, Numeric, UniqueConstraint

from tests.captured_sql import fault_of
from tests.house.source import CORE, name_of, python_files
from timebank.storage.tables import METADATA

TABLES = [pytest.param(table, id=table.name) for table in METADATA.sorted_tables]
STATEMENTS = [file for file in python_files(CORE) if "sqlalchemy" in file.read_text(encoding="utf-8")]


@pytest.mark.parametrize("table", TABLES)
def test_every_primary_key_begins_with_the_city(table):
    assert next(iter(table.primary_key.columns)).name == "city"


@pytest.mark.parametrize("table", TABLES)
def test_every_unique_key_has_the_city(table):
    keys = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    keys += [index for index in table.indexes if index.unique]

    assert [key.name for key in keys if "city" not in [column.name for column in key.columns]] == []


@pytest.mark.parametrize("table", TABLES)
def test_every_foreign_key_stays_within_the_city(table):
    for key in table.constraints:
        if isinstance(key, ForeignKeyConstraint):
            pairs = [(element.parent.name, element.column.name) for element in key.elements]

            assert pairs[0] == ("city", "city"), key.name


@pytest.mark.parametrize("table", TABLES)
def test_every_index_begins_with_the_city(table):
    assert [index.name for index in table.indexes if next(iter(index.columns)).name != "city"] == []


@pytest.mark.parametrize("table", TABLES)
def test_no_column_counts_by_itself(table):
    counted = [c.name for c in table.columns if c.server_default is not None or c.identity or c.default]

    assert counted == []
    assert table.autoincrement_column is None


@pytest.mark.parametrize("table", TABLES)
def test_no_column_holds_a_fraction(table):
    assert [c.name for c in table.columns if isinstance(c.type, Float | Numeric)] == []


@pytest.mark.parametrize("table", TABLES)
def test_no_table_has_a_trigger_or_an_update_of_its_own(table):
    assert [c.name for c in table.columns if c.onupdate or c.server_onupdate] == []


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("SELECT id FROM accounts WHERE id = 1 FOR UPDATE", "locks"),
        ("SELECT id FROM accounts WHERE id = 1 FOR NO KEY UPDATE SKIP LOCKED", "locks"),
        ("SELECT a.id FROM accounts a JOIN holds h ON h.account_id = a.id WHERE a.city = 'x'", "joins"),
        ("SELECT 1 FROM a JOIN b ON b.city = a.city LEFT OUTER JOIN c ON c.id = a.id", "joins"),
        ("SELECT 1 FROM a JOIN (SELECT c.id FROM c WHERE c.city = a.city) AS d ON d.id = a.id", "joins"),
        ("UPDATE members SET name = 'x', city = 'y' WHERE members.city = 'x'", "moves"),
    ],
)
def test_a_statement_that_could_not_be_spread_is_caught(statement, fault):
    assert fault in fault_of(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT id FROM accounts WHERE accounts.city = 'x' ORDER BY id FOR NO KEY UPDATE",
        "SELECT 1 FROM a JOIN b ON b.city = a.city AND b.id = a.id WHERE a.city = 'x' ORDER BY b.id",
        "SELECT 1 FROM a LEFT OUTER JOIN (SELECT c.id FROM c WHERE c.city = 'x') AS d ON d.city = a.city",
        "UPDATE members SET name = 'x' WHERE members.city = 'x'",
    ],
)
def test_a_statement_within_one_city_is_fine(statement):
    assert fault_of(statement) is None


@pytest.mark.parametrize("file", STATEMENTS, ids=name_of)
def test_nobody_opens_a_two_phase_session(file):
    assert not re.search(r"twophase|begin_twophase|prepare\(\)", file.read_text(encoding="utf-8"))
