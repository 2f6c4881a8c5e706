"""The eight rule files of the four cities, and their check as a clerk meets it, plugin and versions beside."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from timebank.bank.rule_desk import RuleDesk
from timebank.rules import read_rule_file, rule_files
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
def desk_for(city):
    """Return the desk of a city: its plugin and its files."""
    return RuleDesk(city, CONFIG / city)


@cache
def _versions(city):
    return tuple(desk_for(city).versions()[0])


@cache
def _scratch():
    return TemporaryDirectory(prefix="timebank-rules-")


def check(file, content, *, name=None, folder=None):
    """Return every fault of a text or of bytes in the place of a shipped file, as the desk finds them.

    Args:
        file: the shipped file whose place it takes.
        content: what it holds now.
        name: its stem, where it is not the shipped one's; as a correction it lies beside the shipped one.
        folder: the folder it lies in, where that is not the city's.
    """
    name, desk = name or file.stem, desk_for(file.city)
    path = Path(_scratch().name) / f"{name}.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    mine, faults = read_rule_file(path, desk.plugin_keys, desk.problems, city=folder or file.city)
    if faults or mine is None:
        return tuple(faults)
    gone = {name, name if ".c" in name else file.stem}
    beside = [version for version in _versions(file.city) if version.stem not in gone]
    between = faults_between_versions([*beside, mine])
    return tuple(sorted(found for found in between if found.file == mine.file))
