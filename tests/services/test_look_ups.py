"""An outside register is asked over real HTTP with nothing locked, and asked again until it answers."""

import pytest
from sqlalchemy import select, text

from tests.banks import a_bank, day, do, writing
from tests.register_server import a_register
from tests.scenes import visit_row
from tests.yunzhou import a_member, a_visit_row, settle_tree
from timebank.adapters.http_registry import HttpRegistry
from timebank.domain.refusal import PluginFailed, Refused
from timebank.hooks import hookimpl
from timebank.services import admission, look_ups, members
from timebank.services.facts import facts_of
from timebank.services.sweep import run_due
from timebank.storage import admission_rows, member_rows
from timebank.storage.engine import WRITES, open_engine
from timebank.storage.envelope import commands
from timebank.storage.people import looked_up

TODAY = day("2026-03-02")
STREET = {"by": "li", "at": "east-1"}


@pytest.fixture
def register():
    with a_register() as running:
        yield running


@pytest.fixture
def bank(fresh_database_url, clock, register):
    connected = {"yunzhou": {"volunteer_registry": HttpRegistry(register.url, timeout_seconds=5)}}
    with a_bank(fresh_database_url, clock=clock, registries=connected) as opened:
        settle_tree(opened)
        yield opened


def an_applicant(bank, number="V1"):
    member = a_member(bank, registry_keys={"volunteer_registry": number} if number else None)
    do(bank, admission.apply, by=member, member_id=member, role="volunteer")
    return member


def look_up(bank, member, **more):
    return do(bank, admission.look_up, **STREET, member_id=member, role="volunteer", **more)


def resume(bank):
    return admission.resume_look_ups(bank, "yunzhou")


def steps(bank, member):
    with bank.reading() as connection:
        found = admission_rows.find(connection, "yunzhou", member, "volunteer")
        rows = admission_rows.steps(connection, "yunzhou", found.id)
    return found.state, {row.step: row.state for row in rows}


def answers(bank):
    with bank.reading() as connection:
        return connection.execute(select(looked_up)).all()


def test_yes_passes_the_step(bank, register):
    member = an_applicant(bank)
    register.answers["V1"] = "yes"

    assert look_up(bank, member)["answer"] == "yes"
    assert steps(bank, member)[1] == {"apply": "passed", "registered": "passed", "training": "todo"}
    assert register.asked == ["/register/volunteer_registry/V1"]


def test_no_rejects_the_admission(bank, register):
    member = an_applicant(bank)
    register.answers["V1"] = "no"
    look_up(bank, member)

    assert steps(bank, member) == (
        "rejected",
        {"apply": "passed", "registered": "failed", "training": "todo"},
    )


def test_later_leaves_the_step_waiting(bank):
    member = an_applicant(bank)

    assert look_up(bank, member)["answer"] == "later"
    assert steps(bank, member)[1]["registered"] == "waiting"


def test_an_answer_is_stored_with_its_instant_and_its_note(bank, register, clock):
    member = an_applicant(bank)
    register.answers["V1"] = "yes"
    clock.set("2026-03-02 10:30")
    look_up(bank, member)

    (row,) = answers(bank)
    assert (row.kind, row.lookup_key, row.member_id) == ("volunteer_registry", "V1", member)
    assert (row.answer, row.note, row.attempts, row.answered_at) == ("yes", "R-1", 1, clock())
    with bank.reading() as connection:
        assert facts_of(connection, "yunzhou", member, TODAY).answers == {"volunteer_registry": "yes"}


def test_nothing_is_locked_and_no_transaction_is_open_while_the_register_answers(
    bank, register, fresh_database_url
):
    member = an_applicant(bank)
    seen = []
    register.during = lambda: seen.append(others_at_work(fresh_database_url, member))

    assert look_up(bank, member)["answer"] == "later"
    assert seen == [[]]
    assert steps(bank, member)[1]["registered"] == "waiting"


def others_at_work(url, member):
    """Write to what the look-up is about, from outside, and list what stands in the way."""
    engine = open_engine(url)
    try:
        with engine.connect().execution_options(**{WRITES: True}) as connection:
            return _write_meanwhile(connection, member)
    except Exception as error:  # noqa: BLE001 - told to the test, which runs in another thread
        return [repr(error)]
    finally:
        engine.dispose()


