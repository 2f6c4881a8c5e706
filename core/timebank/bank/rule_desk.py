"""From a name to the rules it means: a running city, a rule file, or a draft. No database is asked or imported.

A city's folder holds its rule files directly and its drafts in ``drafts/``. The folder may lie anywhere; beside it may
stand a ``timebank.yaml`` that says which plugin the city has, and without one it is the installed plugin of its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from timebank.bank.naming import DRAFTS, check_format, no_rules
from timebank.bank.plugins import Plugin, plugin_if_installed, plugin_named
from timebank.bank.settings import CitySettings, read_settings
from timebank.domain.refusal import PluginFailed
from timebank.hooks.ask import Asker
from timebank.hooks.opening import open_asker, rule_keys, rule_problems
from timebank.rules import Fault, Problem, RuleSet, RulesInForce, read_rule_file, rule_files
from timebank.rules.faults import fault, sentence
from timebank.rules.plugin_keys import nonsense_in, silent_keys
from timebank.rules.versions import faults_between_versions

_CONFIG = "timebank.yaml"


@dataclass(frozen=True)
class RuleDesk:
    """A city as policy staff see it: its folder, its plugin, and the file they work on.

    Attributes:
        city: the city's code, which is also the name its rule files must give.
        folder: its folder; what lies directly in it is published.
        file: the rule file or draft that was named, or None where the whole city was.
        settings: what the configuration says of the city, or None where none names it.
    """

    city: str
    folder: Path
    file: Path | None = None
    settings: CitySettings | None = None

    @property
    def is_draft(self) -> bool:
        """Say whether the named file is a draft, which no bank loads."""
        return self.file is not None and self.file.resolve().parent != self.folder.resolve()

    @cached_property
    def asker(self) -> Asker:
        """Return what asks the city's plugins; it names no versions, for what is decided at a desk is not kept.

        Raises:
            BadInput: the configured plugin is missing or cannot be imported.
            PluginFailed: the plugin names a hook that does not exist.
        """
        plugin = self._plugin()
        return open_asker(self.city, None if plugin is None else (plugin.name, plugin.module, ""))

    def _plugin(self) -> Plugin | None:
        if self.settings is None:
            return plugin_if_installed(self.city)
        name = self.settings.plugin
        return None if name is None else plugin_named(self.city, name)

    @cached_property
    def plugin_keys(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the JSON Schemas of the plugins' own slots, by plugin.

        Raises:
            PluginFailed: a plugin's keys are no JSON Schema, or not each explained in both languages.
        """
        keys = rule_keys(self.asker)
        for plugin, schema in keys.items():
            if (nonsense := nonsense_in(schema)) is not None:
                where, value = nonsense
                words = sentence("P04", plugin=plugin, where=where, value=value)
                raise PluginFailed(words, self.city, plugin, "timebank_rule_keys", "P04")
            if silent := silent_keys(schema, f"extensions.{plugin}"):
                words = sentence("P02", plugin=plugin, keys=", ".join(silent))
                raise PluginFailed(words, self.city, plugin, "timebank_rule_keys", "P02")
        return keys

    def problems(self, rules: RulesInForce) -> Iterable[Problem]:
        """Return what the city's plugins find wrong with rules that have no other fault."""
        return rule_problems(self.asker, rules)

    def read(self, file: Path) -> tuple[RuleSet | None, list[Fault]]:
        """Return one file of the city as a rule set, or None, and the faults it has by itself, by its path."""
        rule_set, faults = read_rule_file(file, self.plugin_keys, self.problems, self.city, self.folder)
        return rule_set, [replace(one, file=str(file)) for one in faults]

    def versions(self) -> tuple[list[RuleSet], list[Fault]]:
        """Return every published version that can be read, the named draft after them, and all faults.

        Whether they follow each other is judged, the draft among them, once every one of them can be read.
        """
        files = rule_files(self.folder)
        if self.file is not None and self.is_draft:
            files.append(self.file)
        rule_sets: list[RuleSet] = []
        faults: list[Fault] = []
        for file in files:
            rule_set, found = self.read(file)
            faults.extend(found)
            if rule_set is not None:
                rule_sets.append(rule_set)
        if not files:
            faults.append(fault("V08", str(self.folder), (1, 1), ()))
        if not faults:
            paths = {file.name: str(file) for file in files}
            faults.extend(replace(one, file=paths[one.file]) for one in faults_between_versions(rule_sets))
        return rule_sets, sorted(faults)


def every_desk(config: Path) -> list[RuleDesk]:
    """Return the desk of every running city."""
    return [RuleDesk(code, city.folder, settings=city) for code, city in read_settings(config).cities.items()]


def desk_of(name: str, config: Path) -> RuleDesk:
    """Return the desk of what a name means.

    Args:
        name: a running city of the configuration; a rule file or draft; or a city's folder.
        config: the configuration file; it need not be there where a file or folder is named.

    Raises:
        WrongUse: the name means nothing, or a file that says it holds no rules.
        BadInput, RulesBroken: the configuration cannot be read.
    """
    path = Path(name)
    running = read_settings(config).cities if config.is_file() or not path.exists() else {}
    if name in running:
        return RuleDesk(name, running[name].folder, settings=running[name])
    if path.is_file():
        above = path.absolute().parent
        folder = above.parent if above.name == DRAFTS else above
        check_format(path, folder)
        return _desk_in(folder, path, running)
    if path.is_dir() and path.absolute().name != DRAFTS and rule_files(path):
        return _desk_in(path.absolute(), None, running)
    raise no_rules(name, running)


def _desk_in(folder: Path, file: Path | None, running: Mapping[str, CitySettings]) -> RuleDesk:
    """Return the desk of a folder: as the configuration names it, or the one beside the city folders, or neither."""
    beside = folder.parent / _CONFIG
    found = _named_in(running, folder)
    if found is None and beside.is_file():
        found = _named_in(read_settings(beside, within=beside.parent).cities, folder)
    return (
        RuleDesk(folder.name, folder, file) if found is None else RuleDesk(found[0], folder, file, found[1])
    )


def _named_in(cities: Mapping[str, CitySettings], folder: Path) -> tuple[str, CitySettings] | None:
    there = folder.resolve()
    return next(((code, city) for code, city in cities.items() if city.folder.resolve() == there), None)
