"""Whether every name a rule file uses is one it declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from timebank.domain.words import Words
from timebank.rules.draft import Draft
from timebank.rules.faults import Path
from timebank.rules.schema_file import rules_schema, schema_at, written_out
from timebank.rules.suggestions import choices, nearest_name
from timebank.rules.unknown_names import UnknownNames

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
    names = _Names(draft)
    for pattern, kind, at_key in named_places():
        for path in draft.paths(pattern):
            if at_key:
                names.check_name(path, str(path[-1]), kind, at_key=True)
            else:
                names.check_names(path, kind)
    for plugin, schema in plugin_schema.items():
        names.check_slot(("extensions", plugin), written_out(schema))
    names.unknown.tell()


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


class _Names:
    """Looks up the names of one file."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.unknown = UnknownNames(draft)

    def check_slot(self, path: Path, schema: Any) -> None:
        """Follow a plugin's schema to the keys that name something."""
        value = self.draft.at(*path)
        if not isinstance(schema, Mapping) or value is None:
            return
        if schema.get("x-names") in KINDS:
            self.check_names(path, schema["x-names"])
        for key, inner in schema.get("properties", {}).items():
            self.check_slot((*path, key), inner)
        for key in self.draft.block(*path) if "additionalProperties" in schema else ():
            if key not in schema.get("properties", {}):
                self.check_slot((*path, key), schema["additionalProperties"])
        for index in range(len(value) if isinstance(value, list) else 0):
            self.check_slot((*path, index), schema.get("items"))

    def check_names(self, path: Path, kind: str) -> None:
        """Note a name, or the names of a list, that nothing declares."""
        if isinstance(name := self.draft.at(*path), str):
            self.check_name(path, name, kind)
        for item_path, item in self.draft.items(*path):
            self.check_name(item_path, item, kind)

    def check_name(self, path: Path, name: str, kind: str, *, at_key: bool = False) -> None:
        """Note a name that nothing declares, unless what declares it is a fault already."""
        declared = self.draft.block(kind)
        if name in declared or self.draft.excused(kind) or (not declared and kind in _ALWAYS_THERE):
            return
        if self.draft.is_broken(kind):
            return
        meant = nearest_name(name, declared)
        if meant is not None:
            self.unknown.note("R04", path, kind, name, at_key=at_key, kind=KINDS[kind], meant=meant)
        elif declared:
            known = choices(declared)
            self.unknown.note("R05", path, kind, name, at_key=at_key, kind=KINDS[kind], known=known)
        else:
            self.unknown.note("R06", path, kind, name, at_key=at_key, kind=KINDS[kind])
