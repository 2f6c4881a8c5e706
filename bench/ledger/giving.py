"""Sides that move credit between two people: a gift through the engine, and django-hordak's transfer."""

import itertools
import uuid

from bench.ledger import hordak_site
from bench.ledger.teams import Side
from bench.ledger.world import UNIT, elder, open_world, volunteer
from timebank.domain.command import Actor, Channel, Command
from timebank.services.exchange import give

GIFT_MINUTES = 1


class Giving(Side):
    """Gives a minute from a volunteer to their parent, pair after pair of those that are this worker's own."""

    def __init__(self, config, url, city, pairs, number):
        self._bank, self._city = open_world(config, url), city
        self._pairs = itertools.cycle(range(number * pairs, (number + 1) * pairs))

    def one(self):
        pair = next(self._pairs)
        giver, receiver = volunteer(self._city, pair), elder(self._city, pair)
        command = Command(self._city, uuid.uuid4().hex, Actor(giver), Channel.APP)
        self._bank.carry_out(
            give, command, giver_id=giver, receiver_id=receiver, unit=UNIT, minutes=GIFT_MINUTES
        )
        return 1

    def close(self):
        self._bank.engine.dispose()


class Hordak(Side):
    """Transfers with django-hordak between pairs of accounts of its own, under Django settings of its own."""

    def __init__(self, url, pairs, number):
        hordak_site.set_up(url)
        self._pairs = itertools.cycle(hordak_site.open_pairs(pairs, number))

    def one(self):
        hordak_site.transfer(*next(self._pairs))
        return 1

    def close(self):
        hordak_site.close()
