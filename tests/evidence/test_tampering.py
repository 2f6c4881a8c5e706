"""Whoever may do anything to the database is found out, and the first bad row is named: here and offline alike."""

import pytest
from sqlalchemy import select

from tests.evidence.tampering import TABLES, edit, key_of, leaf_of, other_values, rows_of, unchecked
from timebank.evidence.coverage import COVERED, FOLLOWS, NOT_COVERED
from timebank.storage.books import accounts, holds, postings, transfers
from timebank.storage.envelope import commands, rule_files
from timebank.storage.seals import checkpoints, leaves
from timebank.storage.tables import METADATA

COLUMNS = [(table, column) for table, columns in sorted(COVERED.items()) for column in sorted(columns)]


def first_leaf_of(world, table, row):
    """The first leaf in which a row stands, worked out without the code that is tested."""
    if table is transfers:
        return leaf_of(world, row["id"])
    if table in {postings, holds, leaves}:
        return leaf_of(world, row["transfer_id"])
    with world.bank.reading() as connection:
        if table is accounts:
            told = select(postings.c.transfer_id).where(
                (postings.c.debit_id == row["id"]) | (postings.c.credit_id == row["id"])
            )
        elif table is commands:
            told = select(transfers.c.id).where(
                transfers.c.actor_id == row["actor_id"], transfers.c.operation_id == row["operation_id"]
            )
        else:
            rows = connection.execute(select(transfers.c.id, transfers.c.decision))
            named = [
                t.id for t in rows if row["digest"] in {t.decision["rules"], t.decision.get("charge_rules")}
            ]
            return min(leaf_of(world, found) for found in named)
        return min(leaf_of(world, found) for found in connection.execute(told).scalars().all())


def assert_found(world, leaf):
    """Both verifiers find it, and name the leaf first."""
    check, (code, said) = world.verify(), world.offline()

    assert check.fault_count > 0
    assert code == 1, said
    if leaf is not None:
        assert check.faults[0].leaf == leaf
        assert f"第 {leaf} " in said.splitlines()[0], said


# ---- what is covered


def test_every_column_is_covered_or_it_is_said_why_not():
    said = {
        table.name: COVERED.get(table.name, frozenset())
        | FOLLOWS.get(table.name, frozenset())
        | NOT_COVERED.get(table.name, ("", frozenset()))[1]
        for table in METADATA.sorted_tables
    }

    assert {t.name: {c.name for c in t.columns} for t in METADATA.sorted_tables} == said


def test_no_column_is_both_covered_and_not():
    for table, (why, columns) in NOT_COVERED.items():
        assert not columns & COVERED.get(table, frozenset()), table
        assert "·" in why


def test_every_column_of_transfers_and_postings_is_covered():
    for table in (transfers, postings):
        assert COVERED[table.name] == {column.name for column in table.columns}


# ---- edits


@pytest.mark.parametrize(("name", "column"), COLUMNS, ids=[".".join(pair) for pair in COLUMNS])
def test_an_edited_column_is_found(tampered, name, column):
    table = TABLES[name]
    row = rows_of(tampered, table)[0]
    leaf = first_leaf_of(tampered, table, row) if table is not checkpoints else None
    values = list(other_values(table.c[column], row[column]))
    for value in values[:3]:
        changed = edit(tampered.bank.engine, table, row, column, value)
        check = tampered.verify()
        assert check.fault_count > 0, value
        if leaf is not None:
            assert check.faults[0].leaf == leaf
        if column not in shown_only_here(table):
            code, said = tampered.offline()
            assert code == 1, said
            assert leaf is None or f"第 {leaf} " in said.splitlines()[0]
        edit(tampered.bank.engine, table, changed, column, row[column])


def shown_only_here(table):
    """Columns of the evidence's own tables that no export tells of, for it carries the folder's files instead."""
    return {leaves: {"leaf_hash"}, checkpoints: {"city", "size", "note", "edge"}}.get(table, set())


def test_every_member_of_a_decision_is_covered(tampered):
    (row, *_) = [
        r for r in rows_of(tampered, transfers) if r["kind"] == "settlement" and r["decision"]["hooks"]
    ]
    leaf, values = leaf_of(tampered, row["id"]), list(other_values(transfers.c.decision, row["decision"]))
    for value in values:
        changed = edit(tampered.bank.engine, transfers, row, "decision", value)
        faults = tampered.verify().faults
        assert [(fault.code, fault.leaf) for fault in faults] == [("people", leaf)], value
        row = {**changed, "decision": row["decision"]}
        edit(tampered.bank.engine, transfers, changed, "decision", row["decision"])

    assert len(values) > 20


