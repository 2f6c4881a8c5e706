"""Sealing takes each committed transfer once, in order, and what a crash leaves half done the next run completes."""

import json
import os

import pytest
from sqlalchemy import func, select

from tests.banks import YUNZHOU
from tests.evidence.conftest import Sealed, log_in, verify_offline, write_export
from tests.scenes import a_visit_on_paper, a_volunteer, all_at_once, donate, reverse, settle, statements
from timebank.domain.refusal import BadInput, Conflict, NotFound
from timebank.evidence.notes import key_of
from timebank.evidence.signer import Ed25519Signer
from timebank.services import sealing
from timebank.services.seal_proofs import prove_growth, prove_transfer
from timebank.services.sealing import Sealed as Done
from timebank.storage.books import transfers
from timebank.storage.people import members
from timebank.storage.seals import checkpoints, leaves


def counted(bank, table):
    with bank.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_every_transfer_gets_one_leaf_and_the_indexes_have_no_gap(sealed):
    with sealed.bank.reading() as connection:
        rows = connection.execute(select(leaves).order_by(leaves.c.leaf_index)).all()
        known = set(connection.execute(select(transfers.c.id)).scalars())

    assert [row.leaf_index for row in rows] == list(range(len(known)))
    assert {row.transfer_id for row in rows} == known
    assert len(known) > 7


def test_what_was_sealed_verifies_here_and_offline(sealed):
    check = sealed.verify()

    assert check.faults == []
    assert (check.size, check.unsealed, check.erased, check.unpublished) == (
        counted(sealed.bank, transfers),
        0,
        0,
        0,
    )
    assert sealed.offline()[0] == 0, sealed.offline()[1]


def test_sealing_again_changes_nothing(sealed):
    before = sealed.log.folder.sizes()

    assert sealed.seal() == Done(0, before[-1], 0)
    assert sealed.log.folder.sizes() == before


def test_later_transfers_are_sealed_under_a_new_head(sealed):
    first = sealed.log.folder.sizes()[-1]
    settle(sealed.bank, a_visit_on_paper(sealed.bank, a_volunteer(sealed.bank, "赵六")))

    assert sealed.verify().unsealed == 1
    assert sealed.seal() == Done(1, first + 1, 1)
    assert sealed.faults() == []
    assert sealed.offline(sealed.folder / "checkpoints" / YUNZHOU / f"{first:012d}.checkpoint")[0] == 0


