"""Checking a city, a rule file or a draft, for whoever wants to know: the command line, an API, a page."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from timebank.bank.rule_desk import RuleDesk
from timebank.domain.refusal import PluginFailed
from timebank.rules import Fault, RuleSet, check_text, rule_files
from timebank.rules.characters import decoded
from timebank.rules.faults import fault
from timebank.rules.loader import misnamed_files
from timebank.rules.messages import MESSAGES
from timebank.rules.nodes import read_nodes
from timebank.rules.on_disk import content_of
from timebank.rules.rule_set import rule_set_of
from timebank.rules.versions import faults_between_versions

if TYPE_CHECKING:
    from timebank.rules.repairing import Repair


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    Attributes:
        files: what was checked.
        faults: everything wrong, in the order of files and lines; each names its file by its whole path.
        read: the files that can be used, as rule sets.
        plugin_failed: what the city's plugin did wrong when it was asked, or None.
    """

    files: tuple[Path, ...]
    faults: tuple[Fault, ...]
    read: tuple[tuple[Path, RuleSet], ...] = ()
    plugin_failed: PluginFailed | None = None


@dataclass(frozen=True, slots=True)
class Mended:
    """What repairing one file did.

    Attributes:
        file: the file.
        repairs: the lines that were mended; none where nothing mechanical was wrong.
        written: the file holds them now; not where the file would have had no fewer faults with them.
    """

    file: Path
    repairs: tuple[Repair, ...]
    written: bool


def checked(desk: RuleDesk, today: date | None = None) -> Checked:
    """Return everything wrong with the file or draft a desk was opened for, or with all files of its city.

    A file is judged by itself, then among the published versions beside it as they stand; those are not judged.

    Args:
        desk: the city, and perhaps one of its files.
        today: the day for which reviews may be due; the present day unless given.

    Raises:
        BadInput: the city's plugin is missing or cannot be imported.
    """
    files = rule_files(desk.folder) if desk.file is None else [desk.file]
    return _checked_files(desk, files, today or datetime.now(UTC).date())


def mended(desk: RuleDesk) -> list[Mended]:
    """Repair what is mechanical in the file or draft a desk was opened for, or in all files of its city.

    A file is written only with fewer faults than before, whole or not at all; one without faults stays as it is.
    """
    files = rule_files(desk.folder) if desk.file is None else [desk.file]
    return [_mended(desk, file) for file in files]


def _mended(desk: RuleDesk, file: Path) -> Mended:
    from timebank.rules.repairing import repaired  # noqa: PLC0415 - a plain check needs none of it

    content, broken = content_of(file, desk.folder)
    if not broken:
        text, broken = decoded(content, file.name)
    before = [] if broken else check_text(text, file.name, desk.plugin_keys, desk.city).faults
    if not before:
        return Mended(file, (), written=False)
    better, repairs = repaired(text, desk.plugin_keys)
    fewer = len(check_text(better, file.name, desk.plugin_keys, desk.city).faults) < len(before)
    if fewer:
        _replace(file, better)
    return Mended(file, tuple(repairs), written=fewer)


def _replace(file: Path, text: str) -> None:
    """Put a text in the place of a file's, with the same rights; whoever reads it finds the old or the new, whole."""
    from timebank.bank.rule_writing import write_files  # noqa: PLC0415 - a plain check needs none of it

    rights = file.stat().st_mode
    write_files({file: text})
    file.chmod(stat.S_IMODE(rights))


def _checked_files(desk: RuleDesk, files: Sequence[Path], today: date) -> Checked:
    faults: list[Fault] = []
    read: list[tuple[Path, RuleSet]] = []
    failed: PluginFailed | None = None
    for file in files:
        try:
            rule_set, found = desk.read(file)
        except PluginFailed as error:
            failed, rule_set, found = error, None, [_failed(file, error)]
        faults.extend(found)
        if rule_set is not None:
            read.append((file, rule_set))
    if not files:
        faults.append(fault("V08", str(desk.folder), (1, 1), ()))
    if not faults:
        faults.extend(_between(desk, read))
        faults.extend(_to_be_reviewed(desk, read, today))
    if desk.file is None:
        faults.extend(_misnamed(desk.folder))
    return Checked(tuple(files), tuple(sorted(faults)), tuple(read), failed)


def _failed(file: Path, error: PluginFailed) -> Fault:
    """Return what a plugin did as a fault: under its own code where it has one, else as a failure of its check."""
    if error.code in MESSAGES:
        return Fault(error.code, str(file), 1, 1, "", error.words.zh, error.words.en)
    return fault("P03", str(file), (1, 1), (), plugin=error.plugin, hook=error.hook, why=error.why)


def _between(desk: RuleDesk, read: Sequence[tuple[Path, RuleSet]]) -> list[Fault]:
    """Return how the files that were read follow each other and the published versions beside them."""
    mine = {file.resolve() for file, _ in read}
    beside: list[RuleSet] = []
    for file in rule_files(desk.folder):
        if file.resolve() in mine:
            continue
        version = _as_it_stands(file, desk.folder)
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


def _to_be_reviewed(desk: RuleDesk, read: Sequence[tuple[Path, RuleSet]], today: date) -> list[Fault]:
    """Return a reminder where the city's last version was to be reviewed by a day that is over."""
    last = max((*rule_files(desk.folder), *(file for file, _ in read)), key=lambda file: file.name)
    return [
        replace(
            fault("V17", "", rule_set.positions["review_by",].value, ("review_by",), review=review),
            file=str(file),
            severity="warning",
        )
        for file, rule_set in read
        if file.name == last.name
        and (review := rule_set.tree.get("review_by"))
        and review < today.isoformat()
    ]


def _misnamed(folder: Path) -> list[Fault]:
    """Return a warning for each file of a city that its writer may take for a rule file, and nothing reads."""
    return [
        replace(fault("V19", str(file), (1, 1), ()), severity="warning") for file in misnamed_files(folder)
    ]


def _as_it_stands(file: Path, folder: Path) -> RuleSet | None:
    """Return a version of which nothing more is asked than when it begins and what it offers, or None."""
    content, unread = content_of(file, folder)
    text, broken = decoded(content, file.name)
    reading = read_nodes(text, file.name)
    if unread or broken or reading.faults or reading.tree is None:
        return None
    try:
        return rule_set_of(file.name, content, reading.tree, reading.positions)
    except (KeyError, TypeError, ValueError, AttributeError):  # it lacks its city or the day it begins
        return None