def _write_meanwhile(connection, member):
    postgres = connection.dialect.name == "postgresql"
    if not postgres:
        connection.connection.cursor().execute("PRAGMA busy_timeout=200")
    with connection.begin():
        if postgres:
            connection.execute(text("SET LOCAL lock_timeout = '200ms'"))
        assert admission_rows.lock(connection, "yunzhou", member, "volunteer") is not None
        assert member_rows.lock(connection, "yunzhou", member) is not None
        member_rows.change(connection, "yunzhou", member, {"phone": "13800000001"})
        idle = (
            "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
        )
        return [row.query for row in connection.execute(text(idle))] if postgres else []


def test_the_admission_goes_on_when_the_answer_comes(bank, register):
    member = an_applicant(bank)
    look_up(bank, member)
    assert resume(bank) == 0

    register.answers["V1"] = "yes"

    assert resume(bank) == 1
    assert steps(bank, member)[1]["registered"] == "passed"
    training = {"member_id": member, "role": "volunteer", "step": "training"}
    assert do(bank, admission.pass_step, **STREET, **training)["admitted"] is True


def test_everybody_who_waits_is_asked_about_again(bank, register):
    many = [an_applicant(bank, f"V{number}") for number in range(4)]
    register.answers.update({"V0": "yes", "V1": "no", "V2": "yes"})

    assert resume(bank) == 3
    assert [steps(bank, member)[1]["registered"] for member in many] == [
        "passed",
        "failed",
        "passed",
        "waiting",
    ]


def test_each_attempt_is_a_command_of_its_own_and_is_counted(bank):
    an_applicant(bank)
    for _ in range(3):
        resume(bank)

    assert answers(bank)[0].attempts == 3
    with bank.reading() as connection:
        asked = select(commands.c.operation_id).where(commands.c.actor_id == "job:look_ups")
        assert len(set(connection.execute(asked).scalars())) == 3


def test_nobody_is_asked_about_when_nobody_waits(bank, register):
    a_member(bank)

    assert resume(bank) == 0
    assert register.asked == []


def test_a_register_that_is_down_is_asked_again_later(bank, register):
    member = an_applicant(bank)
    register.status, register.answers["V1"] = 503, "no"
    assert resume(bank) == 0

    register.status, register.answers["V1"] = 200, "yes"

    assert resume(bank) == 1
    assert steps(bank, member)[0] == "applied"


def test_the_same_operation_asks_once(bank, register):
    member = an_applicant(bank)
    look_up(bank, member, operation="once")
    register.answers["V1"] = "yes"

    assert look_up(bank, member, operation="once")["answer"] == "later"
    assert len(register.asked) == 1


def test_a_member_without_a_number_is_told_to_give_it(bank, register):
    member = an_applicant(bank, number=None)

    with pytest.raises(Refused, match="没有登记在其中的编号。请先补登编号") as said:
        look_up(bank, member)
    assert said.value.refusals[0].rule_path == "admission.volunteer.steps.registered"
    assert register.asked == []


def test_who_gives_their_number_later_is_asked_about_by_the_next_run(bank, register):
    member = an_applicant(bank, number=None)
    register.answers["V9"] = "yes"
    assert resume(bank) == 0
    given = {"member_id": member, "register": "volunteer_registry", "key": "V9"}
    do(bank, members.add_registry_key, by=member, **given)

    assert resume(bank) == 1


def test_one_number_serves_one_member(bank, register):
    register.answers["V1"] = "yes"
    look_up(bank, an_applicant(bank))
    other = an_applicant(bank)

    with pytest.raises(Refused, match="已由另一名成员使用"):
        look_up(bank, other)


def corrected(bank, member, number):
    given = {"member_id": member, "register": "volunteer_registry", "key": number}
    do(bank, members.add_registry_key, by=member, **given)


def test_a_number_given_by_mistake_is_free_again_once_it_is_corrected(bank, register):
    mistaken = an_applicant(bank, "V1")
    look_up(bank, mistaken)
    corrected(bank, mistaken, "V2")
    owner = an_applicant(bank, "V1")
    register.answers["V1"] = "yes"

    assert look_up(bank, owner)["answer"] == "yes"

    assert [(row.lookup_key, row.member_id) for row in answers(bank)] == [("V1", owner)]
    with bank.reading() as connection:
        assert facts_of(connection, "yunzhou", owner, TODAY).answers == {"volunteer_registry": "yes"}


