"""From the configuration to a city's log of sealed transfers."""

from __future__ import annotations

from timebank.bank.settings import EvidenceSettings
from timebank.domain.refusal import BadInput
from timebank.domain.words import Words
from timebank.evidence.checkpoint import origin_of
from timebank.evidence.digest import Digest
from timebank.evidence.folder import CheckpointFolder
from timebank.evidence.log import Log
from timebank.evidence.notes import COSIGNED, VerifierKey
from timebank.evidence.signer import Ed25519Signer


def open_log(settings: EvidenceSettings | None, city: str, *, signs: bool = False) -> Log:
    """Return a city's log.

    Args:
        settings: what the configuration says of sealing.
        city: the city's code.
        signs: whether the signing key is needed.

    Raises:
        BadInput: nothing is configured, or a key cannot be read.
    """
    if settings is None:
        zh = "配置里没有 evidence 一节：请写明名称、检查点文件夹和公钥，见 docs/evidence.md。"
        en = "The configuration has no block evidence: give a name, a folder and keys; see docs/evidence.md."
        raise BadInput(Words(zh, en), "no_evidence")
    witnesses = tuple(VerifierKey.read(line) for line in settings.witnesses)
    if settings.witnesses_needed > len(witnesses) or any(key.kind != COSIGNED for key in witnesses):
        zh = "配置 evidence.witnesses：needed 不能多于 keys，keys 须是见证用的公钥（evidence key … --witness 打印的）。"
        en = "evidence.witnesses: needed is at most the number of keys, which are keys of witnesses (--witness)."
        raise BadInput(Words(zh, en), "bad_witnesses")
    digest = Digest(settings.digests.get(city, "sha256"))
    return Log(
        origin=origin_of(settings.name, city, digest),
        digest=digest,
        folder=CheckpointFolder(settings.folder / city),
        keys=tuple(VerifierKey.of_log(line) for line in settings.keys),
        signer=Ed25519Signer.read(settings.key) if signs and settings.key is not None else None,
        witnesses=witnesses,
        witnesses_needed=settings.witnesses_needed,
    )
