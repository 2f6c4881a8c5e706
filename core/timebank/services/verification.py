"""Is the ledger right? Every law that is a predicate over rows, asked by its name, and those that rules must judge."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, Row, Select
from sqlalchemy.exc import DBAPIError

from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.rules import quantise
from timebank.services.desk import Bank
from timebank.services.redeciding import (
    caps_hold,
    carried_comes_out_again,
    exchanges_come_out_again,
    reversals_come_out_again,
    settlements_come_out_again,
)
from timebank.services.redeciding.rules_read import UNREADABLE
from timebank.services.settlement_posting import operation_of
from timebank.services.verification_names import NAMES
from timebank.storage import ledger_checks, record_checks, service_checks, transfer_checks, verification_rows
from timebank.storage.sealed_rows import is_unreadable

SHOWN = 20
Query = Callable[[str], Select[Any]]

QUERIES: Mapping[str, Query] = {
    check.__name__: check
    for check in (
        ledger_checks.posting_amounts,
        transfer_checks.transfers_are_whole,
        ledger_checks.conservation,
        ledger_checks.balances,
        ledger_checks.balances_follow_each_other,
        ledger_checks.held,
        ledger_checks.carried,
        ledger_checks.floors,
        ledger_checks.postings_carry_balances,
        ledger_checks.issued_for_a_cause,
        transfer_checks.kinds_fit_their_causes,
        transfer_checks.transfers_have_a_command,
        ledger_checks.one_city_and_unit,
        transfer_checks.holds_resolved_once,
        transfer_checks.holds_pay_what_was_posted,
        transfer_checks.reversals_undo_once,
        transfer_checks.reversals_give_back_all,
        transfer_checks.decisions_name_a_rule_file,
        record_checks.operations_are_unique,
        record_checks.events_have_a_cause,
        record_checks.one_grant_a_period,
        record_checks.rule_files_are_not_edited,
        record_checks.no_rules_for_the_past,
        record_checks.rule_files_have_two_people,
        record_checks.closed_members_are_left_alone,
        service_checks.settlements_have_a_visit,
        service_checks.settlements_credit_who_served,
        service_checks.settlements_count_what_was_recognised,
        service_checks.one_settlement_a_visit,
        service_checks.void_visits_are_reversed,
        service_checks.recognised_within_bounds,
        service_checks.clocks_run_forward,
        service_checks.nobody_serves_in_two_places,
        service_checks.places,
        service_checks.one_visit_a_place,
        service_checks.nobody_serves_himself,
        service_checks.settled_orders_are_done,
        service_checks.admitted_since_a_day,
        service_checks.one_place_in_the_tree,
    )
}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What came of one check.

    Attributes:
        code: its stable name.
        words: what it asserts.
        faults: how many rows break it.
        shown: the first of them: what is wrong, and its figures.
    """

    code: str
    words: Words
    faults: int
    shown: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Say whether nothing breaks it."""
        return self.faults == 0

    def plain(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "code": self.code,
            "zh": self.words.zh,
            "en": self.words.en,
            "ok": self.ok,
            "faults": self.faults,
            "shown": list(self.shown),
        }


def verify(
    bank: Bank, city_code: str, progress: Callable[[int], None] = lambda _done: None
) -> list[CheckResult]:
    """Ask every law of a city's ledger; each answer is of one instant, and nothing is changed or locked.

    Args:
        bank: the bank.
        city_code: the city's code.
        progress: told how many checks are done.

    Raises:
        NotFound: no such city.
    """
    city = bank.city(city_code)
    results: list[CheckResult] = []
    for code in NAMES:
        with bank.snapshot() as connection:
            results.append(ask(connection, city, code))
        progress(len(results))
    return results


def ask(connection: Connection, city: City, code: str) -> CheckResult:
    """Ask one law of a city's ledger; what cannot be read, for it was altered, is a fault of that law and of no other."""
    faults: list[str] = []
    try:
        faults.extend(_faults(connection, city, code))
    except (*UNREADABLE, DBAPIError) as error:
        if not is_unreadable(error):
            raise
        faults.append(f"{type(error).__name__} {getattr(error, 'orig', error)}")
    return CheckResult(code, NAMES[code], len(faults), tuple(faults[:SHOWN]))


def _faults(connection: Connection, city: City, code: str) -> Iterator[str]:
    if code in QUERIES:
        yield from map(_shown, connection.execute(QUERIES[code](city.code)))
    else:
        yield from JUDGED[code](connection, city)


def _shown(row: Row[Any]) -> str:
    return " ".join("—" if part is None else str(part) for part in row)


def _changed_rule_files(connection: Connection, city: City) -> Iterator[str]:
    """Yield the kept rule files whose text is no longer what their digest says."""
    for row in verification_rows.rule_file_texts(connection, city.code):
        digest = "sha256:" + hashlib.sha256(row.text.encode()).hexdigest()
        if digest != row.digest:
            yield f"{row.file} {row.digest}"


def _unposted(connection: Connection, city: City) -> Iterator[str]:
    """Yield settled visits without a settlement though something was to be credited."""
    rows = connection.execute(service_checks.settled_without_transfer(city.code)).all()
    details = verification_rows.visits_of(connection, city.code, [row.subject for row in rows])
    operations = {operation_of(row.id): row.id for row in details}
    nothing = verification_rows.posted_nothing(connection, city.code, operations)
    said = {operations[operation] for operation in nothing}
    for row in details:
        if row.id not in said and _must_credit(city, row):
            yield f"{row.id} {row.recognised_minutes}"


def _must_credit(city: City, row: Row[Any]) -> bool:
    """Say whether the plain rules of the day give a visit something in a unit from which no cap takes it away."""
    rules = city.rules_for(row.service, row.service_date)
    caps = [cap for cap in rules.rule_set.tree.get("caps", {}).values() if isinstance(cap, Mapping)]
    cut = {cap.get("unit") for cap in caps if cap.get("over") == "not_credited"}
    for unit in rules.names("credit.units"):
        path = f"credit.units.{unit}"
        exact = row.recognised_minutes * Fraction(rules.decimal(f"{path}.rate"))
        given = quantise(exact, rules.minutes(f"{path}.quantum"), rules.text(f"{path}.rounding"))
        if given and unit not in cut:
            return True
    return False


JUDGED: Mapping[str, Callable[[Connection, City], Iterator[str]]] = {
    "rule_files_are_unchanged": _changed_rule_files,
    "settled_visits_are_posted": _unposted,
    "settlements_come_out_again": settlements_come_out_again,
    "exchanges_come_out_again": exchanges_come_out_again,
    "reversals_come_out_again": reversals_come_out_again,
    "caps_hold": caps_hold,
    "carried_comes_out_again": carried_comes_out_again,
}
