"""Whether the rule files of one city follow each other: each answers for what the one before it held."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from timebank.rules.faults import Fault, Path, fault
from timebank.rules.nodes import Place
from timebank.rules.rule_book import correction_number
from timebank.rules.rule_set import RuleSet
from timebank.rules.suggestions import nearest


def faults_between_versions(rule_sets: Sequence[RuleSet]) -> list[Fault]:
    """Return the faults that show only when all files of a city are seen together."""
    ordered = sorted(rule_sets, key=lambda version: (version.effective_from, correction_number(version.stem)))
    originals = [version for version in ordered if version.corrects is None]
    faults: list[Fault] = []
    for version in ordered:
        faults.extend(_faults_of_correction(version, ordered))
        earlier = [other for other in originals if other.effective_from < version.effective_from]
        before = _corrected(earlier[-1], ordered) if earlier else None
        faults.extend(_faults_of_succession(version, before))
    for first, second in itertools.pairwise(originals):
        if first.effective_from == second.effective_from:
            faults.append(_fault("V01", second, ("effective", "from"), other=first.file))
    return faults


def _corrected(version: RuleSet, ordered: Sequence[RuleSet]) -> RuleSet:
    """Return the last correction of a version, or itself."""
    return [other for other in ordered if other.effective_from == version.effective_from][-1]


def _faults_of_correction(version: RuleSet, ordered: Sequence[RuleSet]) -> list[Fault]:
    if version.corrects is None:
        return []
    mended = next((other for other in ordered if other.stem == version.corrects), None)
    if mended is None or mended is version:
        return [_fault("V05", version, ("corrects",), name=version.corrects)]
    if mended.effective_from != version.effective_from:
        return [
            _fault("V10", version, ("corrects",), name=version.corrects, start=str(mended.effective_from))
        ]
    earlier = [mended.known_from] if mended.known_from is not None else []
    if version.known_from is not None and any(version.known_from < known for known in earlier):
        return [_fault("V11", version, ("known_from",), name=mended.file)]
    return []


def _faults_of_succession(version: RuleSet, before: RuleSet | None) -> list[Fault]:
    replaces = version.tree.get("replaces")
    if before is None:
        return [] if replaces is None else [_fault("V09", version, ("replaces",), name=str(replaces))]
    if replaces is None:
        return [_fault("V03", version, (), before=_date_stem(before))]
    faults: list[Fault] = []
    if str(replaces)[:10] != _date_stem(before):
        faults.append(_fault("V02", version, ("replaces",), name=str(replaces), before=_date_stem(before)))
    return faults + _faults_of_dropped(version, before)


def _faults_of_dropped(version: RuleSet, before: RuleSet) -> list[Fault]:
    answered = version.tree.get("transition", {}).get("dropped_services", {})
    dropped = [service for service in before.services if service not in version.services]
    above: Path = ("transition", "dropped_services") if answered else ("transition",)
    new = [service for service in version.services if service not in before.services]
    faults: list[Fault] = []
    for service in dropped:
        if service in answered:
            continue
        meant_by = nearest(service, new)
        if meant_by is None:
            faults.append(_fault("V04", version, above, at_key=True, service=service, before=before.file))
        else:
            path: Path = ("services", meant_by)
            facts = {"service": meant_by, "before": before.file, "meant": service}
            faults.append(_fault("V14", version, path, at_key=True, **facts))
    for service in answered:
        if service not in dropped:
            path = ("transition", "dropped_services", service)
            faults.append(_fault("V07", version, path, at_key=True, service=service, before=before.file))
    return faults


def _date_stem(version: RuleSet) -> str:
    return version.stem[:10]


def _fault(code: str, version: RuleSet, path: Path, *, at_key: bool = False, **facts: str) -> Fault:
    place = version.positions.get(path) or Place(1, 1, 1, 1, 1, 1)
    return fault(code, version.file, place.key if at_key else place.value, path, **facts)
