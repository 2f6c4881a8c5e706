"""Opening the cities: their plugins by entry point, their rule books. No database is needed, and none is imported."""

from __future__ import annotations

from collections.abc import Mapping

from timebank.bank.adapters import build
from timebank.bank.plugins import Plugin, plugin_named
from timebank.bank.settings import CitySettings, Settings
from timebank.domain.refusal import BadInput
from timebank.domain.registry import Registry
from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.hooks.opening import open_city
from timebank.services.engine_version import ENGINE


def open_cities(
    settings: Settings,
    registries: Mapping[str, Mapping[str, Registry]] | None = None,
    only: str | None = None,
) -> dict[str, City]:
    """Return the running cities by code; no database is needed."""
    if only is not None and only not in settings.cities:
        zh = f"{settings.file} 里没有城市“{only}”。在运行的城市：{'、'.join(settings.cities)}。"
        en = f"{settings.file} names no city “{only}”. Running: {', '.join(settings.cities)}."
        raise BadInput(Words(zh, en), "not_found")
    return {
        code: _open(code, city, (registries or {}).get(code))
        for code, city in settings.cities.items()
        if only in (None, code)
    }


def _open(code: str, settings: CitySettings, registries: Mapping[str, Registry] | None) -> City:
    if registries is None:
        registries = {
            name: build(f"cities.{code}.registries.{name}", options)
            for name, options in settings.registries.items()
        }
    return open_city(code, settings.folder, _plugin_of(code, settings), registries, ENGINE)


def _plugin_of(code: str, settings: CitySettings) -> Plugin | None:
    return None if settings.plugin is None else plugin_named(code, settings.plugin)
