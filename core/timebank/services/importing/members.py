"""Checking the rows of members.csv: numbers, homes, roles, traits, teams."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from timebank.domain.member import Role
from timebank.services.importing.catalogue import Rules
from timebank.services.importing.cells import NAME_LENGTH, Cells
from timebank.services.importing.drafts import MemberDraft
from timebank.services.importing.known import Known
from timebank.services.importing.organisations import once
from timebank.services.importing.places import Places
from timebank.services.importing.sheets import Columns, Sheet

COLUMNS = Columns(
    ("reference", "name", "born_on", "home_id", "roles", "phone", "joined_on", "traits"), ("team",)
)
ROLES = tuple(role.value for role in Role)
BOTH = "both"


def check_members(sheet: Sheet, known: Known, today: date) -> dict[int, MemberDraft]:
    """Return the sound rows by row number."""
    drafts: dict[int, MemberDraft] = {}
    first_rows: dict[str, int] = {}
    for row in sheet.rows:
        cells, before = Cells(sheet, row), len(sheet.faults)
        draft = _read(cells)
        if draft is not None and once(sheet, row, "reference", draft.reference, first_rows):
            if not known.in_bank.has(draft):
                _check_draft(cells, draft, known, today)
            if len(sheet.faults) == before:
                drafts[row.number] = draft
    return drafts


def _read(cells: Cells) -> MemberDraft | None:
    before = len(cells.sheet.faults)
    reference, name = cells.reference(), cells.text("name", NAME_LENGTH)
    born_on, joined_on = cells.day("born_on", needed=False), cells.day("joined_on")
    home, phone = cells.code("home_id"), cells.maybe("phone")
    roles, traits, teams = _roles(cells), cells.many("traits"), cells.many("team")
    if joined_on is None or len(cells.sheet.faults) > before:
        return None
    return MemberDraft(reference, name, born_on, home, roles, phone, joined_on, traits, teams)


def _check_draft(cells: Cells, draft: MemberDraft, known: Known, today: date) -> None:
    _check_days(cells, draft.born_on, draft.joined_on, today)
    _check_traits(cells, draft.traits, known.rules, draft.joined_on)
    check_open(cells, "home_id", draft.home_id, draft.joined_on, known.places)
    for team in draft.team:
        check_open(cells, "team", team, draft.joined_on, known.places)


def _roles(cells: Cells) -> tuple[str, ...]:
    roles = cells.many("roles")
    if not roles:
        zh, en = f"请写明角色：{'、'.join(ROLES)} 或 {BOTH}。", f"Name a role: {', '.join(ROLES)} or {BOTH}."
        cells.fault("roles", "empty", zh, en)
    unknown = [role for role in roles if not cells.one_of("roles", role, (*ROLES, BOTH))]
    if unknown:
        return ()
    return ROLES if BOTH in roles else tuple(sorted(roles, key=ROLES.index))


def _check_days(cells: Cells, born_on: date | None, joined_on: date, today: date) -> None:
    if joined_on > today:
        cells.fault("joined_on", "future", f"{joined_on} 还没有到。", f"{joined_on} is yet to come.")
    if born_on is not None and born_on > joined_on:
        zh, en = f"出生日期 {born_on} 晚于加入日期。", f"The birthday {born_on} is after the day of joining."
        cells.fault("born_on", "days", zh, en)


def _check_traits(cells: Cells, traits: tuple[str, ...], rules: Rules, day: date) -> None:
    if not traits:
        return
    known = rules.at(day).tree.get("traits", {})
    recorded = [
        trait
        for trait, block in known.items()
        if isinstance(block, Mapping) and block.get("recorded") is True
    ]
    for trait in traits:
        if trait in recorded:
            continue
        if trait in known:
            zh = f"“{trait}”由规则推算，不能登记。请删去。"
            en = f"“{trait}” follows from other facts and cannot be recorded. Remove it."
        else:
            hint = cells.sheet.hint(trait, recorded)
            zh = f"规则文件里没有特征“{trait}”。{hint.zh}"
            en = f"The rule file has no trait “{trait}”. {hint.en}"
        cells.fault("traits", "trait", zh, en)


def check_open(cells: Cells, column: str, organisation: str, day: date, places: Places | None) -> bool:
    """Say whether an organisation is known and open on a day, and note a fault if not."""
    if places is None or places.is_open(organisation, day):
        return True
    if organisation not in places.nodes:
        hint = cells.sheet.hint(organisation, places.nodes)
        zh, en = (
            f"没有组织“{organisation}”。{hint.zh}",
            f"There is no organisation “{organisation}”. {hint.en}",
        )
        cells.fault(column, "organisation", zh, en)
    else:
        zh = f"组织“{organisation}”在 {day} 还没有设立，或已经撤销。"
        cells.fault(column, "organisation", zh, f"The organisation “{organisation}” was not open on {day}.")
    return False
