"""A row about proof: asking every law of the ledger, and working out every leaf of its seals.

The seals' baseline reads the same rows, makes the same bytes of them and hashes them, and does nothing else.
"""

from functools import partial

from bench.ledger.reading import InBank, Verifying
from bench.ledger.servers import tidy
from bench.ledger.settling import BATCH
from bench.ledger.stock import Stock
from bench.ledger.world import open_world
from timebank.evidence.checkpoint import origin_of
from timebank.evidence.digest import Digest
from timebank.evidence.entry import encoded
from timebank.evidence.folder import CheckpointFolder
from timebank.evidence.log import Log
from timebank.evidence.notes import key_of
from timebank.evidence.signer import Ed25519Signer
from timebank.services.seal_verification import verify
from timebank.services.sealed_records import RecordReader
from timebank.services.sealing import PAGE, seal
from timebank.services.settlement import settle_due
from timebank.storage import leaf_rows

SIGNER = Ed25519Signer("bench.example.org", bytes(32))


def log_of(folder, city):
    """Return a city's log whose checkpoints lie in a folder, which is made where there is none."""
    digest, place = Digest("sha256"), folder / city
    place.mkdir(parents=True, exist_ok=True)
    origin = origin_of(SIGNER.name, city, digest)
    return Log(origin, digest, CheckpointFolder(place), (key_of(SIGNER),), SIGNER)


class VerifyingSeals(InBank):
    """Works every leaf out anew and compares it with the signed heads; a unit is a leaf."""

    def __init__(self, config, url, city, folder, number):
        super().__init__(config, url, city, number)
        self._log = log_of(folder, city)

    def one(self):
        check = verify(self.bank, self.city, self._log)
        if not check.ok or not check.size:
            raise AssertionError(f"the evidence is not right: {check.plain()}")
        return check.size


class HashingBare(InBank):
    """Reads the same rows, makes the same bytes of them and hashes them: no salt, no tree, nothing compared."""

    def __init__(self, config, url, city, folder, number):
        super().__init__(config, url, city, number)
        self._digest = log_of(folder, city).digest

    def one(self):
        reader, done = RecordReader(self.city), 0
        while True:
            with self.bank.reading() as connection:
                rows = leaf_rows.page(connection, self.city, done, done + PAGE)
                if not rows:
                    return done
                records = reader.read(connection, [row.transfer_id for row in rows])
            for record in records.values():
                self._digest.of(encoded(record.books) + encoded(record.people))
            done += len(rows)


def verifying(ground, city):
    """Return teams that prove right a sealed ledger of some settlements, and one of twice as many."""
    teams = {}
    for size, many in (("once", ground.verified), ("twice", 2 * ground.verified)):
        url, folder = ground.filled(city), ground.folder / size
        _settle_and_seal(ground, url, city, folder, many)
        world = (ground.config, url, city)
        # A settlement has two postings, and everybody began with one of their own.
        sides = {"ledger": partial(Verifying, *world, 2 * (many + ground.pairs))}
        sides |= {
            "seals": partial(VerifyingSeals, *world, folder),
            "bare": partial(HashingBare, *world, folder),
        }
        teams |= {f"{name} {size}": ground.reading(side) for name, side in sides.items()}
    return teams


def _settle_and_seal(ground, url, city, folder, many):
    bank = open_world(ground.config, url)
    stock = Stock(bank, city, range(ground.pairs))
    for _ in range(0, many, BATCH):
        stock.make(BATCH)
    settle_due(bank, city)
    seal(bank, city, log_of(folder, city))
    bank.engine.dispose()
    tidy(url)
