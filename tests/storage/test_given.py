"""One statement takes any number of values or rows, and means what an IN list would."""

import pytest
from sqlalchemy import bindparam, select, tuple_

from tests.banks import YUNZHOU, a_bank
from tests.scenes import a_member
from timebank.domain.identity import new_id
from timebank.storage import account_rows, hold_rows, settlement_rows
from timebank.storage.given import Given, among
from timebank.storage.people import members

NAMES = Given("wanted", {"id": members.c.id.type, "name": members.c.name.type})


@pytest.fixture
def bank(fresh_database_url):
    with a_bank(fresh_database_url) as opened:
        yield opened


@pytest.fixture
def three(bank):
    return [a_member(bank, name) for name in ("甲", '乙"', "丙,{}\\")]


@pytest.mark.parametrize("many", [0, 1, 3])
def test_a_list_finds_each_row_it_names_and_no_other(bank, three, many):
    dialect = bank.engine.dialect.name
    statement = select(members.c.id).where(
        members.c.city == bindparam("city"), among(dialect, members.c.id, "ids")
    )

    with bank.reading() as connection:
        found = connection.execute(statement, {"city": YUNZHOU, "ids": [*three[:many], new_id()]}).scalars()
        assert sorted(found) == sorted(three[:many])


@pytest.mark.parametrize("many", [0, 1, 3])
def test_given_rows_are_a_table_with_each_value_as_it_was(bank, three, many):
    table = NAMES.table(bank.engine.dialect.name)
    statement = select(members.c.id).where(
        members.c.city == bindparam("city"), tuple_(members.c.id, members.c.name).in_(select(*table.c))
    )
    rows = list(zip(three, ("甲", '乙"', "丙,{}\\"), strict=True))[:many]

    with bank.reading() as connection:
        given = NAMES.of(connection, [*rows, (three[0], "somebody else")])
        found = connection.execute(statement, {"city": YUNZHOU, **given}).scalars()
        assert sorted(found) == sorted(three[:many])


WRITE_BACKS = {
    "accounts": account_rows._write_back,
    "holds": hold_rows._resolve,
    "visits": settlement_rows._take,
}


BY_KEY = ("(city=? AND id=?)", "(city=? AND order_id=?)")  # an order has a place or two


@pytest.mark.only_on("sqlite", reason="PostgreSQL counts its tables by itself")
@pytest.mark.parametrize("table", WRITE_BACKS)
def test_rows_are_written_back_by_their_key_in_a_table_that_was_never_counted(bank, table):
    statement = WRITE_BACKS[table]("sqlite").compile(bank.engine)
    nothing = [None] * len(statement.positiontup)

    with bank.reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(nothing)).all()

    searched = [row.detail for row in plan if row.detail.startswith(f"SEARCH {table} ")]
    assert [found for found in searched if found.endswith(BY_KEY)] == searched != []


@pytest.mark.only_on("postgres", reason="SQLite plans a statement without its values")
@pytest.mark.parametrize("listed", ["list", "table"])
def test_postgresql_plans_for_many_values_as_it_does_for_one(bank, listed):
    table = NAMES.table("postgresql")
    named = {"list": among("postgresql", members.c.id, "ids"), "table": members.c.id.in_(select(table.c.id))}
    statement = select(members.c.id).where(members.c.city == YUNZHOU, named[listed]).compile(bank.engine)

    def plan(many):
        ids = [new_id() for _ in range(many)]
        given = {"city_1": YUNZHOU, "ids": ids, "wanted_id": ids, "wanted_name": ids}
        with bank.reading() as connection:
            return connection.exec_driver_sql(f"EXPLAIN {statement}", given).scalars().all()

    assert plan(500) == plan(1)
