"""What a crash test works with: a town in a database, programs that serve it, and an oracle that none of them touches."""

from contextlib import contextmanager

import pytest

from tests.banks import a_bank
from tests.crash import journal, oracle
from tests.crash.apps import running
from tests.crash.load import Load
from tests.crash.town import settled_town
from tests.torture.sizes import SEED, SIZES, soaking


def pytest_report_header() -> str:
    """Say the sizes and the seed; with them the same operations are drawn again."""
    return f"crash: {'soak' if soaking() else 'ci'}, {SEED}={SIZES.seed}"


class Tried:
    """A database with a town in it, and what its clients were told.

    Attributes:
        town: who lives there.
        load: the clients.
    """

    def __init__(self, url, folder, apps, clients, visits):
        self.url = url
        with a_bank(url) as bank:
            self.town = settled_town(bank, visits, SIZES.seed)
            self._before = oracle.past(bank)
        self.load = Load(apps, self.town, folder, clients, SIZES.seed)

    @property
    def told(self):
        """What every operation's client was told."""
        return journal.read(self.load.folder.glob("*.journal"))

    def complaints(self):
        """Ask the oracle; nothing is running any more that could still change its mind."""
        with a_bank(self.url) as bank:
            return oracle.complaints(bank, self._before, self.told)


@pytest.fixture
def tried(tmp_path):
    """Return a context: so many programs serve a town in a database, and clients stand ready."""

    @contextmanager
    def begin(url, apps=2, clients=SIZES.crash_clients, visits=SIZES.crash_visits):
        with a_bank(url):
            pass  # the tables are made before two programs could both make them
        with running(url, tmp_path, apps) as programs:
            trial = Tried(url, tmp_path, programs, clients, visits)
            try:
                yield trial
            finally:
                trial.load.close()

    return begin
