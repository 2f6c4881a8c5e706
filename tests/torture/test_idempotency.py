"""One operation, one effect, for every use case there is: repeated, changed, sent by many, and after a crash anywhere."""

import json
import re
from collections.abc import Iterator
from importlib.resources import files

import pytest
from sqlalchemy import select

from tests.banks import StoryClock, a_bank
from tests.register_server import a_register
from tests.scenes import a_config, all_at_once
from tests.torture import (  # noqa: F401 - they fill the table
    rows_of_orders,
    rows_of_people,
    rows_of_rules,
    rows_of_visits,
)
from tests.torture.crashing import Crash, crashing_at
from tests.torture.sizes import SIZES
from tests.torture.use_cases import CITY, ROWS, all_use_cases
from timebank.adapters.http_registry import HttpRegistry
from timebank.domain.refusal import Conflict
from timebank.services.desk import Bank
from timebank.services.verification import verify
from timebank.storage.envelope import commands
from timebank.storage.tables import METADATA
from timebank.web.writes import find

USE_CASES = all_use_cases()
LEAST_POINTS = 12
EACH = pytest.mark.parametrize("name", sorted(ROWS))


@pytest.fixture
def register():
    """A register of volunteers, over real HTTP."""
    with a_register() as running:
        yield HttpRegistry(running.url, timeout_seconds=5)


@pytest.fixture
def bank(name, fresh_database_url, tmp_path, register) -> Iterator[Bank]:
    """A bank with the rules under which the use case can be carried out."""
    config = a_config(tmp_path, *ROWS[name].edits)
    connected = {CITY: {"volunteer_registry": register}}
    how = {"config_folder": config, "registries": connected, "clock": StoryClock()}
    with a_bank(fresh_database_url, **how) as opened:
        yield opened


def everything(bank):
    """Return all rows of all tables, as text."""
    with bank.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in METADATA.sorted_tables
        }


def carry_out(bank, name, asked, operation="once", by=None, inputs=None):
    """Carry out a use case as it was asked, and return the answer as it would be sent."""
    answer = bank.carry_out(USE_CASES[name], asked.command(operation, by), **(inputs or asked.inputs))
    return json.dumps(answer, ensure_ascii=False)


def stored(bank, operation="once"):
    """Return how often an operation stands among the commands."""
    with bank.reading() as connection:
        wanted = select(commands.c.actor_id).where(
            commands.c.city == CITY, commands.c.operation_id == operation
        )
        return len(connection.execute(wanted).all())


def is_right(bank):
    """Say whether every law of the ledger holds."""
    return [one.code for one in verify(bank, CITY) if not one.ok] == []


def test_every_use_case_has_a_row():
    assert USE_CASES.keys() == ROWS.keys()


def test_everything_the_api_writes_with_is_such_a_use_case():
    contract = files("timebank.web").joinpath("openapi.yaml").read_text(encoding="utf-8")
    named = re.findall(r"x-use-case: (\S+)", contract)

    assert named
    assert {find(name) for name in named} <= set(USE_CASES.values())


@pytest.mark.slow
@EACH
def test_the_same_again_gives_the_same_answer_and_no_second_effect(bank, name):
    asked = ROWS[name].scene(bank)
    first = carry_out(bank, name, asked)
    after = everything(bank)

    assert carry_out(bank, name, asked) == first
    assert everything(bank) == after


@pytest.mark.slow
@EACH
def test_the_same_operation_with_another_body_is_a_conflict_and_has_no_effect(bank, name):
    asked = ROWS[name].scene(bank)
    carry_out(bank, name, asked)
    after = everything(bank)

    with pytest.raises(Conflict) as refused:
        carry_out(bank, name, asked, inputs=asked.otherwise())

    assert refused.value.code == "operation_id_used"
    assert everything(bank) == after


@pytest.mark.slow
@EACH
def test_somebody_elses_operation_of_the_same_id_has_its_own_effect(bank, name):
    first = ROWS[name].scene(bank)
    carry_out(bank, name, first)
    second = ROWS[name].scene(bank)
    other = second.by if second.by != first.by else "job:other" if second.at is None else "other"

    carry_out(bank, name, second, by=other)

    assert stored(bank) == 2


@pytest.mark.slow
@pytest.mark.timeout(300)
@EACH
def test_many_twins_at_once_have_one_effect_and_one_answer(bank, name):
    asked = ROWS[name].scene(bank)

    answers = all_at_once(*[lambda: carry_out(bank, name, asked)] * SIZES.twins)

    assert len(set(map(str, answers))) == 1, answers
    assert isinstance(answers[0], str)
    assert stored(bank) == 1
    assert is_right(bank)


@pytest.mark.slow
@pytest.mark.timeout(300)
@EACH
def test_a_crash_at_any_point_leaves_nothing_half_written_and_the_retry_does_it_once(bank, name):
    asked = ROWS[name].scene(bank)
    before, point, crashed = everything(bank), 0, True
    while crashed:
        point, crashed = point + 1, False
        with crashing_at(bank.engine, point) as passed:
            try:
                carry_out(bank, name, asked)
            except Crash:
                crashed = True
        if not stored(bank):
            assert everything(bank) == before, passed
    assert point > (LEAST_POINTS if name == "settlement.settle" else 1)

    answer = carry_out(bank, name, asked)

    assert answer == carry_out(bank, name, asked)
    assert stored(bank) == 1
    assert is_right(bank)
