"""From a city's folder to its rule book: every file read, checked, and all faults told at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path as Folder
from typing import Any

from timebank.domain.words import Words
from timebank.rules.characters import decoded
from timebank.rules.check import check_text
from timebank.rules.faults import Fault, RulesBroken, fault
from timebank.rules.in_force import RulesInForce
from timebank.rules.nodes import Place
from timebank.rules.on_disk import content_of
from timebank.rules.rule_book import RuleBook
from timebank.rules.rule_set import RuleSet, rule_set_of
from timebank.rules.versions import faults_between_versions

STORY = "demo.yaml"  # of a city's demonstration, beside its rule files
_ENDINGS = (".yaml", ".yml")
_RULE_FILE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:\.c[1-9][0-9]*)?\.yaml", re.ASCII)


@dataclass(frozen=True, slots=True)
class Problem:
    """What a plugin's own check finds wrong with a rule file.

    Attributes:
        path: dotted path of the rule, such as ``extensions.nanjing.team``.
        words: what is wrong and what to do.
    """

    path: str
    words: Words


Check = Callable[[RulesInForce], Iterable[Problem]]


def load_rule_book(
    folder: Folder,
    plugin_schema: Mapping[str, Mapping[str, Any]] | None = None,
    check: Check | None = None,
    contents: Mapping[str, bytes] | None = None,
) -> RuleBook:
    """Return the rule book of one city.

    Reads every ``<date>.yaml`` and ``<date>.c<n>.yaml`` of the folder and nothing else in it.

    Args:
        folder: the city's folder; its name is the city.
        plugin_schema: JSON Schemas of the plugins' own slots, by plugin name.
        check: a plugin's own check, asked about each file that has no other fault.
        contents: the city's rule files by name, where it is known already which they are; else those of the folder.

    Raises:
        RulesBroken: with all faults of all files.
    """
    faults: list[Fault] = []
    rule_sets: list[RuleSet] = []
    if contents is None:
        contents, faults = contents_of(folder)
    for name, content in contents.items():
        rule_set, found = read_rule_bytes(content, name, folder.name, plugin_schema, check)
        faults.extend(found)
        if rule_set is not None:
            rule_sets.append(rule_set)
    if not rule_sets and not faults:
        faults.append(fault("V08", str(folder), (1, 1), ()))
    if not faults:
        faults.extend(faults_between_versions(rule_sets))
    if faults:
        raise RulesBroken(faults)
    return RuleBook(folder.name, rule_sets)


def rule_files(folder: Folder) -> list[Folder]:
    """Return the rule files of a city's folder, in order of their names."""
    return sorted(file for file in folder.glob("*.yaml") if _RULE_FILE.fullmatch(file.name))


def misnamed_files(folder: Folder) -> list[Folder]:
    """Return the YAML files of a city's folder that nothing reads, for their names are those of no rule file."""
    others = (file for file in folder.iterdir() if file.suffix.casefold() in _ENDINGS and file.name != STORY)
    return sorted(file for file in others if not _RULE_FILE.fullmatch(file.name))


def contents_of(folder: Folder) -> tuple[dict[str, bytes], list[Fault]]:
    """Return the bytes of each rule file of a city's folder by its name, and a fault for each that is not to be read."""
    contents: dict[str, bytes] = {}
    faults: list[Fault] = []
    for file in rule_files(folder):
        content, found = content_of(file, folder)
        faults.extend(found)
        if not found:
            contents[file.name] = content
    return contents, faults


def read_rule_file(
    file: Folder,
    plugin_schema: Mapping[str, Mapping[str, Any]] | None = None,
    check: Check | None = None,
    city: str | None = None,
    folder: Folder | None = None,
) -> tuple[RuleSet | None, list[Fault]]:
    """Return one rule file as a rule set, or None and its faults.

    Args:
        file: a rule file or a draft.
        plugin_schema: JSON Schemas of the plugins' own slots, by plugin name.
        check: a plugin's own check, asked where the file has no other fault.
        city: the city the file must name; that of its folder unless given.
        folder: the city's folder, out of which no link may lead; that of the file unless given.
    """
    content, faults = content_of(file, folder or file.parent)
    if faults:
        return None, faults
    return read_rule_bytes(content, file.name, city or file.parent.name, plugin_schema, check)


def read_rule_bytes(
    content: bytes,
    file: str,
    city: str,
    plugin_schema: Mapping[str, Mapping[str, Any]] | None = None,
    check: Check | None = None,
) -> tuple[RuleSet | None, list[Fault]]:
    """Return what a file with these bytes and this name would be: a rule set, or None and its faults."""
    text, faults = decoded(content, file)
    if faults:
        return None, faults
    result = check_text(text, file, plugin_schema, city=city)
    if result.tree is None or any(found.severity == "error" for found in result.faults):
        return None, list(result.faults)
    rule_set = rule_set_of(file, content, result.tree, result.positions)
    problems = list(check(rule_set.reading())) if check is not None else []
    return rule_set, [fault_of_problem(rule_set, problem) for problem in problems]


def fault_of_problem(rule_set: RuleSet, problem: Problem) -> Fault:
    """Return a plugin's problem as a fault at the place of its path, or of the nearest block around it."""
    steps = tuple(int(step) if step.isdecimal() else step for step in problem.path.split("."))
    place: Place | None = None
    for length in range(len(steps), -1, -1):
        place = rule_set.positions.get(steps[:length])
        if place is not None:
            break
    at = place.value if place is not None else (1, 1)
    return fault("P01", rule_set.file, at, steps, said=problem.words)
