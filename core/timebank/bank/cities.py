"""Opening the cities: their plugins by entry point, their rule books. No database is needed, and none is imported."""

from __future__ import annotations

from collections.abc import Mapping

from timebank.bank.adapters import build
from timebank.bank.naming import no_city
from timebank.bank.plugins import plugin_named
from timebank.bank.settings import CitySettings, Settings
from timebank.domain.registry import Registry
from timebank.hooks.city import City
from timebank.hooks.opening import open_city
from timebank.services.engine_version import ENGINE


def open_cities(
    settings: Settings,
    registries: Mapping[str, Mapping[str, Registry]] | None = None,
    only: str | None = None,
    contents: Mapping[str, Mapping[str, bytes]] | None = None,
) -> dict[str, City]:
    """Return the running cities by code; no database is needed.

    Args:
        settings: which cities run.
        registries: other registers than the settings connect, by city and kind.
        only: this city alone.
        contents: by city, its rule files by name; a city that is left out has those of its folder.

    Raises:
        WrongUse: no such city runs.
        BadInput, RulesBroken, PluginFailed: a city cannot be opened.
    """
    if only is not None and only not in settings.cities:
        raise no_city(only, settings.cities)
    return {
        code: _open(code, city, (registries or {}).get(code), (contents or {}).get(code))
        for code, city in settings.cities.items()
        if only in (None, code)
    }


def _open(
    code: str,
    settings: CitySettings,
    registries: Mapping[str, Registry] | None,
    contents: Mapping[str, bytes] | None,
) -> City:
    if registries is None:
        registries = {
            name: build(f"cities.{code}.registries.{name}", options)
            for name, options in settings.registries.items()
        }
    return open_city(code, settings.folder, _plugin_of(code, settings), registries, ENGINE, contents)


def _plugin_of(code: str, settings: CitySettings) -> tuple[str, object, str] | None:
    if settings.plugin is None:
        return None
    plugin = plugin_named(code, settings.plugin)
    return plugin.name, plugin.module, plugin.version
