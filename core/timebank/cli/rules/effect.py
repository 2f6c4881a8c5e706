"""What a draft would have made of real history, told to a clerk: counts, districts, services, rules, largest changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from timebank.bank.rule_comparing import read_whole, version_file
from timebank.bank.rule_desk import desk_of
from timebank.cli.session import Session
from timebank.domain.refusal import WrongUse
from timebank.domain.words import Words

if TYPE_CHECKING:
    from timebank.rules import RuleSet
    from timebank.services.desk import Bank
    from timebank.services.replaying import Effect, Span

_COUNTS = {
    "settlements": Words("笔数", "n"),
    "refused": Words("变拒绝", "refused"),
    "credited_more": Words("多记", "credit ↑"),
    "credited_less": Words("少记", "credit ↓"),
    "charged_more": Words("多扣", "charge ↑"),
    "charged_less": Words("少扣", "charge ↓"),
}
_KINDS = {
    "gift": Words("转赠", "gifts"),
    "donation": Words("捐赠", "donations"),
    "redemption": Words("兑换", "redemptions"),
    "grant": Words("赠时", "grants"),
}
EARLIER = "earlier_changes"
_UNCHANGED, _DASH = Words("不变", "unchanged"), Words("–", "–")
MOST_ROWS = 15


def draft_of(city: str, name: str, config: Path) -> RuleSet:
    """Return the draft, or the published version, that a name means for a city.

    Raises:
        WrongUse: it means nothing, or belongs to another city.
        RulesBroken: it has faults.
    """
    if not Path(name).is_file():
        desk = desk_of(city, config)
        return read_whole(desk, version_file(desk, name))
    desk = desk_of(name, config)
    if desk.city != city or desk.file is None:
        zh = f"“{name}”是 {desk.city} 的规则文件，不是 {city} 的。请写 {city} 的草案。"
        raise WrongUse(
            Words(zh, f"“{name}” is a rule file of {desk.city}, not of {city}. Name a draft of {city}.")
        )
    return read_whole(desk, desk.file)


def tell_effect(session: Session, bank: Bank, city: str, draft: RuleSet, span: Span) -> int:
    """Settle history again under a draft and tell what it would have changed; return the exit code."""
    from timebank.services.desk import local_day  # noqa: PLC0415 - imported when the verb is called
    from timebank.services.replaying import effect_of  # noqa: PLC0415

    today = local_day(bank.city(city), bank.clock())
    with session.progress(Words("重算", "settling again")), bank.snapshot() as connection:
        effect = effect_of(connection, bank.city(city), draft, span, today)
    if session.as_json:
        session.give(effect.plain())
        return 0
    for words in _head(city, effect):
        session.say(words)
    if effect.total.settlements:
        for table in _tables(session, effect):
            session.out.print()
            session.out.print(table)
        session.out.print()
    for words in (*_reasons(effect), *_largest(effect), *_exchanges(effect), *_unknown(effect)):
        session.say(words)
    session.say(effect.static, "dim")
    return 0


def _head(city: str, effect: Effect) -> Iterator[Words]:
    total = effect.total
    yield Words(
        f"{city}：照草案 {effect.draft.file} 重算 {total.settlements:,} 笔结算：{total.unchanged:,} 笔不变，"
        f"{total.refused:,} 笔变为拒绝。",
        f"{city}: {total.settlements:,} settlements under {effect.draft.file}: {total.unchanged:,} unchanged, "
        f"{total.refused:,} refused.",
    )
    credit, charge = _amounts(total.credit, effect.draft), _amounts(total.charge, effect.draft)
    yield Words(
        f"记入合计 {credit.zh}；扣除合计 {charge.zh}。",
        f"Credit {credit.en}; charges {charge.en}.",
    )
    if effect.reversed_since:
        many = effect.reversed_since
        yield Words(f"后来冲正的 {many:,} 笔不计。", f"{many:,} that were reversed later are left out.")


def _amounts(minutes: Mapping[str, int], draft: RuleSet, nothing: Words = _UNCHANGED) -> Words:
    """Return amounts in the city's units, each with its sign; a unit that the draft lacks in minutes."""
    from timebank.services.amounts import in_units  # noqa: PLC0415

    rules, found = draft.reading(), []
    for unit, more in minutes.items():
        if not more:
            continue
        sign = "+" if more > 0 else "−"
        if rules.has(f"units.{unit}"):
            amount = in_units(abs(more), unit, rules)
        else:
            amount = Words(f"{abs(more)} 分钟 {unit}", f"{abs(more)} minutes of {unit}")
        found.append(Words(f"{sign}{amount.zh}", f"{sign}{amount.en}"))
    if not found:
        return nothing
    return Words("、".join(one.zh for one in found), ", ".join(one.en for one in found))


