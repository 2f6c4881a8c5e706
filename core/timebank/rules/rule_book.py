"""All rule files of one city, and which of them decides on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from timebank.domain.refusal import NotFound
from timebank.domain.words import Words
from timebank.rules.rule_set import RuleSet
from timebank.rules.time_zone import time_zone

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class NoRulesYet(NotFound):
    """A day before the city's first rule file, or a digest no file of the city has."""

    code = "no_rules"


class RuleBook:
    """The rule files of one city, in order of their dates, each correction after the file it corrects."""

    def __init__(self, city: str, rule_sets: Iterable[RuleSet]) -> None:
        self.city = city
        self.versions = tuple(sorted(rule_sets, key=version_order))
        self._by_digest = {rule_set.digest: rule_set for rule_set in self.versions}

    @property
    def timezone(self) -> ZoneInfo:
        """Return the time zone of the city's newest rules: it tells which local day an instant belongs to."""
        return time_zone(self.versions[-1].tree["timezone"])

    def on(self, day: date, known_at: datetime | date | None = None) -> RuleSet:
        """Return the rules that decide about a day.

        Args:
            day: a local day of the city.
            known_at: what was known then: a correction counts from its ``known_from`` on. None for all
                that is known now. An instant with a time zone is taken as the city's local day.

        Raises:
            NoRulesYet: the day lies before the first rule file.
        """
        for version in reversed(self.versions):
            if version.effective_from <= day and self._known(version, known_at):
                return version
        raise self._too_early(day)

    def by_digest(self, digest: str) -> RuleSet:
        """Return the rule file with this digest, by which an old decision named it.

        Raises:
            NoRulesYet: no file of this city has it.
        """
        found = self._by_digest.get(digest)
        if found is None:
            raise NoRulesYet(
                Words(
                    f"{self.city} 没有摘要为 {digest} 的规则文件。"
                    f"请找回当时的规则文件，原样放回 config/{self.city}/。",
                    f"{self.city} has no rule file with the digest {digest}. "
                    f"Put the file of that time back into config/{self.city}/, unchanged.",
                )
            )
        return found

    def after(self, rule_set: RuleSet) -> RuleSet | None:
        """Return the rules that follow these, as corrected, or None where these are the last."""
        later = [version for version in self.versions if version.effective_from > rule_set.effective_from]
        return self.on(later[0].effective_from) if later else None

    def last_with_service(self, service: str, before_day: date) -> RuleSet | None:
        """Return the last rules in force before a day whose catalogue holds a service, or None."""
        for version in reversed(self.versions):
            if version.effective_from < before_day and service in version.services:
                return version
        return None

    def _known(self, version: RuleSet, known_at: datetime | date | None) -> bool:
        if known_at is None or version.known_from is None:
            return True
        if isinstance(known_at, datetime):
            local = known_at.astimezone(time_zone(version.tree["timezone"])) if known_at.tzinfo else known_at
            known_at = local.date()
        return version.known_from <= known_at

    def _too_early(self, day: date) -> NoRulesYet:
        if not self.versions:
            return NoRulesYet(
                Words(
                    f"{self.city} 还没有规则文件。请在 config/{self.city}/ 放入第一个规则文件。",
                    f"{self.city} has no rule file yet. Put the first one into config/{self.city}/.",
                )
            )
        first = self.versions[0].effective_from
        return NoRulesYet(
            Words(
                f"{self.city} 的规则从 {first} 起才有，{day} 没有规则。请核对日期。",
                f"The rules of {self.city} begin on {first}; there are none for {day}. Check the date.",
            )
        )


def correction_number(stem: str) -> int:
    """Return 2 for ``2026-01-01.c2`` and 0 for ``2026-01-01``."""
    _, _, number = stem.partition(".c")
    return int(number) if number.isdecimal() else 0


def version_order(version: RuleSet) -> tuple[date, int]:
    """Return what versions are sorted by: their effective date, then the number of the correction."""
    return (version.effective_from, correction_number(version.stem))
