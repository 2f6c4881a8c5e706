"""A city's plugin by its entry point: found, loaded, and its trouble told in a sentence.

The plugin ``nanjing`` is looked for in the distribution ``timebank-nanjing`` first; only where that one declares none is
every installed distribution asked.
"""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import Distribution, EntryPoint, PackageNotFoundError, distribution, entry_points
from typing import NamedTuple

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words

GROUP = "timebank.cities"


class Plugin(NamedTuple):
    """A plugin that is installed and was imported.

    Attributes:
        name: that of its entry point.
        module: its hooks.
        distribution: what it was installed with, if anything.
    """

    name: str
    module: object
    distribution: Distribution | None

    @property
    def version(self) -> str:
        """Return the version that decisions name; looking it up takes as long as finding the plugin."""
        return "" if self.distribution is None else self.distribution.version


def plugin_named(code: str, name: str) -> Plugin:
    """Return the installed plugin that a city names.

    Raises:
        BadInput: it is not installed (``missing_plugin``), or cannot be imported (``broken_plugin``).
    """
    entry = _entry_point(name)
    if entry is not None:
        return _loaded(code, entry)
    found = sorted(entry_points(group=GROUP).names)
    known = "、".join(found) or "—"
    zh = f"城市“{code}”的插件“{name}”没有安装。已安装：{known}。请安装它，或从 config/timebank.yaml 去掉这一行。"
    en = (
        f"Plugin “{name}” of city “{code}” is not installed (installed: {', '.join(found) or '—'}). "
        "Install it, or take its line out of config/timebank.yaml."
    )
    raise BadInput(Words(zh, en), "missing_plugin")


def plugin_if_installed(code: str) -> Plugin | None:
    """Return the installed plugin with a city's own name, or None where there is none.

    Raises:
        BadInput: it cannot be imported.
    """
    entry = _entry_point(code)
    return None if entry is None else _loaded(code, entry)


def _entry_point(name: str) -> EntryPoint | None:
    with suppress(PackageNotFoundError):
        for entry in distribution(f"timebank-{name}").entry_points.select(group=GROUP, name=name):
            return entry
    return next(iter(entry_points(group=GROUP, name=name)), None)


def _loaded(code: str, entry: EntryPoint) -> Plugin:
    try:
        module = entry.load()
    except KeyboardInterrupt:
        raise
    except (
        BaseException
    ) as error:  # whatever a plugin's import does, sys.exit() too, the operator gets a sentence
        zh = f"城市“{code}”的插件“{entry.name}”（{entry.value}）载入失败：{error!r}。请联系插件作者。"
        en = f"Plugin “{entry.name}” ({entry.value}) of city “{code}” cannot be imported: {error!r}. Tell its author."
        raise BadInput(Words(zh, en), "broken_plugin") from error
    return Plugin(entry.name, module, entry.dist)
