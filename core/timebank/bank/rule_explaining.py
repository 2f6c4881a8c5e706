"""One rule explained: its value, its meaning, its article, its line, and since when. No database is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from timebank.bank.rule_comparing import read_whole
from timebank.bank.rule_desk import RuleDesk, desk_of
from timebank.domain.refusal import WrongUse
from timebank.domain.words import Words
from timebank.rules import Basis, RuleBook, RulesBroken, RuleSet
from timebank.rules.basis import nearest_basis
from timebank.rules.comparing.history import History, history_of
from timebank.rules.in_words import InWords
from timebank.rules.left_out import left_out
from timebank.rules.rule_book import version_order
from timebank.rules.schema_file import help_for, schema_at, with_slots
from timebank.rules.suggestions import nearest

Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class ExplainedRule:
    """What there is to say of one rule.

    Attributes:
        rules: the version it stands in.
        file: that version's file.
        path: dotted path.
        name: the rule in the words of its readers.
        written: whether the file writes it; else ``plain`` and ``value`` are what leaving it out means, or None.
        plain: the value as the file has it.
        value: the value as people say it.
        left_out: what holds where neither it nor such a value is written; None where one is.
        meaning: what its key means, or None where the schema does not say.
        basis: the article or the assumption it rests on, or None.
        line: where it stands, from 1; of the block around it where it is not written.
        history: since when it has been so.
        was: what it was before, as people say it; None where it was not written, or there is no version before.
    """

    rules: RuleSet
    file: Path
    path: str
    name: Words
    written: bool
    plain: Any
    value: Words | None
    left_out: Words | None
    meaning: Words | None
    basis: Basis | None
    line: int
    history: History
    was: Words | None


def explain_rule(name: str, path: str, config: Path, on: date | None = None) -> ExplainedRule:
    """Return what there is to say of one rule.

    Args:
        name: a city, a rule file or a draft.
        path: dotted path of the rule, such as ``caps.store.limit``.
        config: the configuration file.
        on: of a city, the local day whose rules are meant; the present day unless given.

    Raises:
        WrongUse: the name means nothing, or there is no such path; the nearest is named.
        NoRulesYet: the city had no rules on that day.
        RulesBroken: a rule file has faults.
    """
    desk = desk_of(name, config)
    versions = _versions(desk)
    rules = versions[-1] if desk.file is not None else _in_force(desk, versions, on)
    schema = with_slots(desk.plugin_keys)
    steps = _steps(path)
    _check_known(rules, steps, schema)
    known = [version for version in versions if version_order(version) <= version_order(rules)]
    history = history_of(path, known, schema)
    written = path in rules.by_path
    plain = rules.by_path[path] if written else _default(steps, schema)
    return ExplainedRule(
        rules=rules,
        file=desk.file or desk.folder / rules.file,
        path=path,
        name=InWords(rules.tree, schema).name(steps),
        written=written,
        plain=plain,
        value=None if plain is None else InWords(rules.tree, schema).value(steps, plain),
        left_out=left_out(steps, schema) if plain is None else None,
        meaning=help_for(steps, schema),
        basis=nearest_basis(rules.tree, steps),
        line=rules.line(steps),
        history=history,
        was=_was(history.before, path, schema),
    )


def _was(before: RuleSet | None, path: str, schema: Mapping[str, Any]) -> Words | None:
    """Return a rule's value in the version before, as people say it, or None where it was not written."""
    was = None if before is None else before.by_path.get(path)
    return None if before is None or was is None else InWords(before.tree, schema).value(_steps(path), was)


def _versions(desk: RuleDesk) -> list[RuleSet]:
    """Return the versions to look at, in order; where one file was named, up to that file."""
    found, faults = desk.versions()
    if any(fault.severity == "error" for fault in faults):
        raise RulesBroken(faults)
    ordered = sorted(found, key=version_order)
    if desk.file is None:
        return ordered
    named = read_whole(desk, desk.file)
    earlier = [version for version in ordered if version_order(version) < version_order(named)]
    return [*earlier, named]


def _in_force(desk: RuleDesk, versions: Sequence[RuleSet], on: date | None) -> RuleSet:
    book = RuleBook(desk.city, versions)
    return book.on(on or datetime.now(UTC).astimezone(book.timezone).date())


def _check_known(rules: RuleSet, path: Steps, schema: Mapping[str, Any]) -> None:
    """Refuse a path that is neither written nor could be written where its block stands."""
    dotted = ".".join(map(str, path))
    around = ".".join(map(str, path[:-1]))
    block = schema_at(path[:-1], schema) or {}
    if dotted in rules.by_path or (
        (not around or around in rules.by_path) and path[-1] in block.get("properties", {})
    ):
        return
    meant = _called(rules, dotted) or nearest(dotted, rules.by_path)
    inside = [
        key for key in rules.by_path if key.startswith(f"{around}.") and "." not in key[len(around) + 1 :]
    ]
    zh = f"{rules.city} 的 {rules.file} 里没有“{dotted}”。" + (f"是不是 {meant}？" if meant else "")
    en = f"{rules.file} of {rules.city} has no “{dotted}”." + (f" Did you mean {meant}?" if meant else "")
    known = inside or list(rules.tree)
    zh, en = f"{zh}可以写：{'、'.join(known)}。", f"{en} One may ask for: {', '.join(known)}."
    raise WrongUse(Words(zh, en))


def _called(rules: RuleSet, name: str) -> str | None:
    """Return the first path that ends in a name, or whose label in either language is that name; None where none is."""
    for path, value in rules.by_path.items():
        around, _, language = path.rpartition(".label.")
        if path.endswith(f".{name}"):
            return path
        if language and value == name:
            return around
    return None


def _default(path: Steps, schema: Mapping[str, Any]) -> Any:
    return (schema_at(path, schema) or {}).get("default")


def _steps(path: str) -> Steps:
    return tuple(int(step) if step.isdecimal() else step for step in path.split("."))
