"""From a rule file's text to its content: characters, then lines, then the YAML parser, each mending for the next.

What one stage names, the next ones keep silent about: a line with a slip has one message, and the rest of the file is
read as if the slip were not there.
"""

from __future__ import annotations

import yaml

from timebank.rules.characters import MOST_DEPTH, fault_of_size, seen
from timebank.rules.composing import OUR_KEYS, Composer, Stop
from timebank.rules.faults import Fault, fault
from timebank.rules.lines.straighten import Lines, straightened
from timebank.rules.reading import Place, Reading
from timebank.rules.syntax import COMPLAINTS, complaint

__all__ = ["MOST_DEPTH", "OUR_KEYS", "Place", "Reading", "read_nodes"]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_ATTEMPTS = 4
_MOST_HINT = 120


def read_nodes(text: str, file: str) -> Reading:
    """Return what a rule file's text holds, and everything wrong with its writing.

    Args:
        text: the whole text.
        file: its name, for the faults.
    """
    too_large = fault_of_size(text, file)
    if too_large is not None:
        return Reading(faults=[too_large])
    visible, faults = seen(text, file)
    lines = straightened(visible)
    faults = [*faults, *_faults_of(lines, file, {found.line for found in faults})]
    reading = _composed(lines.text, file, {found.line for found in faults})
    lines.hidden |= {found.line for found in reading.faults if found.code in COMPLAINTS}
    reading.slipped = {found.line for found in faults} | lines.hidden
    reading.faults = [*faults, *reading.faults]
    _excuse_hidden(reading, lines)
    return reading


def _faults_of(lines: Lines, file: str, told: set[int]) -> list[Fault]:
    return [
        fault(slip.code, file, (number, slip.column + 1), (), hint=_hint(slip.mended), **slip.facts)
        for number, slips in lines.slips.items()
        if number not in told
        for slip in slips
    ]


def _hint(mended: str | None) -> str:
    shown = (mended or "").strip()
    return shown if len(shown) <= _MOST_HINT else ""


def _composed(text: str, file: str, told: set[int]) -> Reading:
    """Return the content; a line the parser cannot get over is told, taken out, and the rest tried again."""
    complaints: list[Fault] = []
    for _ in range(_MOST_ATTEMPTS):
        composer = Composer(file, told)
        try:
            for event in yaml.parse(text, Loader=_LOADER):
                composer.take(event)
        except Stop:
            break
        except yaml.YAMLError as broken:
            found = complaint(file, broken)
            if found.line not in told:
                complaints.append(found)
            told = {*told, found.line}
            text = _without_value(text, found.line)
        else:
            if isinstance(composer.top, dict):
                composer.reading.tree = composer.top
            elif not told:
                composer.reading.faults.append(fault("Y26", file, (1, 1), ()))
            break
    composer.reading.faults.extend(complaints)
    return composer.reading


def _without_value(text: str, number: int) -> str:
    """Return a text in which a line holds nothing but its key, if it has one."""
    from timebank.rules.lines.keys import line_of  # noqa: PLC0415 - only for what the parser cannot get over

    lines = text.split("\n")
    if number <= len(lines):
        known = line_of(lines[number - 1])
        head = " " * known.indent + ("- " if known.dash else "")
        lines[number - 1] = f"{head}{known.key}: x" if known.key and not known.opens else ""
    return "\n".join(lines)


def _excuse_hidden(reading: Reading, lines: Lines) -> None:
    """Note which paths stand on lines nobody can read, and in which blocks a key may be hidden in such a line."""
    blocks = lines.blocks_in_doubt
    if not blocks and not lines.hidden:
        return
    if None in blocks:
        reading.unsure.add(())
    for path, place in reading.positions.items():
        if place.key_line in lines.hidden:
            reading.faulted.add(path)
        elif place.key_line in blocks and place.line != place.key_line:
            reading.unsure.add(path)
