"""Every limit is raced for by many at once: exactly as many win as it allows, and nobody goes over it."""

import json
from contextlib import ExitStack
from importlib.resources import files
from itertools import combinations, permutations

import pytest
from sqlalchemy import event

from tests.banks import YUNZHOU, StoryClock, a_bank, do
from tests.scenes import a_config, a_recipient, all_at_once, verified_child
from tests.torture import claims_on_credit, claims_on_work  # noqa: F401 - they fill the table
from tests.torture.claims import RULES, Race, act
from tests.torture.sizes import SIZES
from tests.working import give_hours
from timebank.domain.refusal import TimeBankError
from timebank.services import exchange
from timebank.services.verification import verify

NODES = 2


@pytest.fixture
def nodes(fresh_database_url, tmp_path, request):
    """Two banks on one database, each with connections of its own, as two servers have."""
    config, clock = a_config(tmp_path, *RULES[request.param].edits), StoryClock()
    with ExitStack() as opened:
        open_one = [a_bank(fresh_database_url, config_folder=config, clock=clock) for _ in range(NODES)]
        yield [opened.enter_context(one) for one in open_one]


def race_once(nodes, race):
    """Let everybody claim at the same moment; return the answers and the refusals."""
    acts = [lambda act=act, bank=nodes[n % NODES]: act(bank) for n, act in enumerate(race.acts)]
    outcomes = all_at_once(*acts)
    answers = [one for one in outcomes if not isinstance(one, Exception)]
    refused = [one for one in outcomes if isinstance(one, TimeBankError)]
    faults = [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, TimeBankError)]
    assert faults == []
    assert {one.code for one in refused} <= race.refused
    assert len(answers) == race.wins
    race.check(answers)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("nodes", "name"), [(name, name) for name in RULES], indirect=["nodes"], ids=list(RULES)
)
def test_exactly_as_many_win_as_there_is_room_for(nodes, name):
    for round_ in range(SIZES.rounds):
        many = SIZES.claimants[round_ % len(SIZES.claimants)]
        race_once(nodes, RULES[name].race(nodes[0], many))

    broken = {result.code: result.shown for result in verify(nodes[0], YUNZHOU) if not result.ok}
    assert broken == {}


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("nodes", ["gifts_of_many_to_one_receiver"], indirect=True)
def test_gifts_that_cross_never_wait_for_each_other_for_ever(nodes):
    bank, faults = nodes[0], []
    family = [a_recipient(bank, name) for name in "甲乙丙"]
    for one, other in combinations(family, 2):
        verified_child(bank, one, other)
    for who in family:
        do(bank, give_hours, member_id=who, kind="savings", minutes=120)
    for node in nodes:
        event.listen(node.engine, "handle_error", lambda context: faults.append(context.original_exception))
    crossing = [
        act(exchange.give, by=one, giver_id=one, receiver_id=other, unit="coin", minutes=1)
        for one, other in permutations(family, 2)
    ]
    for _ in range(SIZES.rounds):
        race_once(nodes, Race(crossing * 2, len(crossing) * 2))
        assert faults == []


def limits_of_the_schema():
    """Return every limit a rule file can set: by what it limits, over what period, and what becomes of the rest."""
    schema = json.loads(files("timebank.rules").joinpath("schema/rules.json").read_text(encoding="utf-8"))
    found, caps = set(), schema["$defs"]["caps"]["additionalProperties"]["properties"]
    for over in caps["over"]["enum"]:
        found.add(f"caps.balance.{over}")
        found |= {f"caps.credit.{per}.{over}" for per in caps["per"]["enum"]}
    for block, shape in schema["$defs"].items():
        for name, inner in shape.get("properties", {}).items():
            if "limit" in inner.get("properties", {}):
                found.add(f"{block}.{name}")
    return found


def test_every_limit_a_rule_file_can_set_is_raced_for():
    assert limits_of_the_schema() == set().union(*(rule.limits for rule in RULES.values()))
