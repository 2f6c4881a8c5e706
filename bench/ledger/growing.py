"""A row about a ledger that grows: what reading costs then."""

from functools import partial

from bench.ledger.history import post
from bench.ledger.reading import Balance, Page, PastDay
from bench.ledger.servers import tidy
from bench.ledger.world import open_world

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
    tidy(url)
    world = (ground.config, url, city, numbers)
    sides = {
        "balance": partial(Balance, *world),
        "page": partial(Page, *world, middle),
        "past": partial(PastDay, *world),
    }
    return {f"{what} {name}": ground.reading(side) for what, side in sides.items()}
