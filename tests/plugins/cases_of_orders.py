"""Rules, orders, visits and members as a plugin meets them, with only what a test is about written out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from timebank.domain.account import AccountKey, AccountKind, Hold, HoldState, OwnerKind
from timebank.domain.member import MemberFacts, RecordedTrait, Relation, Tie
from timebank.domain.order import Order, OrderState, Origin, Shape
from timebank.domain.settlement import VisitToSettle
from timebank.domain.visit import Visit, VisitState
from timebank.rules import RulesInForce, check_text, load_rule_book
from timebank.rules.rule_set import rule_set_of

CONFIG = Path(__file__).parents[2] / "config"
LONG_AGO = date(2019, 1, 1)


def rules_of(city, hooks):
    """Return what gives the city's rules of a day, ready for one decision."""
    book = load_rule_book(CONFIG / city, {city: hooks.timebank_rule_keys()}, hooks.timebank_check_rules)
    return lambda day: book.on(date.fromisoformat(day)).reading(date.fromisoformat(day))


def changed_rules(city, hooks, name, change):
    """Return the rules of one file after a change to its content."""
    text = (CONFIG / city / name).read_text(encoding="utf-8")
    tree = check_text(text, name, {city: hooks.timebank_rule_keys()}, city).tree
    change(tree)
    return RulesInForce(rule_set_of(name, b"", tree, {}))


def faults_after(city, hooks, name, old, new):
    """Return (code, path) of every fault that one file has after an edit of its text."""
    text = (CONFIG / city / name).read_text(encoding="utf-8")
    assert old in text
    keys = {city: hooks.timebank_rule_keys()}
    faults = check_text(text.replace(old, new), name, keys, city).faults
    return [(fault.code, fault.path) for fault in faults]


def member(name, born, *, traits=(), kin=(), balances=None, served=0):
    """Return a member born on a day, with certified traits and proved ties (relation, member, until)."""
    return MemberFacts(
        id=name,
        name=name,
        born_on=None if born is None else date.fromisoformat(born),
        traits=tuple(RecordedTrait(trait, LONG_AGO) for trait in traits),
        kin=tuple(tie(*each) for each in kin),
        balances=balances or {},
        served_minutes=served,
    )


def tie(relation, member_id, until=None):
    """Return a proved tie; its last day where one is given."""
    last = None if until is None else date.fromisoformat(until)
    return Tie(Relation(relation), member_id, None, "household_register", "street", LONG_AGO, last)


def order(day, *, origin=Origin.REQUEST, service="chat", **other):
    """Return an order of an hour on a day."""
    start = datetime.fromisoformat(f"{day}T01:00").replace(tzinfo=UTC)
    made = Order(
        id="order",
        service=service,
        origin=origin,
        shape=Shape.ONE_TO_ONE if origin is Origin.REQUEST else Shape.PROJECT,
        state=OrderState.PUBLISHED,
        organisation_id="community",
        recipient_id="elder" if origin is Origin.REQUEST else None,
        publisher_id=None,
        address="",
        planned_start=start,
        planned_minutes=60,
        places=1,
        places_taken=0,
        head_count=1,
        directed_to=None,
        placed_on=start.date(),
        service_date=start.date(),
    )
    return replace(made, **other)


def visit_to_settle(day, minutes, *, unit, team=None, level=None, holds=()):
    """Return a confirmed visit of some minutes, for a team where one is named."""
    visit = Visit(
        id="visit",
        order_id="order",
        volunteer_id="volunteer",
        team_id=team,
        state=VisitState.CONFIRMED,
        planned_minutes=minutes,
        measured_minutes=minutes,
        recognised_minutes=minutes,
        checked_in_at=None,
        checked_out_at=None,
        service_date=date.fromisoformat(day),
    )
    held = tuple(hold(kind, unit, amount) for kind, amount in holds)
    return VisitToSettle(visit, order(day), date.fromisoformat(day), None, level, held)


def hold(kind, unit, minutes):
    """Return an open hold on the elder's account of a kind."""
    key = AccountKey(OwnerKind.MEMBER, "elder", AccountKind(kind), unit)
    return Hold(f"hold-{kind}", key, "account", "order", 1, minutes, HoldState.OPEN)
