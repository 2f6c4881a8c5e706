"""What a schema cannot say: whether the parts of a rule file fit each other, its name and its folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from timebank.domain.words import Words
from timebank.rules.bases import check_bases
from timebank.rules.conditions import TRAIT_WAYS
from timebank.rules.draft import Draft
from timebank.rules.faults import Enough, Fault, Path
from timebank.rules.nodes import Reading
from timebank.rules.procedure import check_procedure
from timebank.rules.references import check_references
from timebank.rules.sums import check_amounts
from timebank.rules.time_zone import time_zone

_USUAL_ZONE = "Asia/Shanghai"  # the one of all China
_RULE_FILE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(\.c[1-9][0-9]*)?\.yaml", re.ASCII)


def faults_of_meaning(
    reading: Reading,
    file: str,
    city: str | None,
    plugin_schema: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Fault]:
    """Return the faults of meaning.

    Args:
        reading: a text that could be read, the faults of shape already noted in it.
        file: its name.
        city: the folder's name, or None.
        plugin_schema: JSON Schemas of the plugins' slots, by plugin.
    """
    draft = Draft(reading, file)
    with suppress(Enough):
        _check_name(draft, city)
        _check_timezone(draft)
        check_bases(draft)
        check_references(draft, plugin_schema or {})
        _check_traits(draft)
        _check_levels(draft)
        check_procedure(draft)
        check_amounts(draft)
    return draft.faults


def _check_name(draft: Draft, city: str | None) -> None:
    named = draft.text("city")
    if city is not None and named is not None and named != city:
        draft.add("R11", ("city",), name=named, folder=city)
    file = draft.file.replace("\\", "/").rsplit("/", 1)[-1]
    found = _RULE_FILE.fullmatch(file)
    start = draft.text("effective", "from")
    if found is not None and start is not None and start != found[1]:
        draft.add("R12", ("effective", "from"), start=start, name=found[1])
    if found is None and city is not None and start is not None:
        ending = "yaml" if draft.at("corrects") is None else "c1.yaml"
        draft.add("V18", ("effective", "from"), name=file, meant=f"{start}.{ending}")
    if found is not None and found[2] and draft.at("corrects") is None and not draft.excused("corrects"):
        draft.add("V06", (), number=found[2])
    if found is not None and not found[2] and draft.at("corrects") is not None:
        draft.add("V12", ("corrects",), at_key=True, name=found[1])
    review = draft.text("review_by")
    if review is not None and start is not None and review < start:
        draft.add("R29", ("review_by",), review=review, start=start)


def _check_timezone(draft: Draft) -> None:
    name = draft.text("timezone")
    if name is None or name == _USUAL_ZONE:
        return
    try:
        time_zone(name)
    except (ValueError, OSError, KeyError):  # an unknown name; a folder's name; a name that is no name
        draft.add("R20", ("timezone",), name=name)


def _check_traits(draft: Draft) -> None:
    for path in draft.paths("traits.*"):
        ways = [way for way in TRAIT_WAYS if way in draft.block(*path)]
        meant = any(draft.excused(*path, way) for way in TRAIT_WAYS)
        if len(ways) > 1 or (not ways and not meant and not _writes_badly(draft, path)):
            draft.add(
                "R13",
                path,
                at_key=True,
                name=str(path[-1]),
                ways=", ".join(ways) or Words("无", "none"),
                known=", ".join(TRAIT_WAYS),
            )
    for pattern in ("traits.*.age", "traits.*.kin.age"):
        for path in draft.paths(pattern):
            first, last = draft.at(*path, "from"), draft.at(*path, "to")
            if isinstance(first, int) and isinstance(last, int) and first > last:
                draft.add("R15", (*path, "to"), least=first, most=last)


def _writes_badly(draft: Draft, path: Path) -> bool:
    """Say whether a block holds a key that is a fault already, and may be the one that seems missing."""
    faulted = draft.reading.faulted
    return any((*path, key) in faulted for key in faulted.keys_in(path))


def _check_levels(draft: Draft) -> None:
    levels = draft.block("levels")
    roots = [level for level in levels if isinstance(levels[level], dict) and "under" not in levels[level]]
    for level in roots[1:]:
        if not draft.excused("levels", level, "under"):
            draft.add("R07", ("levels", level), at_key=True, name=level, first=roots[0])
    known: set[str] = set()
    for level in levels:
        seen: dict[str, None] = {}
        above: str | None = level
        while above is not None and above not in seen and above not in known:
            seen[above] = None
            above = draft.text("levels", above, "under")
        if above in seen:
            _add_circle(draft, list(seen)[list(seen).index(above) :])
        known.update(seen)


def _add_circle(draft: Draft, circle: list[str]) -> None:
    """Note levels that stand in a circle, at the first of them in the file."""
    members = set(circle)
    first = next(name for name in draft.block("levels") if name in members)
    turned = circle[circle.index(first) :] + circle[: circle.index(first)]
    draft.add("R08", ("levels", first, "under"), circle=" → ".join([*turned, first]))
