"""New rule files on disk: a city's next version, a correction, a city's first files. Each passes the check first.

Nothing that is there is ever written over, and where anything is wrong, nothing is written at all.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from timebank.bank.naming import CASES, DRAFTS
from timebank.bank.rule_desk import RuleDesk
from timebank.bank.rule_writing import draft_schema_files, schema_files, write_files, write_new
from timebank.bank.settings import CitySettings, read_settings
from timebank.domain.refusal import WrongUse
from timebank.domain.words import Words
from timebank.rules import RuleBook, RulesBroken, RuleSet
from timebank.rules.drafting.first_version import (
    first_cases,
    first_settings,
    first_version,
    settings_with,
)
from timebank.rules.drafting.next_version import correction, next_version
from timebank.rules.loader import read_rule_bytes
from timebank.rules.rule_book import correction_number
from timebank.rules.scalars import trap_in, typed
from timebank.rules.schema_file import needed_slots, written_out
from timebank.rules.versions import faults_between_versions


def draft_version(desk: RuleDesk, start: date) -> Path:
    """Write the draft of a city's next version, copied from the last one, and return its file.

    Args:
        desk: the city's desk.
        start: the first day of the new version.

    Raises:
        WrongUse: the day is not after the last version's, or the draft is there already.
        RulesBroken: the city's rule files have faults, or the draft would.
    """
    versions = _sound_versions(desk)
    last = RuleBook(desk.city, versions).versions[-1]
    if start <= last.effective_from:
        zh = f"{start} 不在现行的 {last.file} 之后。请写更晚的日期；要改正写错的地方，请用 --corrects。"
        en = f"{start} is not after the last version, {last.file}. Give a later day; to mend a mistake, use --corrects."
        raise WrongUse(Words(zh, en))
    return _write_draft(desk, versions, f"{start.isoformat()}.yaml", next_version(last.text, start))


def draft_correction(desk: RuleDesk, stem: str, known_from: date, reason: Words) -> Path:
    """Write the draft of a correction of one rule file, copied from it, and return its file.

    Args:
        desk: the city's desk.
        stem: the name of the file that is mended, without ``.yaml``.
        known_from: the day from which the correction is known.
        reason: why it is mended.

    Raises:
        WrongUse: there is no such file, or the draft is there already.
        RulesBroken: the city's rule files have faults, or the draft would.
    """
    versions = _sound_versions(desk)
    mended = next((version for version in versions if version.stem == stem), None)
    if mended is None:
        known = ", ".join(version.stem for version in versions)
        zh = f"{desk.city} 没有 {stem}.yaml 可以更正。有：{known}。"
        en = f"{desk.city} has no {stem}.yaml to mend; it has {known}."
        raise WrongUse(Words(zh, en))
    day = mended.effective_from.isoformat()
    others = [correction_number(version.stem) for version in versions if version.stem.startswith(day)]
    name = f"{day}.c{max(others) + 1}.yaml"
    return _write_draft(desk, versions, name, correction(mended.text, stem, known_from, reason))


def start_city(config: Path, code: str, name: Words, start: date, *, add: bool) -> list[Path]:
    """Write a new city's first files beside the configuration: rules, cases, schemas; and return them.

    Args:
        config: ``timebank.yaml``; the city's folder is to lie beside it, and it need not be there.
        code: the city's code, which is also the name of its folder.
        name: what the city is called.
        start: the first day of its rules.
        add: whether the city is also added to the configuration, which is written where there is none.

    Raises:
        WrongUse: the city is there already, cannot be added or called so, or has a plugin whose rules none can make up.
        RulesBroken: the configuration has faults, or the rules would, for a name that cannot be written so.
    """
    _check_code(code)
    folder = config.parent / code
    settings = read_settings(config) if config.is_file() else None
    if folder.exists() or (settings is not None and code in settings.cities):
        zh = (
            f"城市“{code}”已经有了（{folder}）。请换一个代号；要写它的新一版，用 timebank rules new version。"
        )
        en = f"There is a city “{code}” ({folder}). Choose another code, or use timebank rules new version."
        raise WrongUse(Words(zh, en))
    # Named in no configuration, a city has the installed plugin of its name; added to one, it has none.
    desk = RuleDesk(code, folder, settings=CitySettings(folder, None, {}) if add else None)
    _refuse_to_make_up_rules_for(desk)
    rules, file = first_version(code, name, start), f"{start.isoformat()}.yaml"
    _check(desk, [], file, rules)
    told = _settings_with(config, code) if add else {}
    texts = {folder / file: rules, folder / "cases" / "first.yaml": first_cases(code, name, start)}
    write_new({**texts, **schema_files(desk)})
    write_files(told)
    return [*texts, *schema_files(desk), *told]


def _check_code(code: str) -> None:
    """Refuse a code that YAML reads as something else than text, or that is the name of another folder."""
    if trap_in(code) is None and isinstance(typed(code), str) and code not in (DRAFTS, CASES):
        return
    zh = f"代号不能叫“{code}”：它在规则文件里会被读成是、否或空，或与 drafts、cases 文件夹同名。"
    en = f"A city's code cannot be “{code}”: YAML reads it as true, false or nothing, or a folder of ours has that name."
    other = f"{code}_city"
    raise WrongUse(Words(f"{zh}请换一个，如 {other}。", f"{en} Choose another, such as {other}."))


def _refuse_to_make_up_rules_for(desk: RuleDesk) -> None:
    """Refuse a city whose plugin has keys of its own that must be written: what they are, only the city can say."""
    needed = needed_slots({name: written_out(schema) for name, schema in desk.plugin_keys.items()})
    for plugin, keys in needed.items():
        listed = ", ".join(keys)
        zh = f"已安装的插件“{plugin}”有必写的规则（{listed}），不能代写。请换一个代号，或加 --add：新城市先不用插件。"
        en = f"The installed plugin “{plugin}” has rules that must be written ({listed}), and none are made up. "
        en += "Choose another code, or use --add: the new city then has no plugin yet."
        raise WrongUse(Words(zh, en))


def _settings_with(config: Path, code: str) -> dict[Path, str]:
    """Return the configuration with one more city, as a text by file."""
    if not config.is_file():
        return {config: first_settings(code)}
    text = settings_with(config.read_text(encoding="utf-8"), code)
    if text is None:
        entry = f"{code}: {{rules: {code}}}"
        zh = f"{config} 的 cities 写在花括号里，不能自动加上。请去掉 --add，自己加上 {entry}。"
        en = f"In {config} cities stand between braces; none can be added. Leave out --add and write {entry} there."
        raise WrongUse(Words(zh, en))
    return {config: text}


def _sound_versions(desk: RuleDesk) -> list[RuleSet]:
    """Return the city's published versions, which have to be without fault before one is copied."""
    versions, faults = replace(desk, file=None).versions()
    if any(fault.severity == "error" for fault in faults):
        raise RulesBroken(faults)
    return versions


def _write_draft(desk: RuleDesk, versions: list[RuleSet], name: str, text: str) -> Path:
    file = desk.folder / DRAFTS / name
    _check(desk, versions, name, text)
    write_new({file: text})
    write_files(draft_schema_files(desk.folder))
    return file


def _check(desk: RuleDesk, versions: list[RuleSet], name: str, text: str) -> None:
    """Refuse a text that would not pass the check beside the versions that are there."""
    rule_set, faults = read_rule_bytes(text.encode("utf-8"), name, desk.city, desk.plugin_keys, desk.problems)
    if rule_set is not None and not faults:
        faults = faults_between_versions([*versions, rule_set])
    if any(fault.severity == "error" for fault in faults):
        raise RulesBroken(faults)
