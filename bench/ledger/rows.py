"""The rows of the table: which sides take turns, and what one is to reach beside another."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial

from bench.ledger import asking, growing, hordak_site, sealed, world
from bench.ledger.giving import Giving, Hordak
from bench.ledger.measuring import Goal
from bench.ledger.servers import a_report, tidy
from bench.ledger.settling import Settling, SettlingBare, SettlingByNight, WritingByDriver
from bench.ledger.teams import SPAWN, Team
from timebank.storage.migrations import upgrade

WORKERS = 4
PAIRS = 5_000
# Few people a worker, so that the same rows are written again and again while a report keeps their old versions.
HOT_PAIRS = 50
VERIFIED = 20_000
# A report stays open for a window of 15 seconds where the others last 4.
REPORT_WINDOWS = 3.75
CITIES = ("nanjing", "nanjing_b", "nanjing_c", "nanjing_d")


@dataclass(frozen=True)
class Ground:
    """Where rows are measured.

    Attributes:
        folder: for files.
        empty: makes an empty PostgreSQL database and returns its address.
        server: process id of that PostgreSQL.
        pairs: how many pairs of people a world has.
        few, many: how many postings a ledger has when it is small, and when it has grown.
        verified: how many settlements are proved right.
        closing: closed when the row has been measured.
    """

    folder: object
    empty: Callable[[], str]
    server: int
    pairs: int = PAIRS
    few: int = growing.FEW
    many: int = growing.MANY
    verified: int = VERIFIED
    closing: ExitStack = field(default_factory=ExitStack)

    @property
    def config(self):
        """Return the `timebank.yaml` of all cities, written when first asked for."""
        folder = self.folder / "config"
        return folder / "timebank.yaml" if folder.exists() else world.write_config(folder, CITIES)

    def filled(self, *cities, url=None, pairs=None):
        """Return the address of a database in which these cities share the people."""
        url = url or self.empty()
        upgrade(url)
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

    def closed(self, team):
        """Return a team that is stopped in the end."""
        self.closing.callback(team.stop)
        return team


@dataclass(frozen=True)
class Row:
    """A row: its number, a function that makes its teams on some ground, and its goals."""

    name: str
    teams: Callable[[Ground], dict[str, Team]]
    goals: tuple[Goal, ...]


def _single(ground):
    url = ground.filled(CITIES[0])
    return {
        "engine": ground.settling(Settling, url, CITIES[:1], WORKERS),
        "bare": ground.settling(SettlingBare, url, CITIES[:1], WORKERS),
    }


def _one_issuance(ground):
    return {
        "one": ground.settling(Settling, ground.filled(CITIES[0]), CITIES[:1], WORKERS),
        "spread": ground.settling(Settling, ground.filled(*CITIES), CITIES, WORKERS),
    }


def _reported(ground):
    url = ground.filled(CITIES[0])
    few = partial(Settling, ground.config, url, CITIES[:1], min(HOT_PAIRS, ground.pairs // WORKERS))
    return {
        "reported": ground.team(few, WORKERS, url, during=partial(a_report, url), longer=REPORT_WINDOWS),
        "alone": ground.team(few, WORKERS, url),
    }


def _gifts(ground):
    url, other = ground.filled(CITIES[0]), ground.empty()
    _apart(hordak_site.migrate, other)
    pairs = ground.pairs // WORKERS
    return {
        "gift": ground.team(partial(Giving, ground.config, url, CITIES[0], pairs), WORKERS, url),
        "hordak": ground.team(partial(Hordak, other, min(pairs, 250)), WORKERS, other),
    }


def _night(ground):
    url, other = ground.filled(*CITIES[:3]), ground.empty()
    _apart(hordak_site.migrate, other)
    sides = (SettlingByNight, Settling, WritingByDriver)
    many = ground.pairs // 3
    teams = {
        name: ground.team(partial(side, ground.config, url, (city,), many), 1, url)
        for name, side, city in zip(("night", "single", "driver"), sides, CITIES, strict=False)
    }
    return teams | {"hordak": ground.team(partial(Hordak, other, min(ground.pairs, 250)), 1, other)}


def _sqlite(ground):
    url = ground.filled(CITIES[0], url=f"sqlite:///{ground.folder / 'bank.sqlite'}")
    return {
        name: ground.closed(Team(partial(side, ground.config, url, CITIES[:1], ground.pairs), 1))
        for name, side in (("engine", Settling), ("bare", SettlingBare))
    }


def _served(ground):
    url, city = ground.filled(CITIES[0]), CITIES[0]
    world = {"BENCH_CONFIG": str(ground.config), "BENCH_URL": url, "BENCH_CITY": city}
    pairs, teams = ground.pairs // (WORKERS + 1), {}
    for server in asking.SERVERS:
        for side, app in ((asking.Asking, "bank_app"), (asking.AskingBare, "bare_app")):
            port, pid = ground.closing.enter_context(asking.serving(server, app, **world))
            make = partial(side, ground.config, url, (city,), pairs, port)
            teams[f"{server} {app}"] = ground.team(make, WORKERS, url, servers=(pid,))
    return teams


def _apart(work, *given):
    """Do something in a process of its own."""
    process = SPAWN.Process(target=work, args=given)
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"{work.__name__} failed")


BARE = "与同样语句的 SQLAlchemy Core 比 · beside Core running the same statements bare"
READING = tuple(
    Goal(f"{what} {how} many", f"{what} {how} few", 1.3, f"{zh}，{zh_how} · {en}, {en_how}", times=True)
    for what, zh, en in (
        ("balance", "余额", "a balance"),
        ("page", "对账单一页", "a page of a statement"),
        ("past", "过去某日的余额", "a balance on a past day"),
    )
    for how, zh_how, en_how in (
        ("spread", "分录 1 万到 100 万，账户同增", "10 k to 1 M postings, accounts growing with them"),
        ("one", "同上，只有一个账户在增", "the same on one account alone"),
    )
)
ROWS = (
    Row("1", _single, (Goal("engine", "bare", 0.6, f"逐笔结算，4 进程，{BARE}"),)),
    Row(
        "2",
        _one_issuance,
        (
            Goal(
                "one",
                "spread",
                0.9,
                "都用一个发行账户，与分在四城比 · one issuance account, beside four cities",
            ),
        ),
    ),
    Row(
        "3",
        _gifts,
        (
            Goal(
                "gift",
                "hordak",
                1.2,
                "赠与，4 进程，与 django-hordak 转账比 · a gift, beside hordak's transfer",
            ),
        ),
    ),
    Row(
        "4",
        _night,
        (
            Goal(
                "night",
                "single",
                5,
                "成批结算，1 进程，与逐笔比 · a night's batches, beside single settlements",
            ),
            Goal("night", "hordak", 8, "成批结算，与 hordak 逐笔比 · beside hordak's single transfers"),
            Goal(
                "night",
                "driver",
                0.3,
                "成批结算，与 psycopg 写同样的行比 · beside psycopg writing the same rows",
            ),
        ),
    ),
    Row(
        "5",
        _reported,
        (
            Goal(
                "reported", "alone", 0.85, "报表开着 15 秒时结算，与没有报表比 · while a 15 s report is open"
            ),
        ),
    ),
    Row("6", _sqlite, (Goal("engine", "bare", 0.5, f"SQLite 逐笔结算，1 进程，{BARE}"),)),
    Row(
        "7",
        _served,
        tuple(
            Goal(
                f"{server} bank_app",
                f"{server} bare_app",
                0.35,
                f"HTTP 确认并结算，{server} 2 进程，与光 Pyramid 比 · over HTTP, beside a bare view",
            )
            for server in asking.SERVERS
        ),
    ),
    Row("8", partial(growing.reading, city=CITIES[0]), READING),
    Row(
        "9",
        partial(growing.verifying, city=CITIES[0]),
        (
            Goal(
                "twice",
                "once",
                1.15,
                "核对一笔的时间，账本两倍大时 · verifying, time a posting, twice as many",
                times=True,
            ),
        ),
    ),
    Row(
        "10",
        partial(sealed.verifying, city=CITIES[0]),
        (
            Goal(
                "verify",
                "bare",
                0.5,
                "核对封存，对只取同样的字节来散列 · verifying seals, to hashing the same bytes",
            ),
        ),
    ),
)
