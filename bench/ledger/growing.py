"""Rows about a ledger that grows: what reading costs then, and what proving it right costs."""

from functools import partial

from bench.ledger.history import post
from bench.ledger.reading import Balance, Page, PastDay, Verifying
from bench.ledger.settling import BATCH
from bench.ledger.stock import Stock
from bench.ledger.world import open_world
from timebank.services.settlement import settle_due

FEW, MANY, VERY_MANY = 10_000, 1_000_000, 10_000_000
POSTINGS_AN_ACCOUNT = 100
READ_ABOUT = 100


def reading(ground, city):
    """Return teams that read where there are few postings, and where there are many more."""
    teams = {}
    for size, postings in (("few", ground.few), ("many", ground.many)):
        accounts = postings // POSTINGS_AN_ACCOUNT
        teams |= _readers(
            ground, city, f"spread {size}", postings, accounts, range(min(accounts, READ_ABOUT))
        )
        teams |= _readers(ground, city, f"one {size}", postings, 1, range(1))
    return teams


def _readers(ground, city, name, postings, accounts, numbers):
    """Return teams that read about some of the elders whose accounts share so many postings."""
    url = ground.filled(city, pairs=max(accounts, READ_ABOUT))
    bank = open_world(ground.config, url)
    middle = post(bank, city, range(accounts), postings)
    bank.engine.dispose()
    world = (ground.config, url, city, numbers)
    sides = {
        "balance": partial(Balance, *world),
        "page": partial(Page, *world, middle),
        "past": partial(PastDay, *world),
    }
    return {f"{what} {name}": ground.team(side, 1, url) for what, side in sides.items()}


def verifying(ground, city):
    """Return teams that prove right a ledger of some settlements, and one of twice as many."""
    teams = {}
    for name, many in (("once", ground.verified), ("twice", 2 * ground.verified)):
        url = ground.filled(city)
        bank = open_world(ground.config, url)
        stock = Stock(bank, city, range(ground.pairs))
        for _ in range(0, many, BATCH):
            stock.make(BATCH)
        settle_due(bank, city)
        bank.engine.dispose()
        teams[name] = ground.team(partial(Verifying, ground.config, url, city, 2 * many), 1, url)
    return teams
