"""The eight rule files of the four cities, and their check as a clerk meets it, plugin and versions beside."""

from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from timebank.hooks.opening import open_asker, rule_keys, rule_problems
from timebank.rules import check_text, read_rule_file, rule_files
from timebank.rules.characters import decoded
from timebank.rules.loader import fault_of_problem
from timebank.rules.rule_set import rule_set_of
from timebank.rules.versions import faults_between_versions

CONFIG = Path(__file__).parents[2] / "config"
CITIES = ("beijing", "guangzhou", "nanjing", "shanghai_yangpu")


@dataclass(frozen=True)
class RuleFile:
    """One shipped rule file.

    Attributes:
        city: its folder.
        stem: its name without ``.yaml``.
        text: as shipped.
    """

    city: str
    stem: str
    text: str

    def __str__(self):
        return f"{self.city}/{self.stem}"


@cache
def shipped_files():
    """Return the eight files, by city and date."""
    return tuple(
        RuleFile(city, file.stem, file.read_text(encoding="utf-8"))
        for city in CITIES
        for file in rule_files(CONFIG / city)
    )


@cache
def asker_of(city):
    """Return what asks the city's plugin."""
    (entry,) = (entry for entry in entry_points(group="timebank.cities") if entry.name == city)
    return open_asker(city, (city, entry.load(), "0"))


@cache
def plugin_schema_of(city):
    """Return the schema of the city's slot, by plugin."""
    return rule_keys(asker_of(city))


@cache
def _rule_sets(city):
    return tuple(read_rule_file(file, plugin_schema_of(city))[0] for file in rule_files(CONFIG / city))


def check(file, content, *, name=None, folder=None):
    """Return every fault of a text or of bytes in the place of a shipped file.

    Args:
        file: the shipped file whose place it takes.
        content: what it holds now.
        name: its stem, where it is not the shipped one's; as a correction it lies beside the shipped one.
        folder: the folder it lies in, where that is not the city's.
    """
    name = name or file.stem
    if isinstance(content, bytes):
        content, faults = decoded(content, f"{name}.yaml")
        if faults:
            return tuple(faults)
    schema = plugin_schema_of(file.city)
    result = check_text(content, f"{name}.yaml", schema, folder or file.city)
    if result.faults or result.tree is None:
        return result.faults
    mine = rule_set_of(f"{name}.yaml", content.encode(), result.tree, result.positions)
    problems = rule_problems(asker_of(file.city), mine.reading())
    gone = {name, name if ".c" in name else file.stem}
    beside = [one for one in _rule_sets(file.city) if one.stem not in gone]
    between = [found for found in faults_between_versions([*beside, mine]) if found.file == mine.file]
    return tuple(sorted({*(fault_of_problem(mine, problem) for problem in problems), *between}))
