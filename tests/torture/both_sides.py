"""The real bank and the model side by side: the same acts in both, and every answer and balance compared."""

from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import Any

from sqlalchemy import select

from tests.banks import YUNZHOU, day, do
from tests.scenes import STREET, a_recipient, admitted, verified_child
from tests.torture.model_books import CITY, Moved, No, RuleDay
from tests.torture.model_work import AnOrder, AVisit, Work
from tests.working import give_hours
from timebank.domain.refusal import TimeBankError
from timebank.services import exchange, grants, orders, reversal, settlement, visits
from timebank.services.desk import Bank
from timebank.storage.books import accounts
from timebank.storage.work import orders as order_table
from timebank.storage.work import visits as visit_table

FIRST = RuleDay()
SECOND = RuleDay(Fraction(7, 5), 30, 180, 360, 180, gifts_taken_back=True, charge_quantum=30)
CHANGE_DAY = "2026-07-01"
COIN = "    coin:\n      rate: 1\n      account: savings\n      quantum: {}\n"
EDITS = (("limit: 1500 h", "limit: 4 h"), ("per_year: {limit: 100 h", "per_year: {limit: 3 h"))
LATER = (
    (COIN.format("60 min"), COIN.format("30 min").replace("rate: 1", "rate: 1.4")),
    ("limit: 8 h, over: not_credited", "limit: 3 h, over: not_credited"),
    ("limit: 4 h", "limit: 6 h"),
    ("  quantum: 60 min\n  rounding: ceil", "  quantum: 30 min\n  rounding: ceil"),
    ("gifts:\n  allowed: true", "gifts:\n  allowed: true\n  taken_back: true"),
)
CAST = ("1941-01-20", "1942-01-20", "1950-01-20", "1943-01-20")
FAMILY, KEY_ELDERS = (0, 1, 2), (0, 1, 3)
CLOCKED, CALLED = [{"kind": "clock", "note": ""}], [{"kind": "call_back", "note": ""}]
CLERK = {"by": "clerk", "at": STREET}


MOMENTS: dict[str, Callable[[AnOrder], datetime]] = {
    "early": lambda order: order.start - timedelta(minutes=30),
    "start": lambda order: order.start,
    "middle": lambda order: order.start + timedelta(minutes=30),
    "end": lambda order: order.end,
    "late": lambda order: order.end + timedelta(minutes=60),
}
EVENTS = ("check_in", "check_out", "miss", "cancel", "close_late", "resolve", "confirm", "dispute",
          "uphold", "void", "settle")  # fmt: skip
ORDER_STEPS = ("approve", "reject", "publish", "cancel", "lapse")
POSSIBLE_WITH_ORDER = {
    "requested": ("approve", "reject", "cancel", "lapse"),
    "approved": ("publish", "cancel", "lapse"),
    "published": ("cancel", "lapse"),
    "filled": ("cancel", "lapse"),
}
POSSIBLE = {
    "planned": {"check_in", "miss", "cancel"},
    "checked_in": {"check_out", "close_late", "dispute"},
    "checked_out": {"confirm", "dispute"},
    "exception": {"resolve", "dispute", "void"},
    "confirmed": {"settle", "dispute"},
    "no_show": {"dispute"},
    "disputed": {"uphold", "void"},
    "settled": set(),
    "cancelled": set(),
    "void": set(),
}


def _code_of(act: Any) -> tuple[Any, str | None]:
    """Return what an act gives, or the code with which it is refused."""
    try:
        return act(), None
    except (No, TimeBankError) as refused:
        return None, refused.code


