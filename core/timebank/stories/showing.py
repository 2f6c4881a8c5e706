"""How one input of a use case is shown to a reader: names for identifiers, labels of the rule file, local times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from timebank.domain.member import Relation
from timebank.domain.relation_words import RELATION_WORDS
from timebank.domain.words import Words, listed
from timebank.rules import minutes_of
from timebank.rules.amounts import DURATION
from timebank.services.amounts import in_units

if TYPE_CHECKING:
    from timebank.stories.stage import Stage

_CLAIMS = {
    "clock": Words("打卡", "the clock"),
    "place": Words("定位", "place"),
    "qr": Words("扫码", "a QR code"),
    "pin_card": Words("密码卡", "a PIN card"),
    "call_back": Words("电话回访录音", "a recorded call-back"),
    "photo": Words("照片", "a photo"),
    "staff_witness": Words("工作人员见证", "staff as witness"),
    "app": Words("手机应用", "the app"),
}
_ANSWERS = {"yes": Words("是", "yes"), "no": Words("否", "no"), "later": Words("稍后", "later")}
_LABELLED = {
    "service": "services.{}.label",
    "services": "services.{}.label",
    "unit": "units.{}.label",
    "trait": "traits.{}.label",
    "kind": "qualifications.{}.label",
    "plan": "grants.{}.label",
}


def shown(stage: Stage, key: str, value: Any, inputs: Mapping[str, Any]) -> Words:
    """Return one input as a reader wants to see it.

    Args:
        stage: the story being played.
        key: name of the input.
        value: what it is, as the use case takes it or as written.
        inputs: the others, for labels that depend on them.
    """
    if key == "claims":
        return listed([_CLAIMS.get(claim["kind"], _same(claim["kind"])) for claim in value])
    if isinstance(value, list):
        return listed([shown(stage, key, item, inputs) for item in value])
    if key in _WAYS:
        return _WAYS[key](stage, str(value), inputs)
    if key == "minutes" and "unit" in inputs:
        return in_units(int(value), str(inputs["unit"]), stage.rules)
    if isinstance(value, int) and "minutes" in key:
        return duration(value)
    if isinstance(value, str):
        return _text(stage, key, value)
    if isinstance(value, datetime):
        return _same(f"{value.astimezone(stage.city.book.timezone):%m-%d %H:%M}")
    return _same(value.isoformat() if isinstance(value, date) else str(value))


def duration(minutes: int) -> Words:
    """Return minutes as people say them: 90 as one hour and 30 minutes."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return Words(f"{rest} 分钟", f"{rest} min")
    if not rest:
        return Words(f"{hours} 小时", f"{hours} h")
    return Words(f"{hours} 小时 {rest} 分钟", f"{hours} h {rest} min")


def _text(stage: Stage, key: str, value: str) -> Words:
    if key in _LABELLED:
        return _label(stage, _LABELLED[key].format(value), value)
    if "minutes" in key and DURATION.fullmatch(value):
        return duration(minutes_of(value))
    person = stage.cast.person_of(value)
    return _same(stage.cast.called(person or value))


def _label(stage: Stage, path: str, otherwise: str) -> Words:
    rules = stage.rules
    return rules.words(path) if rules.has(path) else _same(otherwise)


def _role(stage: Stage, role: str, _: Mapping[str, Any]) -> Words:
    return _label(stage, f"brand.{role}", role)


def _step(stage: Stage, step: str, inputs: Mapping[str, Any]) -> Words:
    return _label(stage, f"admission.{inputs.get('role')}.steps.{step}.label", step)


def _target(stage: Stage, target: str) -> Words:
    """Return what is redeemed or given to: goods, a project, or what a plugin's slot lists, by its label."""
    kind, _, item = target.partition(":")
    if kind == "goods":
        return Words("物品", "goods")
    slots = stage.rules.rule_set.tree.get("extensions", {})
    listed_at = [f"extensions.{slot}.{kind}.items.{item}.label" for slot in slots]
    for path in (f"donations.projects.{target}.label", *listed_at):
        if stage.rules.has(path):
            return stage.rules.words(path)
    return _label(stage, f"redemption.{target}.label", target)


def _relation(_: Stage, relation: str, __: Mapping[str, Any]) -> Words:
    return RELATION_WORDS[Relation(relation)] if relation in list(Relation) else _same(relation)


_WAYS: dict[str, Callable[[Stage, str, Mapping[str, Any]], Words]] = {
    "role": _role,
    "step": _step,
    "relation": _relation,
    "answer": lambda _, answer, __: _ANSWERS.get(answer, _same(answer)),
    "target": lambda stage, target, _: _target(stage, target),
}


def _same(text: str) -> Words:
    return Words(text, text)
