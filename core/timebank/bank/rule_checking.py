"""Checking a city, a rule file or a draft, for whoever wants to know: the command line, an API, a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from timebank.bank.rule_desk import RuleDesk
from timebank.domain.refusal import PluginFailed
from timebank.rules import Fault, RuleSet, rule_files
from timebank.rules.characters import decoded
from timebank.rules.faults import fault
from timebank.rules.nodes import read_nodes
from timebank.rules.rule_set import rule_set_of
from timebank.rules.versions import faults_between_versions


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    Attributes:
        files: what was checked.
        faults: everything wrong, in the order of files and lines; each names its file by its whole path.
        plugin_failed: what the city's plugin did wrong when it was asked, or None.
    """

    files: tuple[Path, ...]
    faults: tuple[Fault, ...]
    plugin_failed: PluginFailed | None = None


def checked(desk: RuleDesk) -> Checked:
    """Return everything wrong with the file or draft a desk was opened for, or with all files of its city.

    A file is judged by itself, then among the published versions beside it as they stand; those are not judged.

    Raises:
        BadInput: the city's plugin is missing or cannot be imported.
    """
    if desk.file is None:
        return _checked_files(desk, rule_files(desk.folder))
    return _checked_files(desk, [desk.file])


def _checked_files(desk: RuleDesk, files: Sequence[Path]) -> Checked:
    faults: list[Fault] = []
    read: list[tuple[Path, RuleSet]] = []
    failed: PluginFailed | None = None
    for file in files:
        try:
            rule_set, found = desk.read(file)
        except PluginFailed as error:
            failed, rule_set, found = error, None, [_failed(file, error)]
        faults.extend(replace(one, file=str(file)) for one in found)
        if rule_set is not None:
            read.append((file, rule_set))
    if not files:
        faults.append(fault("V08", str(desk.folder), (1, 1), ()))
    if not faults:
        faults.extend(_between(desk, read))
    return Checked(tuple(files), tuple(sorted(faults)), failed)


def _failed(file: Path, error: PluginFailed) -> Fault:
    why = str(error.__cause__ or error.words.en)
    return fault("P03", file.name, (1, 1), (), plugin=error.plugin, hook=error.hook, why=why)


def _between(desk: RuleDesk, read: Sequence[tuple[Path, RuleSet]]) -> list[Fault]:
    """Return how the files that were read follow each other and the published versions beside them."""
    mine = {file.resolve() for file, _ in read}
    beside: list[RuleSet] = []
    for file in rule_files(desk.folder):
        if file.resolve() in mine:
            continue
        version = _as_it_stands(file)
        if version is None:
            return [
                replace(
                    fault("V13", "", (1, 1), (), name=file.name), file=str(read[0][0]), severity="warning"
                )
            ]
        beside.append(version)
    found = faults_between_versions([*beside, *(rule_set for _, rule_set in read)])
    paths = {rule_set.file: file for file, rule_set in read}
    return [replace(one, file=str(paths[one.file])) for one in found if one.file in paths]


def _as_it_stands(file: Path) -> RuleSet | None:
    """Return a version of which nothing more is asked than when it begins and what it offers, or None."""
    content = file.read_bytes()
    text, broken = decoded(content, file.name)
    reading = read_nodes(text, file.name)
    if broken or reading.faults or reading.tree is None:
        return None
    try:
        return rule_set_of(file.name, content, reading.tree, reading.positions)
    except (KeyError, TypeError, ValueError, AttributeError):  # it lacks its city or the day it begins
        return None
