"""What is wrong with a value, in both languages: one sentence for each keyword that the contract uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jsonschema import ValidationError

from timebank.domain.words import Words

Sentence = Callable[[Any, Any], Words]
MISSING = Words("缺少这一项", "missing")
TWICE = Words("写了不止一次", "given more than once")
UNKNOWN = Words("契约里没有这个参数", "unknown parameter")
LONGEST = 100
_KINDS: Mapping[str, Words] = {
    "string": Words("文字", "a text"),
    "integer": Words("整数", "a whole number"),
    "boolean": Words("true 或 false", "true or false"),
    "array": Words("列表", "a list"),
    "object": Words("对象", "an object"),
}
_FORMS: Mapping[str, Words] = {
    "date": Words("日期，如 2026-03-02", "a day such as 2026-03-02"),
    "date-time": Words(
        "带时区的时刻，如 2026-03-02T09:00:00+08:00", "an instant such as 2026-03-02T09:00:00+08:00"
    ),
    "uuid": Words("编号（UUID）", "an identifier (UUID)"),
}


def _missing(wanted: list[str], given: Mapping[str, Any]) -> Words:
    absent = [name for name in wanted if name not in given]
    return Words(f"缺少：{'、'.join(absent)}", f"is missing: {', '.join(absent)}")


def _listed(given: Mapping[str, Any]) -> str:
    return ", ".join(map(str, given))[:LONGEST]


_SENTENCES: Mapping[str, Sentence] = {
    "required": _missing,
    "additionalProperties": lambda _rule, given: Words(
        f"多出了契约里没有的项；给出的是：{_listed(given)}",
        f"has members that are not in the contract: {_listed(given)}",
    ),
    "type": lambda rule, _given: Words(f"应为{_KINDS[rule].zh}", f"should be {_KINDS[rule].en}"),
    "enum": lambda rule, _given: Words(
        f"应为其中之一：{'、'.join(rule)}", f"should be one of: {', '.join(rule)}"
    ),
    "format": lambda rule, _given: Words(f"应为{_FORMS[rule].zh}", f"should be {_FORMS[rule].en}"),
    "pattern": lambda rule, _given: Words(f"不合格式 {rule}", f"does not match {rule}"),
    "minLength": lambda rule, given: Words(
        f"至少 {rule} 个字，现为 {len(given)} 个", f"needs {rule} characters, has {len(given)}"
    ),
    "maxLength": lambda rule, given: Words(
        f"最多 {rule} 个字，现为 {len(given)} 个", f"may have {rule} characters, has {len(given)}"
    ),
    "minimum": lambda rule, _given: Words(f"不能小于 {rule}", f"cannot be less than {rule}"),
    "maximum": lambda rule, _given: Words(f"不能大于 {rule}", f"cannot be more than {rule}"),
    "minItems": lambda rule, given: Words(
        f"至少 {rule} 项，现为 {len(given)} 项", f"needs {rule} items, has {len(given)}"
    ),
    "maxItems": lambda rule, given: Words(
        f"最多 {rule} 项，现为 {len(given)} 项", f"may have {rule} items, has {len(given)}"
    ),
    "maxProperties": lambda rule, given: Words(
        f"最多 {rule} 项，现为 {len(given)} 项", f"may have {rule} members, has {len(given)}"
    ),
    "uniqueItems": lambda _rule, _given: Words("有重复的项", "has an item twice"),
}


def words_of(error: ValidationError) -> Words:
    """Return what a schema says of a value, in both languages."""
    sentence = _SENTENCES.get(str(error.validator))
    if sentence is None:
        return Words("不符合契约", "is not as the contract says")
    return sentence(error.validator_value, error.instance)
