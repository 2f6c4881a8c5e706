"""Rows that somebody puts into the tables to hide behind: impossible leaves, heads of no log, loose postings."""

import shutil

import pytest
from sqlalchemy import inspect, select, text

from tests.banks import YUNZHOU
from tests.evidence.conftest import verify_offline, write_export
from tests.evidence.tampering import open_all_doors, rows_of, unchecked
from tests.scenes import donate
from timebank.domain.refusal import BadInput, Conflict
from timebank.evidence.folder import FolderGone
from timebank.services import seal_verification, sealing
from timebank.services.seal_proofs import export, prove_growth
from timebank.storage.books import accounts, postings, transfers
from timebank.storage.seals import checkpoints, leaves

TWIN = "01900000-0000-7000-8000-000000000099"
ENDLESS = 10**15


def put_in(world, table, *rows):
    with unchecked(world.bank.engine) as connection:
        connection.execute(table.insert(), list(rows))


def the_gift(world):
    """The row of the gift, and that of its posting."""
    (gift,) = [row for row in rows_of(world, transfers) if row["kind"] == "gift"]
    (line,) = [row for row in rows_of(world, postings) if row["transfer_id"] == gift["id"]]
    return gift, line


def a_twin(world):
    """Put in a second transfer like the gift, as somebody would who then hides it."""
    gift, line = the_gift(world)
    put_in(world, transfers, {**gift, "id": TWIN})
    put_in(world, postings, {**line, "transfer_id": TWIN})


def found(world):
    """(code, leaf, transfer) of every fault about a place in the tree."""
    return [(fault.code, fault.leaf, fault.transfer_id) for fault in world.verify().faults]


# ---- leaves


def test_a_transfer_put_in_with_a_leaf_below_the_first_is_found_and_named(tampered):
    a_twin(tampered)
    put_in(tampered, leaves, {**rows_of(tampered, leaves)[-1], "leaf_index": -1, "transfer_id": TWIN})

    assert ("misplaced", -1, TWIN) in found(tampered)


@pytest.mark.only_on("sqlite", reason="PostgreSQL keeps whole numbers alone in a column of them")
@pytest.mark.parametrize("index", ["0.5", "'1x'"])
def test_a_transfer_put_in_with_a_leaf_between_two_is_found_and_named(tampered, index):
    a_twin(tampered)
    rest = "version, salt, commitment, leaf_hash FROM leaves WHERE leaf_index = 0"
    with unchecked(tampered.bank.engine) as connection:
        statement = text(f"INSERT INTO leaves SELECT city, {index}, :twin, {rest}")
        connection.execute(statement, {"twin": TWIN.replace("-", "")})

    assert TWIN in {
        transfer_id for code, _, transfer_id in found(tampered) if code in {"misplaced", "unsigned"}
    }


@pytest.mark.only_on("postgres", reason="SQLite takes no primary key away")
def test_a_second_leaf_at_an_index_is_found_and_named(sealed):
    open_all_doors(sealed.bank.engine)
    with sealed.bank.engine.begin() as connection:
        name = inspect(connection).get_pk_constraint("leaves")["name"]
        connection.execute(text(f'ALTER TABLE leaves DROP CONSTRAINT "{name}"'))
    a_twin(sealed)
    put_in(sealed, leaves, {**rows_of(sealed, leaves)[2], "transfer_id": TWIN})

    assert ("misplaced", 2, TWIN) in found(sealed)


# ---- erasure goes by what was sealed, not by what the database says


def test_a_transfer_that_stands_at_anothers_index_is_not_erased(sealed):
    open_all_doors(sealed.bank.engine)
    first, *_, last = rows_of(sealed, leaves)
    with unchecked(sealed.bank.engine) as connection:
        for row, index in ((first, -5), (last, first["leaf_index"]), (first, last["leaf_index"])):
            here = leaves.c.transfer_id == row["transfer_id"]
            connection.execute(leaves.update().where(here).values(leaf_index=index))

    with pytest.raises(Conflict, match="没有抹除"):
        sealing.erase(sealed.bank, YUNZHOU, sealed.log, [first["transfer_id"]])
    assert list(sealed.log.folder.erasures()) == []
    assert all(row["salt"] is not None for row in rows_of(sealed, leaves))


