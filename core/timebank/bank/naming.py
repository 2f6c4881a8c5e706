"""A name that means nothing the bank can open: the sentence that says so, and what may have been meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from timebank.bank.settings import CitySettings
from timebank.domain.refusal import WrongUse
from timebank.domain.words import Words
from timebank.rules import rule_files
from timebank.rules.nodes import read_nodes
from timebank.rules.on_disk import content_of
from timebank.rules.suggestions import nearest

DRAFTS, CASES = "drafts", "cases"
_MOST_SHOWN = 12
_ENDINGS = "市区县省"
_OTHER_FORMATS = {
    "timebank-cases/1": Words(
        "这是用例文件，不是规则文件。请演它：timebank rules test {file}（它须放在城市的 cases/ 里）。",
        "This is a file of cases, not of rules. Play it: timebank rules test {file} (it lies in a city's cases/).",
    ),
    "timebank-story/1": Words(
        "这是演示的故事，不是规则文件。请演它：timebank demo --city {city}。",
        "This is the story of a demonstration, not a rule file. Play it: timebank demo --city {city}.",
    ),
    "timebank/1": Words(
        "这是配置文件，写哪些城市在运行，不是规则文件。要检查它所写的各座城市：timebank rules check --config {file}。",
        "This is the configuration, which says what cities run, not a rule file. "
        "To check the cities it names: timebank rules check --config {file}.",
    ),
}


def no_city(name: str, cities: Mapping[str, CitySettings]) -> WrongUse:
    """Return the refusal of a name that is none of the running cities."""
    guess, running = _guess(name, cities), list(cities)
    zh = f"没有在运行的城市“{name}”。{guess.zh}在运行的城市：{'、'.join(running)}。"
    return WrongUse(
        Words(zh, f"No city “{name}” runs.{guess.en} Running: {', '.join(running)}."), "not_found"
    )


def no_rules(name: str, cities: Mapping[str, CitySettings]) -> WrongUse:
    """Return the refusal of a name that is neither a running city nor a rule file nor a city's folder."""
    path = Path(name)
    if path.is_dir():
        return WrongUse(_of_folder(name, path))
    if path.suffix or len(path.parts) > 1:
        return WrongUse(_of_file(name, path))
    guess, running = _guess(name, cities), list(cities)
    zh = f"“{name}”既不是在运行的城市，也不是规则文件。{guess.zh}在运行的城市：{'、'.join(running)}。"
    en = f"“{name}” is neither a running city nor a rule file.{guess.en} Running: {', '.join(running)}."
    return WrongUse(Words(f"{zh}请核对名称或文件位置。", f"{en} Check the name or the path."))


def check_format(file: Path, folder: Path) -> None:
    """Refuse a file that says itself it is something else than rules.

    Args:
        file: the file.
        folder: the city's folder it was taken to lie in.

    Raises:
        WrongUse: it is a file of cases, a story or a configuration; the sentence names the verb for it.
    """
    content, unread = content_of(file, folder)
    text = "" if unread else content.decode("utf-8", "replace")
    said = next((line for line in text.splitlines() if line.startswith("format:")), "")
    words = _OTHER_FORMATS.get(said.partition(":")[2].partition(" #")[0].strip().strip("\"'"))
    if words is not None:
        zh, en = (text.format(file=file, city=folder.name) for text in (words.zh, words.en))
        raise WrongUse(Words(f"{file}：{zh}", f"{file}: {en}"))


def _of_folder(name: str, folder: Path) -> Words:
    if folder.absolute().name == DRAFTS and (drafts := _shown(sorted(map(str, folder.glob("*.yaml"))))).zh:
        zh, en = (
            f"“{name}”是放草案的文件夹。请写其中一份：",
            f"“{name}” is a folder of drafts. Name one of them: ",
        )
        return Words(f"{zh}{drafts.zh}。", f"{en}{drafts.en}.")
    inside = _shown(sorted(one.name for one in folder.iterdir() if one.is_dir() and rule_files(one)))
    zh = f"“{name}”是文件夹，里面没有规则文件（以施行日期命名，如 2026-01-01.yaml）。"
    en = f"“{name}” is a folder without rule files (named by their first day, such as 2026-01-01.yaml)."
    if inside.zh:
        return Words(
            f"{zh}是不是其中之一：{inside.zh}？", f"{en} Did you mean one of these in it: {inside.en}?"
        )
    return Words(f"{zh}请写城市、规则文件或草案。", f"{en} Name a city, a rule file or a draft.")


def _of_file(name: str, file: Path) -> Words:
    zh, en = f"没有“{name}”这个文件。", f"There is no file “{name}”."
    if file.is_symlink():
        zh, en = (
            f"“{name}”是链接，它指向的文件不在了。",
            f"“{name}” is a link, and what it points to is gone.",
        )
    elif file.exists():
        zh, en = f"“{name}”不是普通文件。", f"“{name}” is no plain file."
    above = file.parent
    if not above.is_dir():
        return Words(
            f"{zh}也没有文件夹 {above}。请核对位置。", f"{en} Nor is there a folder {above}. Check the path."
        )
    there = sorted(one.name for one in above.glob("*.yaml"))
    meant, inside = nearest(file.name, there), _shown(there)
    if meant is not None:
        zh, en = f"{zh}是不是 {above / meant}？", f"{en} Did you mean {above / meant}?"
    elif inside.zh:
        zh, en = f"{zh}{above} 里有：{inside.zh}。", f"{en} In {above} there are: {inside.en}."
    return Words(f"{zh}请核对名称或位置。", f"{en} Check the name or the path.")


def _shown(names: list[str]) -> Words:
    more = len(names) - _MOST_SHOWN
    zh, en = "、".join(names[:_MOST_SHOWN]), ", ".join(names[:_MOST_SHOWN])
    return Words(f"{zh} 等 {len(names)} 个", f"{en} and {more} more") if more > 0 else Words(zh, en)


def _guess(name: str, cities: Mapping[str, CitySettings]) -> Words:
    """Return the question whether a city of nearly that code, or one whose rules bear that name, was meant."""
    meant = nearest(name, cities) or next(_called(name, cities), None)
    return Words("", "") if meant is None else Words(f"是不是 {meant}？", f" Did you mean {meant}?")


def _called(name: str, cities: Mapping[str, CitySettings]) -> Iterator[str]:
    """Yield the cities whose newest rules have a name in their title."""
    looked_for = name.casefold().rstrip(_ENDINGS)
    for code, city in cities.items():
        title = _title(city.folder).casefold()
        if looked_for and looked_for in title:
            yield code


def _title(folder: Path) -> str:
    """Return the title of a city's newest rules in both languages; empty where it cannot be read."""
    files = rule_files(folder)
    if not files:
        return ""
    content, _ = content_of(files[-1], folder)
    tree = read_nodes(content.decode("utf-8", "replace"), files[-1].name).tree or {}
    title = tree.get("title")
    return " ".join(map(str, title.values())) if isinstance(title, dict) else ""
