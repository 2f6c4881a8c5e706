"""Who co-signed up to where, and whether that is enough and of this log."""

from dataclasses import replace

import pytest

from tests.evidence.conftest import SIGNER
from tests.scenes import a_visit_on_paper, a_volunteer, settle
from timebank.bank.evidence import open_log
from timebank.bank.settings import EvidenceSettings
from timebank.domain.refusal import BadInput
from timebank.evidence.checkpoint import Checkpoint
from timebank.evidence.notes import cosigned, key_of, signed, witness_key_of
from timebank.evidence.signer import Ed25519Signer

AUDIT, BUREAU = (
    Ed25519Signer(f"{name}.example.org", bytes([n]) * 32) for n, name in enumerate(("audit", "bureau"))
)


@pytest.fixture
def witnessed(sealed):
    """A log that asks for two witnesses, of which the bureau co-signed the first checkpoint and the audit a later one."""
    sealed.log = replace(
        sealed.log, witnesses=(witness_key_of(AUDIT), witness_key_of(BUREAU)), witnesses_needed=2
    )
    for witness in (BUREAU, AUDIT):
        settle(sealed.bank, a_visit_on_paper(sealed.bank, a_volunteer(sealed.bank), 60))
        sealed.seal()
        co_sign(sealed, witness)
    return sealed


def co_sign(sealed, witness, note=None):
    size = sealed.log.folder.sizes()[-1]
    text = cosigned(note or sealed.log.folder.note(size), witness, 1_790_000_000)
    (sealed.log.folder.path / f"{size:012d}.{witness.name}.cosigned").write_text(text, encoding="utf-8")


def test_it_is_said_who_co_signed_up_to_where(witnessed):
    first, second = witnessed.log.folder.sizes()[-2:]

    check = witnessed.verify()

    assert check.ok, check.plain()
    assert check.witnessed == {BUREAU.name: first, AUDIT.name: second}


def test_too_few_witnesses_are_a_fault(witnessed):
    next(witnessed.log.folder.path.glob(f"*{BUREAU.name}.cosigned")).unlink()

    check = witnessed.verify()

    assert [fault.code for fault in check.faults] == ["witnesses"]
    assert "要求 2 个见证人加签，只有 1 个" in check.faults[0].words.zh


def test_a_witness_who_signs_twice_is_one(witnessed):
    next(witnessed.log.folder.path.glob(f"*{BUREAU.name}.cosigned")).unlink()
    settle(witnessed.bank, a_visit_on_paper(witnessed.bank, a_volunteer(witnessed.bank), 60))
    witnessed.seal()
    co_sign(witnessed, AUDIT)

    assert [fault.code for fault in witnessed.verify().faults] == ["witnesses"]


def test_who_is_not_named_does_not_count(witnessed):
    witnessed.log = replace(witnessed.log, witnesses=(witness_key_of(AUDIT),), witnesses_needed=1)

    assert set(witnessed.verify().witnessed) == {AUDIT.name}


def test_a_co_signature_that_is_wrong_is_a_fault(witnessed):
    file = next(witnessed.log.folder.path.glob(f"*{AUDIT.name}.cosigned"))
    forged = cosigned(
        file.read_text(encoding="utf-8").rpartition("— ")[0], Ed25519Signer(AUDIT.name, b"f" * 32), 1
    )
    name = f"— {AUDIT.name} "
    mine, other = (text.rpartition(name)[2] for text in (file.read_text(encoding="utf-8"), forged))
    file.write_text(forged.replace(other, mine[:6] + other[6:]), encoding="utf-8")

    assert "cosigned" in [fault.code for fault in witnessed.verify().faults]


def test_a_checkpoint_that_witnesses_saw_and_the_log_does_not_have_is_a_fault(witnessed):
    size = witnessed.log.folder.sizes()[-1]
    other = signed(Checkpoint(witnessed.log.origin, size, b"o" * 32).text(), SIGNER)
    co_sign(witnessed, BUREAU, other)

    assert [(fault.code, fault.leaf) for fault in witnessed.verify().faults] == [("cosigned", size - 1)]


def test_more_witnesses_than_there_are_keys_cannot_be_asked_for(tmp_path):
    settings = EvidenceSettings(
        SIGNER.name,
        tmp_path,
        (str(key_of(SIGNER)),),
        None,
        {},
        (str(witness_key_of(AUDIT)),),
        witnesses_needed=2,
    )

    with pytest.raises(BadInput, match="needed"):
        open_log(settings, "yunzhou")