def test_many_transfers_are_sealed_in_several_batches(bank, tmp_path, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 3)
    monkeypatch.setattr(sealing, "PAGE", 2)
    small = Sealed(bank, log_in(tmp_path), tmp_path)
    done = small.seal()

    assert done.published == len(small.log.folder.sizes()) == -(-done.size // 3)
    assert small.faults() == []
    assert small.offline()[0] == 0


def test_an_sm3_log_verifies_here_and_offline(bank, tmp_path):
    national = Sealed(bank, log_in(tmp_path, "sm3"), tmp_path)
    national.seal()

    assert national.log.origin.endswith("/sm3")
    assert national.faults() == []
    assert national.offline()[0] == 0


def test_a_log_keeps_its_digest_for_ever(sealed):
    changed = log_in(sealed.folder / "checkpoints", "sm3")

    with pytest.raises(BadInput, match="永不改变"):
        sealing.seal(sealed.bank, YUNZHOU, changed)


def test_a_city_that_does_not_run_is_not_sealed(sealed):
    with pytest.raises(NotFound):
        sealing.seal(sealed.bank, "nowhere", sealed.log)


def test_nothing_is_sealed_with_an_untrusted_key(bank, tmp_path):
    log = log_in(tmp_path)
    swapped = type(log)(
        log.origin, log.digest, log.folder, log.keys, Ed25519Signer("bank.example.org", bytes(32))
    )

    with pytest.raises(BadInput, match="可能被换过"):
        sealing.seal(bank, YUNZHOU, swapped)
    with pytest.raises(BadInput, match="没有签名钥匙"):
        sealing.seal(bank, YUNZHOU, type(log)(log.origin, log.digest, log.folder, log.keys))
    assert counted(bank, leaves) == 0


# ---- crashes and rivals


def test_a_crash_before_the_commit_leaves_nothing(bank, tmp_path, monkeypatch):
    one = Sealed(bank, log_in(tmp_path), tmp_path)
    with monkeypatch.context() as crash:
        crash.setattr(sealing.leaf_rows, "insert", _crash)
        with pytest.raises(RuntimeError):
            one.seal()

    assert (counted(bank, leaves), one.log.folder.sizes()) == (0, [])
    one.seal()
    assert one.faults() == []


def test_a_crash_between_commit_and_file_is_made_good_by_the_next_run(bank, tmp_path, monkeypatch):
    one = Sealed(bank, log_in(tmp_path), tmp_path)
    with monkeypatch.context() as crash:
        crash.setattr(type(one.log.folder), "publish", _crash)
        with pytest.raises(RuntimeError):
            one.seal()

    assert one.log.folder.sizes() == []
    assert (one.verify().ok, one.verify().unpublished) == (True, 1)
    assert one.seal().published == 1
    assert (one.verify().ok, one.verify().unpublished) == (True, 0)


def test_a_crash_between_the_two_files_is_made_good_by_the_next_run(bank, tmp_path, monkeypatch):
    one = Sealed(bank, log_in(tmp_path), tmp_path)
    written = type(one.log.folder)._add

    def only_leaves(folder, file, content):
        if file.suffix == ".checkpoint":
            raise RuntimeError
        written(folder, file, content)

    with monkeypatch.context() as crash:
        crash.setattr(type(one.log.folder), "_add", only_leaves)
        with pytest.raises(RuntimeError):
            one.seal()
    one.seal()

    assert one.faults() == []


def _crash(*_args, **_how):
    raise RuntimeError("a crash")


def test_two_who_seal_at_once_seal_everything_once(bank, tmp_path):
    one = Sealed(bank, log_in(tmp_path), tmp_path)
    outcomes = all_at_once(*[one.seal] * 4)
    unexpected = [o for o in outcomes if not isinstance(o, Done | Conflict)]
    one.seal()

    assert unexpected == []
    assert counted(bank, leaves) == counted(bank, transfers)
    assert one.faults() == []


def test_a_folder_that_cannot_be_written_is_told_and_mended_later(bank, tmp_path):
    one, size = Sealed(bank, log_in(tmp_path), tmp_path), counted(bank, transfers)
    in_the_way = tmp_path / YUNZHOU / f".{size:012d}.leaves.{os.getpid()}"
    in_the_way.mkdir()

    with pytest.raises(BadInput, match="写不进"):
        one.seal()
    in_the_way.rmdir()
    one.seal()

    assert one.faults() == []


def test_a_checkpoint_file_is_never_overwritten(sealed):
    size = sealed.log.folder.sizes()[-1]

    with pytest.raises(Conflict, match="从不覆盖"):
        sealed.log.folder.publish(size, "another", [])


# ---- what it costs


def test_finding_new_transfers_reads_an_index_and_only_recent_ones(sealed):
    with statements(sealed.bank) as seen:
        sealed.seal()
    (statement,) = [s for s in seen if "EXISTS" in s]

    assert "transfers.id > " in statement
    if sealed.bank.engine.dialect.name == "sqlite":
        with sealed.bank.reading() as connection:
            given = (YUNZHOU, "0" * 32, 10, 0)
            plan = [
                row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
            ]
        assert [step for step in plan if step.startswith("SCAN")] == []


def test_transfers_are_written_without_a_word_to_the_evidence(bank):
    visit = a_visit_on_paper(bank, a_volunteer(bank, "赵六"))
    with statements(bank) as seen:
        settle(bank, visit)

    assert [s for s in seen if "leaves" in s or "checkpoints" in s] == []


# ---- erasure


def test_erasing_people_leaves_every_head_and_proof_valid(sealed):
    with sealed.bank.reading() as connection:
        transfer_id = connection.execute(
            select(leaves.c.transfer_id).where(leaves.c.leaf_index == 2)
        ).scalar_one()
    before = sealed.log.folder.sizes()

    assert sealing.erase(sealed.bank, YUNZHOU, sealed.log, [transfer_id]) == [2]
    check = sealed.verify()
    exported = [json.loads(line) for line in sealed.export().read_text(encoding="utf-8").splitlines()]
    (leaf,) = [line for line in exported if line.get("leaf") == 2]

    assert (check.faults, check.erased, sealed.log.folder.sizes()) == ([], 1, before)
    assert (leaf["salt"], leaf["people"]) == (None, None)
    assert sealed.offline()[0] == 0
    assert prove_transfer(sealed.bank, YUNZHOU, sealed.log, transfer_id)["leaf"]["people"] is None


def test_what_was_never_sealed_cannot_be_erased(sealed):
    with pytest.raises(BadInput, match="没有封存过"):
        sealing.erase(sealed.bank, YUNZHOU, sealed.log, ["00000000-0000-7000-8000-000000000000"])


def test_leaves_and_checkpoints_hold_nothing_about_people(sealed):
    with sealed.bank.reading() as connection:
        people = connection.execute(select(members.c.name, members.c.id, members.c.reference)).all()
        rows = connection.execute(select(leaves.c.commitment, leaves.c.leaf_hash)).all()
        notes = "".join(connection.execute(select(checkpoints.c.note)).scalars())
    files = b"".join(file.read_bytes() for file in (sealed.folder / "checkpoints" / YUNZHOU).iterdir())
    words = {word for person in people for word in person}

    assert {len(value) for row in rows for value in row} == {32}
    assert len(words) > 5
    assert [word for word in words if word in notes or word.encode() in files] == []


# ---- proofs


def test_a_transfer_is_proved_to_an_outsider(sealed):
    key = str(key_of(sealed.log.signing()))
    with sealed.bank.reading() as connection:
        ids = connection.execute(select(leaves.c.transfer_id).order_by(leaves.c.leaf_index)).scalars().all()
    for transfer_id in ids:
        file = sealed.folder / "proof.json"
        file.write_text(json.dumps(prove_transfer(sealed.bank, YUNZHOU, sealed.log, transfer_id), indent=2))
        assert verify_offline(file, key)[0] == 0


def test_a_changed_proof_does_not_hold(sealed):
    key = str(key_of(sealed.log.signing()))
    with sealed.bank.reading() as connection:
        transfer_id = connection.execute(select(leaves.c.transfer_id).limit(1)).scalar_one()
    proof = prove_transfer(sealed.bank, YUNZHOU, sealed.log, transfer_id)
    proof["leaf"]["books"][1][0][4] += 60
    file = sealed.folder / "proof.json"
    file.write_text(json.dumps(proof, indent=2))

    assert verify_offline(file, key)[0] == 1


def test_growth_is_proved_to_an_outsider(sealed):
    key, size = str(key_of(sealed.log.signing())), sealed.log.folder.sizes()[-1]
    for old in range(1, size + 1):
        write_export(sealed.folder / "proof.json", [prove_growth(sealed.bank, YUNZHOU, sealed.log, old)])
        assert verify_offline(sealed.folder / "proof.json", key)[0] == 0


def test_growth_from_a_size_there_never_was_is_refused(sealed):
    with pytest.raises(BadInput, match="没有 999 叶"):
        prove_growth(sealed.bank, YUNZHOU, sealed.log, 999)


def test_an_unsealed_transfer_has_no_proof(sealed):
    answer = settle(sealed.bank, a_visit_on_paper(sealed.bank, a_volunteer(sealed.bank, "赵六")))

    with pytest.raises(NotFound, match="封存过的转账"):
        prove_transfer(sealed.bank, YUNZHOU, sealed.log, answer["transfer_id"])


# ---- no false alarms


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_hundred_clean_runs_raise_no_alarm(sealed):
    bank, alarms = sealed.bank, []
    volunteer = a_volunteer(bank, "赵六")
    for run in range(200):
        bank.clock.forward(hours=5)
        answer = settle(bank, a_visit_on_paper(bank, volunteer, 60, bank.clock().date().isoformat()))
        if run % 10 == 5:
            donate(bank, volunteer, 30)
        if run % 10 == 7:
            reverse(bank, answer["transfer_id"])
        sealed.seal(everywhere=run % 50 == 49)
        alarms += sealed.faults()
        if run % 20 == 19:
            code, said = sealed.offline()
            alarms += [said] if code else []

    assert alarms == []
    assert sealed.verify().size > 200
