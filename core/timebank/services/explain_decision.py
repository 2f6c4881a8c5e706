"""A decision explained: what it came to, which rules were read and what each said, and the nearest that was allowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from timebank.domain.refusal import TimeBankError, missing
from timebank.domain.transfer import TransferKind
from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.rules import NoRulesYet
from timebank.services.asked_again import settled_again
from timebank.services.desk import Bank
from timebank.services.explain import TRANSFER, explain_transfer
from timebank.services.kept_rules import rules_that_decided
from timebank.services.nearest_allowed import Nearest, of_settlement
from timebank.services.rules_read import RuleRead, rules_read
from timebank.storage import transfer_rows

_NOT_AGAIN = Words(
    "最近可行的没有推算：用现在的程序和插件重算，与当时存下的不完全相同。",
    "The nearest that was allowed is not computed: today's program and plugin do not come to exactly what was stored.",
)
_NOT_THIS_KIND = Words(
    "最近可行的没有推算：只推算服务结算；别的转账存下的就是照办的，被拒绝的不留存。",
    "The nearest that was allowed is not computed: that is done for settlements of visits alone; other transfers "
    "were made as asked, and refusals are not kept.",
)
_NO_RULES = Words(
    "读过的规则说不出：当时的规则文件已不在城市的文件夹里，数据库里也没有存。",
    "What the rules said cannot be told: the file that decided is neither in the city's folder nor kept in the database.",
)


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision, explained. Nobody is named: people stand in it by their ids, if at all.

    Attributes:
        what: a stable word: placed, offered, accepted, recognised, settlement, reversal, gift and so on.
        of: the id of the order, offer, visit or transfer it made.
        at: when, UTC; None where only the day is known.
        outcome: the stored word.
        lines: sentences: what it came to.
        rules: which rules were read, and what each said.
        nearest: what was limited, and the nearest that would have been allowed.
        untold: what is not computed or cannot be told, and why.
        decision: the stored decision as it is.
    """

    what: str
    of: str
    at: datetime | None
    outcome: str
    lines: tuple[Words, ...]
    rules: tuple[RuleRead, ...]
    nearest: tuple[Nearest, ...] = ()
    untold: tuple[Words, ...] = ()
    decision: Mapping[str, Any] | None = None


def explain_transfer_whole(bank: Bank, city_code: str, transfer_id: str) -> Decided:
    """Return why a transfer was made: its sentences, its rules, and the nearest that would have been allowed.

    Raises:
        NotFound: there is no such transfer.
        NoRulesYet: the rule file that decided is nowhere to be found.
    """
    city = bank.city(city_code)
    with bank.reading() as connection:
        row = transfer_rows.transfer(connection, city_code, transfer_id)
    if row is None:
        raise missing(TRANSFER, transfer_id)
    said = explain_transfer(bank, city_code, row.id, named=False)
    nearest, untold = _nearest(bank, city, row)
    return Decided(
        what=row.kind,
        of=row.id,
        at=row.recorded_at,
        outcome=row.decision["outcome"],
        lines=said.lines,
        rules=tuple(_read(bank, city, row.decision)),
        nearest=nearest,
        untold=untold,
        decision=row.decision,
    )


def explain_stored(
    bank: Bank,
    city: City,
    what: str,
    of: str,
    at: datetime | None,
    decision: Mapping[str, Any],
    *lines: Words,
) -> Decided:
    """Return a decision that made no transfer, with the rules it read."""
    try:
        rules, untold = tuple(_read(bank, city, decision)), ()
    except NoRulesYet:
        return Decided(what, of, at, decision.get("outcome", what), lines, (), (), (_NO_RULES,), decision)
    return Decided(what, of, at, decision.get("outcome", what), lines, rules, (), untold, decision)


def _read(bank: Bank, city: City, decision: Mapping[str, Any]) -> Iterator[RuleRead]:
    rules = rules_that_decided(bank, city, decision["rules"])
    yield from rules_read(city, decision["paths"], rules)
    if decision.get("charge_rules"):
        charge_rules = rules_that_decided(bank, city, decision["charge_rules"])
        also = [
            path
            for path in decision["charge_paths"]
            if charge_rules.digest != rules.digest or path not in decision["paths"]
        ]
        yield from rules_read(city, also, charge_rules)


def _nearest(bank: Bank, city: City, row: Any) -> tuple[tuple[Nearest, ...], tuple[Words, ...]]:
    if row.kind != TransferKind.SETTLEMENT:
        return (), (_NOT_THIS_KIND,)
    with bank.reading() as connection:
        try:
            again = settled_again(connection, city, row)
            if again is not None:
                return tuple(of_settlement(again, row.decision["facts"])), ()
        except TimeBankError:  # a plugin that is gone or fails today explains nothing, and hides nothing
            pass
    return (), (_NOT_AGAIN,)
