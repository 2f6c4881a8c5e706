"""Which rule files of a city are in force: those that were recorded, whatever else lies in its folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words
from timebank.rules.loader import rule_files
from timebank.rules.rule_set import digest_of
from timebank.storage import rule_file_rows


@dataclass(frozen=True, slots=True)
class InForce:
    """The recorded rule files of a city.

    Attributes:
        contents: their bytes by file name.
        warnings: what lies in the folder and was never published, or was published and is gone from it.
    """

    contents: dict[str, bytes]
    warnings: tuple[Words, ...]


def files_in_force(connection: Connection, city: str, folder: Path) -> InForce | None:
    """Return a city's recorded rule files, read in its folder; None where the city was never set up in this database.

    Raises:
        BadInput: a recorded file was edited, or its copy in the database was.
    """
    recorded = rule_file_rows.recorded(connection, city)
    if not recorded:
        return None
    lying = {file.name: file.read_bytes() for file in rule_files(folder)}
    edited = [name for name in recorded.keys() & lying.keys() if digest_of(lying[name]) not in recorded[name]]
    if edited:
        raise _edited(city, folder, sorted(edited))
    contents, warnings = {}, []
    for name, digests in sorted(recorded.items()):
        if name in lying:
            contents[name] = lying[name]
        else:
            contents[name] = kept_content(connection, city, digests[-1])
            warnings.append(_gone(city, folder / name))
    warnings += [_never_published(folder / name) for name in sorted(lying.keys() - recorded.keys())]
    return InForce(contents, tuple(warnings))


def kept_content(connection: Connection, city: str, digest: str) -> bytes:
    """Return the bytes of a recorded rule file as the database keeps them.

    Raises:
        BadInput: they are not what was recorded.
    """
    kept = rule_file_rows.kept(connection, city, digest)
    content: bytes = b"" if kept is None else kept.text.encode()
    if digest_of(content) != digest:
        zh = f"数据库里存档的规则文件（{city}，{digest}）已被改动。请从备份恢复数据库，再运行 "
        en = f"The rule file kept in the database ({city}, {digest}) was changed. Restore a backup, then run "
        verify = f"timebank ledger verify {city}"
        raise BadInput(Words(f"{zh}{verify}。", f"{en}{verify}."), "kept_rule_file_changed")
    return content


def _edited(city: str, folder: Path, names: list[str]) -> BadInput:
    zh = "、".join(str(folder / name) for name in names)
    en = ", ".join(str(folder / name) for name in names)
    return BadInput(
        Words(
            f"城市“{city}”没有打开：规则文件 {zh} 与发布时不同。发布后的规则文件不能改。"
            f"请运行 timebank rules restore {city}，从数据库还原原文（改过的另存到 drafts/，不会丢）；"
            "要改规则，请另写新日期的文件或更正文件，再发布。",
            f"City “{city}” was not opened: {en} differs from what was published, and a published rule file is never "
            f"edited. Run timebank rules restore {city}: it puts the published text back from the database and keeps "
            "the edited one in drafts/. To change a rule, publish a file of a new date, or a correction.",
        ),
        "rule_file_edited",
    )


def _gone(city: str, file: Path) -> Words:
    return Words(
        f"已发布的规则文件 {file} 不在文件夹里，现按数据库里的原文运行。请运行 timebank rules restore {city} 放回它。",
        f"The published rule file {file} is gone from its folder; the text kept in the database is in force. "
        f"Run timebank rules restore {city} to put it back.",
    )


def _never_published(file: Path) -> Words:
    draft = file.parent / "drafts" / file.name
    return Words(
        f"规则文件 {file} 从未发布，不生效。请把它移到 {draft}，再用 timebank rules publish {draft} 发布。",
        f"The rule file {file} was never published and is not in force. Move it to {draft}, "
        f"then publish it: timebank rules publish {draft}.",
    )
