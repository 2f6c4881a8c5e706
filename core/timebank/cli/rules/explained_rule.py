"""An explained rule as people read it, in about five lines, and as plain values."""

from __future__ import annotations

from typing import Any

from timebank.bank.rule_explaining import ExplainedRule
from timebank.cli.rules.near import near, unfrozen
from timebank.domain.words import Words

_NOT_WRITTEN = Words("没有写", "not written")


def lines(found: ExplainedRule) -> list[Words]:
    """Return what there is to say, in about five lines."""
    value, none = found.value or _NOT_WRITTEN, _NOT_WRITTEN
    if not found.written and found.value is not None:
        value = Words(f"{none.zh}，等于 {value.zh}", f"{none.en}, which means {value.en}")
    place = f"{near(found.file)}:{found.line}"
    lines = [
        Words(f"{found.name.zh}（{found.path}）：{value.zh}", f"{found.name.en} ({found.path}): {value.en}")
    ]
    if found.meaning is not None and found.meaning.zh not in found.name.zh:
        lines.append(Words(f"含义  {found.meaning.zh}", f"meaning  {found.meaning.en}"))
    if found.basis is not None:
        lines.append(Words(f"依据  {found.basis.words.zh}", f"basis    {found.basis.words.en}"))
    lines.append(Words(f"位置  {place}", f"place    {place}"))
    return [*lines, _since(found)]


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


def plain(found: ExplainedRule) -> dict[str, Any]:
    """Return an explained rule as plain values, with both languages in it."""
    history, basis = found.history, found.basis
    return {
        "path": found.path,
        "name": _both(found.name),
        "written": found.written,
        "value": unfrozen(found.plain),
        "said": _both(found.value),
        "meaning": _both(found.meaning),
        "basis": basis
        and {"kind": basis.kind, "text": basis.text, "path": basis.path, **(_both(basis.words) or {})},
        "file": near(found.file),
        "line": found.line,
        "digest": found.rules.digest,
        "since": history.since.effective_from.isoformat(),
        "versions_unchanged": history.unchanged,
        "before": history.before and {"file": history.before.file, "said": _both(found.was)},
    }


def _both(words: Words | None) -> dict[str, str] | None:
    return None if words is None else {"zh": words.zh, "en": words.en}
