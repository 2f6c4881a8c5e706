"""Opening the cities: their plugins by entry point, their rule books. No database is needed, and none is imported."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points

from timebank.bank.adapters import build
from timebank.bank.settings import CitySettings, Settings
from timebank.domain.refusal import BadInput
from timebank.domain.registry import Registry
from timebank.domain.words import Words
from timebank.hooks.ask import Asker
from timebank.hooks.city import City
from timebank.hooks.opening import open_asker, open_city
from timebank.services.engine_version import ENGINE

GROUP = "timebank.cities"


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


def open_plugins(code: str, settings: CitySettings) -> Asker:
    """Return what asks a city's plugins, without reading any of its rule files."""
    return open_asker(code, _plugin_of(code, settings), ENGINE)


def _plugin_of(code: str, settings: CitySettings) -> tuple[str, object, str] | None:
    return None if settings.plugin is None else _plugin(code, settings.plugin)


def _plugin(code: str, name: str) -> tuple[str, object, str]:
    installed = {entry.name: entry for entry in entry_points(group=GROUP)}
    entry = installed.get(name)
    if entry is None:
        known = "、".join(sorted(installed)) or "—"
        zh = f"城市“{code}”的插件“{name}”没有安装。已安装：{known}。请安装它，或从 config/timebank.yaml 去掉这一行。"
        en = (
            f"Plugin “{name}” of city “{code}” is not installed (installed: {', '.join(sorted(installed)) or '—'}). "
            "Install it, or take its line out of config/timebank.yaml."
        )
        raise BadInput(Words(zh, en), "missing_plugin")
    return name, _load(code, entry), entry.dist.version if entry.dist is not None else ""


def _load(code: str, entry: EntryPoint) -> object:
    try:
        return entry.load()
    except Exception as error:  # whatever a plugin's import does, the operator gets a sentence
        zh = f"城市“{code}”的插件“{entry.name}”（{entry.value}）载入失败：{error!r}。请联系插件作者。"
        en = f"Plugin “{entry.name}” ({entry.value}) of city “{code}” cannot be imported: {error!r}. Tell its author."
        raise BadInput(Words(zh, en), "broken_plugin") from error
