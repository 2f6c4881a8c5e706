"""Which two versions of a city's rules are meant, and what differs between them by meaning. No database is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from timebank.bank.naming import DRAFTS
from timebank.bank.rule_desk import RuleDesk, desk_of
from timebank.domain.refusal import WrongUse
from timebank.domain.words import Words
from timebank.rules import RulesBroken, RuleSet, rule_files
from timebank.rules.comparing import Difference, differences
from timebank.rules.comparing.comments import CommentChanges, comment_changes
from timebank.rules.rule_book import correction_number, version_order
from timebank.rules.schema_file import with_slots
from timebank.rules.suggestions import nearest

_BOTH = 2


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of rules and what differs between them.

    Attributes:
        before: the rules as they were.
        after: the rules as they are.
        differences: by section, as the schema orders them.
        comments: the comments that one of the two has alone; they decide nothing.
    """

    before: RuleSet
    after: RuleSet
    differences: tuple[Difference, ...]
    comments: CommentChanges


def compare(names: Sequence[str], config: Path) -> Comparison:
    """Return what differs between the two versions that names mean.

    Args:
        names: a city and up to two of its versions by their file names without ``.yaml``; or one or two files or drafts.
            One version is compared with the rules in force before it, a city alone by its last version.
        config: the configuration file.

    Raises:
        WrongUse: a name means nothing, or there is no version before the one that is named.
        RulesBroken: a file has faults.
    """
    desk = desk_of(names[0], config)
    if desk.file is None:
        files = [version_file(desk, name) for name in names[1:]] or [rule_files(desk.folder)[-1]]
        desks = [desk] * len(files)
    else:
        desks = [desk, *(desk_of(name, config) for name in names[1:])]
        files = [one.file for one in desks if one.file is not None]
    if len(files) > _BOTH or len(files) < len(desks):
        raise _too_many()
    after = read_whole(desks[-1], files[-1])
    before = read_whole(desks[0], files[0]) if len(files) == _BOTH else version_before(desks[0], after)
    slots: Mapping[str, Any] = {**desks[0].plugin_keys, **desks[-1].plugin_keys}
    found = differences(before, after, with_slots(slots))
    return Comparison(before, after, found, comment_changes(before, after))


def version_file(desk: RuleDesk, stem: str) -> Path:
    """Return the file of a city's published version.

    Raises:
        WrongUse: the city has no such version.
    """
    files = {file.name.removesuffix(".yaml"): file for file in rule_files(desk.folder)}
    name = stem.removesuffix(".yaml")
    if name in files:
        return files[name]
    zh, en = f"{desk.city} 没有“{stem}”这一版。", f"{desk.city} has no version “{stem}”."
    draft = desk.folder / DRAFTS / f"{Path(name).name}.yaml"
    if draft.is_file():
        zh, en = (
            f"{zh}有这一份草案，请只写它：{draft}。",
            f"{en} There is a draft of it; name that alone: {draft}.",
        )
    elif meant := nearest(name, files):
        zh, en = f"{zh}是不是 {meant}？", f"{en} Did you mean {meant}?"
    raise WrongUse(Words(f"{zh}已有的版本：{'、'.join(files)}。", f"{en} It has: {', '.join(files)}."))


def read_whole(desk: RuleDesk, file: Path) -> RuleSet:
    """Return one rule file that has no fault by itself.

    Raises:
        RulesBroken: it has.
    """
    rule_set, faults = desk.read(file)
    if rule_set is None or any(found.severity == "error" for found in faults):
        raise RulesBroken(faults)
    return rule_set


def version_before(desk: RuleDesk, rule_set: RuleSet) -> RuleSet:
    """Return the published rules that were in force before a version or draft; for a correction, what it corrects.

    Raises:
        WrongUse: there are none.
        RulesBroken: they have faults.
    """
    order = version_order(rule_set)
    earlier = [file for file in rule_files(desk.folder) if _order(file) < order]
    if earlier:
        return read_whole(desk, max(earlier, key=_order))
    zh = f"{rule_set.file} 之前 {desk.city} 没有别的版本可以比较。请写明两个版本或两个文件。"
    en = f"{desk.city} has no version before {rule_set.file} to compare with. Name two versions or two files."
    raise WrongUse(Words(zh, en))


def _order(file: Path) -> tuple[date, int]:
    """Return where a published file stands among the versions, by its name."""
    stem = file.name.removesuffix(".yaml")
    return (date.fromisoformat(stem[:10]), correction_number(stem))


def _too_many() -> WrongUse:
    zh = "请写一个城市和至多两个版本，或者一两个规则文件。"
    return WrongUse(Words(zh, "Name a city and up to two of its versions, or one or two rule files."))
