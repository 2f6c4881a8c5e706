"""Whether every name a rule file uses is one it declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from timebank.domain.words import Words
from timebank.rules.draft import Draft
from timebank.rules.faults import Path
from timebank.rules.schema_file import rules_schema, schema_at, written_out
from timebank.rules.suggestions import choices, nearest

KINDS = {
    "traits": Words("特征", "trait"),
    "units": Words("计量单位", "unit"),
    "categories": Words("服务类别", "category"),
    "qualifications": Words("资格", "qualification"),
    "levels": Words("管理层级", "level"),
    "kin": Words("亲属范围", "set of relatives"),
    "recipient_classes": Words("服务对象类别", "class of recipients"),
    "services": Words("服务项目", "service"),
}
_ALWAYS_THERE = ("traits", "units", "categories", "levels", "services")


def declared_in(path: Path, schema: Mapping[str, Any] | None = None) -> str | None:
    """Return the block that declares what the name at a path names: ``traits``; None where it names nothing declared.

    Args:
        path: of a text, of an item of a list, or of a key that is a name.
        schema: where keys say ``x-names``; the schema of rule files unless given.
    """
    lists = path[:-1] if path and isinstance(path[-1], int) else path
    for at in (path, lists):
        named = (schema_at(at, schema) or {}).get("x-names")
        if named in KINDS:
            return str(named)
    around = schema_at(path[:-1], schema) or {}
    named = around.get("propertyNames", {}).get("x-names")
    return str(named) if named in KINDS else None


def check_references(draft: Draft, plugin_schema: Mapping[str, Mapping[str, Any]]) -> None:
    """Note every name that nothing declares.

    Args:
        draft: the file under check.
        plugin_schema: the plugins' own schemas; a key with ``x-names: traits`` there names traits.
    """
    for pattern, kind, at_key in named_places():
        for path in draft.paths(pattern):
            if at_key:
                _check_name(draft, path, str(path[-1]), kind, at_key=True)
            else:
                _check_names(draft, path, kind)
    for plugin, schema in plugin_schema.items():
        _check_slot(draft, ("extensions", plugin), written_out(schema))


@lru_cache(maxsize=1)
def named_places() -> tuple[tuple[str, str, bool], ...]:
    """Return where the schema of rule files says ``x-names``: a pattern of paths, the block named, whether by keys."""
    return tuple(_names_in(rules_schema(), ()))


def _names_in(schema: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, str, bool]]:
    if "x-names" in schema:
        yield ".".join(path), schema["x-names"], False
    if "x-names" in schema.get("propertyNames", {}):
        yield ".".join((*path, "*")), schema["propertyNames"]["x-names"], True
    for key, inner in schema.get("properties", {}).items():
        yield from _names_in(inner, (*path, key))
    for part in (schema.get("additionalProperties"), schema.get("items")):
        if isinstance(part, Mapping):
            yield from _names_in(part, (*path, "*"))


def _check_slot(draft: Draft, path: Path, schema: Any) -> None:
    """Follow a plugin's schema to the keys that name something."""
    value = draft.at(*path)
    if not isinstance(schema, Mapping) or value is None:
        return
    if schema.get("x-names") in KINDS:
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
    facts: dict[str, Any] = {"kind": KINDS[kind], "name": name, "block": kind}
    if meant is not None:
        draft.add("R04", path, at_key=at_key, meant=meant, **facts)
    elif declared:
        draft.add("R05", path, at_key=at_key, known=choices(declared), **facts)
    else:
        draft.add("R06", path, at_key=at_key, **facts)
