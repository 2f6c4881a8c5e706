"""What the rule file of its day says about a service done: catalogue, place, length, quantum, confirmation."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from timebank.domain.order import Shape
from timebank.services.importing.catalogue import Catalogue, Rules, ServiceRule
from timebank.services.importing.cells import Cells
from timebank.services.importing.drafts import ServiceDraft
from timebank.services.importing.places import Places


def service_date(draft: ServiceDraft, rules: Rules, timezone: ZoneInfo) -> date:
    """Return the day whose rules decide: of checking in where time is measured, else of the planned start."""
    planned = draft.planned_start.astimezone(timezone).date()
    if draft.checked_in is None:
        return planned
    checked_in = draft.checked_in.astimezone(timezone).date()
    return checked_in if rules.catalogue(max(checked_in, rules.first_day)).measured else planned


def shape_of(draft: ServiceDraft) -> Shape:
    """Return one-to-one for a named recipient, else project."""
    return Shape.ONE_TO_ONE if draft.recipient else Shape.PROJECT


def check_rules(
    cells: Cells, draft: ServiceDraft, day: date, rules: Catalogue, places: Places | None
) -> None:
    """Note every rule of the day's file that a row breaks."""
    service = rules.services.get(draft.service)
    if service is None:
        hint = cells.sheet.hint(draft.service, rules.services)
        zh = f"{day} 的服务目录里没有“{draft.service}”。{hint.zh}"
        en = f"The catalogue of {day} has no “{draft.service}”. {hint.en}"
        cells.fault("service", "service", zh, en)
    else:
        _check_service(cells, draft, service)
        _check_place(cells, draft, day, (service.only_in, rules.only_in), places)
    _check_clock(cells, draft, rules)
    _check_credit(cells, draft, rules)
    _check_confirmation(cells, draft, rules)


def _check_service(cells: Cells, draft: ServiceDraft, service: ServiceRule) -> None:
    minutes = draft.planned_minutes
    if service.least is not None and minutes < service.least:
        zh, en = (
            f"这项服务至少 {service.least} 分钟。",
            f"This service takes at least {service.least} minutes.",
        )
        cells.fault("planned_minutes", "length", zh, en)
    if service.most is not None and minutes > service.most:
        zh, en = f"这项服务至多 {service.most} 分钟。", f"This service takes at most {service.most} minutes."
        cells.fault("planned_minutes", "length", zh, en)
    if shape_of(draft).value not in service.shapes:
        named = shape_of(draft) is Shape.ONE_TO_ONE
        zh = "这项服务只有多人项目，recipient 应为空。" if named else "这项服务须写明服务对象。"
        en = (
            "This service is for groups only: leave recipient empty."
            if named
            else "This service needs a recipient."
        )
        cells.fault("recipient", "shape", zh, en)


def _check_place(
    cells: Cells,
    draft: ServiceDraft,
    day: date,
    confined: tuple[frozenset[str] | None, ...],
    places: Places | None,
) -> None:
    if places is None or draft.organisation_id not in places.nodes:
        return
    for only_in in confined:
        if only_in is not None and only_in.isdisjoint(places.path(draft.organisation_id, day)):
            zh = f"按 {day} 的规则，这项服务只在部分组织开展，不包括“{draft.organisation_id}”。"
            en = f"By the rules of {day} this service is confined to some organisations, not “{draft.organisation_id}”."
            cells.fault("organisation_id", "only_in", zh, en)
            return


def _check_clock(cells: Cells, draft: ServiceDraft, rules: Catalogue) -> None:
    """Note a clock that is not about the planned time, as when a month or a day is mistyped."""
    start, end = draft.planned_start, draft.planned_start + timedelta(minutes=draft.planned_minutes)
    begun, ended = draft.checked_in, draft.checked_out
    if begun is not None and not start - timedelta(minutes=rules.early) <= begun < end:
        zh = f"签到不在计划时间内（最多提前 {rules.early} 分钟，计划结束以前）。请核对日期与时间。"
        en = f"Checked in outside the plan: at most {rules.early} minutes early, before its end. Check day and time."
        cells.fault("checked_in", "off_plan", zh, en)
    if ended is not None and ended > end + timedelta(minutes=rules.grace):
        zh = f"签出比计划结束晚了 {rules.grace} 分钟以上。请核对日期与时间；确实做得久的，请改计划时长。"
        en = (
            f"Checked out more than {rules.grace} minutes after the planned end. Check day and time; where it did "
            "take that long, write it into planned_minutes."
        )
        cells.fault("checked_out", "off_plan", zh, en)


def _check_credit(cells: Cells, draft: ServiceDraft, rules: Catalogue) -> None:
    if rules.measured:
        if draft.checked_in is None:
            zh, en = (
                "按实测时长记时间，须写明签到和签出。",
                "Measured time counts: write checking in and checking out.",
            )
            cells.fault("checked_in", "not_measured", zh, en)
        return
    for unit, (quantum, rate) in rules.quanta.items():
        if (draft.planned_minutes * Fraction(Decimal(rate))) % quantum:
            zh = f"计划时长 {draft.planned_minutes} 分钟不是最小档（{quantum} 分钟，单位 {unit}）的整倍数。"
            en = f"{draft.planned_minutes} minutes are no multiple of the quantum ({quantum} minutes, unit {unit})."
            cells.fault("planned_minutes", "quantum", zh, en)


def _check_confirmation(cells: Cells, draft: ServiceDraft, rules: Catalogue) -> None:
    cells.one_of("confirmed_by", draft.confirmed_by, rules.confirmed_by)
    if draft.confirmed_proof and rules.proofs:
        cells.one_of("confirmed_proof", draft.confirmed_proof, rules.proofs)