def test_a_balance_that_does_not_follow_is_found(tampered):
    served = select(postings.c.credit_id).join(
        transfers, (transfers.c.city == postings.c.city) & (transfers.c.id == postings.c.transfer_id)
    )
    with tampered.bank.reading() as connection:
        ids = connection.execute(served.where(transfers.c.kind == "settlement")).scalars().all()
        statement = select(accounts).where(accounts.c.id.in_(ids), accounts.c.kind == "savings")
        row = connection.execute(statement).mappings().first()
    for column in sorted(FOLLOWS["accounts"]):
        changed = edit(tampered.bank.engine, accounts, row, column, row[column] + 60)
        assert not tampered.verify().ok, column
        edit(tampered.bank.engine, accounts, changed, column, row[column])


def test_json_may_be_written_otherwise_as_long_as_it_says_the_same(tampered):
    row = rows_of(tampered, transfers)[0]
    edit(
        tampered.bank.engine, transfers, row, "decision", dict(sorted(row["decision"].items(), reverse=True))
    )

    assert tampered.faults() == []
    assert tampered.offline()[0] == 0


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_any_edit_of_any_row_is_found(tampered):
    undetected = []
    for name, columns in sorted(COVERED.items()):
        for row in rows_of(tampered, TABLES[name]):
            for column in sorted(columns):
                for value in other_values(TABLES[name].c[column], row[column]):
                    changed = edit(tampered.bank.engine, TABLES[name], row, column, value)
                    undetected += [] if not tampered.verify().ok else [(name, column, value)]
                    edit(tampered.bank.engine, TABLES[name], changed, column, row[column])

    assert undetected == []


# ---- rows taken away, put in, swapped


@pytest.mark.parametrize("name", sorted(set(COVERED) - {"checkpoints", "leaves"}))
def test_a_deleted_row_is_found(tampered, name):
    table = TABLES[name]
    row = rows_of(tampered, table)[0]
    leaf = first_leaf_of(tampered, table, row)
    with unchecked(tampered.bank.engine) as connection:
        connection.execute(table.delete().where(key_of(table, row)))

    assert_found(tampered, leaf)


@pytest.mark.parametrize("table", [leaves, checkpoints], ids=lambda table: table.name)
def test_a_deleted_row_of_the_evidence_is_found(tampered, table):
    row = rows_of(tampered, table)[0]
    with unchecked(tampered.bank.engine) as connection:
        connection.execute(table.delete().where(key_of(table, row)))

    assert not tampered.verify().ok
    assert tampered.offline()[0] == (1 if table is leaves else 0)


def test_a_posting_put_into_an_old_transfer_is_found(tampered):
    row = dict(rows_of(tampered, postings)[0])
    with unchecked(tampered.bank.engine) as connection:
        connection.execute(postings.insert(), {**row, "line": 99})

    assert_found(tampered, leaf_of(tampered, row["transfer_id"]))


def test_a_duplicated_transfer_is_found(tampered):
    row, twin = dict(rows_of(tampered, transfers)[0]), "01900000-0000-7000-8000-000000000099"
    lines = [dict(line) for line in rows_of(tampered, postings) if line["transfer_id"] == row["id"]]
    with unchecked(tampered.bank.engine) as connection:
        connection.execute(transfers.insert(), {**row, "id": twin, "kind": "gift"})
        connection.execute(postings.insert(), [{**line, "transfer_id": twin} for line in lines])
    faults = tampered.verify().faults

    assert [(fault.code, fault.transfer_id) for fault in faults if fault.code == "left_out"] == [
        ("left_out", twin)
    ]


def test_two_swapped_leaves_are_found(tampered):
    first, second = rows_of(tampered, leaves)[1:3]
    content = ("transfer_id", "version", "salt", "commitment", "leaf_hash")
    with unchecked(tampered.bank.engine) as connection:
        connection.execute(leaves.delete().where(key_of(leaves, first) | key_of(leaves, second)))
        connection.execute(leaves.insert(), {**first, **{name: second[name] for name in content}})
        connection.execute(leaves.insert(), {**second, **{name: first[name] for name in content}})

    assert_found(tampered, 1)


def test_a_leaf_put_behind_the_last_head_is_found(tampered):
    last = dict(rows_of(tampered, leaves)[-1])
    with unchecked(tampered.bank.engine) as connection:
        new = {"leaf_index": last["leaf_index"] + 1, "transfer_id": "01900000-0000-7000-8000-000000000099"}
        connection.execute(leaves.insert(), {**last, **new})

    assert tampered.faults() == [("unsigned", last["leaf_index"] + 1)]


def test_a_changed_text_of_a_rule_file_is_found(tampered):
    row = rows_of(tampered, rule_files)[0]
    edit(tampered.bank.engine, rule_files, row, "text", row["text"].replace("60", "61", 1))

    assert_found(tampered, first_leaf_of(tampered, rule_files, row))
