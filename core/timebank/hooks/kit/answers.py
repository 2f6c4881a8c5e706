"""Promises about what hooks answer: of the right type, exact, within bounds, the same again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from timebank.domain.offer import Score
from timebank.domain.refusal import Refusal
from timebank.domain.registry import LookedUp
from timebank.domain.settlement import Charge, Credit, Proposal
from timebank.domain.words import Words
from timebank.hooks.bounds import proposal_fault, scores_fault, unruled_fault
from timebank.hooks.kit.asking import CHECKS, Asking, implementations, interview, parts_of
from timebank.hooks.kit.deck import Question
from timebank.hooks.kit.register import NotTaken
from timebank.hooks.kit.transcript import Breach, Transcript
from timebank.rules import Problem


def every_question_answered(city: Transcript) -> Iterator[Breach]:
    """Find hooks that raise in place of answering."""
    for one in city.askings:
        if one.failed is not None and not isinstance(one.failed, NotTaken):
            yield _breach(one, f"抛出异常 {one.failed!r}", f"raised {one.failed!r}")


def right_types(city: Transcript) -> Iterator[Breach]:
    """Find answers of another type than the hook's."""
    for one in city.askings:
        is_right = _TYPES.get(one.question.hook)
        if (
            one.failed is None
            and one.answer is not None
            and is_right is not None
            and not is_right(one.answer)
        ):
            yield _breach(one, f"答了 {one.answer!r}", f"answered {one.answer!r}")


def _many_of(kind: type) -> Callable[[Any], bool]:
    return lambda answer: isinstance(answer, list | tuple) and all(isinstance(part, kind) for part in answer)


def _is_proposal(answer: Any) -> bool:
    if not isinstance(answer, Proposal):
        return False
    lines: Any = answer.credits
    credits_fit = isinstance(lines, tuple) and all(isinstance(line, Credit) for line in lines)
    return credits_fit and isinstance(answer.charge, Charge | None)


def _is_scores(answer: Any) -> bool:
    return isinstance(answer, tuple) and all(isinstance(score, Score) for score in answer)


_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "timebank_rule_keys": lambda answer: isinstance(answer, Mapping),
    "timebank_check_rules": _many_of(Problem),
    **dict.fromkeys(CHECKS, _many_of(Refusal)),
    "timebank_credit_visit": _is_proposal,
    "timebank_rank_volunteers": _is_scores,
    "timebank_look_up": lambda answer: isinstance(answer, LookedUp),
}


def exact_minutes(city: Transcript) -> Iterator[Breach]:
    """Find minutes that are neither whole nor a Fraction."""
    for one in city.of("timebank_credit_visit"):
        for line in parts_of(one.answer):
            if isinstance(line, Credit | Charge) and not _is_exact(line.minutes):
                yield _breach(one, f"分钟数是 {line.minutes!r}", f"the minutes are {line.minutes!r}")


def _is_exact(minutes: Any) -> bool:
    return isinstance(minutes, int | Fraction) and not isinstance(minutes, bool)


def no_floats(city: Transcript) -> Iterator[Breach]:
    """Find binary floats anywhere in an answer."""
    for one in city.askings:
        for part in parts_of(one.answer):
            if isinstance(part, float):
                yield _breach(one, f"答复里有浮点数 {part!r}", f"the answer holds the float {part!r}")


def credits_within_bounds(city: Transcript) -> Iterator[Breach]:
    """Find credits to others than those who served, to other kinds of account, or beyond all measure."""
    for one in city.of("timebank_credit_visit"):
        fault = proposal_fault(one.answer, one.given["visit"]) if _is_proposal(one.answer) else None
        if fault is not None:
            yield _breach(one, f"不合规：{fault.zh}", fault.en)