def _tables(session: Session, effect: Effect) -> Iterator[Table]:
    groups = ((Words("区", "district"), effect.districts), (Words("服务", "service"), effect.services))
    for head, tallies in groups:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        table.add_column(session.text(head), overflow="fold")
        for words in _COUNTS.values():
            table.add_column(session.text(words), justify="right", overflow="fold")
        table.add_column(session.text(Words("记入", "credit")), justify="right", overflow="fold")
        table.add_column(session.text(Words("扣除", "charge")), justify="right", overflow="fold")
        shown = sorted(tallies.items(), key=lambda each: (-each[1].changed, -each[1].settlements, each[0]))
        for name, tally in shown[:MOST_ROWS]:
            amounts = [_amounts(more, effect.draft, _DASH) for more in (tally.credit, tally.charge)]
            table.add_row(
                session.text(effect.labels.get(name, Words(name, name))),
                *(f"{getattr(tally, count):,}" for count in _COUNTS),
                *map(session.text, amounts),
            )
        if len(shown) > MOST_ROWS:
            more = len(shown) - MOST_ROWS
            table.add_row(session.text(Words(f"另有 {more} 个，见 --json", f"{more} more: see --json")))
        yield table


def _reasons(effect: Effect) -> Iterator[Words]:
    if effect.reasons:
        yield Words("因为哪条规则（一笔可有几条）：", "By rule (a settlement may have several):")
    for path, many in effect.reasons.most_common(MOST_ROWS):
        yield Words(f"  {many:,}  {_rule(effect, path).zh}", f"  {many:,}  {_rule(effect, path).en}")


def _rule(effect: Effect, path: str) -> Words:
    """Return a rule's path, with what the draft says where that is one value."""
    if path == EARLIER:
        return Words("此前的变化", "what changed earlier")
    value = effect.draft.by_path.get(path)
    if value is None:
        return Words(f"{path}（草案没有）", f"{path} (not in the draft)")
    single = not isinstance(value, Mapping | tuple)
    return Words(f"{path}（草案：{value}）", f"{path} (draft: {value})") if single else Words(path, path)


def _largest(effect: Effect) -> Iterator[Words]:
    if effect.largest:
        yield Words(
            f"变化最大的 {len(effect.largest)} 单：", f"The {len(effect.largest)} largest changes, by order:"
        )
    for change in effect.largest:
        credit, charge = _amounts(change.credit, effect.draft), _amounts(change.charge, effect.draft)
        label = effect.labels.get(change.service, Words(change.service, change.service))
        refused = Words("拒绝", "refused") if change.refused else Words("", "")
        yield Words(
            f"  {change.order_id}  {label.zh}  {refused.zh}  记入 {credit.zh}，扣除 {charge.zh}",
            f"  {change.order_id}  {label.en}  {refused.en}  credit {credit.en}, charge {charge.en}",
        )


def _exchanges(effect: Effect) -> Iterator[Words]:
    for kind, found in effect.exchanges.items():
        label, amount = _KINDS[kind], _amounts(found.minutes, effect.draft)
        yield Words(
            f"{label.zh} {found.made:,} 笔：{found.unchanged:,} 笔不变，{found.refused:,} 笔变为拒绝，"
            f"{found.other_amount:,} 笔数额不同，{found.unknown:,} 笔无法判断；合计 {amount.zh}。",
            f"{found.made:,} {label.en}: {found.unchanged:,} unchanged, {found.refused:,} refused, "
            f"{found.other_amount:,} of another amount, {found.unknown:,} cannot be judged; in all {amount.en}.",
        )


def _unknown(effect: Effect) -> Iterator[Words]:
    for what, many in effect.unknown.most_common():
        why = effect.why_unknown(what)
        yield Words(f"无法确定的 {many:,} 处：{why.zh}。", f"{many:,} times not sure: {why.en}.")
