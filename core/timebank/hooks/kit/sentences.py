"""Promises about what people read: reasons in two languages, each with its rule; keys that explain themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from timebank.domain.refusal import Refusal
from timebank.domain.words import Words
from timebank.hooks.kit.asking import CHECKS, Asking
from timebank.hooks.kit.register import NotTaken
from timebank.hooks.kit.transcript import Breach, Transcript
from timebank.rules import Problem, RuleMissing
from timebank.rules.plugin_keys import silent_keys
from timebank.rules.schema_file import written_out

_CODE = re.compile(r"[a-z][a-z0-9_]*")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]{2}")


def refusals_in_two_languages(city: Transcript) -> Iterator[Breach]:
    """Find refusals without a code, or whose sentence is missing in a language."""
    for one, refusal in _refusals(city):
        if not _CODE.fullmatch(str(refusal.code)):
            yield _breach(one, f"代码 {refusal.code!r} 不合规", f"{refusal.code!r} is no code")
        if not _is_bilingual(refusal.words):
            yield _breach(
                one, f"“{refusal.words}”缺中文或英文", f"{refusal.words!r} lacks Chinese or English"
            )


def refusals_name_rules(city: Transcript) -> Iterator[Breach]:
    """Find refusals whose rule path is missing, not in the file, or without source and assumption."""
    for one, refusal in _refusals(city):
        path = str(refusal.rule_path)
        if not path or not one.rules.has(path):
            zh = f"拒绝 {refusal.code} 的规则“{path}”不在文件里"
            yield _breach(one, zh, f"refusal {refusal.code}: the file has no rule {path!r}")
            continue
        try:
            one.rules.basis(path)
        except RuleMissing:
            zh = f"拒绝 {refusal.code} 的规则“{path}”没有依据"
            yield _breach(one, zh, f"refusal {refusal.code}: {path!r} has neither source nor assumed")


def _refusals(city: Transcript) -> Iterator[tuple[Asking, Refusal]]:
    for one in city.of(*CHECKS):
        for refusal in one.answer if isinstance(one.answer, list | tuple) else ():
            if isinstance(refusal, Refusal):
                yield one, refusal


def problems_say_where(city: Transcript) -> Iterator[Breach]:
    """Find problems that point nowhere in the file, or whose sentence is missing in a language."""
    for _, changed, said in city.changed:
        for one in said:
            for problem in one.answer if isinstance(one.answer, list | tuple) else ():
                if not isinstance(problem, Problem):
                    yield _breach(one, f"{problem!r} 不是 Problem", f"{problem!r} is no Problem")
                elif not _is_bilingual(problem.words):
                    yield _breach(
                        one, f"“{problem.words}”缺中文或英文", f"{problem.words!r} lacks a language"
                    )
                elif str(problem.path).split(".")[0] not in changed.tree:
                    yield _breach(
                        one, f"“{problem.path}”不在文件里", f"{problem.path!r} is nowhere in the file"
                    )


def checked_rules_work(city: Transcript) -> Iterator[Breach]:
    """Find rule files that the checks let pass and under which hooks then fail."""
    for what, changed, said in city.changed:
        failed = [one for one in said if one.failed is not None]
        if not failed and not any(one.answer for one in said):
            failed = [one for one in city.on_changed(changed) if _is_failure(one)]
        if failed:
            zh = f"规则文件这样写（{what}）检查不出，办事时抛出 {failed[0].failed!r}"
            en = f"written so ({what}) the file passes its check, and then {failed[0].failed!r} is raised"
            yield _breach(failed[0], zh, en)


def _is_failure(one: Asking) -> bool:
    return one.failed is not None and not isinstance(one.failed, NotTaken)


def keys_are_a_closed_schema(city: Transcript) -> Iterator[Breach]:
    """Find rule keys that are no JSON Schema, or that let unknown keys pass."""
    for one in city.of("timebank_rule_keys"):
        if not isinstance(one.answer, Mapping):
            continue
        try:
            Draft202012Validator.check_schema(dict(one.answer))
        except SchemaError as error:
            yield _breach(one, f"不是 JSON Schema：{error.message}", f"is no JSON Schema: {error.message}")
            continue
        for path, block in _blocks(written_out(one.answer), "extensions"):
            if block.get("type") == "object" and "additionalProperties" not in block:
                yield _breach(one, f"{path} 放过不认识的键", f"{path} lets unknown keys pass")


def keys_explain_themselves(city: Transcript) -> Iterator[Breach]:
    """Find rule keys without x-zh and x-en."""
    for one in city.of("timebank_rule_keys"):
        if not isinstance(one.answer, Mapping):
            continue
        for path in silent_keys(one.answer, "extensions"):
            yield _breach(one, f"{path} 缺 x-zh 或 x-en", f"{path} lacks x-zh or x-en")


def _blocks(schema: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every block of a schema that describes keys, with its path."""
    if not isinstance(schema, Mapping):
        return
    yield path, schema
    for key, inner in _mapping(schema.get("properties")).items():
        yield from _blocks(inner, f"{path}.{key}")
    for key in ("additionalProperties", "items"):
        yield from _blocks(schema.get(key), f"{path}.*")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _is_bilingual(words: Any) -> bool:
    zh, en = getattr(words, "zh", None), getattr(words, "en", None)
    if not isinstance(zh, str) or not isinstance(en, str):
        return False
    return bool(_CHINESE.search(zh) and _LATIN.search(en))


def _breach(one: Asking, zh: str, en: str) -> Breach:
    return Breach(str(one), Words(zh, en))
