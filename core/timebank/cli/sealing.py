"""Sealing as part of what is due: where the configuration names a key, and never in the way of anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from timebank.domain.refusal import TimeBankError
from timebank.domain.words import Words

if TYPE_CHECKING:
    from timebank.bank import Settings
    from timebank.services.desk import Bank
    from timebank.services.sealing import Sealed


def seal_each(bank: Bank, settings: Settings) -> dict[str, Sealed | TimeBankError]:
    """Seal every city's ledger, and return what was done or why not; nothing where no key is configured."""
    from timebank.bank.evidence import open_log  # noqa: PLC0415 - imported when something is sealed
    from timebank.services.sealing import seal  # noqa: PLC0415

    if settings.evidence is None or settings.evidence.key is None:
        return {}
    done: dict[str, Sealed | TimeBankError] = {}
    for code in bank.cities:
        try:
            done[code] = seal(bank, code, open_log(settings.evidence, code, signs=True))
        except TimeBankError as error:
            done[code] = error
    return done


def sealed_words(code: str, sealed: Sealed | TimeBankError) -> Words:
    """Return what came of sealing a city, as a sentence."""
    if isinstance(sealed, TimeBankError):
        return Words(f"{code}：没有封存。{sealed.words.zh}", f"{code}: not sealed. {sealed.words.en}")
    zh = f"{code}：新封存 {sealed.added} 笔转账，共 {sealed.size} 叶，写出 {sealed.published} 个检查点。"
    en = f"{code}: {sealed.added} transfers sealed, {sealed.size} leaves in all, {sealed.published} checkpoints."
    return Words(zh, en)


def sealed_plain(sealed: Sealed | TimeBankError) -> dict[str, Any]:
    """Return what came of sealing a city, as plain values."""
    if isinstance(sealed, TimeBankError):
        return {"error": {"code": sealed.code, "zh": sealed.words.zh, "en": sealed.words.en}}
    return {"added": sealed.added, "size": sealed.size, "published": sealed.published}
