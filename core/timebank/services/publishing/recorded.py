"""Which rule files of a city are in force: those that were recorded, whatever else lies in its folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words
from timebank.rules.faults import Fault, RulesBroken, fault
from timebank.rules.loader import contents_of
from timebank.rules.rule_set import digest_of
from timebank.storage import rule_file_rows

_START = (1, 1)


@dataclass(frozen=True, slots=True)
class InForce:
    """The recorded rule files of a city.

    Attributes:
        contents: their bytes by file name.
        warnings: what lies in the folder and was never published, or was published and is gone from it.
    """

    contents: dict[str, bytes]
    warnings: tuple[Fault, ...]


def files_in_force(connection: Connection, city: str, folder: Path) -> InForce | None:
    """Return a city's recorded rule files, read in its folder; None where the city was never set up in this database.

    Raises:
        BadInput: a recorded file was edited, or its copy in the database was.
        RulesBroken: a rule file of the folder is not to be read.
    """
    recorded = rule_file_rows.recorded(connection, city)
    if not recorded:
        return None
    lying = _lying(folder)
    faults = _faults(city, folder, recorded, lying)
    edited = [found for found in faults if found.code == "D12"]
    if edited:
        sentences = Words("".join(one.zh for one in edited), " ".join(one.en for one in edited))
        raise BadInput(sentences, "rule_file_edited")
    contents = {
        name: lying[name] if name in lying else kept_content(connection, city, digests[-1])
        for name, digests in sorted(recorded.items())
    }
    return InForce(contents, tuple(replace(found, severity="warning") for found in faults))


def faults_of_folder(connection: Connection, city: str, folder: Path) -> list[Fault]:
    """Return where a city's folder is not what was published: a file was edited, is gone, or was never published."""
    recorded = rule_file_rows.recorded(connection, city)
    return _faults(city, folder, recorded, _lying(folder)) if recorded else []


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


def _lying(folder: Path) -> dict[str, bytes]:
    contents, faults = contents_of(folder)
    if faults:
        raise RulesBroken(replace(found, file=str(folder / found.file)) for found in faults)
    return contents


def _faults(
    city: str, folder: Path, recorded: Mapping[str, Sequence[str]], lying: Mapping[str, bytes]
) -> list[Fault]:
    found = []
    for name in sorted(recorded.keys() | lying.keys()):
        file = str(folder / name)
        if name not in recorded:
            draft = str(folder / "drafts" / name)
            found.append(fault("D14", file, _START, (), file_name=file, draft=draft))
        elif name not in lying:
            found.append(fault("D13", file, _START, (), file_name=file, city=city))
        elif digest_of(lying[name]) not in recorded[name]:
            found.append(fault("D12", file, _START, (), file_name=file, city=city))
    return found
