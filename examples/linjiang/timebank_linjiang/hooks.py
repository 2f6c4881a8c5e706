"""Linjiang: no service begins in the quiet hours at noon."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from timebank.domain.cases import OrderCase
from timebank.domain.order import OrderAction
from timebank.domain.refusal import Refusal
from timebank.domain.words import Words
from timebank.hooks import RulesInForce, hookimpl

QUIET = "extensions.linjiang.quiet"
CLOCK = {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"}


@hookimpl
def timebank_rule_keys() -> Mapping[str, Any]:
    """Describe `extensions.linjiang`."""
    quiet = {
        "type": "object",
        "additionalProperties": False,
        "required": ["from", "until"],
        "properties": {
            "from": {**CLOCK, "x-zh": "自几点", "x-en": "From this time of day"},
            "until": {**CLOCK, "x-zh": "至几点", "x-en": "Until this time of day"},
            "source": {"type": "string", "x-zh": "依据", "x-en": "The basis"},
            "assumed": {"type": "string", "x-zh": "为何这样假定", "x-en": "Why it is assumed"},
        },
        "x-zh": "安静时段：其间不开始服务",
        "x-en": "Quiet hours, in which no service begins",
    }
    return {"type": "object", "additionalProperties": False, "properties": {"quiet": quiet}}


@hookimpl
def timebank_check_order(case: OrderCase, action: OrderAction, rules: RulesInForce) -> list[Refusal]:
    """Refuse an order that would begin in the quiet hours."""
    if action is not OrderAction.PLACE or not rules.has(QUIET):
        return []
    begins = f"{case.order.planned_start.astimezone(rules.timezone):%H:%M}"
    first, last = rules.text(f"{QUIET}.from"), rules.text(f"{QUIET}.until")
    if not first <= begins < last:
        return []
    words = Words(
        f"{first} 至 {last} 是安静时段，不开始服务。请另选时间。",
        f"{first} to {last} are quiet hours, and no service begins in them. Choose another time.",
    )
    return [Refusal("quiet_hours", words, QUIET)]
