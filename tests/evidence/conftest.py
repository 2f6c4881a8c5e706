"""A bank with a little life in it, its log, and the keys to it."""

import io
import json
import shutil
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.banks import YUNZHOU, StoryClock, a_bank, record_rule_files
from tests.evidence.life import live
from tests.evidence.tampering import open_all_doors, put_back
from timebank.evidence import offline_verifier
from timebank.evidence.checkpoint import origin_of
from timebank.evidence.digest import Digest
from timebank.evidence.folder import CheckpointFolder
from timebank.evidence.log import Log
from timebank.evidence.notes import key_of
from timebank.evidence.signer import Ed25519Signer
from timebank.services import seal_verification, sealing
from timebank.services.desk import Bank
from timebank.services.seal_proofs import export

BANK = "bank.example.org"
SIGNER = Ed25519Signer(BANK, bytes(range(32)))


@dataclass
class Sealed:
    """A bank with its log; what is asked of both in one word."""

    bank: Bank
    log: Log
    folder: Path

    def seal(self, **how):
        return sealing.seal(self.bank, YUNZHOU, self.log, **how)

    def verify(self):
        return seal_verification.verify(self.bank, YUNZHOU, self.log)

    def faults(self):
        """(code, leaf) of every fault that is shown."""
        return [(fault.code, fault.leaf) for fault in self.verify().faults]

    def export(self) -> Path:
        file = self.folder / "export.jsonl"
        write_export(file, export(self.bank, YUNZHOU, self.log))
        return file

    def offline(self, *heads: Path) -> tuple[int, str]:
        """What the offline verifier says of an export made now: its exit code and words."""
        return verify_offline(self.export(), str(self.log.keys[0]), *heads)


def write_export(file, lines):
    with file.open("w", encoding="utf-8") as out:
        for line in lines:
            out.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")


def verify_offline(file, key, *heads):
    said = io.StringIO()
    with redirect_stdout(said):
        code = offline_verifier.main(
            [str(file), "--key", key, *(part for head in heads for part in ("--head", str(head)))]
        )
    return code, said.getvalue()


def log_in(folder: Path, digest: str = "sha256", city: str = YUNZHOU) -> Log:
    """The log of a city whose folder was made, as operators do before the first seal."""
    hashing, place = Digest(digest), folder / city
    place.mkdir(parents=True, exist_ok=True)
    return Log(origin_of(BANK, city, hashing), hashing, CheckpointFolder(place), (key_of(SIGNER),), SIGNER)


def empty(folder: Path) -> None:
    """Take everything out of a folder and leave it there."""
    shutil.rmtree(folder)
    folder.mkdir()


@pytest.fixture(scope="session")
def lived(databases):
    """The address of a database in which a few transfers of several kinds were made, and the instant after them."""
    url, clock = databases.migrated(), StoryClock()
    with a_bank(url, clock=clock) as opened:
        record_rule_files(opened)
        live(opened)
    yield url, clock.now
    databases.drop(url)


@pytest.fixture
def bank(databases, lived):
    """A bank of this test's own in which they were made."""
    original, now = lived
    url, clock = databases.copy(original), StoryClock()
    clock.now = now
    with a_bank(url, clock=clock) as opened:
        yield opened
    databases.drop(url)


@pytest.fixture
def sealed(bank, tmp_path):
    """The same with all of it sealed."""
    found = Sealed(bank, log_in(tmp_path / "checkpoints"), tmp_path)
    found.seal()
    return found


@pytest.fixture(scope="module")
def world(databases, lived, tmp_path_factory):
    """One sealed bank for all of a file, with every door open; each test puts back what it did."""
    original, now = lived
    url, clock = databases.copy(original), StoryClock()
    clock.now = now
    folder = tmp_path_factory.mktemp("world")
    with a_bank(url, clock=clock) as bank:
        found = Sealed(bank, log_in(folder / "checkpoints"), folder)
        found.seal()
        clock.forward(days=1)
        open_all_doors(bank.engine)
        yield found
    databases.drop(url)


@pytest.fixture
def tampered(world):
    """The same, put back in the end and then found clean."""
    with put_back(world.bank.engine):
        yield world
    assert world.faults() == []