class BothSides:
    """One story, told to both.

    Attributes:
        bank: the real bank, which many stories share; each has people of its own.
        met: pairs that no state table is asked for, because the database decides them.
    """

    def __init__(self, bank: Bank, met: set[tuple[str, str, str]]) -> None:
        self.bank, self.met = bank, met
        self.bank.clock.set("2026-06-27 09:00")
        self.people = [a_recipient(self.bank, "长者", born=born) for born in CAST]
        rules = [(day("2026-01-01"), FIRST), (day(CHANGE_DAY), SECOND)]
        self.model = Work(rules, self.bank.clock(), self._pool())
        self.orders: list[AnOrder] = []
        for number, who in enumerate(self.people):
            admitted(self.bank, YUNZHOU, who, "volunteer")
            for kin in FAMILY[:number] if number in FAMILY else ():
                verified_child(self.bank, self.people[kin], who)
            do(self.bank, give_hours, member_id=who, kind="savings", minutes=100)
            self.model.posted[who, "savings", "coin"] = 100

    def _pool(self) -> int:
        with self.bank.reading() as connection:
            wanted = select(accounts.c.posted).where(
                accounts.c.city == YUNZHOU, accounts.c.kind == "pool", accounts.c.unit == "coin"
            )
            return connection.execute(wanted).scalar() or 0

    def both(
        self, predict: Any, use_case: Any, by: str = "job:test", at: str | None = None, **inputs: Any
    ) -> Any:
        """Do something in both; return (what the model says, the answer), or None where both refuse alike."""
        predicted, no = _code_of(predict)
        answer, refused = _code_of(lambda: do(self.bank, use_case, by=by, at=at, **inputs))
        assert refused == no, (use_case, inputs, predicted, answer)
        return None if no else (predicted, answer)

    def go(self, instant: datetime) -> None:
        """Let an instant come, if it has not passed."""
        self.bank.clock.now = self.model.now = max(instant, self.model.now)

    def place(self, who: int | None, ahead: int = 3, minutes: int = 60) -> AnOrder | None:
        """Place an order of an elder, or a project with two places; return it unless it was refused."""
        elder = None if who is None else self.people[who]
        start = self.model.now + timedelta(hours=ahead)
        places = 1 if elder else 2
        asked = {"service": "chat", "organisation_id": STREET, "address": "幸福路1号", "recipient_id": elder}
        more = {} if elder else {"places": 2, "head_count": 9, "title": "聊天会"}
        by = {} if elder is None else {"by": elder}
        done = self.both(lambda: self.model.place(elder, start, minutes, places), orders.place, **by, **asked,
                         planned_start=start, planned_minutes=minutes, **more)  # fmt: skip
        if done is None:
            return None
        order, answer = done
        assert answer["held"] == {key[1]: held for key, held in order.holds}
        assert answer["state"] == order.state
        order.id = answer["order_id"]
        self.orders.append(order)
        return order

    def open(self, order: AnOrder) -> None:
        """Bring an order to the volunteers."""
        for step in ("approve", "publish") if order.state == "requested" else ("publish",):
            self.handle(order, step)

    def handle(self, order: AnOrder, step: str) -> None:
        """Approve, publish, reject, cancel an order, or let it lapse."""
        use_case = getattr(orders, step)
        why = {"reason": "不办了"} if step in {"reject", "cancel"} else {}
        steps = {"approve": ("requested", "approved"), "publish": ("approved", "published")}
        ends = {"reject": "rejected", "cancel": "cancelled", "lapse": "lapsed"}
        model = self.model
        predict = (
            (lambda: model.step(order, *steps[step]))
            if step in steps
            else (lambda: model.close(order, ends[step]))
        )
        self.both(predict, use_case, order_id=order.id, **why)

    def accept(self, order: AnOrder, who: int) -> AVisit | None:
        """Take a place, and return the visit unless it was refused."""
        name = self.people[who]
        done = self.both(lambda: self.model.accept(order, name, self.orders), visits.accept,
                         by=name, order_id=order.id, volunteer_id=name)  # fmt: skip
        if done is None:
            return None
        place, answer = done
        assert answer["place"] == place
        order.visits.append(AVisit(order, name, place, answer["visit_id"]))
        return order.visits[-1]

    @property
    def visits(self) -> list[AVisit]:
        """Return all visits of the story."""
        return [visit for order in self.orders for visit in order.visits]

    def act(self, visit: AVisit, name: str, minutes: int = 30) -> Any:
        """Do one of the things that are done with a visit."""
        model, mine, staff = self.model, {"by": visit.who, "claims": CLOCKED}, {"visit_id": visit.id}
        acts = {
            "check_in": (partial(model.check_in, everything=self.visits), visits.check_in, mine, None),
            "check_out": (model.check_out, visits.check_out, mine, "measured_minutes"),
            "miss": (model.miss, visits.miss, {}, "order_state"),
            "cancel": (model.give_back, visits.cancel, {"reason": "生病"}, "order_state"),
            "close_late": (model.close_late, visits.close_late, {}, None),
            "confirm": (model.confirm, visits.confirm, CLERK | {"claims": CALLED}, "recognised_minutes"),
            "dispute": (model.dispute, visits.dispute, {"reason": "不符"}, "order_state"),
            "void": (model.void, visits.void, {"note": "核实"}, "order_state"),
        }
        if name in acts:
            predict, use_case, how, figure = acts[name]
            done = self.both(lambda: predict(visit), use_case, **staff, **how)
        elif name == "settle":
            return self.settle(visit)
        else:
            use_case = {"resolve": visits.resolve, "uphold": visits.uphold}[name]
            figure = {"resolve": "measured_minutes", "uphold": "recognised_minutes"}[name]
            predict = getattr(model, name)
            done = self.both(lambda: predict(visit, minutes), use_case, **staff, minutes=minutes, note="核实")
        if done is not None and figure is not None:
            assert done[1][figure] == done[0]
        return done

    def settle(self, visit: AVisit) -> Any:
        """Settle, and compare what was credited and charged."""
        done = self.both(lambda: self.model.settle(visit), settlement.settle, visit_id=visit.id)
        if done is not None:
            moved, answer = done
            lines = moved.postings if moved is not None else []
            charged = sum(minutes for _, credit, minutes in lines if credit[1] == "redemption")
            credited = {unit: sum(line[2] for line in lines if line[0] == (CITY, "issuance", unit))
                        for unit in ("coin", "point")}  # fmt: skip
            assert (answer["transfer_id"] is None) == (moved is None)
            assert {"coin": 0, "point": 0} | answer["credited"] == credited
            assert sum(answer["charged"].values()) == charged
            if moved is not None:
                moved.id = answer["transfer_id"]
            if visit.order.state == "settled":
                self.met.add(("service order", "finished", "settle"))
        return done

    def try_the_rest(self, order: AnOrder) -> None:
        """Try everything with an order and its visits that their states do not allow."""
        for visit in order.visits:
            for name in EVENTS:
                if name not in POSSIBLE[visit.state]:
                    self.act(visit, name)
        for step in ORDER_STEPS:
            if step not in POSSIBLE_WITH_ORDER.get(order.state, ()):
                self.handle(order, step)

    def move(self, how: str, who: int, whom: int, minutes: int, kind: str) -> None:
        """Give or donate coins, take goods, or grant the hours of the year."""
        me, you, kin, entitled = (
            self.people[who],
            self.people[whom],
            {who, whom} <= set(FAMILY),
            who in KEY_ELDERS,
        )
        model, coins, mine = self.model, {"unit": "coin", "minutes": minutes}, {"giver_id": me}
        goods = {"member_id": me, "target": "goods", "unit": "point", "minutes": minutes}
        acts = {
            "give": (
                lambda: model.give(me, you, minutes, kin=kin),
                exchange.give,
                mine | coins | {"receiver_id": you},
            ),
            "donate": (
                lambda: model.donate(me, minutes, kind),
                exchange.donate,
                mine | coins | {"account": kind},
            ),
            "redeem": (lambda: model.redeem(me, minutes), exchange.redeem, goods),
            "grant": (
                lambda: model.grant(me, entitled=entitled),
                grants.issue,
                {"plan": "key_elders", "member_id": me},
            ),
        }
        predict, use_case, inputs = acts[how]
        self._moved(self.both(predict, use_case, by="job:test" if how == "grant" else me, **inputs))

    def reverse(self, moved: Moved) -> None:
        """Reverse a transfer."""
        if isinstance(moved.visit, AVisit):
            self.met.add(("visit", moved.visit.state, "reverse"))
        self._moved(self.both(lambda: self.model.reverse(moved), reversal.reverse, by="auditor", at="yun",
                              transfer_id=moved.id, reason="误记"))  # fmt: skip

    @staticmethod
    def _moved(done: Any) -> None:
        if done is not None:
            done[0].id = done[1]["transfer_id"]

    def compare(self) -> None:
        """Compare every balance, order and visit of the story."""
        with self.bank.reading() as connection:
            columns = (accounts.c.owner_id, accounts.c.kind, accounts.c.unit, accounts.c.posted,
                       accounts.c.held, accounts.c.carried)  # fmt: skip
            wanted = select(*columns).where(accounts.c.city == YUNZHOU, accounts.c.owner_id.in_(self.people))
            balances = {tuple(row[:3]): tuple(row[3:]) for row in connection.execute(wanted)}
            ids = [order.id for order in self.orders]
            found = select(order_table.c.id, order_table.c.state, order_table.c.places_taken).where(
                order_table.c.city == YUNZHOU, order_table.c.id.in_(ids))  # fmt: skip
            states = {row.id: (row.state, row.places_taken) for row in connection.execute(found)}
            seen = select(visit_table.c.id, visit_table.c.state, visit_table.c.place).where(
                visit_table.c.city == YUNZHOU, visit_table.c.order_id.in_(ids))  # fmt: skip
            parts = {row.id: (row.state, row.place) for row in connection.execute(seen)}
        model = self.model
        for key in balances.keys() | {key for key in model.posted if key[0] in self.people}:
            mine = (model.posted[key], model.held[key], model.carried[key])
            assert balances.get(key, (0, 0, 0)) == mine, key
        assert self._pool() == model.posted[CITY, "pool", "coin"]
        assert states == {order.id: (order.state, order.taken) for order in self.orders}
        assert parts == {visit.id: (visit.state, visit.place) for visit in self.visits}
