"""Schemathesis let loose on a served bank, with the identifiers of one of its cities to reach deep."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, func, select

from tests.web.open_work import OPEN
from timebank.domain.member import Relation
from timebank.services.desk import Bank, local_day
from timebank.storage.books import transfers
from timebank.storage.people import members, organisations
from timebank.storage.work import availabilities, offers, orders, visits

ROOT = Path(__file__).parents[2]
HOOKS = "tests.web.schemathesis_hooks"
MOST_SECONDS = 800
STAFF = "staff:li"
CHECKS = """\
[checks.positive_data_acceptance]
# What keeps to the contract may still be refused, in words; it is never called a breach of the contract.
expected-statuses = ["2xx", "304", "404", "409", "422"]
[phases.coverage]
generate-duplicate-query-parameters = true
"""


@dataclass(frozen=True)
class Fuzzed:
    """What came of a run.

    Attributes:
        cases: how many requests were sent.
        failures: what broke, shortly; for people the whole output is in `said`.
        reached: the writes that came to a good end at least once.
    """

    cases: int
    failures: list[str]
    reached: set[str]
    said: str


def fuzz(url: str, folder: Path, bank: Bank, city: str, *options: str) -> Fuzzed:
    """Run schemathesis over the contract that a bank serves.

    Args:
        url: where it is served.
        folder: for the configuration and the report.
        bank: the bank, for its identifiers.
        city: whose identifiers.
        *options: phases, how many cases and the like.
    """
    config, report = folder / "schemathesis.toml", folder / "report.json"
    config.write_text(CHECKS + _identifiers(bank, city), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "schemathesis.cli",
        "--config-file",
        config,
        "run",
        f"{url}/openapi.yaml",
    ]
    settings = ["--url", url, "--continue-on-failure", "--no-color"]
    if "--generation-deterministic" not in options:
        settings += ["--generation-database", "none"]
    reports = ["--report", "json", "--report-json-path", report]
    environment = os.environ | {"SCHEMATHESIS_HOOKS": HOOKS, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [*command, *settings, *reports, *options],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=MOST_SECONDS,
        check=False,
    )
    assert report.is_file(), done.stdout + done.stderr
    return _read(json.loads(report.read_text(encoding="utf-8")), done.stdout)


def _read(report: dict[str, Any], said: str) -> Fuzzed:
    failures = [f"{one['title']}: {', '.join(one['operations'])}" for one in report["failures"]]
    failures += [f"{one['title']} ({one['count']})" for one in report["errors"]]
    reached = {
        operation
        for operation, phases in report["valid_rates"].items()
        if operation.startswith("POST") and any(rates["accepted"] for rates in phases.values())
    }
    return Fuzzed(report["test_cases"]["generated"], failures, reached, said)


def _identifiers(bank: Bank, city: str) -> str:
    """Return dictionaries of what there is in a city, bound to the parameters that name it."""
    rules = bank.city(city).rules_on(local_day(bank.city(city), bank.clock()))
    found = {"city": [city], "relation": [one.value for one in Relation], **_rows(bank, city)}
    found["actor"] = [STAFF, STAFF, STAFF, *found["member"]]
    for name, path in (("service", "services"), ("unit", "units"), ("level", "levels"), ("trait", "traits")):
        found[name] = list(rules.names(path))
    found["step"] = [
        one for role in rules.names("admission") for one in rules.names(f"admission.{role}.steps")
    ]
    proofs = [f"orders.{step}.proof" for step in ("check_in", "confirmation")]
    found["proof"] = [kind for path in proofs if rules.has(path) for kind in rules.names(path)]
    found["plan"] = list(rules.names("grants")) if rules.has("grants") else []
    values = {name: json.dumps(known, ensure_ascii=False) for name, known in found.items() if known}
    lines = [f"[dictionaries.{name}]\nvalues = {known}" for name, known in values.items()]
    bound = [
        f'"{key}" = {{dictionary = "{name}", probability = {1.0 if name == "city" else 0.9}}}'
        for key, name in BOUND.items()
        if name in values
    ]
    return "\n".join([*lines, "[parameters]", *bound]) + "\n"


def _rows(bank: Bank, city: str) -> dict[str, list[str]]:
    """Return a few of each kind of thing, so that they meet: the work left open, one of each state."""
    found: dict[str, list[str]] = {}
    with bank.reading() as connection:
        newest = select(members.c.id).where(members.c.city == city).order_by(members.c.id.desc()).limit(FEW)
        found["member"] = list(connection.execute(newest).scalars())
        for name, table in (
            ("order", orders),
            ("visit", visits),
            ("offer", offers),
            ("availability", availabilities),
        ):
            one_each = (
                select(func.max(cast(table.c.id, String))).where(table.c.city == city).group_by(table.c.state)
            )
            found[name] = [str(UUID(one)) for one in connection.execute(one_each).scalars()]
        latest = (
            select(transfers.c.id).where(transfers.c.city == city).order_by(transfers.c.id.desc()).limit(FEW)
        )
        found["transfer"] = list(connection.execute(latest).scalars())
        ours = select(organisations.c.id).where(
            organisations.c.city == city, organisations.c.id.startswith(OPEN)
        )
        found["organisation"] = list(connection.execute(ours.order_by(organisations.c.id)).scalars())
        homes = select(members.c.home_id).where(members.c.city == city, members.c.id.in_(found["member"]))
        found["acting"] = [*found["organisation"], *filter(None, connection.execute(homes).scalars())]
    return found


FEW = 7
BOUND = {
    "path.city": "city",
    "header.Timebank-Actor": "actor",
    "header.Timebank-Organisation": "acting",
    "header.Timebank-Party": "member",
    **{
        f"path.{name}_id": name
        for name in ("member", "order", "visit", "transfer", "organisation", "availability", "offer")
    },
    "path.team_id": "organisation",
    **{f"query.{name}_id": name for name in ("member", "order", "organisation")},
    "query.volunteer_id": "member",
    "query.recipient_id": "member",
    "query.service": "service",
    **{
        f"body.{name}_id": "member"
        for name in ("member", "volunteer", "recipient", "giver", "receiver", "kin")
    },
    "body.directed_to": "member",
    "body.member_ids[*]": "member",
    **{f"body.{name}_id": "organisation" for name in ("organisation", "parent", "home", "team")},
    "body.service": "service",
    "body.services[*]": "service",
    "body.unit": "unit",
    "body.claims[*].kind": "proof",
    "body.level": "level",
    "body.trait": "trait",
    "body.step": "step",
    "body.plan": "plan",
}
