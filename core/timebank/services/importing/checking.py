"""The first phase of an import: read everything, write nothing, tell every fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import Connection

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.services.desk import Bank, local_day
from timebank.services.importing import members, organisations, services
from timebank.services.importing.catalogue import Rules
from timebank.services.importing.drafts import MemberDraft, OrganisationDraft, ServiceDraft
from timebank.services.importing.in_bank import InBank, keys_there
from timebank.services.importing.known import Known
from timebank.services.importing.people import People, load_people
from timebank.services.importing.places import Node, Place, Places
from timebank.services.importing.report import (
    FILES,
    GATES_SKIPPED,
    MEMBERS,
    ORGANISATIONS,
    SERVICES,
    Fault,
    Report,
    did_you_mean,
)
from timebank.services.importing.sheets import Columns, Row, Sheet, read_sheet
from timebank.storage import bulk_rows

COLUMNS: Mapping[str, Columns] = {
    ORGANISATIONS: organisations.COLUMNS,
    MEMBERS: members.COLUMNS,
    SERVICES: services.COLUMNS,
}


@dataclass
class Checked:
    """What the first phase hands to the second.

    Attributes:
        organisations, members, services: sound rows that are not in the bank yet.
    """

    report: Report
    rules: Rules
    people: People
    organisations: list[OrganisationDraft] = field(default_factory=list)
    members: list[MemberDraft] = field(default_factory=list)
    services: list[ServiceDraft] = field(default_factory=list)


def check_folder(bank: Bank, city_code: str, folder: Path) -> Report:
    """Return every fault of every row, and what a commit would write; nothing is written.

    Args:
        bank: the bank.
        city_code: the city whose history it is.
        folder: holds organisations.csv, members.csv, services.csv, or some of them.

    Raises:
        NotFound: no such city.
        BadInput: there is no such folder, or none of the three files in it.
    """
    return check(bank, city_code, folder).report


def check(bank: Bank, city_code: str, folder: Path) -> Checked:
    """Return the report together with the rows to write."""
    city = bank.city(city_code)
    sheets = _read(Path(folder))
    rules = Rules(city.book)
    with bank.reading() as connection:
        return _check(bank, city, connection, sheets, rules)


def _read(folder: Path) -> dict[str, Sheet]:
    if not folder.is_dir():
        raise BadInput(Words(f"没有文件夹“{folder}”。", f"There is no folder “{folder}”."), "no_folder")
    sheets = {file: read_sheet(folder / file, COLUMNS[file]) for file in FILES if (folder / file).is_file()}
    if not sheets:
        zh = f"“{folder}”里没有 {'、'.join(FILES)} 中的任何一个。"
        raise BadInput(Words(zh, f"“{folder}” has none of {', '.join(FILES)}."), "no_files")
    for other in sorted(folder.glob("*.csv")):
        if other.name not in FILES:
            hint = did_you_mean(other.name, FILES)
            words = Words(f"不认识这个文件。{hint.zh}", f"This file is not known. {hint.en}")
            sheets.setdefault(FILES[0], Sheet(FILES[0])).faults.append(
                Fault(other.name, 0, "", "unknown_file", words)
            )
    return sheets


def _check(
    bank: Bank, city: City, connection: Connection, sheets: Mapping[str, Sheet], rules: Rules
) -> Checked:
    def sheet(file: str) -> Sheet:
        return sheets.get(file) or Sheet(file)

    now, tree = bank.clock(), load_places(connection, city.code)
    people = load_people(connection, city.code, _references(sheet(MEMBERS).rows, sheet(SERVICES).rows))
    ordered = [row["reference"] for row in sheet(SERVICES).rows]
    there = keys_there(connection, city.code, tree.nodes, people.by_reference, ordered)
    in_bank = InBank(connection, city.code, there)
    of_organisations = organisations.check_organisations(sheet(ORGANISATIONS), tree, rules, in_bank)
    places = tree if sheet(ORGANISATIONS).readable else None
    known = Known(places, None, rules, city.book.timezone, now, in_bank)
    of_members = members.check_members(sheet(MEMBERS), known, local_day(city, now))
    people.add_drafts(of_members.values())
    known = replace(known, people=people if sheet(MEMBERS).readable else None)
    of_services = services.check_services(sheet(SERVICES), known)
    checked = Checked(Report(), rules, people)
    checked.organisations = in_bank.new(sheet(ORGANISATIONS), of_organisations, checked.report)
    checked.members = in_bank.new(sheet(MEMBERS), of_members, checked.report)
    checked.services = in_bank.new(sheet(SERVICES), of_services, checked.report)
    _fill(checked.report, sheets)
    return checked


def _fill(report: Report, sheets: Mapping[str, Sheet]) -> None:
    for file, sheet in sheets.items():
        report.rows[file] = len(sheet.rows)
        report.notes.extend(sheet.notes)
        report.faults.extend(sheet.faults)
    report.faults.sort(key=lambda fault: (fault.file not in FILES, fault.file, fault.row))
    if report.new.get(MEMBERS) or report.new.get(SERVICES):
        report.notes.append(GATES_SKIPPED)


def _references(of_members: Iterable[Row], of_services: list[Row]) -> set[str]:
    return {row["reference"] for row in of_members} | services.references(of_services)


def load_places(connection: Connection, city: str) -> Places:
    """Return the management tree of the bank with all its past."""
    places = Places()
    for row in bulk_rows.organisations_of(connection, city):
        places.add(Node(row.id, row.level, row.name, row.opened_on, row.closed_on))
    for row in bulk_rows.placements_of(connection, city):
        place = Place(row.parent_id, row.valid_from, row.valid_until)
        places.add(places.nodes[row.organisation_id], place)
    return places
