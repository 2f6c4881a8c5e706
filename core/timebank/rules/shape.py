"""Whether a rule file has the right keys and kinds of values: jsonschema's errors, each at its place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from jsonschema import Draft202012Validator

from timebank.domain.words import Words
from timebank.rules.faults import MOST_FAULTS, Enough, Fault, Path, dotted, fault
from timebank.rules.meant import meant_by, number_in, unquoted, value_labelled
from timebank.rules.nodes import Reading
from timebank.rules.repeated import repeated
from timebank.rules.schema_file import (
    DATE_FORMATS,
    needed_slots,
    plugin_validator,
    rules_validator,
    schema_at,
    written_out,
)
from timebank.rules.suggestions import choices, nearest, shown

_KINDS = {
    "object": Words("一个块（键: 值）", "a block of 'key: value'"),
    "array": Words("列表，如 [a, b]", "a list, such as [a, b]"),
    "string": Words("文字；数字或日期请加英文双引号", "text; put numbers and dates in quotes"),
    "number": Words("数", "a number"),
    "integer": Words("整数", "a whole number"),
    "boolean": Words("是或否，写 true 或 false", "true or false"),
}
_SLOTS: Path = ("extensions",)
_LEADING_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_Facts = tuple[str, dict[str, Any]]
_Error = Any  # jsonschema's ValidationError, whose fields are typed as perhaps unset


def faults_of_shape(
    reading: Reading, file: str, plugin_schema: Mapping[str, Mapping[str, Any]]
) -> list[Fault]:
    """Return the faults of shape, and note their paths in the reading so that no later check repeats them.

    Args:
        reading: a text that could be read.
        file: its name.
        plugin_schema: JSON Schemas of the plugins' slots, by plugin.
    """
    tree: Any = reading.tree
    shape = _Shape(reading, file)
    with suppress(Enough):
        shape.check(rules_validator(), tree, ())
        shape.check_slots({name: written_out(schema) for name, schema in plugin_schema.items()})
        shape.check_plain_dates(plugin_schema)
    return shape.faults


def faults_against(reading: Reading, file: str, validator: Draft202012Validator) -> list[Fault]:
    """Return the faults of shape of another kind of file that is written like a rule file.

    Args:
        reading: a text that could be read.
        file: its name.
        validator: of that kind's schema.
    """
    shape = _Shape(reading, file)
    with suppress(Enough):
        shape.check(validator, reading.tree, ())
    return shape.faults


class _Shape:
    """Turns the errors of one file into faults, the unknown keys first, as they excuse missing ones."""

    def __init__(self, reading: Reading, file: str) -> None:
        self.reading = reading
        self.file = file
        self.faults: list[Fault] = []
        self.strangers: Counter[Path] = Counter()  # keys nobody knows, each perhaps one that seems missing

    def check(self, validator: Draft202012Validator, value: Any, above: Path) -> None:
        errors = [(above + tuple(error.absolute_path), error) for error in validator.iter_errors(value)]
        unknown = [found for found in errors if found[1].validator == "additionalProperties"]
        for path, error in unknown:
            self._unknown_keys(path, error)
        for path, error in errors:
            if error.validator != "additionalProperties" and not self._reported(path):
                self._one(path, error)

    def check_slots(self, known: Mapping[str, Mapping[str, Any]]) -> None:
        """Check each slot by its own schema, and tell of those that nobody knows or that are missing."""
        extensions = (self.reading.tree or {}).get("extensions")
        slots = extensions if isinstance(extensions, dict) else None
        for name, slot in (slots or {}).items():
            path = (*_SLOTS, name)
            if name in known:
                self.check(plugin_validator(known[name]), slot, path)
            else:
                self.strangers[_SLOTS] += 1
                listed = choices(known) if known else Words("无", "none")
                self.add("S12", path, at_key=True, name=name, known=listed)
        self._missing_slots(slots, needed_slots(known))

    def check_plain_dates(self, plugin_schema: Mapping[str, Mapping[str, Any]]) -> None:
        for path, place in self.reading.plain_dates.items():
            schema = None if path[:1] != _SLOTS else plugin_schema.get(str(path[1]), {})
            found = schema_at(path if schema is None else path[2:], schema)
            text = self._text_at(path)
            if text is None or found is None or found.get("format") in DATE_FORMATS:
                continue
            if not self._reported(path):
                self.faults.append(fault("Y19", self.file, place, path, text=text))
                self.reading.faulted.add(path)

    def add(
        self, code: str, path: Path, *, at_key: bool = False, at: Path | None = None, **facts: Any
    ) -> None:
        place = self.reading.place(path if at is None else at)
        here = place.key if at_key else place.value
        if len(self.faults) == MOST_FAULTS:
            self.faults.append(fault("S18", self.file, here, (), most=MOST_FAULTS))
            raise Enough
        self.faults.append(fault(code, self.file, here, path, name_of=dotted(path), **facts))
        self.reading.faulted.add(path)

    def _reported(self, path: Path) -> bool:
        return any(path[:length] in self.reading.faulted for length in range(1, len(path) + 1))

    def _text_at(self, path: Path) -> str | None:
        """Return the text at a path, or None where it was left out with a key that is written twice."""
        node: Any = self.reading.tree
        for step in path:
            if isinstance(node, dict) and step not in node:
                return None
            node = node[step]
        return str(node)

    def _unknown_keys(self, path: Path, error: _Error) -> None:
        known = list(error.schema.get("properties", {}))
        for key in error.instance:
            if key in known or self._reported((*path, key)):
                continue
            meant = nearest(key, [name for name in known if name not in error.instance])
            if meant is not None:
                self.reading.excused.add((*path, meant))
                self.add("S01", (*path, key), at_key=True, key=key, meant=meant)
            else:
                self.strangers[path] += 1
                self.add("S02", (*path, key), at_key=True, key=key, known=choices(known))

    def _one(self, path: Path, error: _Error) -> None:
        if "propertyNames" in error.absolute_schema_path:
            self._key_name(path, error)
        elif error.validator == "required":
            self._missing_keys(path, error)
        elif error.validator == "dependentRequired":
            self._missing_companions(path, error)
        elif error.validator == "uniqueItems":
            self._repeated_items(path, error)
        else:
            code, facts = _EXPLAINED.get(str(error.validator), _other)(error)
            self.add(code, path, value=shown(error.instance), **facts)

    def _key_name(self, path: Path, error: _Error) -> None:
        key = str(error.instance)
        if not self._reported((*path, key)):
            self.add("S15", (*path, key), at_key=True, key=key, form=_form(error))

    def _missing_keys(self, path: Path, error: _Error) -> None:
        missing = [key for key in error.validator_value if key not in error.instance]
        if len(missing) <= self.strangers[path]:
            return
        for key in missing:
            there = (*path, key)
            if self._is_excused(there):
                continue
            if len(path) > 0:
                self.add("S03", there, at_key=True, at=path, key=key, block=dotted(path))
            else:
                self.add("S16", there, at=path, key=key)

    def _missing_slots(self, slots: Mapping[str, Any] | None, needed: Mapping[str, list[str]]) -> None:
        """Tell of each slot that is not written and whose plugin has keys that must be."""
        around: Path = () if slots is None else _SLOTS
        missing = {name: keys for name, keys in needed.items() if name not in (slots or {})}
        if len(missing) <= self.strangers[around]:
            return
        for name, keys in missing.items():
            there = (*_SLOTS, name)
            hint = f"{name}: {{{', '.join(f'{key}: …' for key in keys)}}}"
            if slots is None and not self._is_excused(_SLOTS):
                self.add("S16", there, at=(), key=dotted(there), hint=f"{dotted(_SLOTS)}: {{{hint}}}")
            elif slots is not None and not self._is_excused(there):
                self.add("S03", there, at_key=True, at=_SLOTS, key=name, block=dotted(_SLOTS), hint=hint)

    def _is_excused(self, path: Path) -> bool:
        """Say whether a key that seems missing is there, mistyped or on a line nobody can read."""
        around, key = path[:-1], path[-1]
        return (
            around in self.reading.unsure
            or path in self.reading.excused
            or self._reported(path)
            or key in self._keys_meant(around)
        )

    def _keys_meant(self, path: Path) -> set[str]:
        """Return what the keys of a block were meant to be whose writing is already a fault."""
        faulted = map(str, self.reading.faulted.keys_in(path))
        return {found[0] for key in faulted if (found := _LEADING_KEY.match(key))}

    def _missing_companions(self, path: Path, error: _Error) -> None:
        for key, companions in error.validator_value.items():
            for companion in companions if key in error.instance else ():
                there = (*path, companion)
                if companion in error.instance or there in self.reading.excused or self._reported(there):
                    continue
                self.add("S14", there, at=(*path, key), at_key=True, key=key, companion=companion)

    def _repeated_items(self, path: Path, error: _Error) -> None:
        for index in repeated(error.instance):
            self.add("S11", (*path, index), value=shown(error.instance[index]))


def _form(error: _Error) -> Words:
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    if "x-form-zh" in schema:
        return Words(schema["x-form-zh"], schema["x-form-en"])
    return Words(f"符合 {error.validator_value}", f"text that fits {error.validator_value}")


def _type(error: _Error) -> _Facts:
    if isinstance(error.schema, Mapping) and "x-form-zh" in error.schema:
        return "S07", {"form": _form(error)}
    if (plain := unquoted(error.instance, error.validator_value)) is not None:
        return "S19", {"kind": _KINDS[error.validator_value], "meant": plain}
    kinds = [error.validator_value] if isinstance(error.validator_value, str) else list(error.validator_value)
    named = [_KINDS.get(kind, Words(kind, kind)) for kind in kinds]
    kind = Words("或".join(kind.zh for kind in named), " or ".join(kind.en for kind in named))
    if (meant := number_in(error.instance)) is not None and set(kinds) & {"number", "integer"}:
        kind = Words(f"{kind.zh}（这里多半是 {meant}）", f"{kind.en} (here probably {meant})")
        return "S04", {"kind": kind, "hint": meant}
    return "S04", {"kind": kind}


def _enum(error: _Error) -> _Facts:
    known = list(error.validator_value)
    told = shown(error.instance)
    meant = nearest(told, [name for name in known if isinstance(name, str)])
    meant = meant or value_labelled(told, error.schema.get("x-values", {}))
    facts: dict[str, Any] = {"known": choices(known)}
    return ("S06", facts) if meant is None else ("S05", {**facts, "meant": meant})


def _pattern(error: _Error) -> _Facts:
    form = _form(error)
    meant = meant_by(str(error.instance), error.validator_value)
    if meant is None:
        return "S07", {"form": form}
    probably = Words(f"{form.zh}；这里多半是 {meant}", f"{form.en}; here probably {meant}")
    return "S07", {"form": probably, "hint": meant}


def _format(error: _Error) -> _Facts:
    return ("S09", {}) if error.validator_value == "whole-minutes" else ("S13", {})


def _other(error: _Error) -> _Facts:
    return "S99", {"keyword": str(error.validator), "limit": shown(error.validator_value)}


def _bound(sign: Words) -> Callable[[_Error], _Facts]:
    return lambda error: ("S08", {"sign": sign, "limit": str(error.validator_value)})


def _empty(_: _Error) -> _Facts:
    return "S10", {}


_EXPLAINED: dict[str, Callable[[_Error], _Facts]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda error: ("S17", {"only": shown(error.validator_value)}),
    "pattern": _pattern,
    "format": _format,
    "minimum": _bound(Words("不小于", "at least")),
    "exclusiveMinimum": _bound(Words("大于", "above")),
    "maximum": _bound(Words("不大于", "at most")),
    "exclusiveMaximum": _bound(Words("小于", "below")),
    "minItems": _empty,
    "minLength": _empty,
    "minProperties": _empty,
}
