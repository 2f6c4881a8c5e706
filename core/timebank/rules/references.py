"""Whether every name a rule file uses is one it declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from timebank.domain.words import Words
from timebank.rules.draft import Draft
from timebank.rules.faults import Path
from timebank.rules.schema_file import schema_at, written_out
from timebank.rules.suggestions import choices, nearest

_KINDS = {
    "traits": Words("特征", "trait"),
    "units": Words("计量单位", "unit"),
    "categories": Words("服务类别", "category"),
    "qualifications": Words("资格", "qualification"),
    "levels": Words("管理层级", "level"),
    "kin": Words("亲属范围", "set of relatives"),
    "recipient_classes": Words("服务对象类别", "class of recipients"),
}
_ALWAYS_THERE = ("traits", "units", "categories", "levels")

# Where a name stands (one text, or a list of texts), and the block that declares it.
_NAMED = {
    "levels.*.under": "levels",
    "traits.*.member_of": "levels",
    "traits.*.qualified": "qualifications",
    "traits.*.balance.unit": "units",
    "admission.*.gate.any.*.all": "traits",
    "recipient_classes.*.when.any.*.all": "traits",
    "redemption.*.who.any.*.all": "traits",
    "gifts.giver.any.*.all": "traits",
    "gifts.receiver.any.*.all": "traits",
    "services.*.category": "categories",
    "services.*.qualification": "qualifications",
    "orders.review.by": "levels",
    "orders.publish.by": "levels",
    "charge.unit": "units",
    "charge.*.units": "units",
    "charge.*.free_for": "recipient_classes",
    "caps.*.unit": "units",
    "redemption.goods.unit": "units",
    "gifts.units": "units",
    "gifts.to": "kin",
    "donations.units": "units",
    "donations.projects.*.for": "recipient_classes",
    "grants.*.to": "recipient_classes",
    "grants.*.unit": "units",
    "interchange.within": "levels",
}


def declared_in(path: Path, schema: Mapping[str, Any] | None = None) -> str | None:
    """Return the block that declares what the name at a path names: ``traits``; None where it names nothing declared.

    Args:
        path: of a text, of an item of a list, or of a key that is a name.
        schema: where a plugin's own keys say ``x-names``; the schema of rule files unless given.
    """
    lists = path[:-1] if path and isinstance(path[-1], int) else path
    for at in (path, lists):
        named = (schema_at(at, schema) or {}).get("x-names")
        if named in _KINDS:
            return str(named)
    steps = [str(step) for step in lists]
    for pattern, kind in (*_NAMED.items(), ("credit.units.*", "units")):
        wanted = pattern.split(".")
        if len(wanted) == len(steps) and all(w in ("*", s) for w, s in zip(wanted, steps, strict=True)):
            return kind
    return None


def check_references(draft: Draft, plugin_schema: Mapping[str, Mapping[str, Any]]) -> None:
    """Note every name that nothing declares.

    Args:
        draft: the file under check.
        plugin_schema: the plugins' own schemas; a key with ``x-names: traits`` there names traits.
    """
    for pattern, kind in _NAMED.items():
        for path in draft.paths(pattern):
            _check_names(draft, path, kind)
    for path in draft.paths("credit.units.*"):
        _check_name(draft, path, str(path[-1]), "units", at_key=True)
    for plugin, schema in plugin_schema.items():
        _check_slot(draft, ("extensions", plugin), written_out(schema))


def _check_slot(draft: Draft, path: Path, schema: Any) -> None:
    """Follow a plugin's schema to the keys that name something."""
    value = draft.at(*path)
    if not isinstance(schema, Mapping) or value is None:
        return
    if schema.get("x-names") in _KINDS:
        _check_names(draft, path, schema["x-names"])
    for key, inner in schema.get("properties", {}).items():
        _check_slot(draft, (*path, key), inner)
    for key in draft.block(*path) if "additionalProperties" in schema else ():
        if key not in schema.get("properties", {}):
            _check_slot(draft, (*path, key), schema["additionalProperties"])
    for index in range(len(value) if isinstance(value, list) else 0):
        _check_slot(draft, (*path, index), schema.get("items"))


def _check_names(draft: Draft, path: Path, kind: str) -> None:
    """Note a name, or the names of a list, that nothing declares."""
    if isinstance(name := draft.at(*path), str):
        _check_name(draft, path, name, kind)
    for item_path, item in draft.items(*path):
        _check_name(draft, item_path, item, kind)


def _check_name(draft: Draft, path: Path, name: str, kind: str, *, at_key: bool = False) -> None:
    declared = draft.block(kind)
    if name in declared or draft.excused(kind) or (not declared and kind in _ALWAYS_THERE):
        return
    if draft.is_broken(kind):
        return
    meant = nearest(name, declared)
    facts: dict[str, Any] = {"kind": _KINDS[kind], "name": name, "block": kind}
    if meant is not None:
        draft.add("R04", path, at_key=at_key, meant=meant, **facts)
    elif declared:
        draft.add("R05", path, at_key=at_key, known=choices(declared), **facts)
    else:
        draft.add("R06", path, at_key=at_key, **facts)
