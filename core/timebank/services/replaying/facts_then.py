"""What was known about members when something was decided, as far as it is kept by date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import Connection

from timebank.domain.member import MemberFacts, Role
from timebank.domain.words import Words
from timebank.services.facts import member_facts

# What the bank keeps only as it is today.
_ONLY_TODAY = frozenset({"balances", "answers", "served_minutes"})
NOT_KEPT = {
    "balances": Words("当时的余额没有保存", "what was held then is not kept"),
    "answers": Words("登记系统当时的答复没有保存", "what a register answered then is not kept"),
    "served_minutes": Words("当时累计的服务时长没有保存", "the hours served until then are not kept"),
    "measured": Words("没有实测时长", "nobody measured the time"),
    "facts": Words("当时没有记下接单或下单的决定", "no decision about it was stored"),
}


class NotKept(Exception):
    """A rule asks for something that was not kept.

    Attributes:
        what: a key of ``NOT_KEPT``.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class FactsThen(MemberFacts):
    """Facts about a member on a day that has passed; whoever asks for what is not kept by date is told so."""

    __slots__ = ("kept",)

    def __getattribute__(self, name: str) -> Any:
        if name in _ONLY_TODAY and name not in object.__getattribute__(self, "kept"):
            raise NotKept(name)
        return object.__getattribute__(self, name)


def facts_then(now: MemberFacts, role: Role | None = None, served: int | None = None) -> MemberFacts:
    """Return the dated facts about a member, in the role in which they were accepted.

    Args:
        now: the facts as they are read for that day.
        role: volunteer or recipient, where they were then.
        served: minutes served until then, where the decision tells.
    """
    then = object.__new__(FactsThen)
    for field in fields(MemberFacts):
        object.__setattr__(then, field.name, getattr(now, field.name))
    object.__setattr__(then, "roles", now.roles | ({role} if role else set()))
    object.__setattr__(then, "served_minutes", served or 0)
    object.__setattr__(then, "kept", set() if served is None else {"served_minutes"})
    return then


class People:
    """Facts about members by day, read for many at once."""

    def __init__(self, connection: Connection, city: str) -> None:
        self._connection, self._city = connection, city
        self._known: dict[tuple[str, date], MemberFacts] = {}

    def read(self, wanted: Iterable[tuple[str, date]]) -> None:
        """Read facts about members, each for a day, and forget those read before."""
        self._known, by_day = {}, dict[date, set[str]]()
        for member_id, day in wanted:
            by_day.setdefault(day, set()).add(member_id)
        for day, ids in by_day.items():
            found = member_facts(self._connection, self._city, ids, day)
            self._known.update({(member_id, day): facts for member_id, facts in found.items()})

    def also(self, member_id: str, day: date) -> None:
        """Read facts about one more member, unless they were."""
        if (member_id, day) not in self._known:
            found = member_facts(self._connection, self._city, [member_id], day)
            if member_id in found:
                self._known[member_id, day] = found[member_id]

    def on(self, member_id: str, day: date) -> MemberFacts:
        """Return what is known about a member that was read for a day.

        Raises:
            NotKept: nothing is.
        """
        found = self._known.get((member_id, day))
        if found is None:
            raise NotKept("facts")
        return found
