"""Checking the rows of services.csv: each is a service done, judged by the rule file of its service date."""

from __future__ import annotations

from datetime import date, timedelta

from timebank.domain.member import Role
from timebank.services.importing.cells import Cells
from timebank.services.importing.drafts import ServiceDraft
from timebank.services.importing.known import Known
from timebank.services.importing.members import check_open
from timebank.services.importing.organisations import once
from timebank.services.importing.overlaps import check_overlaps
from timebank.services.importing.people import KnownMember, People
from timebank.services.importing.service_rules import check_rules, service_date
from timebank.services.importing.sheets import Columns, Row, Sheet

COLUMNS = Columns(
    (
        "reference",
        "service",
        "organisation_id",
        "volunteer",
        "recipient",
        "planned_start",
        "planned_minutes",
        "checked_in",
        "checked_out",
        "confirmed_by",
        "confirmed_proof",
    ),
    ("team", "head_count"),
)


def check_services(sheet: Sheet, known: Known) -> dict[int, ServiceDraft]:
    """Return the sound rows by row number."""
    drafts: dict[int, ServiceDraft] = {}
    first_rows: dict[str, int] = {}
    for row in sheet.rows:
        before = len(sheet.faults)
        draft = _read(Cells(sheet, row), known)
        if draft is not None and once(sheet, row, "reference", draft.reference, first_rows):
            if not known.in_bank.has(draft):
                _check_draft(Cells(sheet, row), draft, known)
            if len(sheet.faults) == before:
                drafts[row.number] = draft
    if known.people is not None:
        check_overlaps(sheet, drafts, known)
    return drafts


def references(rows: list[Row]) -> set[str]:
    """Return the numbers of the members that rows name."""
    return {row[column] for row in rows for column in ("volunteer", "recipient") if row[column]}


def _read(cells: Cells, known: Known) -> ServiceDraft | None:
    before = len(cells.sheet.faults)
    reference, service = cells.reference(), cells.code("service")
    organisation, volunteer = cells.code("organisation_id"), cells.code("volunteer")
    recipient, minutes = cells.maybe("recipient"), cells.whole("planned_minutes")
    start = cells.moment("planned_start", known.timezone)
    checked_in = cells.moment("checked_in", known.timezone, needed=False)
    checked_out = cells.moment("checked_out", known.timezone, needed=False)
    confirmed_by, proof = cells.code("confirmed_by"), cells.maybe("confirmed_proof")
    team, heads = cells.maybe("team"), cells.whole("head_count") if cells.row["head_count"] else 1
    if start is None or minutes is None or heads is None or len(cells.sheet.faults) > before:
        return None
    return ServiceDraft(
        reference,
        service,
        organisation,
        volunteer,
        recipient,
        start,
        minutes,
        checked_in,
        checked_out,
        confirmed_by,
        proof,
        team,
        heads,
    )


def _check_draft(cells: Cells, draft: ServiceDraft, known: Known) -> None:
    """Check a row that can be read: its times, its rules, its people, its place."""
    _check_times(cells, draft, known)
    started = draft.planned_start.astimezone(known.timezone).date()
    if started < known.rules.first_day:
        zh = f"{started} 早于本市第一个规则文件（{known.rules.first_day} 起）。没有规则的日子不能记时间。"
        en = f"{started} is before the city's first rule file (from {known.rules.first_day} on): there are no rules."
        cells.fault("planned_start", "no_rules", zh, en)
        return
    day = service_date(draft, known.rules, known.timezone)
    catalogue = known.rules.catalogue(day)
    if not catalogue.settles_imports:
        zh = f"{day} 的规则文件没有写明导入的历史服务由谁付（charge.import），无法结算。请先补上规则。"
        en = f"The rule file of {day} does not say who pays for imported service (charge.import). Add it first."
        cells.fault("planned_start", "no_rules", zh, en)
    check_rules(cells, draft, day, catalogue, known.places)
    check_open(cells, "organisation_id", draft.organisation_id, day, known.places)
    if draft.volunteer == draft.recipient:
        zh, en = "志愿者与服务对象是同一人。", "Volunteer and recipient are the same person."
        cells.fault("recipient", "same_person", zh, en)
    volunteer = _check_member(cells, "volunteer", draft.volunteer, Role.VOLUNTEER, day, known.people)
    if draft.recipient:
        _check_member(cells, "recipient", draft.recipient, Role.RECIPIENT, day, known.people)
    if draft.team and check_open(cells, "team", draft.team, day, known.places):
        _check_team(cells, draft, volunteer, day)


def _check_times(cells: Cells, draft: ServiceDraft, known: Known) -> None:
    ended = draft.planned_start + timedelta(minutes=draft.planned_minutes)
    if ended > known.now:
        zh, en = "服务时间还没有到，不是历史记录。", "This service is yet to come; it is no history."
        cells.fault("planned_start", "future", zh, en)
    if (draft.checked_in is None) != (draft.checked_out is None):
        zh, en = "签到和签出要么都写，要么都不写。", "Write both checking in and checking out, or neither."
        cells.fault("checked_out", "half_clock", zh, en)
    elif draft.checked_in is not None and draft.checked_out is not None:
        if draft.checked_out < draft.checked_in:
            zh, en = "签出早于签到。", "Checking out comes before checking in."
            cells.fault("checked_out", "clock", zh, en)
        elif draft.checked_out > known.now:
            zh, en = "签出时间还没有到。", "The time of checking out is yet to come."
            cells.fault("checked_out", "future", zh, en)


def _check_member(
    cells: Cells, column: str, reference: str, role: Role, day: date, people: People | None
) -> KnownMember | None:
    if people is None:
        return None
    member = people.by_reference.get(reference)
    if member is None:
        zh = f"没有编号为“{reference}”的成员。请核对，或先补入 members.csv。"
        en = f"There is no member with the reference “{reference}”. Check it, or add them to members.csv."
        cells.fault(column, "member", zh, en)
        return None
    since = member.roles.get(role.value)
    if since is None:
        zh = f"“{reference}”没有“{role.value}”这个角色。"
        cells.fault(column, "role", zh, f"“{reference}” has not the role “{role.value}”.")
    elif since > day:
        zh = f"“{reference}”到 {since} 才加入，晚于服务日期 {day}。"
        cells.fault(column, "role", zh, f"“{reference}” joined on {since}, after the service on {day}.")
    return member


def _check_team(cells: Cells, draft: ServiceDraft, volunteer: KnownMember | None, day: date) -> None:
    if volunteer is not None and not volunteer.in_team(draft.team, day):
        zh = f"“{draft.volunteer}”在 {day} 不属于团队“{draft.team}”。请核对 members.csv 的 team 一列。"
        en = f"“{draft.volunteer}” did not belong to “{draft.team}” on {day}. Check team in members.csv."
        cells.fault("team", "team", zh, en)
