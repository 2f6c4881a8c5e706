"""What the books should say: a model in plain Python, written from the rules and not from the engine.

Every act returns what its answer should say, or raises `No` with the code of the refusal; a refused act changes
nothing. Money is minutes, members are names, and there is no database.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
CITY = "city"
BOTTOMLESS = frozenset({"issuance", "redemption", "owed"})
Key = tuple[str, str, str]
"""Whose account, of which kind, in which unit."""


class No(Exception):
    """A refusal, by its code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class RuleDay:
    """What one rule file says.

    Attributes:
        rate: coins for a minute served.
        quantum: coin minutes are credited in multiples of this.
        day_cap: most coin minutes credited for a service day.
        store: most coin minutes that savings hold.
        gifts_a_year: most minutes one giver gives away in a year.
        gifts_taken_back: whether a gift may be reversed.
        charge_quantum: charges are rounded up to multiples of this.
    """

    rate: Fraction = Fraction(1)
    quantum: int = 60
    day_cap: int = 480
    store: int = 240
    gifts_a_year: int = 180
    gifts_taken_back: bool = False
    charge_quantum: int = 60


@dataclass
class Moved:
    """A transfer: its postings in order, and whether it was undone."""

    kind: str
    day: date
    postings: Sequence[tuple[Key, Key, int]]
    carried: dict[Key, int] = field(default_factory=dict)
    owner: str = ""
    undone: bool = False
    visit: object | None = None
    id: str | None = None


