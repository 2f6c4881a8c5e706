"""Where an organisation may stand in the tree: the rule file's levels decide, and circles are impossible."""

from __future__ import annotations

from timebank.domain.organisation import Organisation, Tree
from timebank.domain.refusal import refuse
from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services import inputs
from timebank.services.rulings import ruled_out

LEVEL = Words("层级", "level")


def check_place(rules: RulesInForce, level: str, parent_id: str | None, tree: Tree) -> None:
    """Refuse a parent that the level does not stand under.

    Args:
        rules: the rules in force; ``levels.<level>.under`` decides.
        level: the level of the organisation.
        parent_id: the parent asked for; None for a root.
        tree: the tree, or the parent's branch of it, on the first day.
    """
    inputs.one_of(LEVEL, level, rules.names("levels"))
    path = f"levels.{level}.under"
    label = rules.words(f"levels.{level}.label")
    if not rules.has(path):
        if parent_id is not None:
            zh, en = (
                f"“{label.zh}”是最高一级，上面不能再有组织。",
                f"A “{label.en}” stands under no other level.",
            )
            raise ruled_out(rules, "wrong_parent", Words(zh, en), f"levels.{level}")
        return
    upper = rules.text(path)
    parent = tree.nodes.get(parent_id or "")
    if parent is None or parent.level != upper:
        found = _found(parent_id, parent, tree)
        above = rules.words(f"levels.{upper}.label")
        zh = f"“{label.zh}”的上级应为“{above.zh}”一级的组织：{found.zh}。"
        en = f"A “{label.en}” stands under a “{above.en}”: {found.en}."
        raise ruled_out(rules, "wrong_parent", Words(zh, en), path)


def _found(parent_id: str | None, parent: Organisation | None, tree: Tree) -> Words:
    if parent_id is None:
        return Words("没有写明上级", "none is named")
    if parent is None:
        zh = f"“{parent_id}”在 {tree.day} 不在管理树中"
        return Words(zh, f"“{parent_id}” is not in the tree on {tree.day}")
    return Words(f"“{parent.name}”不是这一级", f"“{parent.name}” is of another level")


def check_no_circle(tree: Tree, organisation_id: str, parent_id: str) -> None:
    """Refuse a parent that is the organisation itself or stands below it."""
    if tree.is_above(organisation_id, parent_id):
        zh = f"“{parent_id}”就是“{organisation_id}”或在它下面，不能作它的上级。"
        en = f"“{parent_id}” is “{organisation_id}” itself or stands below it; it cannot be its parent."
        raise refuse("circle", zh, en)
