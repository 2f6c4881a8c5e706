"""Explained decisions as people read them, and as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from timebank.cli.rules.near import unfrozen
from timebank.domain.words import Words
from timebank.services.explain_decision import Decided
from timebank.services.explain_order import ExplainedOrder
from timebank.services.nearest_allowed import Nearest
from timebank.services.rules_read import RuleRead

_WHAT = {
    "placed": Words("下单", "placed"),
    "offered": Words("派单", "offered"),
    "accepted": Words("接单", "accepted"),
    "recognised": Words("认定时长", "minutes recognised"),
    "settlement": Words("结算", "settlement"),
    "reversal": Words("冲正", "reversal"),
    "gift": Words("赠与", "gift"),
    "donation": Words("捐赠", "donation"),
    "redemption": Words("兑换", "redemption"),
    "grant": Words("赠时", "grant"),
    "expiry": Words("到期", "expiry"),
    "import": Words("导入", "import"),
    "correction": Words("更正", "correction"),
}
_RULES = Words("  读过的规则", "  Rules that were read")
_NEAREST = Words("  最近可行", "  The nearest that would have been allowed")
_NOW = Words("现在来看（什么也不写入）", "Judged now (nothing is written)")


def decision_lines(one: Decided, zone: ZoneInfo) -> Iterator[Words]:
    """Yield a decision line by line: what it came to, each rule it read, and the nearest that was allowed."""
    what = _WHAT.get(one.what, Words(one.what, one.what))
    at = f"  {one.at.astimezone(zone):%Y-%m-%d %H:%M}" if one.at is not None else ""
    yield Words(f"{what.zh} {one.of}{at}", f"{what.en} {one.of}{at}")
    yield from map(_indented, one.lines)
    if one.rules:
        yield _RULES
        yield from (_indented(_indented(rule.sentence())) for rule in one.rules)
    yield from _nearest_lines(one.nearest)
    yield from map(_indented, one.untold)


def order_lines(found: ExplainedOrder, zone: ZoneInfo) -> Iterator[Words]:
    """Yield an order's decisions in order of time, and what would be decided now."""
    start = f"{found.planned_start.astimezone(zone):%Y-%m-%d %H:%M}"
    yield Words(
        f"服务订单 {found.order_id}：{found.service}，{start}，{found.planned_minutes} 分钟；状态 {found.state}",
        f"service order {found.order_id}: {found.service}, {start}, {found.planned_minutes} minutes; {found.state}",
    )
    for one in found.decisions:
        yield from decision_lines(one, zone)
    if found.now.lines or found.now.nearest:
        yield _NOW
        yield from map(_indented, found.now.lines)
        yield from _nearest_lines(found.now.nearest)


def decision_plain(one: Decided) -> dict[str, Any]:
    """Return a decision as plain values, with both languages in it."""
    return {
        "what": one.what,
        "of": one.of,
        "at": one.at.isoformat() if one.at is not None else None,
        "outcome": one.outcome,
        "lines": _both(one.lines),
        "rules": [_rule(rule) for rule in one.rules],
        "nearest": [_nearest(nearest) for nearest in one.nearest],
        "untold": _both(one.untold),
        "decision": one.decision,
    }


def order_plain(found: ExplainedOrder) -> dict[str, Any]:
    """Return an explained order as plain values, with both languages in it."""
    return {
        "order_id": found.order_id,
        "state": found.state,
        "service": found.service,
        "planned_start": found.planned_start.isoformat(),
        "planned_minutes": found.planned_minutes,
        "decisions": [decision_plain(one) for one in found.decisions],
        "now": {
            "lines": _both(found.now.lines),
            "refusals": [
                {"code": one.code, "rule": one.rule_path, "zh": one.sentence().zh, "en": one.sentence().en}
                for one in found.now.refusals
            ],
            "nearest": [_nearest(nearest) for nearest in found.now.nearest],
        },
    }


def _nearest_lines(found: Iterable[Nearest]) -> Iterator[Words]:
    for place, one in enumerate(found):
        if place == 0:
            yield _NEAREST
        yield Words(f"    {one.words.zh}（{one.path}）", f"    {one.words.en} ({one.path})")


def _indented(words: Words) -> Words:
    return Words(f"  {words.zh}", f"  {words.en}")


def _both(many: Iterable[Words]) -> list[dict[str, str]]:
    return [{"zh": words.zh, "en": words.en} for words in many]


def _rule(rule: RuleRead) -> dict[str, Any]:
    return {
        "path": rule.path,
        "value": unfrozen(rule.plain),
        "name": {"zh": rule.name.zh, "en": rule.name.en},
        "said": {"zh": rule.said.zh, "en": rule.said.en} if rule.said is not None else None,
        "basis": rule.basis
        and {"text": rule.basis.text, "zh": rule.basis.words.zh, "en": rule.basis.words.en},
        "file": rule.file,
        "line": rule.line,
    }


def _nearest(one: Nearest) -> dict[str, Any]:
    return {"rule": one.path, "zh": one.words.zh, "en": one.words.en, **one.figures}
