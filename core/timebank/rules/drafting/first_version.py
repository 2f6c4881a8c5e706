"""A new city's first files as text: the smallest rule file that passes, three cases, and its lines in the settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path as File
from string import Template

from timebank.domain.words import Words
from timebank.rules.drafting.splicing import with_lines_after
from timebank.rules.nodes import read_nodes
from timebank.rules.written_schema import schema_line

_TEMPLATES = File(__file__).parent / "templates"


def first_version(code: str, name: Words, start: date) -> str:
    """Return the smallest rule file that passes: everything in it is assumed, and says so.

    Args:
        code: the city's code.
        name: what the city is called.
        start: the first day of its rules.
    """
    facts = {"code": code, "zh": name.zh, "en": name.en, "start": start.isoformat()}
    return f"{schema_line()}\n{_filled('rules.yaml', facts)}"


def first_cases(code: str, name: Words, start: date) -> str:
    """Return three cases that those rules decide, each at the edge of a rule; arguments as above."""
    on = start + timedelta(days=7)
    tomorrow = on + timedelta(days=1)
    facts = {
        "code": code,
        "zh": name.zh,
        "en": name.en,
        "on": on.isoformat(),
        "next": tomorrow.isoformat(),
        "adult": f"{on.year - 30}-05-01",
        "elder": f"{on.year - 76}-02-03",
        "young": _years_before(tomorrow, 18),
    }
    return _filled("cases.yaml", facts)


def first_settings(code: str) -> str:
    """Return ``timebank.yaml`` for a bank with this one city, of rule files alone."""
    return _filled("timebank.yaml", {"code": code})


def settings_with(text: str, code: str) -> str | None:
    """Return the text of ``timebank.yaml`` with one more city of rule files alone, or None where it has no block of them.

    Args:
        text: the settings, with no fault.
        code: the new city's code, which is also the name of its folder.
    """
    reading = read_nodes(text, "")
    columns = [place.key_column for path, place in reading.positions.items() if path[:-1] == ("cities",)]
    place = reading.positions[("cities",)]
    if not columns or place.line == place.key_line:  # between braces, behind the key
        return None
    indent = " " * (columns[0] - 1)
    return with_lines_after(text, "cities", f"{indent}{code}:", f"{indent}{indent}rules: {code}")


def _filled(template: str, facts: Mapping[str, str]) -> str:
    return Template((_TEMPLATES / template).read_text(encoding="utf-8")).substitute(facts)


def _years_before(day: date, years: int) -> str:
    """Return the day that many years before; 29 February is 1 March where there is none."""
    month, number = (3, 1) if (day.month, day.day) == (2, 29) else (day.month, day.day)
    return date(day.year - years, month, number).isoformat()
