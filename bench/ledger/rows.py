"""The rows of the table: which sides take turns, and what one is to reach beside another."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bench.ledger import asking, growing, hordak_site, sealed
from bench.ledger.giving import Giving, Hordak
from bench.ledger.ground import CITIES, Ground
from bench.ledger.measuring import Goal
from bench.ledger.servers import a_report
from bench.ledger.settling import Settling, SettlingBare, SettlingByNight, WritingByDriver
from bench.ledger.teams import SPAWN, Team

WORKERS = 4
# Few people a worker, so that the same rows are written again and again while a report keeps their old versions.
HOT_PAIRS = 50
# Each is two accounts that hordak opens one by one.
HORDAK_PAIRS = 100
# A report stays open for a window of 15 seconds where the others last 4.
REPORT_WINDOWS = 3.75


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
        "hordak": ground.team(partial(Hordak, other, min(pairs, HORDAK_PAIRS)), WORKERS, other),
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
    return teams | {"hordak": ground.team(partial(Hordak, other, min(ground.pairs, HORDAK_PAIRS)), 1, other)}


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
            folder = ground.folder / f"{server} {app}"
            folder.mkdir()
            port, pid = ground.closing.enter_context(asking.serving(server, app, folder, **world))
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
        ("spread", "分录多百倍，账户同增", "a hundred times the postings, accounts growing with them"),
        ("one", "分录多百倍，都在一个账户上", "a hundred times the postings, on one account alone"),
    )
)
PROVING = (
    *(
        goal
        for name, zh, en in (
            ("ledger", "核对账本", "ledger verify"),
            ("seals", "核对封存", "evidence verify"),
        )
        for goal in (
            Goal(
                f"{name} twice",
                f"{name} once",
                1.15,
                f"{zh}，两倍大时每笔的时间 · {en}, time a posting when twice as many",
                times=True,
            ),
            Goal(
                f"{name} twice",
                f"{name} once",
                1.1,
                f"{zh}，两倍大时的峰值内存 · {en}, peak memory when twice as many",
                memory=True,
            ),
        )
    ),
    Goal(
        "seals twice",
        "bare twice",
        0.5,
        "核对封存，与只读出、散列同样的字节比 · evidence verify, beside reading and hashing the same bytes",
    ),
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
    Row("9", partial(sealed.verifying, city=CITIES[0]), PROVING),
)
