"""``timebank rules diff``: what differs between two versions of the rules, by meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import click

from timebank.bank.rule_comparing import Comparison, compare
from timebank.cli.options import rules_options
from timebank.cli.rules.near import unfrozen
from timebank.cli.session import Session
from timebank.domain.words import Words
from timebank.rules.comparing import Difference, Kind
from timebank.rules.comparing.comments import Comment, CommentChanges
from timebank.rules.comparing.differences import Side
from timebank.rules.comparing.kinds import WORDLY

_HELP = """按含义比较两版规则：放宽、收紧、新增、取消、改变，各有新旧数值和条款；措辞、依据、注释的改动另列。

Compare two versions of the rules by meaning: looser, tighter, new, gone, changed, each with both values and its article;
changes of wording, of basis and of comments stand
apart.

写城市和两个版本；只写一个版本就与它之前施行的比较；也可以写一两个规则文件或草案。
Name a city and two of its versions, or one or two files or drafts; one alone is compared with what was in force before.

\b
例 · Examples:
  timebank rules diff CITY 2026-01-01 2026-07-01
  timebank rules diff CITY 2026-07-01
  timebank rules diff config/CITY/drafts/2027-01-01.yaml
  timebank rules diff old.yaml new.yaml
"""
_NOTHING = Words("没有写", "not written")
_STEP = " › "
_MOST_COMMENTS = 12
_STYLES = {Kind.LOOSER: "green", Kind.TIGHTER: "red", Kind.NEW: "cyan", Kind.GONE: "magenta"}


@click.command("diff", help=_HELP)
@click.argument("names", nargs=-1, required=True, metavar="[CITY] VERSION [VERSION]")
@rules_options
def command(session: Session, names: tuple[str, ...]) -> int:
    """Compare two versions."""
    found = compare(names, session.config)
    if session.as_json:
        session.give(plain(found))
    else:
        _tell(session, found)
    return 0


def plain(found: Comparison) -> dict[str, Any]:
    """Return a comparison as plain values, with both languages in it."""
    return {
        "before": _version(found.before),
        "after": _version(found.after),
        "counts": {kind.value: many for kind, many in _counts(found.differences).items()},
        "differences": [
            {
                "kind": one.kind.value,
                "path": one.path,
                "section": one.section,
                "zh": one.name.zh,
                "en": one.name.en,
                "before": _side(one.before),
                "after": _side(one.after),
            }
            for one in found.differences
        ],
        "comments": {
            "gone": [_comment(one) for one in found.comments.gone],
            "new": [_comment(one) for one in found.comments.new],
        },
    }


def _comment(one: Comment) -> dict[str, Any]:
    return {"file": one.file, "line": one.line, "text": one.text}


def _version(rules: Any) -> dict[str, str]:
    return {
        "city": rules.city,
        "file": rules.file,
        "effective_from": rules.effective_from.isoformat(),
        "digest": rules.digest,
    }


def _side(side: Side) -> dict[str, Any]:
    basis = side.basis
    return {
        "value": unfrozen(side.plain),
        "zh": side.words.zh if side.words else None,
        "en": side.words.en if side.words else None,
        "file": side.file,
        "line": side.line,
        "basis": None
        if basis is None
        else {"kind": basis.kind, "text": basis.text, "zh": basis.words.zh, "en": basis.words.en},
    }


def _counts(found: Sequence[Difference]) -> dict[Kind, int]:
    counted = Counter(one.kind for one in found)
    return {kind: counted[kind] for kind in Kind}


def _tell(session: Session, found: Comparison) -> None:
    before, after = found.before, found.after
    title = f"{before.city} {before.stem} → {after.city if after.city != before.city else ''} {after.stem}"
    session.say(Words(*[" ".join(title.split())] * 2), "bold")
    rules = [one for one in found.differences if one.kind not in WORDLY]
    for section in dict.fromkeys(one.section for one in rules):
        inside = [one for one in rules if one.section == section]
        heading = Words(inside[0].name.zh.split(_STEP)[0], inside[0].name.en.split(_STEP)[0])
        session.say(Words(f"{heading.zh}（{section}）", f"{heading.en} ({section})"), "bold")
        for one in inside:
            _tell_rule(session, one)
    for kind in (Kind.WORDING, Kind.BASIS):
        _tell_apart(session, kind, [one for one in found.differences if one.kind is kind])
    _tell_comments(session, found.comments)
    session.say(_summary(found.differences))


def _tell_apart(session: Session, kind: Kind, found: Sequence[Difference]) -> None:
    """Tell changes of wording or of basis, each said once with the names of all it happened to."""
    if found:
        session.say(kind.words, "bold")
    same: dict[Words, list[Words]] = {}
    for one in found:
        same.setdefault(_values(one), []).append(one.name)
    for values, names in same.items():
        session.say(Words(f"  {values.zh}", f"  {values.en}"))
        zh, en = "；".join(name.zh for name in names), "; ".join(name.en for name in names)
        session.say(Words(f"        {zh}", f"        {en}"), "dim")


def _tell_comments(session: Session, comments: CommentChanges) -> None:
    """Tell the comments that one of the two has alone: the articles often stand there."""
    gone, new = comments.gone, comments.new
    if not gone and not new:
        return
    many, was, now = len(gone) + len(new), len(gone), len(new)
    zh = f"注释：{many} 行不同（旧版独有 {was} 行，新版独有 {now} 行），不影响规则"
    en = f"comments: {many} line(s) differ ({was} only before, {now} only after); they decide nothing"
    session.say(Words(zh, en), "bold")
    for mark, found in (("-", gone), ("+", new)):
        for one in found[:_MOST_COMMENTS]:
            line = f"  {mark} {one.file}:{one.line}  {one.text}"
            session.say(Words(line, line), "dim")
        more = len(found) - _MOST_COMMENTS
        if more > 0:
            session.say(Words(f"  {mark} 还有 {more} 行", f"  {mark} {more} more"), "dim")


def _tell_rule(session: Session, one: Difference) -> None:
    name = Words(*(text.partition(_STEP)[2] or text for text in (one.name.zh, one.name.en)))
    said = _named(one, name)
    kind = one.kind.words
    session.say(Words(f"  {kind.zh}  {said.zh}", f"  {kind.en:<8} {said.en}"), _STYLES.get(one.kind, ""))
    where = one.before if one.after.words is None else one.after
    place = f"{one.path}  {where.file}:{where.line}"
    basis = where.basis.words if where.basis else Words("", "")
    session.say(
        Words(f"        {place}  {basis.zh}".rstrip(), f"           {place}  {basis.en}".rstrip()), "dim"
    )


def _named(one: Difference, name: Words) -> Words:
    values = _values(one)
    return Words(f"{name.zh}：{values.zh}", f"{name.en}: {values.en}") if values.zh else name


def _values(one: Difference) -> Words:
    if one.kind is Kind.NEW and one.after.words:
        return one.after.words
    if one.kind is Kind.GONE and one.before.words:
        return one.before.words
    was, now = one.before.words or _NOTHING, one.after.words or _NOTHING
    return Words(f"{was.zh} → {now.zh}", f"{was.en} → {now.en}")


def _summary(found: Sequence[Difference]) -> Words:
    counts = [(kind, many) for kind, many in _counts(found).items() if many]
    if not counts:
        return Words("含义相同，没有改动。", "They mean the same; nothing differs.")
    zh = "，".join(f"{kind.words.zh} {many}" for kind, many in counts)
    en = ", ".join(f"{many} {kind.words.en}" for kind, many in counts)
    return Words(f"{zh}。", f"{en}.")