def test_nothing_is_erased_where_the_folder_cannot_say_what_was_sealed(sealed):
    next(sealed.log.folder.path.glob("*.leaves")).unlink()

    with pytest.raises(Conflict, match="没有抹除"):
        sealing.erase(sealed.bank, YUNZHOU, sealed.log, [rows_of(sealed, leaves)[0]["transfer_id"]])
    assert list(sealed.log.folder.erasures()) == []


def test_an_erased_transfer_may_be_erased_again(sealed):
    transfer_id = rows_of(sealed, leaves)[0]["transfer_id"]

    for _ in range(2):
        assert sealing.erase(sealed.bank, YUNZHOU, sealed.log, [transfer_id]) == [0]
    assert sealed.faults() == []


# ---- no false alarm for what is done meanwhile


def verified_while(world, act):
    """The faults that a verification finds during which something is done, once its first stretch is read."""
    left = [act]
    check = seal_verification.verify(
        world.bank, YUNZHOU, world.log, lambda _done: left.pop()() if left else None
    )
    return [(fault.code, fault.leaf) for fault in check.faults]


def give_a_minute(world):
    gift, _ = the_gift(world)
    donate(world.bank, gift["cause_id"], 1)


def test_what_is_sealed_while_it_is_verified_raises_no_alarm(sealed):
    def act():
        give_a_minute(sealed)
        sealed.seal()

    assert verified_while(sealed, act) == []
    assert sealed.faults() == []


def test_what_is_erased_while_it_is_verified_raises_no_alarm(sealed):
    give_a_minute(sealed)
    sealed.seal()
    last = rows_of(sealed, leaves)[-1]["transfer_id"]

    assert verified_while(sealed, lambda: sealing.erase(sealed.bank, YUNZHOU, sealed.log, [last])) == []
    assert sealed.faults() == []


# ---- a head of a log there never was


@pytest.mark.timeout(60)
@pytest.mark.parametrize("signed", [False, True], ids=["nobody signed", "signed for another size"])
def test_a_head_of_endless_leaves_ends_every_run_with_a_fault(tampered, signed):
    size = rows_of(tampered, checkpoints)[-1]["size"]
    note = rows_of(tampered, checkpoints)[-1]["note"] if signed else "x"
    put_in(tampered, checkpoints, {"city": YUNZHOU, "size": ENDLESS, "note": note, "edge": b""})
    lines, file = list(export(tampered.bank, YUNZHOU, tampered.log)), tampered.folder / "endless"
    write_export(file, lines)

    assert ("root" if signed else "signature") in {code for code, _ in tampered.faults()}
    assert (tampered.verify().size, lines[-1]) == (size, {"end": size})
    assert verify_offline(file, str(tampered.log.keys[0]))[0] == (0 if signed else 1), (
        "a true head, said twice"
    )
    with pytest.raises((BadInput, Conflict)):
        tampered.seal()
    with pytest.raises((BadInput, Conflict)):
        prove_growth(tampered.bank, YUNZHOU, tampered.log, size)
    assert tampered.log.folder.sizes() == [size]


# ---- postings and folders


def test_a_posting_without_a_transfer_is_found(tampered):
    _, line = the_gift(tampered)
    with tampered.bank.reading() as connection:
        held = {row.id: row.posted for row in connection.execute(select(accounts.c.id, accounts.c.posted))}
    sides = {line["debit_id"]: -1, line["credit_id"]: 1}
    after = {
        f"{side}_after": held[line[f"{side}_id"]] + sides[line[f"{side}_id"]] for side in ("debit", "credit")
    }
    put_in(tampered, postings, {**line, **after, "transfer_id": TWIN, "minutes": 1})
    with unchecked(tampered.bank.engine) as connection:
        for account, minutes in sides.items():
            row = accounts.update().where(accounts.c.id == account)
            connection.execute(row.values(posted=accounts.c.posted + minutes))

    assert [code for code, _ in tampered.faults()] == ["one_city_and_unit"]


def test_a_folder_that_is_gone_is_not_one_in_which_nothing_lies_yet(bank, sealed):
    size = sealed.verify().size
    shutil.move(sealed.log.folder.path, sealed.folder / "away")

    assert sealed.faults() == [("no_folder", None)]
    with pytest.raises(FolderGone, match="mkdir -p"):
        sealed.seal()
    with pytest.raises(FolderGone):
        list(export(bank, YUNZHOU, sealed.log))
    assert not sealed.log.folder.path.exists()
    shutil.move(sealed.folder / "away", sealed.log.folder.path)
    assert (sealed.faults(), sealed.verify().size) == ([], size)
