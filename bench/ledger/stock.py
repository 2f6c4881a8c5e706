"""Visits that are confirmed and wait for settlement, each with an order and minutes held for it: work for a window."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from bench.ledger.world import BENCH, SERVICE_DAY, STATION, UNIT, elder, volunteer, writing
from timebank.domain.account import AccountKey, AccountKind, OwnerKind
from timebank.domain.command import Channel, Command
from timebank.domain.decision import Decision
from timebank.domain.identity import new_id
from timebank.storage import bulk_rows, command_rows
from timebank.storage.envelope import commands
from timebank.storage.ledger_session import Ledger
from timebank.storage.work import attendances, orders, visits

MINUTES = 60
START = datetime(2021, 3, 1, 1, tzinfo=UTC)


class Stock:
    """Makes confirmed visits of some of a city's pairs of people, in turn.

    Args:
        bank: the bank.
        city: the city's code.
        numbers: which pairs; no other worker may have them, so that none waits for another.
        confirmed: whether the visits are confirmed; else they wait for that.
        paid: whether the elders pay, with minutes that are held; else a project serves them, and nobody pays.
    """

    def __init__(self, bank, city, numbers, *, confirmed=True, paid=True):
        self._bank, self._city, self._numbers = bank, city, numbers
        self._confirmed, self._paid = confirmed, paid
        self._made = 0

    def make(self, many):
        """Write so many, and return the ids of the visits in the order they were made."""
        made = [self._next() for _ in range(many)]
        rules = self._bank.city(self._city).rules_on(SERVICE_DAY)
        decision = Decision("accepted", rules.digest, rules.effective_from.isoformat(), ()).stored()
        with writing(self._bank) as connection:
            starts = self._starts(connection, many)
            bulk_rows.add(connection, orders, list(map(self._order, made, starts)))
            rows = [visit | {"decision": decision} for visit in map(self._visit, made, starts)]
            bulk_rows.add(connection, visits, rows)
            bulk_rows.add(connection, attendances, [self._attendance(*one) for one in made])
            if self._paid:
                self._hold(connection, made)
        return [visit_id for _, visit_id, _, _ in made]

    def _starts(self, connection, many):
        """Return when each begins: an hour earlier each time round, for nobody serves in two places at once."""
        first = connection.execute(
            select(func.min(visits.c.checked_in_at)).where(visits.c.city == self._city)
        )
        free = first.scalar_one() or START + timedelta(minutes=MINUTES)
        rounds = [place // len(self._numbers) for place in range(many)]
        return [free - (1 + turn) * timedelta(minutes=MINUTES) for turn in rounds]

    def _next(self):
        """Return ids of an order and a visit, and who meets: another elder each time round."""
        many = len(self._numbers)
        place, turn = self._made % many, self._made // many
        self._made += 1
        serves, served = self._numbers[place], self._numbers[(place + turn + 1) % many]
        return new_id(), new_id(), volunteer(self._city, serves), elder(self._city, served)

    def _hold(self, connection, made):
        now = self._bank.clock()
        ledger = Ledger(connection, self._city, now)
        payers = {one: AccountKey(OwnerKind.MEMBER, one, AccountKind.GRANTED, UNIT) for *_, one in made}
        ledger.lock(payers.values())
        for order_id, _, _, payer in made:
            ledger.hold(order_id, 1, payer, payers[payer], 1, MINUTES, SERVICE_DAY)
        command = Command(self._city, new_id(), BENCH, Channel.IMPORT)
        ledger.flush(command)
        row = command_rows.row(command, "bench.stock", "bench", {}, now)
        bulk_rows.add(connection, commands, [row])

    def _order(self, one, start):
        order_id, _, _, elder_id = one
        return {
            "city": self._city,
            "id": order_id,
            "service": "chat",
            "origin": "request" if self._paid else "project",
            "shape": "one_to_one",
            "state": "finished",
            "organisation_id": STATION,
            "recipient_id": elder_id,
            "asked_by": "recipient",
            "placed_by": elder_id,
            "channel": "app",
            "address": "",
            "planned_start": start,
            "planned_minutes": MINUTES,
            "places": 1,
            "places_taken": 1,
            "head_count": 1,
            "placed_on": SERVICE_DAY,
            "service_date": SERVICE_DAY,
        }

    def _visit(self, one, start):
        order_id, visit_id, volunteer_id, _ = one
        ended = start + timedelta(minutes=MINUTES)
        return {
            "city": self._city,
            "id": visit_id,
            "order_id": order_id,
            "volunteer_id": volunteer_id,
            "place": 1,
            "state": "confirmed" if self._confirmed else "checked_out",
            "planned_minutes": MINUTES,
            "measured_minutes": MINUTES,
            "recognised_minutes": MINUTES if self._confirmed else None,
            "accepted_at": start,
            "checked_in_at": start,
            "checked_out_at": ended,
            "service_date": SERVICE_DAY,
            "confirmed_by": "recipient" if self._confirmed else None,
            "confirmed_at": ended if self._confirmed else None,
        }

    def _attendance(self, order_id, _visit_id, _volunteer_id, elder_id):
        return {
            "city": self._city,
            "id": new_id(),
            "order_id": order_id,
            "recipient_id": elder_id,
            "head_count": 1,
            "came": 1,
        }
