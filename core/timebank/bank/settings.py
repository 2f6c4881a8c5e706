"""Reading ``config/timebank.yaml``: as strictly as a rule file, with file, line and column."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words
from timebank.rules.characters import decoded
from timebank.rules.faults import RulesBroken
from timebank.rules.nodes import read_nodes
from timebank.rules.on_disk import content_of
from timebank.rules.shape import faults_against

DATABASE_VARIABLE = "TIMEBANK_DATABASE_URL"
KEY_VARIABLE = "TIMEBANK_EVIDENCE_KEY"
_SCHEMA = Path(__file__).parent / "schema.json"


class CitySettings(NamedTuple):
    """What the configuration says of one city.

    Attributes:
        folder: its folder of rule files.
        plugin: name of its plugin's entry point, or None for a city of YAML alone.
        registries: outside registers: adapter and its options, by kind.
    """

    folder: Path
    plugin: str | None
    registries: Mapping[str, Mapping[str, Any]]


class EvidenceSettings(NamedTuple):
    """What the configuration says of sealing.

    Attributes:
        name: the bank's name in every checkpoint.
        folder: where checkpoints lie, one folder a city.
        keys: public keys that are trusted, as text.
        key: file of the signing key, or None where nothing is sealed; TIMEBANK_EVIDENCE_KEY goes before the file.
        digests: hash function by city, where it is not sha256.
        witnesses: public keys of the witnesses, as text.
        witnesses_needed: how many of them have to co-sign.
    """

    name: str
    folder: Path
    keys: tuple[str, ...]
    key: Path | None
    digests: Mapping[str, str]
    witnesses: tuple[str, ...] = ()
    witnesses_needed: int = 0


class Settings(NamedTuple):
    """What ``config/timebank.yaml`` says.

    Attributes:
        file: where it was read.
        database: address of the database; TIMEBANK_DATABASE_URL goes before the file.
        cities: which cities run.
        senders: message senders: adapter and its options, by channel.
        powerful_role: what to do where the database role could change the ledger: ``warn`` or ``refuse``.
        evidence: how the ledger is sealed, or None where it is not.
    """

    file: Path
    database: str
    cities: Mapping[str, CitySettings]
    senders: Mapping[str, Mapping[str, Any]]
    powerful_role: str = "warn"
    evidence: EvidenceSettings | None = None


def read_settings(file: Path, within: Path | None = None) -> Settings:
    """Return the settings of a file.

    Args:
        file: the configuration file.
        within: a folder out of which no link may lead; None where it was named by whoever runs the bank.

    Raises:
        BadInput: the file is not there.
        RulesBroken: with every fault in it.
    """
    try:
        content, faults = content_of(file, within)
    except OSError as error:
        zh = f"读不到配置文件 {file}：没有这个文件，或不能读。请在项目文件夹中运行，或用 --config 指明位置。"
        en = f"Cannot read {file}: {error.strerror}. Run in the project's folder, or name the file with --config."
        raise BadInput(Words(zh, en), "no_config") from error
    if not faults:
        text, faults = decoded(content, file.name)
    if not faults:
        reading = read_nodes(text, file.name)
        faults = list(reading.faults)
        if reading.tree is not None:
            faults.extend(faults_against(reading, file.name, _validator()))
    if faults or reading.tree is None:
        raise RulesBroken(sorted(faults))
    return _settings(file, reading.tree)


def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(_SCHEMA.read_text(encoding="utf-8")))


def _settings(file: Path, tree: Mapping[str, Any]) -> Settings:
    cities = {
        code: CitySettings(file.parent / block["rules"], block.get("plugin"), block.get("registries", {}))
        for code, block in tree["cities"].items()
    }
    database = os.environ.get(DATABASE_VARIABLE) or tree["database"]
    return Settings(
        file=file,
        database=database,
        cities=cities,
        senders=tree.get("senders", {}),
        powerful_role=tree.get("powerful_role", "warn"),
        evidence=_evidence(file.parent, tree.get("evidence")),
    )


def _evidence(folder: Path, block: Mapping[str, Any] | None) -> EvidenceSettings | None:
    if block is None:
        return None
    key = os.environ.get(KEY_VARIABLE) or block.get("key")
    witnesses = block.get("witnesses", {"keys": (), "needed": 0})
    return EvidenceSettings(
        name=block["name"],
        folder=folder / block["folder"],
        keys=tuple(block["keys"]),
        key=folder / key if key else None,
        digests=block.get("digests", {}),
        witnesses=tuple(witnesses["keys"]),
        witnesses_needed=witnesses["needed"],
    )