def credits_follow_rules(city: Transcript) -> Iterator[Breach]:
    """Find credits and charges whose unit or rule path the file does not have."""
    for one in city.of("timebank_credit_visit"):
        if not _is_proposal(one.answer):
            continue
        rules, charge_rules = one.rules, one.given["charge_rules"]
        fault = unruled_fault(one.answer, rules, charge_rules)
        charge = one.answer.charge
        if fault is None and charge is not None and not charge_rules.has(charge.rule_path):
            path = repr(charge.rule_path)
            fault = Words(f"{path} 在规则文件里找不到", f"{path} is nowhere in the rule file")
        if fault is not None:
            yield _breach(one, fault.zh, fault.en)


def everybody_ranked_once(city: Transcript) -> Iterator[Breach]:
    """Find rankings that leave somebody out, name somebody twice or count in other than whole numbers."""
    for one in city.of("timebank_rank_volunteers"):
        if not _is_scores(one.answer):
            continue
        candidates = one.given["candidates"]
        fault = scores_fault(one.answer, candidates)
        if fault is None and len(one.answer) != len(candidates):
            asked, given = len(candidates), len(one.answer)
            fault = Words(f"{asked} 位候选人，{given} 个分数", f"{asked} candidates, {given} scores")
        if fault is not None:
            yield _breach(one, f"不合规：{fault.zh}", fault.en)


def ranking_ignores_order(city: Transcript) -> Iterator[Breach]:
    """Find rankings that depend on the order in which candidates happen to be listed."""
    for one in city.of("timebank_rank_volunteers"):
        given = {**one.question.given, "candidates": one.given["candidates"][::-1]}
        turned = interview(city.city, [Question(one.question.hook, one.question.about, given)])
        for other in turned:
            if (
                other.plugin == one.plugin
                and not other.failed
                and _sorted(other.answer) != _sorted(one.answer)
            ):
                yield _breach(one, "候选人换个次序，得分就变", "another order of candidates, other scores")


def _sorted(answer: Any) -> list[str]:
    return sorted(map(str, answer)) if isinstance(answer, tuple) else []


def inputs_unchanged(city: Transcript) -> Iterator[Breach]:
    """Find hooks that change what they were given."""
    for one in city.askings:
        if one.changed:
            names = ", ".join(one.changed)
            yield _breach(one, f"改动了 {names}", f"changed {names}")


def same_answer_again(city: Transcript) -> Iterator[Breach]:
    """Find hooks that answer the same question differently the second time."""
    for one in city.askings:
        both_failed = isinstance(one.again, BaseException) and one.failed is not None
        if not both_failed and (one.failed or one.answer) != one.again:
            first = one.failed or one.answer
            yield _breach(one, f"先答 {first!r}，后答 {one.again!r}", f"said {first!r}, then {one.again!r}")


def nothing_opened(city: Transcript) -> Iterator[Breach]:
    """Find hooks that open files, sockets or processes; to describe its keys, at load, a plugin may read its own."""
    for one in city.askings:
        if one.outside and one.question.hook != "timebank_rule_keys":
            opened = ", ".join(one.outside[:3])
            yield _breach(one, f"自行对外：{opened}", f"reached outside by itself: {opened}")


def known_hooks(city: Transcript) -> Iterator[Breach]:
    """Find functions that look like hooks and are none: misspelt, or without the mark."""
    manager = city.city.asker.manager
    for name, plugin in manager.list_name_plugin():
        if plugin is None:
            continue
        for hook in (one for one in dir(plugin) if one.startswith("timebank_")):
            specified = hasattr(manager.hook, hook) and getattr(manager.hook, hook).spec is not None
            if callable(getattr(plugin, hook)) and not specified:
                yield Breach(f"{name}: {hook}", Words("没有这个钩子", "there is no such hook"))
            elif callable(getattr(plugin, hook)) and name not in _implementers(city, hook):
                yield Breach(f"{name}: {hook}", Words("没有写 @hookimpl", "it is not marked @hookimpl"))


def _implementers(city: Transcript, hook: str) -> set[str]:
    return {impl.plugin_name for impl in implementations(city.city, hook)}


def _breach(one: Asking, zh: str, en: str) -> Breach:
    return Breach(str(one), Words(zh, en))
