"""Rewriting history as a whole: cutting it off, going back, hashing it anew, another key, two stories at once."""

import json

import pytest
from sqlalchemy import select

from tests.banks import YUNZHOU, StoryClock, a_bank
from tests.evidence.conftest import BANK, SIGNER, Sealed, empty, log_in, verify_offline
from tests.evidence.tampering import open_all_doors, unchecked
from tests.scenes import a_visit_on_paper, a_volunteer, all_at_once, settle
from timebank.domain.refusal import BadInput, Conflict
from timebank.evidence.checkpoint import Checkpoint
from timebank.evidence.digest import SIZE
from timebank.evidence.entry import commitment_of, leaf_of
from timebank.evidence.notes import VerifierKey, key_of, signed, witness_key_of
from timebank.evidence.signer import Ed25519Signer
from timebank.evidence.tree import Tree
from timebank.evidence.witness import recall, remember, witness, witness_next
from timebank.services.seal_proofs import prove_growth
from timebank.services.sealed_records import RecordReader
from timebank.storage.books import postings, transfers
from timebank.storage.seals import checkpoints, leaves

WITNESS = Ed25519Signer("audit.example.org", b"w" * 32)
THIEF = Ed25519Signer(BANK, b"t" * 32)


def another_visit(world):
    """Something more to seal."""
    return settle(world.bank, a_visit_on_paper(world.bank, a_volunteer(world.bank, "赵六")))


@pytest.fixture
def grown(sealed):
    """A bank sealed twice, with every door open."""
    another_visit(sealed)
    sealed.seal()
    open_all_doors(sealed.bank.engine)
    return sealed


def sizes(world):
    return world.log.folder.sizes()


def kept_head(world, which=-1):
    """A copy of a checkpoint as somebody outside keeps it."""
    size = sizes(world)[which]
    file = world.folder / f"kept-{size}"
    file.write_text(world.log.folder.note(size), encoding="utf-8")
    return file


def cut_off(world, after):
    """Take away everything that was sealed after some leaves."""
    with unchecked(world.bank.engine) as connection:
        gone = (
            connection.execute(select(leaves.c.transfer_id).where(leaves.c.leaf_index >= after))
            .scalars()
            .all()
        )
        connection.execute(postings.delete().where(postings.c.transfer_id.in_(gone)))
        connection.execute(transfers.delete().where(transfers.c.id.in_(gone)))
        connection.execute(leaves.delete().where(leaves.c.leaf_index >= after))
        connection.execute(checkpoints.delete().where(checkpoints.c.size > after))


def rewrite(world, signer=None):
    """Add an hour to the first posting, then hash everything anew; sign the new heads too, with a key at hand."""
    with unchecked(world.bank.engine) as connection:
        rows = connection.execute(select(leaves).order_by(leaves.c.leaf_index)).all()
        first = postings.c.transfer_id == rows[0].transfer_id
        connection.execute(postings.update().where(first).values(minutes=postings.c.minutes + 60))
        records = RecordReader(YUNZHOU).read(connection, [row.transfer_id for row in rows])
        tree, digest = Tree(world.log.digest), world.log.digest
        heads = {row.size: row for row in connection.execute(select(checkpoints))}
        for row in rows:
            record = records[row.transfer_id]
            leaf = leaf_of(digest, record.books, commitment_of(digest, row.salt, record.people))
            here = leaves.c.leaf_index == row.leaf_index
            connection.execute(leaves.update().where(here).values(leaf_hash=leaf))
            tree.add(leaf)
            if tree.size in heads:
                head = Checkpoint(world.log.origin, tree.size, tree.root())
                note = signed(head.text(), signer) if signer else heads[tree.size].note
                changed = {"note": note, "edge": b"".join(tree.edge)}
                connection.execute(
                    checkpoints.update().where(checkpoints.c.size == tree.size).values(**changed)
                )


# ---- the tail, and old backups


def test_a_tail_cut_off_is_found_and_the_first_missing_leaf_named(grown):
    before = sizes(grown)[0]
    cut_off(grown, before)

    assert grown.faults()[0] == ("leaf_gone", before)
    code, said = grown.offline()
    assert (code, f"第 {before} " in said.splitlines()[0]) == (1, True)


def test_a_tail_cut_off_in_the_folder_too_is_found_by_whoever_kept_a_head(grown):
    before, after = sizes(grown)
    head = kept_head(grown)
    cut_off(grown, before)
    for file in (grown.folder / "checkpoints" / YUNZHOU).glob(f"{after:012d}.*"):
        file.unlink()

    code, said = grown.offline(head)
    assert (code, f"第 {before} 叶起缺失" in said) == (1, True)


