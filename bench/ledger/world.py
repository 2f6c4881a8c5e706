"""The city that is measured: Nanjing's rules and plugin, many pairs of a volunteer and an elder, all of whom have time.

Written with the storage's own mass writer; the ledger's checks hold of it, before and after.
"""

from contextlib import contextmanager
from datetime import UTC, date, datetime

from bench.synthetic_city import ROOT
from timebank.bank import open_bank
from timebank.domain.account import FLOORLESS, AccountKind, OwnerKind
from timebank.domain.command import Actor, Channel, Command
from timebank.domain.decision import Decision
from timebank.domain.identity import derived_id, new_id
from timebank.domain.transfer import TransferKind
from timebank.services.admission import imported_row
from timebank.storage import bulk_rows, command_rows, planning
from timebank.storage.books import accounts, postings, transfers
from timebank.storage.engine import WRITES
from timebank.storage.envelope import commands
from timebank.storage.people import admissions, members, organisations, placements, ties

RULES = "nanjing"
UNIT = "hour"
STATION = "station"
SERVICE_DAY = date(2021, 3, 1)
BEGAN = date(2020, 10, 1)
BENCH = Actor("job:bench")
# What everybody begins with, in minutes; an elder's savings account is opened by the first gift to it.
FIRST = {AccountKind.SAVINGS: 3_000, AccountKind.GRANTED: 1_000_000}
HELD = {
    "volunteer": (AccountKind.SAVINGS, AccountKind.OWED),
    "elder": (AccountKind.GRANTED, AccountKind.OWED),
}
OWN = (AccountKind.ISSUANCE, AccountKind.REDEMPTION, AccountKind.POOL)


def write_config(folder, cities):
    """Write a `timebank.yaml` with cities of these codes, all under Nanjing's rules and plugin; return it."""
    lines = ["format: timebank/1", "database: sqlite:///unused.db", "cities:"]
    for city in cities:
        lines.append(f"  {city}: {{plugin: {RULES}, rules: {city}}}")
        (folder / city).mkdir(parents=True)
        for file in (ROOT / "config" / RULES).glob("*.yaml"):
            text = file.read_text(encoding="utf-8").replace(f"city: {RULES}\n", f"city: {city}\n")
            (folder / city / file.name).write_text(text, encoding="utf-8")
    config = folder / "timebank.yaml"
    config.write_text("\n".join([*lines, "senders: {}", ""]), encoding="utf-8")
    return config


def open_world(config, url):
    """Open the bank of that configuration on a database."""
    return open_bank(config, database=url, registries={}, senders={})


def volunteer(city, number):
    """Return the id of a city's volunteer."""
    return derived_id(city, "volunteer", str(number))


def elder(city, number):
    """Return the id of a city's elder; the volunteer of the same number is their child."""
    return derived_id(city, "elder", str(number))


@contextmanager
def writing(bank):
    """Open a write transaction that belongs to no command."""
    with bank.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        yield connection


def fill(bank, city, pairs):
    """Write a city's tree, so many pairs of people, their accounts, and the time an earlier system gave them."""
    rules = bank.city(city).rules_on(BEGAN)
    with writing(bank) as connection:
        _tree(connection, bank.city(city), rules)
        people = [
            (role, name(city, number), number)
            for number in range(pairs)
            for role, name in (("volunteer", volunteer), ("elder", elder))
        ]
        bulk_rows.add(connection, members, [_member(city, *one) for one in people])
        admitted = {"volunteer": "volunteer", "elder": "recipient"}
        bulk_rows.add(
            connection,
            admissions,
            [imported_row(city, member, admitted[role], BEGAN, rules) for role, member, _ in people],
        )
        bulk_rows.add(connection, ties, [tie for number in range(pairs) for tie in _ties(city, number)])
        _credit(connection, city, people, rules)
    with writing(bank) as connection:
        planning.count_anew(connection)


def _tree(connection, city, rules):
    """Write one organisation of every level that has powers, each under the one before."""
    above, node = None, city.code
    for level, block in rules.block("levels").items():
        if block.get("may"):
            node = city.code if above is None else level if level != "community" else STATION
            row = {"city": city.code, "id": node, "level": level, "name": level, "opened_on": BEGAN}
            bulk_rows.add(connection, organisations, [row])
            place = {"city": city.code, "id": new_id(), "organisation_id": node, "parent_id": above}
            bulk_rows.add(connection, placements, [place | {"valid_from": BEGAN}])
            above = node


def _member(city, role, member_id, number):
    return {
        "city": city,
        "id": member_id,
        "reference": f"{role[0].upper()}{number:06d}",
        "name": f"{role} {number}",
        "born_on": date(1962, 5, 4) if role == "volunteer" else date(1938, 1, 20),
        "home_id": STATION,
        "registry_keys": {},
        "joined_at": datetime(2020, 10, 1, tzinfo=UTC),
    }


def _ties(city, number):
    pair = (volunteer(city, number), elder(city, number))
    for (one, other), relation in ((pair, "parent"), (pair[::-1], "child")):
        yield {
            "city": city,
            "id": new_id(),
            "member_id": one,
            "kin_id": other,
            "relation": relation,
            "proof": "household_register",
            "verified_by": BENCH.id,
            "verified_on": BEGAN,
            "valid_from": BEGAN,
        }


def _credit(connection, city, people, rules):
    """Open the accounts and post what an earlier system says people have, one transfer a person."""
    now = datetime.now(UTC)
    own = [_account(OwnerKind.CITY, city, kind, now) for kind in OWN]
    opened = [_account(OwnerKind.MEMBER, one, kind, now) for role, one, _ in people for kind in HELD[role]]
    first = [account for account in opened if account["posted"]]
    bulk_rows.add(connection, accounts, [{"city": city, **account} for account in (*own, *opened)])
    decision = Decision("imported", rules.digest, rules.effective_from.isoformat(), ()).stored()
    moved = [_import(city, account, decision, now) for account in first]
    bulk_rows.add(connection, commands, [imported_by(city, transfer, now) for transfer in moved])
    bulk_rows.add(connection, transfers, moved)
    lines = [
        _line(city, transfer["id"], own[0]["id"], account)
        for transfer, account in zip(moved, first, strict=True)
    ]
    bulk_rows.add(connection, postings, lines)


def _account(owner_kind, owner_id, kind, now):
    floorless = kind in FLOORLESS
    return {
        "id": new_id(),
        "owner_kind": owner_kind.value,
        "owner_id": owner_id,
        "kind": kind.value,
        "unit": UNIT,
        "posted": FIRST.get(kind, 0),
        "held": 0,
        "carried": 0,
        "floor": None if floorless else 0,
        "opened_at": now,
    }


def imported_by(city, transfer, now):
    """Return the row of the command that answers with an imported transfer."""
    command = Command(city, transfer["operation_id"], BENCH, Channel.IMPORT)
    return command_rows.row(command, "bench.import", "bench", {"transfer_id": transfer["id"]}, now)


def _import(city, account, decision, now):
    return {
        "city": city,
        "id": new_id(),
        "kind": TransferKind.IMPORT.value,
        "cause_kind": "import",
        "cause_id": account["owner_id"],
        "day": BEGAN,
        "recorded_at": now,
        "actor_id": BENCH.id,
        "operation_id": new_id(),
        "line_count": 1,
        "decision": decision,
    }


def _line(city, transfer_id, issuance_id, account):
    return {
        "city": city,
        "transfer_id": transfer_id,
        "line": 1,
        "debit_id": issuance_id,
        "credit_id": account["id"],
        "unit": UNIT,
        "minutes": account["posted"],
        "credit_after": account["posted"],
    }
