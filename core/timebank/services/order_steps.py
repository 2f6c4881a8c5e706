"""Which steps an order takes before volunteers see it, by the rule file, and who may take them."""

from __future__ import annotations

from timebank.domain.order import OrderState, Origin
from timebank.domain.organisation import Power, Tree
from timebank.domain.words import Words, listed
from timebank.rules import RulesInForce
from timebank.services import authority
from timebank.services.desk import Desk
from timebank.services.rulings import ruled_out

REVIEW, PUBLISH = "orders.review", "orders.publish"
_STEPS = {
    REVIEW: (Power.REVIEW_ORDER, Words("审核订单", "review orders")),
    PUBLISH: (Power.PUBLISH_ORDER, Words("发布订单", "publish orders")),
}


def takes(rules: RulesInForce, step: str, origin: Origin) -> bool:
    """Say whether orders of an origin take a step; a step without ``of`` is taken by all but imported ones."""
    if origin is Origin.IMPORT or not rules.has(step):
        return False
    return not rules.has(f"{step}.of") or origin.value in rules.names(f"{step}.of")


def first_state(rules: RulesInForce, origin: Origin) -> OrderState:
    """Return where an order stands as soon as it is placed."""
    if takes(rules, REVIEW, origin):
        return OrderState.REQUESTED
    return OrderState.APPROVED if takes(rules, PUBLISH, origin) else OrderState.PUBLISHED


def require_step(desk: Desk, tree: Tree, rules: RulesInForce, step: str, organisation_id: str) -> None:
    """Refuse unless the actor has the step's power over an organisation and is of a level that takes the step."""
    power, verb = _STEPS[step]
    authority.require(desk, tree, rules, power, organisation_id)
    acting = tree.nodes.get(desk.command.actor.organisation_id or "")
    if acting is None or not rules.has(step):
        return
    levels = rules.names(f"{step}.by")
    if acting.level not in levels:
        able = listed([rules.words(f"levels.{level}.label") for level in levels])
        zh = f"“{acting.name}”不办理这一步（{verb.zh}），由这些层级办理：{able.zh}。"
        en = f"“{acting.name}” does not {verb.en} here; these levels do: {able.en}."
        raise ruled_out(rules, "wrong_level", Words(zh, en), f"{step}.by")