def test_an_old_backup_is_found_and_nothing_is_sealed_on_top_of_it(databases, sealed):
    sealed.bank.engine.dispose()
    backup = databases.copy(sealed.bank.engine.url.render_as_string(hide_password=False))
    first = sizes(sealed)[0]
    another_visit(sealed)
    sealed.seal()
    clock = StoryClock()
    clock.now = sealed.bank.clock()
    with a_bank(backup, clock=clock) as restored:
        old = Sealed(restored, sealed.log, sealed.folder)

        assert old.faults()[0] == ("leaf_gone", first)
        another_visit(old)
        with pytest.raises(Conflict, match="退回了旧备份"):
            old.seal()
        assert old.offline()[0] == 1
    databases.drop(backup)


# ---- hashing anew


def test_history_hashed_anew_is_found_and_the_changed_transfer_named(grown):
    rewrite(grown)

    assert grown.faults()[0] == ("books", 0)
    code, said = grown.offline()
    assert (code, "第 0 " in said.splitlines()[0]) == (1, True)


def test_history_hashed_anew_is_found_without_the_files_of_leaves_too(grown):
    rewrite(grown)
    for file in (grown.folder / "checkpoints" / YUNZHOU).glob("*.leaves"):
        file.unlink()

    assert grown.faults()[0] == ("root", 0)
    assert grown.offline()[0] == 1


def test_history_hashed_anew_in_the_folder_too_is_found_by_its_signatures(grown):
    rewrite(grown)
    folder = grown.folder / "checkpoints" / YUNZHOU
    with grown.bank.reading() as connection:
        hashes = list(connection.execute(select(leaves.c.leaf_hash).order_by(leaves.c.leaf_index)).scalars())
    (folder / f"{sizes(grown)[0]:012d}.leaves").write_bytes(b"".join(map(bytes, hashes[: sizes(grown)[0]])))

    assert ("root", 0) in grown.faults()
    assert grown.offline()[0] == 1


def test_a_damaged_file_of_leaves_is_told_and_nothing_else_is_wrong(grown):
    file = grown.folder / "checkpoints" / YUNZHOU / f"{sizes(grown)[0]:012d}.leaves"
    file.write_bytes(bytes(SIZE) + file.read_bytes()[SIZE:])

    assert grown.faults() == [("leaves_file", 0)]
    assert grown.offline()[0] == 0


# ---- keys


def test_heads_signed_with_another_key_are_found_everywhere(grown):
    rewrite(grown, THIEF)
    folder = grown.folder / "checkpoints" / YUNZHOU
    with grown.bank.reading() as connection:
        for row in connection.execute(select(checkpoints)):
            (folder / f"{row.size:012d}.checkpoint").write_text(row.note, encoding="utf-8")

    assert "signature" in {code for code, _ in grown.faults()}
    assert grown.offline()[0] == 1


def test_an_outsider_with_the_true_key_is_not_taken_in_by_a_swapped_configuration(grown):
    rewrite(grown, THIEF)
    empty(grown.folder / "checkpoints" / YUNZHOU)
    log = grown.log
    swapped = type(log)(log.origin, log.digest, log.folder, (key_of(THIEF),), THIEF)
    taken_in = Sealed(grown.bank, swapped, grown.folder)
    taken_in.seal()

    assert verify_offline(taken_in.export(), str(key_of(THIEF)))[0] == 0
    assert verify_offline(taken_in.export(), str(key_of(SIGNER)))[0] == 1


def test_a_note_of_erasure_by_another_key_is_refused(grown):
    with unchecked(grown.bank.engine) as connection:
        connection.execute(leaves.update().where(leaves.c.leaf_index == 1).values(salt=None))
    grown.log.folder.publish_erasure(signed(grown.log.erasure([1]), THIEF))

    assert grown.faults()[:2] == [("erasure", None), ("no_salt", 1)]
    assert grown.offline()[0] == 1


# ---- two stories


def test_two_stories_under_the_true_key_are_found_by_whoever_kept_a_head(grown):
    head = kept_head(grown)
    rewrite(grown, SIGNER)
    empty(grown.folder / "checkpoints" / YUNZHOU)
    grown.seal()

    assert grown.offline()[0] == 0, "to who never saw the first story, the second one is whole"
    code, said = grown.offline(head)
    assert (code, "您留存的检查点" in said) == (1, True)