class Books:
    """All accounts and everything that ever moved on them."""

    def __init__(self, rules: Sequence[tuple[date, RuleDay]], now: datetime, pool: int) -> None:
        self.rules, self.now = rules, now
        self.posted: Counter[Key] = Counter({(CITY, "pool", "coin"): pool})
        self.held: Counter[Key] = Counter()
        self.carried: Counter[Key] = Counter()
        self.short: Counter[Key] = Counter()
        self.moves: list[Moved] = []

    @property
    def today(self) -> date:
        """Return the local day."""
        return self.now.astimezone(SHANGHAI).date()

    def on(self, day: date) -> RuleDay:
        """Return the rules of a day."""
        return next(rules for first, rules in reversed(self.rules) if first <= day)

    def free(self, key: Key) -> int:
        """Return what may be spent from an account."""
        return self.posted[key] - self.held[key]

    def owed(self, who: str, unit: str) -> int:
        """Return what somebody owes."""
        return -self.posted[who, "owed", unit]

    def move(self, moved: Moved) -> Moved:
        """Post a transfer, whole or not at all."""
        after = self.posted.copy()
        for debit, credit, minutes in moved.postings:
            after[debit] -= minutes
            after[credit] += minutes
            if debit[1] not in BOTTOMLESS and after[debit] - self.held[debit] < 0:
                raise No("not_enough")
        self.posted = after
        self.moves.append(moved)
        return moved

    def _spend(self, kind: str, source: Key, target: Key, minutes: int) -> Moved:
        return self.move(Moved(kind, self.today, [(source, target, minutes)], owner=source[0]))

    def _owes_nothing(self, who: str, unit: str) -> None:
        if self.owed(who, unit):
            raise No("owes")

    def give(self, giver: str, receiver: str, minutes: int, *, kin: bool) -> Moved:
        """Give coins to kin."""
        rules, target = self.on(self.today), (receiver, "savings", "coin")
        if giver == receiver:
            raise No("same_member")
        if not kin:
            raise No("not_kin")
        mine = [one for one in self.moves if one.kind == "gift" and one.owner == giver and not one.undone]
        given = sum(line[2] for one in mine if one.day.year == self.today.year for line in one.postings)
        if given + minutes > rules.gifts_a_year:
            raise No("over_yearly_limit")
        self._owes_nothing(giver, "coin")
        if self.posted[target] + minutes > rules.store:
            raise No("receiver_full")
        return self._spend("gift", (giver, "savings", "coin"), target, minutes)

    def donate(self, giver: str, minutes: int, kind: str) -> Moved:
        """Donate coins."""
        self._owes_nothing(giver, "coin")
        return self._spend("donation", (giver, kind, "coin"), (CITY, "pool", "coin"), minutes)

    def redeem(self, who: str, minutes: int) -> Moved:
        """Take goods for points."""
        self._owes_nothing(who, "point")
        return self._spend("redemption", (who, "savings", "point"), (CITY, "redemption", "point"), minutes)

    def grant(self, who: str, *, entitled: bool) -> Moved:
        """Grant the hours of the year."""
        if not entitled:
            raise No("not_in_class")
        mine = [one for one in self.moves if one.kind == "grant" and one.owner == who and not one.undone]
        if any(one.day.year == self.today.year for one in mine):
            raise No("already_granted")
        line = ((CITY, "issuance", "coin"), (who, "granted", "coin"), 24 * 60)
        return self.move(Moved("grant", self.today, [line], owner=who))

    def credit(self, who: str, minutes: int, day: date) -> tuple[list[tuple[Key, Key, int]], dict[Key, int]]:
        """Return the postings that credit served minutes, and what each account then carries over."""
        rules, lines, carried = self.on(day), [], {}
        exact = {"coin": minutes * rules.rate, "point": Fraction(minutes)}
        for unit, quantum in (("coin", rules.quantum), ("point", 30)):
            key = (who, "savings", unit)
            asked = exact[unit] + self.carried[key]
            given = int(asked // quantum) * quantum
            if unit == "coin":
                carried[key] = int(asked) - given
                given = min(given, max(0, rules.day_cap - self._credited_on(who, day))) if given else 0
            repaid = min(given, self.owed(who, unit))
            room = max(0, rules.store - self.posted[key]) if unit == "coin" else given
            issuance, rest = (CITY, "issuance", unit), given - repaid
            lines += [(issuance, (who, "owed", unit), repaid), (issuance, key, rest)]
            lines.append((key, (CITY, "pool", unit), max(0, rest - room)))
        return [line for line in lines if line[2]], carried

    def _credited_on(self, who: str, day: date) -> int:
        standing = [
            one for one in self.moves if one.kind == "settlement" and not one.undone and one.day == day
        ]
        theirs = {(who, "savings", "coin"), (who, "owed", "coin")}
        return sum(minutes for one in standing for _, credit, minutes in one.postings if credit in theirs)

    def carry(self, carried: dict[Key, int]) -> dict[Key, int]:
        """Let minutes wait for the next settlement; return by how much that changed."""
        added = {key: left - self.carried[key] for key, left in carried.items()}
        for key, change in added.items():
            self.carried[key] += change
        return {key: change for key, change in added.items() if change}

    def reverse(self, moved: Moved) -> Moved:
        """Undo a transfer; what is no longer there is owed."""
        if moved.kind == "reversal":
            raise No("is_a_reversal")
        if moved.kind == "gift" and not self.on(self.today).gifts_taken_back:
            raise No("gift_kept")
        if moved.undone:
            raise No("already_reversed")
        lines, left = [], {key: self.free(key) for line in moved.postings for key in line[:2]}
        for target, source, minutes in reversed(moved.postings):
            there = minutes if source[1] in BOTTOMLESS else max(0, min(minutes, left[source]))
            left[source] -= there
            left[target] += there
            lines.append((source, target, there))
            if source[0] != CITY:
                lines.append(((source[0], "owed", source[2]), target, minutes - there))
        lines = [line for line in lines if line[2]]
        if not lines:
            raise No("nothing_left")
        undone = self.move(Moved("reversal", self.today, lines))
        moved.undone = True
        for key, added in moved.carried.items():
            self._carry_back(key, added)
        return undone

    def _carry_back(self, key: Key, added: int) -> None:
        before = self.carried[key]
        wanted = before - added
        left = max(before, wanted - self.short[key]) if added < 0 else max(0, wanted)
        self.carried[key] = left
        self.short[key] += left - wanted
