"""Opening a city: its own plugin manager with the plain time bank and at most one plugin, and its rule book."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy

from timebank.domain.refusal import PluginFailed
from timebank.domain.registry import Registry
from timebank.domain.words import Words
from timebank.hooks import plain, specs
from timebank.hooks.ask import Asker
from timebank.hooks.markers import PROJECT
from timebank.rules import Problem, RulesInForce, load_rule_book

if TYPE_CHECKING:
    from timebank.hooks.city import City

PLAIN = "plain"


def open_city(
    code: str,
    folder: Path,
    plugin: tuple[str, object, str] | None = None,
    registries: Mapping[str, Registry] | None = None,
    engine: str = "",
    contents: Mapping[str, bytes] | None = None,
) -> City:
    """Return a running city.

    Args:
        code: the city's code.
        folder: its folder of rule files.
        plugin: name, module and version of its plugin, or None for a city of YAML alone.
        registries: outside registers by kind.
        engine: version of the plain time bank, for decisions.
        contents: its rule files by name, where it is known already which they are; else those of the folder.

    Raises:
        RulesBroken: with every fault of every rule file.
        PluginFailed: the plugin names a hook or an argument that does not exist.
    """
    from timebank.hooks.city import City  # noqa: PLC0415 - whoever only checks rule files waits for no city

    asker = open_asker(code, plugin, engine)
    book = load_rule_book(folder, rule_keys(asker), lambda rules: rule_problems(asker, rules), contents)
    return City(code, book, asker, dict(registries or {}))


def open_asker(code: str, plugin: tuple[str, object, str] | None = None, engine: str = "") -> Asker:
    """Return what asks a city's plugins: the plain time bank and at most one plugin.

    Raises:
        PluginFailed: the plugin names a hook or an argument that does not exist.
    """
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(specs)
    manager.register(plain, PLAIN)
    versions = {PLAIN: engine}
    if plugin is not None:
        name, module, versions[name] = plugin
        _register(manager, code, name, module)
    return Asker(code, manager, versions)


def _register(manager: pluggy.PluginManager, code: str, name: str, module: object) -> None:
    try:
        manager.register(module, name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        zh = f"城市“{code}”的插件“{name}”写了不存在的钩子或参数：{error}。请对照 docs/hooks.md 改正。"
        en = f"Plugin “{name}” of city “{code}” names a hook or argument that does not exist: {error}."
        raise PluginFailed(Words(zh, en), code, name, "registration") from error


def rule_keys(asker: Asker) -> dict[str, Mapping[str, Any]]:
    """Return the JSON Schemas of the plugins' own slots, by plugin.

    Raises:
        PluginFailed: a plugin gives something else.
    """
    return asker.mappings("timebank_rule_keys", {})


def rule_problems(asker: Asker, rules: RulesInForce) -> list[Problem]:
    """Return what the plugins find wrong with a rule file."""
    return asker.all_of("timebank_check_rules", {"rules": rules}, Problem)
