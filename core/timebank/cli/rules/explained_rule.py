"""An explained rule as people read it, in about five lines, and as plain values."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from timebank.bank.rule_explaining import ExplainedRule
from timebank.cli.rules.near import near, unfrozen
from timebank.domain.words import Words

if TYPE_CHECKING:
    from timebank.stories.covering import Covered
    from timebank.stories.story import Story

_SHOWN = 3
_NOT_WRITTEN = Words("没有写", "not written")


def lines(found: ExplainedRule, covered: Covered | None = None) -> list[Words]:
    """Return what there is to say, in about five lines.

    Args:
        found: the rule.
        covered: the cases that met it; None where they were not played.
    """
    value = found.value or _NOT_WRITTEN
    if not found.written:
        value = _unwritten(found)
    said = [
        Words(f"{found.name.zh}（{found.path}）：{value.zh}", f"{found.name.en} ({found.path}): {value.en}")
    ]
    if found.meaning is not None and found.meaning.zh not in found.name.zh:
        said.append(Words(f"含义  {found.meaning.zh}", f"meaning  {found.meaning.en}"))
    if found.written and found.basis is not None:
        said.append(Words(f"依据  {found.basis.words.zh}", f"basis    {found.basis.words.en}"))
    said.append(_place(found))
    return [*said, _since(found), *([] if covered is None else [_cases(covered)])]


def _unwritten(found: ExplainedRule) -> Words:
    """Return what holds by default, where a rule is not written."""
    none, means = _NOT_WRITTEN, found.value or found.left_out
    if means is None:
        return none
    if found.value is not None:
        return Words(f"{none.zh}，等于 {means.zh}", f"{none.en}, which means {means.en}")
    return Words(f"{none.zh}：{means.zh}", f"{none.en}: {means.en}")


def _place(found: ExplainedRule) -> Words:
    """Return where a rule stands, or where it would."""
    file, line, block = near(found.file), found.line, found.path.rpartition(".")[0]
    if found.written:
        return Words(f"位置  {file}:{line}", f"place    {file}:{line}")
    if not block:
        return Words(
            f"位置  {file} 里没有它；要写就写在最外层", f"place    not in {file}; it would stand outermost"
        )
    return Words(
        f"位置  {file} 里没有它；要写就写在第 {line} 行起的 {block} 里",
        f"place    not in {file}; it would stand under {block}, line {line}",
    )


def _cases(covered: Covered) -> Words:
    """Return which cases met the rule: how many, and the first of them."""
    failing = Words("", "")
    if covered.failing:
        failing = Words(
            f"；另有 {covered.failing} 个用例与所写不符", f"; {covered.failing} other case(s) fail"
        )
    count = len(covered.stories)
    if not count:
        return Words(f"用例  没有用例读到它{failing.zh}", f"cases    none met it{failing.en}")
    names = [f"{Path(story.file).name}:{story.line} {story.id}" for story in covered.stories[:_SHOWN]]
    zh, en = "、".join(names), ", ".join(names)
    if count > _SHOWN:
        zh, en = f"{zh} 等", f"{en} and {count - _SHOWN} more"
    return Words(f"用例  {count} 个读到它：{zh}{failing.zh}", f"cases    {count} met it: {en}{failing.en}")


def _since(found: ExplainedRule) -> Words:
    history = found.history
    start, many = history.since.effective_from, history.unchanged
    zh = f"自    {start} 起，{many} 个版本未变" if many > 1 else f"自    {start} 起"
    en = f"since    {start}, unchanged over {many} versions" if many > 1 else f"since    {start}"
    if history.before is None:
        return Words(f"{zh}；此前没有规则", f"{en}; there were no rules before")
    was = found.was or _NOT_WRITTEN
    return Words(
        f"{zh}；此前（{history.before.stem}）：{was.zh}", f"{en}; before ({history.before.stem}): {was.en}"
    )


def plain(found: ExplainedRule, covered: Covered | None = None) -> dict[str, Any]:
    """Return an explained rule as plain values, with both languages in it."""
    history, basis = found.history, found.basis
    return {
        "path": found.path,
        "name": _both(found.name),
        "written": found.written,
        "value": unfrozen(found.plain),
        "said": _both(found.value),
        "left_out": _both(found.left_out),
        "meaning": _both(found.meaning),
        "basis": basis
        and {"kind": basis.kind, "text": basis.text, "path": basis.path, **(_both(basis.words) or {})},
        "file": near(found.file),
        "line": found.line,
        "digest": found.rules.digest,
        "since": history.since.effective_from.isoformat(),
        "versions_unchanged": history.unchanged,
        "cases": None if covered is None else [_case(story) for story in covered.stories],
        "before": history.before and {"file": history.before.file, "said": _both(found.was)},
    }


def _case(story: Story) -> dict[str, Any]:
    return {
        "name": story.id,
        "file": story.file,
        "line": story.line,
        "zh": story.title.zh,
        "en": story.title.en,
    }


def _both(words: Words | None) -> dict[str, str] | None:
    return None if words is None else {"zh": words.zh, "en": words.en}
