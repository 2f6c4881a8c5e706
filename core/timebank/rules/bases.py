"""Whether every block that decides something says what it rests on."""

from __future__ import annotations

import re
from typing import Any

from timebank.rules.basis import BASIS_KEYS, LEAST_LETTERS, says_something
from timebank.rules.draft import Draft
from timebank.rules.faults import Path, dotted
from timebank.rules.suggestions import choices, nearest_name
from timebank.rules.unknown_names import UnknownNames

# Blocks that state their own basis.
OWN = (
    "effective", "transition", "brand", "units.*", "levels.*", "traits.*", "kin.*", "qualifications.*",
    "recipient_classes.*", "categories.*", "services.*", "caps.*", "gifts", "donations", "grants.*",
    "interchange", "honours.*",
)  # fmt: skip
# Blocks that may rest on what a block around them states.
INHERITED = (
    "admission.*", "admission.*.gate", "admission.*.steps.*", "orders.*", "credit", "credit.units.*",
    "credit.team", "charge", "charge.*", "redemption.*", "redemption.*.who", "recipient_classes.*.when",
    "gifts.giver", "gifts.receiver", "gifts.per_year", "donations.projects.*", "transition.dropped_services.*",
)  # fmt: skip


def check_bases(draft: Draft) -> None:
    """Note every block without a basis, with two, or with one that names no document."""
    for pattern in OWN:
        for path in draft.paths(pattern):
            if isinstance(draft.at(*path), dict) and not _stated(draft, path):
                draft.add("R01", path, at_key=True, block=dotted(path))
    for pattern in INHERITED:
        for path in draft.paths(pattern):
            if isinstance(draft.at(*path), dict) and not _around(draft, path) and not _told(draft, path):
                draft.add("R01", path, at_key=True, block=dotted(path))
    for path in draft.paths("extensions.*"):
        _check_slot(draft, path)
    unknown = UnknownNames(draft)
    _check_each(draft, unknown, (), draft.reading.tree)
    unknown.tell()


_ANOTHER = re.compile(
    r"[；;] *([A-Za-z][A-Za-z_]*[0-9][A-Za-z0-9_]*)(?= )"
)  # after the first document of a source


def _documents(source: str) -> list[str]:
    """Return the short names of the documents that a source names: the first word, and those like names that follow."""
    return [source.split(" ", maxsplit=1)[0], *_ANOTHER.findall(source)]


def _stated(draft: Draft, path: Path) -> bool:
    block = draft.block(*path)
    if path in draft.reading.unsure or any(key in block or draft.excused(*path, key) for key in BASIS_KEYS):
        return True
    faulted = draft.reading.faulted
    return any(str(key).startswith(BASIS_KEYS) and (*path, key) in faulted for key in faulted.keys_in(path))


def _told(draft: Draft, path: Path) -> bool:
    """Say whether a block around this one lacks a basis, whose one will serve both."""
    above = {dotted(path[:length]) for length in range(1, len(path))}
    return any(found.code == "R01" and found.path in above for found in draft.faults)


def _around(draft: Draft, path: Path) -> bool:
    return any(_stated(draft, path[:length]) for length in range(len(path), 0, -1))


def _check_slot(draft: Draft, path: Path) -> None:
    """Note the topmost blocks of a plugin's slot that hold values without a basis."""
    block = draft.block(*path)
    if _stated(draft, path):
        return
    if any(not isinstance(value, dict) for value in block.values()):
        draft.add("R01", path, at_key=True, block=dotted(path))
        return
    for key in block:
        _check_slot(draft, (*path, key))


def _check_each(draft: Draft, unknown: UnknownNames, path: Path, node: Any) -> None:
    if isinstance(node, dict):
        _check_block(draft, unknown, path, node)
    if isinstance(node, (dict, list)):
        for step, inner in node.items() if isinstance(node, dict) else enumerate(node):
            if isinstance(inner, (dict, list)):
                _check_each(draft, unknown, (*path, step), inner)


def _check_block(draft: Draft, unknown: UnknownNames, path: Path, block: dict[str, Any]) -> None:
    assumed = draft.text(*path, "assumed")
    if "source" in block and "assumed" in block:
        draft.add("R02", (*path, "assumed"), at_key=True, block=dotted(path))
    elif assumed is not None and not says_something(assumed):
        draft.add("R36", (*path, "assumed"), block=dotted(path), reason=assumed, least=LEAST_LETTERS)
    source = draft.text(*path, "source")
    known = list(draft.block("sources"))
    if source is None or not known or draft.is_broken("sources"):
        return
    for name in _documents(source):
        if name in known:
            continue
        meant = nearest_name(name, known)
        if meant is None:
            unknown.note("R03", (*path, "source"), "sources", name, known=choices(known))
        else:
            unknown.note("R33", (*path, "source"), "sources", name, meant=meant)
