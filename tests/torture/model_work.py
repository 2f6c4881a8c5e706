"""What orders and visits should do: the second half of the model, with time, places and holds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.torture.model_books import CITY, SHANGHAI, Books, Key, Moved, No

GONE = frozenset({"cancelled", "no_show"})
AHEAD = frozenset({"planned", "checked_in"})
OPEN = frozenset({"published", "filled"})
ENDED = frozenset({"settled", "void"}) | GONE
DISPUTABLE = frozenset({"checked_in", "checked_out", "exception", "confirmed", "no_show"})
EARLY, GRACE = timedelta(minutes=30), timedelta(minutes=60)


@dataclass(eq=False)
class AVisit:
    """One volunteer's part."""

    order: "AnOrder"
    who: str
    place: int
    id: str
    state: str = "planned"
    since: datetime | None = None
    measured: int | None = None
    recognised: int = 0
    day: date | None = None


@dataclass(eq=False)
class AnOrder:
    """A request of an elder who pays, or a project."""

    elder: str | None
    start: datetime
    minutes: int
    places: int
    placed_on: date
    service_day: date
    state: str
    taken: int = 0
    holds: list[tuple[Key, int]] = field(default_factory=list)
    let_go: list[tuple[Key, int]] = field(default_factory=list)
    visits: list[AVisit] = field(default_factory=list)
    id: str = ""

    @property
    def end(self) -> datetime:
        """Return the planned end."""
        return self.start + timedelta(minutes=self.minutes)

    def states(self) -> set[str]:
        """Return where its visits stand."""
        return {visit.state for visit in self.visits}

    @property
    def has_volunteers(self) -> bool:
        """Say whether anybody is to serve or may have."""
        return bool(self.states() - GONE - {"void"})