def test_what_was_said_of_a_number_given_by_mistake_is_no_fact_any_more(bank, register):
    member = an_applicant(bank, "V1")
    register.answers["V1"] = "yes"
    look_up(bank, member)
    corrected(bank, member, "V2")

    with bank.reading() as connection:
        assert facts_of(connection, "yunzhou", member, TODAY).answers == {}


def test_who_corrected_a_number_that_another_has_now_is_asked_about_again(bank, register):
    mistaken = an_applicant(bank, "V1")
    resume(bank)
    resume(bank)
    corrected(bank, mistaken, "V2")
    look_up(bank, an_applicant(bank, "V1"))
    register.answers["V2"] = "yes"

    assert resume(bank) == 1
    assert steps(bank, mistaken)[1]["registered"] == "passed"


def test_a_register_that_is_not_reached_is_let_alone_for_the_rest_of_the_run(bank, register):
    many = [an_applicant(bank, f"V{number}") for number in range(5)]
    register.status = 503
    resume(bank)
    assert len(register.asked) == 3

    register.status = 200
    register.answers.update({f"V{number}": "yes" for number in range(5)})
    register.asked.clear()

    assert resume(bank) == 5
    assert [address[-2:] for address in register.asked] == ["V3", "V4", "V0", "V1", "V2"]
    assert {steps(bank, member)[1]["registered"] for member in many} == {"passed"}


def test_a_run_asks_about_so_many_at_most_and_the_next_about_the_others(bank, register, clock, monkeypatch):
    monkeypatch.setattr(look_ups, "MOST", 2)
    for number in range(3):
        an_applicant(bank, f"V{number}")

    for _ in range(2):
        resume(bank)
        clock.forward(minutes=5)

    assert [address[-2:] for address in register.asked] == ["V0", "V1", "V2", "V0"]


def test_the_bank_settles_before_it_asks_a_register(bank, register):
    done = {"state": "confirmed", "recognised_minutes": 60, "measured_minutes": 60, "service_date": TODAY}
    volunteer = a_member(bank)
    with writing(bank) as connection:
        visit = a_visit_row(connection, volunteer, **done)
    seen = []
    an_applicant(bank)
    register.during = lambda: seen.append(visit_row(bank, visit).state)

    run_due(bank, "yunzhou")

    assert seen == ["settled"]


def test_no_register_is_asked_out_of_turn(bank, register):
    member = an_applicant(bank)
    register.answers["V1"] = "yes"
    look_up(bank, member)

    with pytest.raises(Refused, match="没有等待外部登记系统答复的步骤。下一步是“培训”"):
        look_up(bank, member)


def test_a_stranger_asks_no_register_about_a_member(bank):
    member = an_applicant(bank)

    with pytest.raises(Refused, match="只有本人、已核实的亲属"):
        do(bank, admission.look_up, by=a_member(bank), member_id=member, role="volunteer")


def test_a_register_that_is_not_connected_answers_later(fresh_database_url, clock):
    with a_bank(fresh_database_url, clock=clock) as bank:
        settle_tree(bank)
        member = an_applicant(bank)

        assert look_up(bank, member)["answer"] == "later"
        assert answers(bank)[0].note == "not connected"


class Broken:
    """A city's plugin whose look-up fails for one number."""

    @hookimpl
    def timebank_look_up(self, kind, key, registries):
        if key == "V0":
            raise RuntimeError("boom")


def test_a_plugin_that_fails_for_one_keeps_nobody_else_waiting(fresh_database_url, clock, register):
    register.answers.update({"V0": "yes", "V1": "yes"})
    connected = {"yunzhou": {"volunteer_registry": HttpRegistry(register.url)}}
    with a_bank(fresh_database_url, clock=clock, registries=connected, plugins={"yunzhou": Broken()}) as bank:
        settle_tree(bank)
        first, second = an_applicant(bank, "V0"), an_applicant(bank, "V1")

        assert resume(bank) == 1
        assert steps(bank, first)[1]["registered"] == "waiting"
        assert steps(bank, second)[1]["registered"] == "passed"
        with pytest.raises(PluginFailed):
            look_up(bank, first)