@pytest.fixture
def witnessed(sealed):
    """A bank whose first head was witnessed."""
    seen = witness(prove(sealed, 0), None, key_of(SIGNER), WITNESS, 1_772_000_000)
    return sealed, seen


def prove(world, old):
    return json.loads(json.dumps(prove_growth(world.bank, YUNZHOU, world.log, old)))


def test_a_witness_signs_what_grew(witnessed):
    world, seen = witnessed
    another_visit(world)
    world.seal()
    now = witness(prove(world, seen.size), seen, key_of(SIGNER), WITNESS, 1_772_000_900)

    assert now.size == seen.size + 1
    file = world.folder / "witnessed"
    file.write_text(now.note, encoding="utf-8")
    assert world.offline(file)[0] == 0
    assert Checkpoint.read(now.note, [witness_key_of(WITNESS)]).size == now.size


def test_a_witness_refuses_a_log_that_went_back(witnessed):
    world, seen = witnessed
    another_visit(world)
    world.seal()
    now = witness(prove(world, seen.size), seen, key_of(SIGNER), WITNESS, 1_772_000_900)
    open_all_doors(world.bank.engine)
    cut_off(world, seen.size)

    with pytest.raises(Conflict, match="账本退回去了"):
        witness(prove(world, seen.size), now, key_of(SIGNER), WITNESS, 1_772_001_800)


def test_a_witness_refuses_another_story(witnessed):
    world, seen = witnessed
    open_all_doors(world.bank.engine)
    rewrite(world, SIGNER)
    another_visit(world)
    empty(world.folder / "checkpoints" / YUNZHOU)
    world.seal()

    with pytest.raises(Conflict, match="账本分叉了"):
        witness(prove(world, seen.size), seen, key_of(SIGNER), WITNESS, 1_772_000_900)


def test_a_witness_refuses_another_story_of_the_same_size(witnessed):
    world, seen = witnessed
    open_all_doors(world.bank.engine)
    rewrite(world, SIGNER)

    with pytest.raises(Conflict, match="账本分叉了"):
        witness(prove(world, seen.size), seen, key_of(SIGNER), WITNESS, 1_772_000_900)


def test_a_witness_refuses_another_key_another_log_and_another_start(witnessed):
    world, seen = witnessed
    proof = prove(world, seen.size)

    with pytest.raises(BadInput, match="换过钥匙"):
        witness(proof, seen, key_of(THIEF), WITNESS, 1)
    with pytest.raises(BadInput, match="另一个账本"):
        witness(proof, type(seen)("other/city", seen.size, seen.root, ""), key_of(SIGNER), WITNESS, 1)
    with pytest.raises(BadInput, match=f"prove --from {seen.size}"):
        witness(prove(world, 1), seen, key_of(SIGNER), WITNESS, 1)
    with pytest.raises(BadInput, match="不是增长的证明"):
        witness({}, seen, key_of(SIGNER), WITNESS, 1)


def test_what_a_witness_saw_is_remembered_and_never_silently_forgotten(witnessed, tmp_path):
    _, seen = witnessed
    file = tmp_path / "state.json"

    assert recall(file) is None
    remember(file, seen)
    assert recall(file) == seen
    file.write_text("{", encoding="utf-8")
    with pytest.raises(BadInput, match="不要删掉重来"):
        recall(file)


def test_of_two_stories_shown_to_a_witness_at_once_one_alone_is_signed(tmp_path):
    def shown(story, file):
        note = signed(Checkpoint(f"{BANK}/{YUNZHOU}", 3, story * 32).text(), SIGNER)
        proof = {"checkpoint": note, "path": [], "old": {"size": 0, "root": ""}}
        return lambda: witness_next(file, proof, key_of(SIGNER), WITNESS, 1_772_000_000)

    for attempt in range(30):
        file = tmp_path / str(attempt)
        answers = all_at_once(*[shown(story, file) for story in (b"1", b"2", b"3", b"4")])
        (signs,) = [answer for answer in answers if isinstance(answer, tuple)]

        assert recall(file) == signs[1]


def test_a_log_of_another_digest_in_the_same_folder_is_refused(sealed):
    national = Sealed(sealed.bank, log_in(sealed.folder / "checkpoints", "sm3"), sealed.folder)

    assert "signature" in {code for code, _ in national.faults()}
    assert VerifierKey.read(str(national.log.keys[0])) == key_of(SIGNER)
