"""Whether the steps a rule file switches on can be walked: somebody may do them, with all they need."""

from __future__ import annotations

from timebank.rules.draft import Draft
from timebank.rules.faults import Path

_ORIGINS = ("request", "project")
_POWER_OF_STEP = {"review": "review_order", "publish": "publish_order"}


def check_procedure(draft: Draft) -> None:
    """Note steps of joining and of orders that nobody may take, or that lack what they need."""
    for path in draft.paths("admission.*.steps.*"):
        _check_step(draft, path)
    _check_orders(draft)
    for key in ("gifts", "donations", "redemption.goods"):
        path = tuple(key.split("."))
        needed = {"gifts": ("units", "to", "account"), "donations": ("units", "to")}.get(key, ("unit",))
        for name in needed if draft.at(*path, "allowed") is True else ():
            draft.need(path, name, (*path, "allowed"))
    for path, target in draft.items("donations", "to"):
        if target == "project":
            draft.need(("donations",), "projects", path)


def _check_step(draft: Draft, path: Path) -> None:
    by, power = draft.text(*path, "by"), draft.text(*path, "power")
    if by == "organisation":
        draft.need(path, "power", (*path, "by"))
    if by == "look_up":
        draft.need(path, "look_up", (*path, "by"))
    if power is not None and draft.block("levels") and not _holders(draft, power):
        draft.add("R24", (*path, "power"), power=power)


def _check_orders(draft: Draft) -> None:
    orders = draft.block("orders")
    present = [origin for origin in _ORIGINS if origin in orders or draft.excused("orders", origin)]
    if orders and not present:
        draft.add("R23", ("orders",), at_key=True)
    for origin in present:
        if draft.block("charge"):
            draft.need(("charge",), origin, ("orders", origin))
    for step, power in _POWER_OF_STEP.items():
        for path, origin in draft.items("orders", step, "of"):
            if origin in _ORIGINS and origin not in present:
                draft.add("R28", path, origin=origin)
        for path, level in draft.items("orders", step, "by"):
            if level in draft.block("levels") and level not in _holders(draft, power):
                draft.add("R25", path, level=level, power=power)
    if any(mode == "offer" for _, mode in draft.items("orders", "taking", "modes")):
        draft.need(("orders",), "offer", ("orders", "taking", "modes"))


def _holders(draft: Draft, power: str) -> list[str]:
    """Return the levels that have a power; a level whose powers cannot be read counts as having it."""
    return [
        level
        for level in draft.block("levels")
        if not isinstance(may := draft.at("levels", level, "may"), list) or power in may
    ]
