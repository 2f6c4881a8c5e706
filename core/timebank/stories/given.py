"""What stands before a story begins: brought in by the importer, and what it does not take, by the use cases."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from timebank.domain.command import Channel, Command
from timebank.domain.identity import derived_id
from timebank.domain.words import Words
from timebank.services import members
from timebank.services.desk import Answer, UseCase
from timebank.services.importing import commit_folder, services
from timebank.services.importing.drafts import ACTOR
from timebank.services.settlement_posting import operation_of
from timebank.storage import member_rows
from timebank.stories import history
from timebank.stories.failing import failed
from timebank.stories.story import Person

if TYPE_CHECKING:
    from timebank.stories.stage import Stage

_ORGANISATIONS = ("id", "level", "name", "parent_id", "opened_on")
_SERVICES = services.COLUMNS.all
_MEMBERS = ("reference", "name", "born_on", "home_id", "roles", "phone", "joined_on", "traits", "team")


def bring_in(stage: Stage) -> None:
    """Bring in a story's organisations and people, with all that is said to hold before its first step."""
    _import(stage)
    people = stage.story.people.values()
    for person in people:
        _register(stage, person)
    for person in people:
        _prove(stage, person)
        for kind, units in person.balances.items():
            for unit, minutes in units.items():
                if minutes:
                    given = {"kind": kind, "unit": unit, "minutes": minutes}
                    _do(stage, history.opening_balance, person, f"{kind} {unit}", **given)
        if person.served:
            _served(stage, person)


def _import(stage: Stage) -> None:
    first = min(stage.city.book.versions[0].effective_from, stage.local_now.date()).isoformat()
    organisations = [
        (o.id, o.level, o.name, o.under or "", o.opened.isoformat() if o.opened else first)
        for o in stage.story.organisations.values()
    ]
    known = [
        _member(person, _joined_on(stage, person)) for person in stage.story.people.values() if person.roles
    ]
    with tempfile.TemporaryDirectory(prefix="timebank-story-") as folder:
        _write(Path(folder) / "organisations.csv", _ORGANISATIONS, organisations)
        _write(Path(folder) / "members.csv", _MEMBERS, known)
        if stage.story.imported:
            _write(Path(folder) / "services.csv", _SERVICES, _services(stage))
        report = commit_folder(stage.bank, stage.story.city, Path(folder))
    if not report.ok:
        zh = "；".join(f"{fault.place} {fault.words.zh}" for fault in report.faults)
        en = "; ".join(f"{fault.place} {fault.words.en}" for fault in report.faults)
        said = Words(f"人物或组织导入不了：{zh}", f"people or organisations are not taken: {en}")
        raise failed(stage, stage.story.line, said)


def _services(stage: Stage) -> list[tuple[str, ...]]:
    rows = enumerate(stage.story.imported, start=1)
    return [(f"{number}", *(str(row.get(column, "")) for column in _SERVICES[1:])) for number, row in rows]


def _joined_on(stage: Stage, person: Person) -> date:
    """Return today, or the last day before it on which the rules knew everything certified about a person."""
    day = stage.local_now.date()
    for version in reversed([v for v in stage.city.book.versions if v.effective_from <= day]):
        if set(person.traits) <= set(version.tree["traits"]):
            return day
        day = version.effective_from - timedelta(days=1)
    return stage.local_now.date()


def _member(person: Person, joined: date) -> tuple[str, ...]:
    born = person.born.isoformat() if person.born else ""
    roles, traits, teams = ";".join(person.roles), ";".join(person.traits), ";".join(person.joined)
    return (
        person.id,
        person.name,
        born,
        person.home or "",
        roles,
        person.phone or "",
        joined.isoformat(),
        traits,
        teams,
    )


def _write(file: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(header)
        writer.writerows(rows)


def _register(stage: Stage, person: Person) -> None:
    """Know everybody's identifier; register those who have no role yet, whom the importer does not take."""
    if person.roles:
        with stage.bank.reading() as connection:
            found = member_rows.of_reference(connection, stage.story.city, person.id)
        stage.cast.member_ids[person.id] = str(found.id) if found is not None else ""
        for register, key in person.registry.items():
            _do(stage, members.add_registry_key, person, f"registry {register}", register=register, key=key)
        return
    answer = _carry_out(
        stage,
        members.register,
        f"{person.id} register",
        reference=person.id,
        name=person.name,
        born_on=person.born,
        home_id=person.home,
        phone=person.phone,
        registry_keys=dict(person.registry),
    )
    stage.cast.member_ids[person.id] = answer["member_id"]
    today = stage.local_now.date()
    for trait in person.traits:
        _do(
            stage,
            members.certify_trait,
            person,
            f"trait {trait}",
            trait=trait,
            valid_from=today,
            proof="imported",
        )
    for team in person.joined:
        _do(stage, members.join_organisation, person, f"join {team}", organisation_id=team, from_day=today)


def _prove(stage: Stage, person: Person) -> None:
    today = stage.local_now.date()
    for kind, last in person.qualifications.items():
        given = {"kind": kind, "proof": "imported", "valid_from": min(today, last), "valid_until": last}
        _do(stage, members.verify_qualification, person, f"qualification {kind}", **given)
    for kin, relation in person.kin.items():
        given = {"kin_id": stage.cast.member_ids[kin], "relation": relation, "valid_from": today}
        _do(stage, members.verify_tie, person, f"tie {kin}", proof=_proof(stage, relation), **given)


def _proof(stage: Stage, relation: str) -> str:
    """Return a proof that the rule file accepts for a relation."""
    rules = stage.rules
    for kin_set in rules.names("kin") if rules.has("kin") else ():
        path = f"kin.{kin_set}"
        if relation in rules.names(f"{path}.relations") and rules.has(f"{path}.proof"):
            return rules.names(f"{path}.proof")[0]
    return "imported"


def _served(stage: Stage, person: Person) -> None:
    """Take over hours served, as the settlement of one visit that posted nothing here."""
    visit_id = derived_id("story", stage.story.city, stage.story.file, stage.story.id, "served", person.id)
    command = Command(stage.story.city, operation_of(visit_id), ACTOR, Channel.IMPORT)
    whose = stage.cast.member_ids[person.id]
    stage.bank.carry_out(
        history.served_before, command, member_id=whose, visit_id=visit_id, minutes=person.served
    )


def _do(stage: Stage, use_case: UseCase, person: Person, mark: str, /, **inputs: object) -> Answer:
    whose = stage.cast.member_ids[person.id]
    return _carry_out(stage, use_case, f"{person.id} {mark}", member_id=whose, **inputs)


def _carry_out(stage: Stage, use_case: UseCase, mark: str, /, **inputs: object) -> Answer:
    operation = derived_id("story", stage.story.file, stage.story.id, "given", mark)
    command = Command(stage.story.city, operation, ACTOR, Channel.IMPORT)
    return stage.bank.carry_out(use_case, command, **inputs)
