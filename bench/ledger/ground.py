"""Where rows are measured: the databases, the people in them, and the teams that are stopped in the end."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial

from bench.ledger import world
from bench.ledger.servers import as_the_application, tidy
from bench.ledger.teams import Team
from tests.databases import PostgresDatabases
from timebank.storage.migrations import upgrade

PAIRS = 5_000
FEW, MANY = 10_000, 1_000_000
VERIFIED = 5_000
CITIES = ("nanjing", "nanjing_b", "nanjing_c", "nanjing_d")


@dataclass(frozen=True)
class Ground:
    """Where rows are measured.

    Attributes:
        folder: for files.
        databases: those of the PostgreSQL that is measured.
        server: process id of that PostgreSQL.
        pairs: how many pairs of people a world has.
        few, many: how many postings a ledger has when it is small, and when it has grown.
        verified: how many settlements are proved right.
        closing: closed when the row has been measured.
    """

    folder: object
    databases: PostgresDatabases
    server: int
    pairs: int = PAIRS
    few: int = FEW
    many: int = MANY
    verified: int = VERIFIED
    closing: ExitStack = field(default_factory=ExitStack)

    @property
    def config(self):
        """Return the `timebank.yaml` of all cities, written when first asked for."""
        folder = self.folder / "config"
        return folder / "timebank.yaml" if folder.exists() else world.write_config(folder, CITIES)

    def empty(self):
        """Return the address of an empty PostgreSQL database, which is gone when the row has been measured."""
        url = self.databases.empty()
        self.closing.callback(self.databases.drop, url)
        return url

    def filled(self, *cities, url=None, pairs=None):
        """Return the address of a database in which these cities share the people, for the application's role."""
        lasting = url or self.empty()
        upgrade(lasting)
        url = url or as_the_application(lasting)
        bank = world.open_world(self.config, url)
        for city in cities:
            world.fill(bank, city, (pairs or self.pairs) // len(cities))
        bank.engine.dispose()
        return url

    def settling(self, side, url, cities, workers):
        """Return a team of so many workers that share the people of these cities."""
        many = self.pairs // max(workers, len(cities))
        return self.team(partial(side, self.config, url, cities, many), workers, url)

    def team(self, make, workers, url, **how):
        """Return a team whose work lies in a database of the server."""
        servers = (self.server, *how.pop("servers", ()))
        return self.closed(Team(make, workers, servers, rest=partial(tidy, url), **how))

    def reading(self, side):
        """Return a team of one that only reads, so that its database need not be swept before each window."""
        return self.closed(Team(side, 1, (self.server,)))

    def closed(self, team):
        """Return a team that is stopped in the end."""
        self.closing.callback(team.stop)
        return team