def whole_minutes(since: datetime, until: datetime) -> int:
    """Return whole minutes between."""
    return int((until - since).total_seconds() // 60)


def must(state: str, allowed: Iterable[str]) -> None:
    """Refuse what a state does not allow."""
    if state not in allowed:
        raise No("wrong_state")


class Work(Books):
    """The books, and the work that moves them."""

    def place(self, elder: str | None, start: datetime, minutes: int, places: int) -> AnOrder:
        """Place an order; an elder's holds what it will cost, granted hours first."""
        if start < self.now:
            raise No("in_the_past")
        holds = []
        if elder is not None:
            quantum = self.on(self.today).charge_quantum
            holds = self._split(elder, -(-minutes // quantum) * quantum, "not_enough")
        for key, part in holds:
            self.held[key] += part
        state, day = "requested" if elder else "approved", start.astimezone(SHANGHAI).date()
        return AnOrder(elder, start, minutes, places, self.today, day, state, holds=holds)

    def step(self, order: AnOrder, allowed: str, after: str) -> str:
        """Approve or publish."""
        must(order.state, {allowed})
        order.state = after
        return after

    def close(self, order: AnOrder, after: str) -> str:
        """Reject, cancel or let lapse."""
        if after == "lapsed":
            if order.start > self.now:
                raise No("too_early")
            if order.has_volunteers:
                raise No("has_volunteers")
        before = {"requested"} if after == "rejected" else {"requested", "approved"} | OPEN
        must(order.state, before)
        self._end(order, after)
        return after

    def _end(self, order: AnOrder, after: str) -> None:
        for visit in order.visits:
            if visit.state == "planned":
                visit.state = "cancelled"
        order.state, order.taken = after, self._present(order)
        self._let_go(order)

    @staticmethod
    def _present(order: AnOrder) -> int:
        return sum(visit.state not in GONE for visit in order.visits)

    def _let_go(self, order: AnOrder) -> None:
        for key, minutes in order.holds:
            self.held[key] -= minutes
        order.let_go, order.holds = order.holds or order.let_go, []

    def _hold_again(self, order: AnOrder) -> None:
        """Hold again what was let go and not paid, granted hours first."""
        if order.holds or not order.let_go:
            return
        order.holds = self._split(
            order.elder, sum(minutes for _, minutes in order.let_go), "cannot_hold_again"
        )
        for key, part in order.holds:
            self.held[key] += part

    def _split(self, elder: str | None, due: int, otherwise: str) -> list[tuple[Key, int]]:
        """Spread minutes over the accounts of an elder, granted hours first; refuse where there are too few."""
        holds = []
        for kind in ("granted", "savings"):
            part = min(due, max(0, self.free((elder, kind, "coin"))))
            holds += [((elder, kind, "coin"), part)] if part else []
            due -= part
        if due:
            raise No(otherwise)
        return holds

    def accept(self, order: AnOrder, who: str, everything: Iterable[AnOrder]) -> int:
        """Take the lowest free place; return which."""
        if order.state not in OPEN:
            raise No("not_open")
        if order.start < self.now:
            raise No("too_late")
        if order.elder == who:
            raise No("own_order")
        mine = [visit for visit in order.visits if visit.who == who]
        if mine:
            raise No("gave_up" if mine[0].state in GONE else "already_taken")
        ahead = [v for one in everything for v in one.visits if v.who == who and v.state in AHEAD]
        if any(v.order.start < order.end and order.start < v.order.end for v in ahead):
            raise No("overlap")
        if order.taken >= order.places:
            raise No("no_place")
        order.taken += 1
        order.state = "filled" if order.taken == order.places else order.state
        used = {visit.place for visit in order.visits if visit.state not in GONE}
        return min(set(range(1, order.places + 1)) - used)

    def check_in(self, visit: AVisit, everything: Iterable[AVisit]) -> None:
        """Begin, unless still at work elsewhere; a check-out that was forgotten hinders nobody."""
        must(visit.state, {"planned"})
        if self.now < visit.order.start - EARLY:
            raise No("too_early")
        if self.now >= visit.order.end:
            raise No("too_late")
        others = [v for v in everything if v.who == visit.who and v is not visit and v.state == "checked_in"]
        if any(self.now < other.order.end + GRACE for other in others):
            raise No("still_checked_in")
        visit.state, visit.since, visit.day = "checked_in", self.now, self.today
        visit.order.state = "in_service"

    def check_out(self, visit: AVisit) -> int:
        """End."""
        must(visit.state, {"checked_in"})
        if self.now < visit.since:
            raise No("too_early")
        if self.now > visit.order.end + GRACE:
            raise No("too_late")
        visit.state, visit.measured = "checked_out", whole_minutes(visit.since, self.now)
        self._follow(visit.order)
        return visit.measured

    def _follow(self, order: AnOrder, *, voided: bool = False) -> None:
        came, moved = order.states() - GONE, False
        if order.state in {"in_service", "finished", "disputed", "settled"} and came and not came & AHEAD:
            wanted = "finished"
            if "disputed" in came:
                wanted = "disputed"
            elif came == {"void"}:
                wanted = "void"
            elif came <= {"settled", "void"}:
                wanted = "settled"
            moved, order.state = wanted != order.state, wanted
        served = {visit.place for visit in order.visits if visit.state not in GONE | {"void"}}
        if (moved or voided) and len(served) < order.places and order.state != "in_service":
            self._let_go(order)

    def miss(self, visit: AVisit) -> str:
        """Record a no-show."""
        must(visit.state, {"planned"})
        if self.now < visit.order.start + GRACE:
            raise No("too_early")
        return self._free_place(visit, "no_show")

    def give_back(self, visit: AVisit) -> str:
        """Give a place back."""
        must(visit.state, {"planned"})
        return self._free_place(visit, "cancelled")

    def _free_place(self, visit: AVisit, after: str) -> str:
        order, visit.state = visit.order, after
        order.taken -= 1
        order.state = "published" if order.state == "filled" else order.state
        late = order.start <= self.now and order.taken <= self._present(order)
        if late and order.state != "in_service" and not order.has_volunteers:
            self._end(order, "lapsed")
        self._follow(order)
        return order.state

    def close_late(self, visit: AVisit) -> None:
        """Note a forgotten check-out."""
        must(visit.state, {"checked_in"})
        if self.now < visit.order.end + GRACE:
            raise No("too_early")
        visit.state = "exception"
        self._follow(visit.order)

    def resolve(self, visit: AVisit, minutes: int) -> int:
        """Say how long it took."""
        must(visit.state, {"exception"})
        if minutes > whole_minutes(visit.since, visit.order.end + GRACE):
            raise No("too_much")
        visit.state, visit.measured = "checked_out", minutes
        return minutes

    def confirm(self, visit: AVisit) -> int:
        """Let its minutes count."""
        must(visit.state, {"checked_out"})
        visit.state, visit.recognised = "confirmed", min(visit.measured, visit.order.minutes)
        return visit.recognised

    def dispute(self, visit: AVisit) -> str:
        """Say it is not as recorded."""
        order = visit.order
        if visit.state == "no_show":
            if order.taken >= order.places:
                raise No("place_given_on")
            used = {one.place for one in order.visits if one.state not in GONE}
            free = set(range(1, order.places + 1)) - used
            visit.place = visit.place if visit.place in free else min(free)
            order.taken += 1
            order.state = (
                "filled" if (order.state, order.taken) == ("published", order.places) else order.state
            )
        must(visit.state, DISPUTABLE)
        visit.state = "disputed"
        self._follow(order)
        return order.state

    def uphold(self, visit: AVisit, minutes: int) -> int:
        """End a dispute for the visit."""
        must(visit.state, {"disputed"})
        planned = visit.order.minutes
        if minutes > min(planned, planned if visit.measured is None else visit.measured):
            raise No("too_much")
        self._hold_again(visit.order)
        visit.state, visit.recognised, visit.day = "confirmed", minutes, visit.day or visit.order.service_day
        visit.order.state = "in_service" if visit.order.state in OPEN else visit.order.state
        self._follow(visit.order)
        return minutes

    def void(self, visit: AVisit) -> str:
        """End a dispute or an exception against the visit."""
        must(visit.state, {"disputed", "exception"})
        order, visit.state = visit.order, "void"
        before = order.state
        if before in OPEN and not order.has_volunteers:
            self._end(order, "lapsed")
        if order.state != "lapsed" or before == "lapsed":
            self._follow(order, voided=True)
        return order.state

    def settle(self, visit: AVisit) -> Moved | None:
        """Credit the volunteer, charge what is held for the place, let go of the rest."""
        must(visit.state, {"confirmed"})
        order, visit.state = visit.order, "settled"
        lines, carried = self.credit(visit.who, visit.recognised, visit.day)
        quantum = self.on(order.placed_on).charge_quantum
        due, holds = -(-order.minutes // quantum) * quantum, order.holds
        self._let_go(order)
        order.let_go = [] if holds else order.let_go
        for key, minutes in holds:
            part = min(due, minutes)
            lines += [(key, (CITY, "redemption", "coin"), part)] if part else []
            due -= part
        added = self.carry(carried)
        if order.state == "finished" and order.states() <= ENDED:
            order.state = "settled"
        if not lines:
            return None
        return self.move(Moved("settlement", visit.day, lines, added, visit.who, visit=visit))

    def reverse(self, moved: Moved) -> Moved:
        """Undo a transfer; the visit whose settlement it was is void."""
        undone = super().reverse(moved)
        if isinstance(moved.visit, AVisit):
            moved.visit.state = "void"
        return undone
