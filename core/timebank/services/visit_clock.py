"""When a visit may begin and end, which rules decide about it, and what its clock measured."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from timebank.domain.command import Channel
from timebank.domain.refusal import refuse
from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services.desk import Bank, Desk
from timebank.services.order_change import OrderChange
from timebank.services.recognition import Recognition
from timebank.services.rulings import ruled_out
from timebank.services.visit_claims import Evidence
from timebank.services.visit_parties import Visited

EARLY, GRACE, WITHIN = "orders.check_in.early", "orders.check_out.grace", "orders.confirmation.within"
NEEDED = "orders.check_in.needed"


def rules_of(desk: Desk, seen: Visited) -> RulesInForce:
    """Return the rules of a visit's service date; before that is fixed, of the planned day."""
    return desk.city.rules_for(seen.order.service, seen.visit.service_date or seen.order.service_date)


def whole_minutes(since: datetime | None, until: datetime) -> int:
    """Return the whole minutes between two moments; none where the first is not known."""
    return max(0, int((until - since).total_seconds() // 60)) if since is not None else 0


def planned_end(order: Row[Any]) -> datetime:
    """Return the planned end of an order."""
    start: datetime = order.planned_start
    return start + timedelta(minutes=order.planned_minutes)


def last_check_out(rules: RulesInForce, order: Row[Any]) -> datetime:
    """Return the last moment to check out: the planned end and the grace."""
    return planned_end(order) + timedelta(minutes=rules.minutes(GRACE))


def check_may_begin(desk: Desk, rules: RulesInForce, order: Row[Any], at: datetime) -> None:
    """Refuse to check in too early, or when the planned time is over."""
    early = rules.minutes(EARLY) if rules.has(EARLY) else 0
    if at < order.planned_start - timedelta(minutes=early):
        start = _local(desk, order.planned_start)
        zh = f"最多提前 {early} 分钟签到，计划开始时间是 {start}。"
        words = Words(zh, f"Check in at most {early} minutes early; it is planned for {start}.")
        raise ruled_out(rules, "too_early", words, EARLY if rules.has(EARLY) else "orders.check_in")
    if at >= planned_end(order):
        end = _local(desk, planned_end(order))
        zh = f"计划的服务时间到 {end} 为止，已经过去，不能再签到。确实服务过的，请组织方凭证据补录。"
        en = f"The planned time ended at {end}. If service took place, the organiser can enter it from evidence."
        raise refuse("too_late", zh, en)


def check_may_end(desk: Desk, rules: RulesInForce, order: Row[Any], since: datetime, at: datetime) -> None:
    """Refuse to check out before checking in, or after the grace."""
    if at < since:
        raise refuse("too_early", "签退不能早于签到。", "Check-out cannot come before check-in.")
    last = last_check_out(rules, order)
    if at > last:
        grace = rules.minutes(GRACE)
        zh = (
            f"最晚于计划结束后 {grace} 分钟（{_local(desk, last)}）签退，已经过时，将转为异常，由组织方处理。"
        )
        en = (
            f"Check-out was possible until {grace} minutes after the planned end ({_local(desk, last)}). "
            "It becomes an exception for the organiser."
        )
        raise ruled_out(rules, "too_late", Words(zh, en), GRACE)


def check_may_report(desk: Desk, rules: RulesInForce) -> None:
    """Refuse a report where checking in is needed; imported service was checked by the earlier system."""
    if rules.flag(NEEDED) and desk.command.channel is not Channel.IMPORT:
        zh, en = (
            "本市须签到、签退，不能直接报告完成。",
            "Checking in and out is needed here; a report alone is not enough.",
        )
        raise ruled_out(rules, "check_in_needed", Words(zh, en), NEEDED)


def check_was_time(desk: Desk, rules: RulesInForce, order: Row[Any], proof: Evidence) -> None:
    """Refuse a report before the planned start; after the grace only staff report, from evidence."""
    if proof.at < order.planned_start:
        start = _local(desk, order.planned_start)
        zh = f"计划开始时间是 {start}，还没有到，不能报告完成。"
        raise refuse("too_early", zh, f"It is planned for {start}; it cannot be done yet.")
    last = last_check_out(rules, order)
    if proof.at > last and not proof.is_late:
        zh = f"报告完成的期限是 {_local(desk, last)}，已经过时。请由组织方凭证据补录。"
        en = f"It could be reported until {_local(desk, last)}. The organiser can enter it from evidence."
        raise ruled_out(rules, "too_late", Words(zh, en), GRACE)


def check_waited(desk: Desk, rules: RulesInForce, order: Row[Any]) -> None:
    """Refuse to call somebody a no-show before the grace after the planned start is over."""
    until = order.planned_start + timedelta(minutes=rules.minutes(GRACE))
    if desk.now < until:
        zh = f"计划开始后等满 {rules.minutes(GRACE)} 分钟（{_local(desk, until)}）才能记为未到场。"
        en = f"A no-show is recorded {rules.minutes(GRACE)} minutes after the planned start at the earliest."
        raise ruled_out(rules, "too_early", Words(zh, en), GRACE)


def check_is_late(desk: Desk, rules: RulesInForce, order: Row[Any]) -> None:
    """Refuse to close a visit whose volunteer may still check out."""
    last = last_check_out(rules, order)
    if desk.now < last:
        zh = f"志愿者在 {_local(desk, last)} 前还可以签退。"
        en = f"The volunteer may still check out until {_local(desk, last)}."
        raise ruled_out(rules, "too_early", Words(zh, en), GRACE)


def recognised(
    change: OrderChange, visit_id: str, counted: Recognition, rules: RulesInForce, who: str
) -> None:
    """Write down the minutes that count, who said so, and by which rules; a failure noted before is over."""
    decision = dict(change.visits[visit_id].decision or {})
    decision["recognised"] = counted.plain(rules, who)
    change.note(
        visit_id,
        recognised_minutes=counted.minutes,
        confirmed_by=who,
        confirmed_at=change.write.desk.now,
        exception=None,
        decision=decision,
    )


def is_late(bank: Bank, city: str, row: Row[Any]) -> bool:
    """Say whether the last moment to check out has passed."""
    rules = bank.city(city).rules_for(row.service, row.service_date)
    until: datetime = row.planned_start + timedelta(minutes=row.order_minutes + rules.minutes(GRACE))
    return bank.clock() >= until


def is_overdue(bank: Bank, city: str, row: Row[Any]) -> bool:
    """Say whether the time to confirm has passed."""
    rules = bank.city(city).rules_for(row.service, row.service_date)
    until: datetime = row.checked_out_at + timedelta(minutes=rules.minutes(WITHIN))
    return bank.clock() >= until


def _local(desk: Desk, instant: datetime) -> str:
    return f"{instant.astimezone(desk.city.book.timezone):%Y-%m-%d %H:%M}"
