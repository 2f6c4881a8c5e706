"""Checking the rows of organisations.csv: levels, parents, days."""

from __future__ import annotations

from collections.abc import Mapping

from timebank.domain.words import Words
from timebank.rules import RuleSet
from timebank.services.importing.catalogue import Rules
from timebank.services.importing.cells import NAME_LENGTH, Cells
from timebank.services.importing.drafts import OrganisationDraft
from timebank.services.importing.in_bank import InBank
from timebank.services.importing.places import Node, Place, Places
from timebank.services.importing.sheets import Columns, Row, Sheet

COLUMNS = Columns(("id", "level", "name", "parent_id", "opened_on"))


def check_organisations(
    sheet: Sheet, places: Places, rules: Rules, in_bank: InBank
) -> dict[int, OrganisationDraft]:
    """Return the sound rows by row number; parents may come after their children.

    The organisations of the file are added to the tree, those that are in it already stay as they are.
    """
    drafts: dict[int, OrganisationDraft] = {}
    first_rows: dict[str, int] = {}
    for row in sheet.rows:
        draft = _read(Cells(sheet, row), rules)
        if draft is None or not once(sheet, row, "id", draft.id, first_rows):
            continue
        drafts[row.number] = draft
        if draft.id not in places.nodes:
            node = Node(draft.id, draft.level, draft.name, draft.opened_on)
            places.add(node, Place(draft.parent_id, draft.opened_on))
    return {
        number: draft
        for number, draft in drafts.items()
        if in_bank.has(draft) or _stands_right(sheet, number, draft, places, rules.at(draft.opened_on))
    }


def once(sheet: Sheet, row: Row, column: str, key: str, first_rows: dict[str, int]) -> bool:
    """Say whether a key stands in the file for the first time, and note a fault if not."""
    first = first_rows.setdefault(key, row.number)
    if first == row.number:
        return True
    words = Words(f"“{key}”在第 {first} 行已经出现。", f"“{key}” stands in row {first} already.")
    sheet.fault(row.number, column, "twice", words)
    return False


def _read(cells: Cells, rules: Rules) -> OrganisationDraft | None:
    before = len(cells.sheet.faults)
    identifier, level = cells.code("id"), cells.text("level")
    name, opened_on = cells.text("name", NAME_LENGTH), cells.day("opened_on")
    parent = cells.maybe("parent_id") or None
    if level and opened_on is not None:
        cells.one_of("level", level, tuple(_levels(rules.at(opened_on))))
    if opened_on is None or len(cells.sheet.faults) > before:
        return None
    return OrganisationDraft(identifier, level, name, parent, opened_on)


def _levels(rule_set: RuleSet) -> Mapping[str, Mapping[str, object]]:
    return {level: block for level, block in rule_set.tree["levels"].items() if isinstance(block, Mapping)}


def _stands_right(
    sheet: Sheet, number: int, draft: OrganisationDraft, places: Places, rule_set: RuleSet
) -> bool:
    """Say whether an organisation stands under one of the level above, open on its first day."""
    levels = _levels(rule_set)
    upper = levels[draft.level].get("under")
    parent = places.nodes.get(draft.parent_id or "")
    words = None
    if upper is None and draft.parent_id is not None:
        words = Words(
            f"“{draft.level}”是最高一级，parent_id 应为空。",
            f"“{draft.level}” is the top level: parent_id should be empty.",
        )
    elif upper is not None and draft.parent_id is None:
        words = Words(
            f"“{draft.level}”的上级是“{upper}”一级，请写明 parent_id。",
            f"“{draft.level}” stands under “{upper}”: name its parent_id.",
        )
    elif upper is not None and parent is None:
        hint = sheet.hint(str(draft.parent_id), places.nodes)
        words = Words(
            f"没有组织“{draft.parent_id}”。{hint.zh}",
            f"There is no organisation “{draft.parent_id}”. {hint.en}",
        )
    elif upper is not None and parent is not None and parent.level != upper:
        words = Words(
            f"“{draft.level}”的上级应是“{upper}”一级，“{parent.id}”是“{parent.level}”一级。",
            f"“{draft.level}” stands under “{upper}”; “{parent.id}” is of level “{parent.level}”.",
        )
    elif parent is not None and not places.is_open(parent.id, draft.opened_on):
        words = Words(
            f"上级“{parent.id}”在 {draft.opened_on} 还没有设立，或已经撤销。",
            f"Its parent “{parent.id}” was not open on {draft.opened_on}.",
        )
    if words is not None:
        sheet.fault(number, "parent_id", "parent", words)
    return words is None
