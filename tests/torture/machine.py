"""Stories drawn at random, step by step, each told to the bank and to the model."""

from datetime import timedelta
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.torture.both_sides import EVENTS, MOMENTS, ORDER_STEPS, BothSides
from tests.torture.model_work import AnOrder
from timebank.services.desk import Bank

WAYS = (
    ("early", "check_in", "end", "check_out", "confirm", "settle"),
    ("start", "check_in", "middle", "check_out", "confirm", "settle"),
    ("start", "check_in", "end", "check_out", "confirm", "dispute", "uphold", "settle"),
    ("middle", "check_in", "end", "check_out", "dispute", "void"),
    ("start", "check_in", "dispute", "uphold", "settle"),
    ("start", "check_in", "late", "close_late", "resolve", "confirm", "settle"),
    ("start", "check_in", "late", "close_late", "void"),
    ("start", "check_in", "late", "close_late", "dispute", "void"),
    ("late", "miss", "dispute", "uphold", "settle"),
    ("cancel",),
)
"""Ways a visit may go: moments of its order that come, and what happens then."""

WHO = st.integers(0, 3)
ANY = st.integers(0, 9)
MINUTES = st.sampled_from([1, 29, 30, 60, 90, 150])


class Story(RuleBasedStateMachine):
    """A story drawn by Hypothesis.

    Attributes:
        bank: the bank it is told to.
        met: pairs of state and event that no table is asked for.
    """

    bank: ClassVar[Bank]
    met: ClassVar[set[tuple[str, str, str]]]

    @initialize()
    def begin(self) -> None:
        """Let people join."""
        self.told = BothSides(self.bank, self.met)

    def order(self, which: int) -> AnOrder:
        """Return one of the orders, counted from the newest."""
        return self.told.orders[-1 - which % len(self.told.orders)]

    @rule(hours=st.sampled_from([1, 5, 24, 70]), which=ANY, moment=st.sampled_from(["", *MOMENTS]))
    def time_comes(self, hours: int, which: int, moment: str) -> None:
        """Let hours pass, or the time of an order come."""
        now = self.told.model.now + timedelta(hours=hours)
        self.told.go(MOMENTS[moment](self.order(which)) if moment and self.told.orders else now)

    @rule(who=st.one_of(st.none(), WHO), ahead=st.sampled_from([-1, 1, 3, 24, 96]),
          minutes=st.sampled_from([30, 60, 90, 120]), opened=st.booleans())  # fmt: skip
    def somebody_orders(self, *, who: int | None, ahead: int, minutes: int, opened: bool) -> None:
        """Place an order, and perhaps bring it to the volunteers."""
        order = self.told.place(who, ahead, minutes)
        if order is not None and opened:
            self.told.open(order)

    @precondition(lambda self: self.told.orders)
    @rule(which=ANY, step=st.sampled_from(ORDER_STEPS))
    def somebody_handles(self, which: int, step: str) -> None:
        """Let staff do something with an order."""
        self.told.handle(self.order(which), step)

    @precondition(lambda self: self.told.orders)
    @rule(which=ANY, who=WHO)
    def somebody_accepts(self, which: int, who: int) -> None:
        """Let somebody take a place."""
        self.told.accept(self.order(which), who)

    @precondition(lambda self: self.told.visits)
    @rule(which=ANY, name=st.sampled_from(EVENTS), minutes=MINUTES)
    def something_happens(self, which: int, name: str, minutes: int) -> None:
        """Let one thing happen to one visit."""
        seen = self.told.visits
        self.told.act(seen[-1 - which % len(seen)], name, minutes)

    @rule(project=st.booleans(), who=WHO, way=st.sampled_from(WAYS), until=st.integers(1, 9), minutes=MINUTES)
    def a_visit_goes_some_way(
        self, *, project: bool, who: int, way: tuple[str, ...], until: int, minutes: int
    ) -> None:
        """Take a visit along one of the usual or unusual ways, as far as some step of it."""
        go_some_way(self.told, None if project else who, (who + 1) % 4, way[:until], minutes)

    @precondition(lambda self: self.told.orders)
    @rule(which=ANY)
    def everything_else_is_tried(self, which: int) -> None:
        """Try whatever cannot be done."""
        self.told.try_the_rest(self.order(which))

    @rule(who=WHO, whom=WHO, minutes=MINUTES, how=st.sampled_from(["give", "donate", "redeem", "grant"]),
          kind=st.sampled_from(["savings", "granted"]))  # fmt: skip
    def credit_moves(self, who: int, whom: int, minutes: int, how: str, kind: str) -> None:
        """Let credit move."""
        self.told.move(how, who, whom, minutes, kind)

    @precondition(lambda self: self.told.model.moves)
    @rule(which=ANY)
    def somebody_reverses(self, which: int) -> None:
        """Reverse a transfer, whatever it is."""
        made = self.told.model.moves
        self.told.reverse(made[-1 - which % len(made)])

    @invariant()
    def they_agree(self) -> None:
        """Compare the two sides."""
        if hasattr(self, "told"):
            self.told.compare()


def go_some_way(
    told: BothSides, elder: int | None, volunteer: int, way: tuple[str, ...], minutes: int
) -> None:
    """Take a visit of an order that is open, or a new one, along a way."""
    waiting = [one for one in told.orders if one.state == "published" and one.start > told.model.now]
    order = waiting[0] if waiting else told.place(elder)
    if order is not None and not waiting:
        told.open(order)
    visit = told.accept(order, volunteer) if order is not None else None
    for event in way if visit is not None else ():
        if event in MOMENTS:
            told.go(MOMENTS[event](visit.order))
        else:
            told.act(visit, event, minutes)
