"""I-22: every settlement decided again, from its stored decision and the rule file that it names.

Nothing of what settles is used here: rounding, caps, charges and postings are stated a second time, so that a
fault there does not hide itself here. A plugin's own answer is taken as it was stored, for the plugin may be
gone; the plain time bank's answer is worked out anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row

from timebank.hooks.city import City
from timebank.hooks.opening import PLAIN
from timebank.services.redeciding.caps import balance_faults
from timebank.services.redeciding.differences import differs, faults_of
from timebank.services.redeciding.rules_read import Library, Line, RulesRead, exactly, rounded
from timebank.storage import redeciding_rows

HOOK = "timebank_credit_visit"
Facts = Mapping[str, Any]


def settlements_come_out_again(connection: Connection, city: City) -> Iterator[str]:
    """Yield each settlement that does not come out again as it stands, and what differs."""
    library = Library(connection, city)
    for transfer, lines in redeciding_rows.decided(connection, city.code, "settlement"):
        yield from faults_of(transfer.id, _faults(library, city.code, transfer, lines))


def _faults(library: Library, city: str, transfer: Row[Any], lines: Sequence[Row[Any]]) -> Iterator[str]:
    decision, facts = transfer.decision, transfer.decision["facts"]
    rules, charge_rules = library.of(decision["rules"]), library.of(decision["charge_rules"])
    ((_, plugin, _, answer),) = (said for said in decision["hooks"] if said[0] == HOOK)
    credited = [line for line in answer if line[0] == "credit"]
    charged = [line for line in answer if line[0] == "charge"]
    yield from differs("day", facts["day"], transfer.day.isoformat())
    yield from differs("effective", decision["effective"], rules.rules.effective_from.isoformat())
    if rules.rules.effective_from > transfer.day:
        yield f"day: {transfer.day} is before the rules of {rules.rules.effective_from}"
    if plugin == PLAIN:
        yield from differs("answer", credited, rules.plain_credits(facts["recognised"]))
    for credit, line in zip(facts["credits"], credited, strict=True):
        yield from _credit_faults(rules, credit, line)
        yield from balance_faults(rules, credit, lines)
    yield from _charge_faults(charge_rules, facts, charged, plain=plugin == PLAIN)
    posted, wanted = _posted(lines), _wanted(city, facts)
    for way in sorted(posted.keys() | wanted.keys()):
        yield from differs(f"posted {way}", posted[way], wanted[way])


def _credit_faults(rules: RulesRead, credit: Facts, line: Line) -> Iterator[str]:
    """Round again: what was asked for, what of it was credited or cut, what waits."""
    rule = rules.credit_rule(line[4])
    asked = exactly(line[3]) + credit["carried_before"]
    multiple = rounded(asked, rule.quantum, rule.rounding)
    left = max(0, int(asked) - multiple)
    yield from differs("account", [credit["kind"], credit["unit"]], line[1:3])
    yield from differs("asked", credit["asked"], str(asked))
    yield from differs("credited and cut", credit["credited"] + credit["cut"], multiple)
    yield from differs(
        "carried", credit["carried"], left if rule.carries else min(left, credit["carried_before"])
    )
    if min(credit[part] for part in ("credited", "cut", "repaid", "donated", "carried_before")) < 0:
        yield "credit: less than nothing"
    if credit["repaid"] + credit["donated"] > credit["credited"]:
        yield "credit: more repaid and donated than credited"


def _charge_faults(rules: RulesRead, facts: Facts, charges: Sequence[Line], *, plain: bool) -> Iterator[str]:
    """Charge again: by the file of the day of the hold, at most what was held."""
    payer = rules.payer(facts["origin"])
    yield from differs("payer", facts["payer"], payer)
    if plain and (payer != "recipient" or facts["held"]):
        yield from differs("charges", len(charges), int(payer != "nobody"))
    if not charges:
        yield from differs("charged", facts["charged"], 0)
        return
    ((_, _, _, minutes, _),) = charges
    if plain:
        yield from differs("charge", minutes, str(rules.charge_asked(facts["planned"], facts["recognised"])))
    due = rules.charge_rounded(exactly(minutes))
    most = facts["charged"] if payer == "pool" else facts["held"]  # the pool may have had less than was due
    yield from differs("charged", facts["charged"], min(due, most))


def _posted(lines: Sequence[Row[Any]]) -> Counter[str]:
    """Return minutes posted by the way they went; all that is charged is one way."""
    posted: Counter[str] = Counter()
    for line in lines:
        way = (
            f"{line.debit_owner_id} {line.debit_kind} > {line.credit_owner_id} {line.credit_kind} {line.unit}"
        )
        posted["charged" if line.credit_kind == "redemption" else way] += line.minutes
    return posted


def _wanted(city: str, facts: Facts) -> Counter[str]:
    """Return what should have been posted: what was owed first, then the credit, then what goes on to the pool."""
    wanted = Counter({"charged": facts["charged"]})
    for credit in facts["credits"]:
        owner, kind, unit = credit["owner_id"], credit["kind"], credit["unit"]
        wanted[f"{city} issuance > {owner} owed {unit}"] += credit["repaid"]
        wanted[f"{city} issuance > {owner} {kind} {unit}"] += credit["credited"] - credit["repaid"]
        wanted[f"{owner} {kind} > {city} pool {unit}"] += credit["donated"]
    return wanted
