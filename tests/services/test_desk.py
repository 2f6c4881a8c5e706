"""Every command is carried out once for ever, answers the same, and leaves all or nothing."""

import json
from functools import partial

import pytest
from sqlalchemy import select

from tests.banks import YUNZHOU, do
from tests.scenes import (
    a_confirmed_visit,
    a_recipient,
    a_visit_on_paper,
    a_volunteer,
    all_at_once,
    donate,
    give,
    pool,
    posted,
    row_counts,
    settle,
    statements,
    verified_child,
    with_credit,
)
from timebank.domain.command import Actor, Channel, Command
from timebank.domain.refusal import BadInput, Conflict, NotFound, Refused
from timebank.services import exchange, visits
from timebank.storage.envelope import commands, outbox


@pytest.fixture
def saver(bank):
    member = a_volunteer(bank)
    with_credit(bank, member, 480)
    return member


def as_bytes(answer):
    return json.dumps(answer, ensure_ascii=False)


# ---- once for ever


def test_the_same_operation_gives_the_same_answer_to_the_byte_and_takes_effect_once(bank, saver):
    first = donate(bank, saver, 60, operation="donate-1")
    before = row_counts(bank)

    again = [donate(bank, saver, 60, operation="donate-1") for _ in range(3)]

    assert [as_bytes(answer) for answer in again] == [as_bytes(first)] * 3
    assert row_counts(bank) == before
    assert (posted(bank, saver), pool(bank)) == (420, 60)


def test_a_settlement_sent_again_is_answered_to_the_byte(bank):
    visit = a_confirmed_visit(bank, minutes=60)

    first = settle(bank, visit, operation="settle-1")

    assert as_bytes(settle(bank, visit, operation="settle-1")) == as_bytes(first)


def test_an_operation_sent_eight_times_at_once_takes_effect_once(bank, saver):
    answers = all_at_once(*[partial(donate, bank, saver, 60, operation="donate-1")] * 8)

    assert len({as_bytes(answer) for answer in answers}) == 1, answers
    assert (posted(bank, saver), pool(bank)) == (420, 60)


def test_an_operation_with_other_content_is_a_conflict_without_effect(bank, saver):
    donate(bank, saver, 60, operation="donate-1")
    before = row_counts(bank)

    with pytest.raises(Conflict, match="donate-1 已用于另一项内容不同的操作") as refused:
        donate(bank, saver, 61, operation="donate-1")

    assert refused.value.code == "operation_id_used"
    assert row_counts(bank) == before
    assert posted(bank, saver) == 420


def test_content_is_also_what_is_done_and_for_whom(bank, saver):
    donate(bank, saver, 60, operation="one")

    with pytest.raises(Conflict):
        donate(bank, saver, 60, operation="one", party=saver)
    with pytest.raises(Conflict):
        do(
            bank,
            exchange.redeem,
            by=saver,
            operation="one",
            member_id=saver,
            target="goods",
            unit="coin",
            minutes=60,
        )


def test_the_channel_is_not_content_so_that_a_text_message_may_repeat_what_the_app_asked(bank, saver):
    first = donate(bank, saver, 60, operation="one", channel=Channel.APP)

    assert donate(bank, saver, 60, operation="one", channel=Channel.SMS) == first


def test_two_actors_may_use_the_same_operation_id(bank, saver):
    other = a_volunteer(bank, "赵强")
    with_credit(bank, other, 60)

    donate(bank, saver, 60, operation="one")
    donate(bank, other, 60, operation="one")

    assert pool(bank) == 120


def test_of_eight_who_use_one_operation_id_for_different_content_one_takes_effect(bank, saver):
    acts = [partial(donate, bank, saver, 10 + number, operation="one") for number in range(8)]

    answers = all_at_once(*acts)

    done = [answer for answer in answers if isinstance(answer, dict)]
    assert len(done) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 7, answers
    assert posted(bank, saver) == 480 - done[0]["minutes"]


# ---- refused


def test_a_refused_command_can_be_sent_again_and_is_answered_afresh(bank):
    member = a_volunteer(bank)
    with pytest.raises(Refused, match="可用时间不足"):
        donate(bank, member, 60, operation="one")

    with_credit(bank, member, 60)

    assert donate(bank, member, 60, operation="one")["minutes"] == 60


def test_a_refused_command_leaves_nothing(bank, saver):
    parent = a_recipient(bank)
    verified_child(bank, parent, saver)
    before = row_counts(bank)

    for minutes in (481, 100 * 60 + 1):
        with pytest.raises(Refused):
            give(bank, saver, parent, minutes)
    with pytest.raises(NotFound):
        give(bank, saver, "nobody", 60)
    with pytest.raises(BadInput):
        give(bank, saver, parent, 0)

    assert row_counts(bank) == before


def test_a_command_that_fails_half_way_leaves_nothing(bank, saver):
    def half_done(desk, member):
        with desk.writing() as write:
            write.tell("member.noted", member_id=member)
            write.ledger.flush(desk.command)
            exchange_row = {"member_id": member}
            write.answer(**exchange_row)
            raise RuntimeError("the power is gone")

    before = row_counts(bank)
    with pytest.raises(RuntimeError, match="the power is gone"):
        do(bank, half_done, member=saver)

    assert row_counts(bank) == before


def test_a_command_that_cannot_be_written_to_the_end_leaves_nothing(bank, saver):
    """What cannot be stored fails at the very last statement, after everything else was written."""

    def unstorable(desk, member):
        with desk.writing() as write:
            write.tell("member.noted", member_id=member)
            return write.answer(member=object())

    before = row_counts(bank)
    with pytest.raises(Exception, match="not JSON serializable"):
        do(bank, unstorable, member=saver)

    assert row_counts(bank) == before


def test_a_use_case_that_forgets_its_answer_leaves_nothing(bank):
    def silent(desk):
        with desk.writing() as write:
            write.tell("nothing.said")

    before = row_counts(bank)
    with pytest.raises(AssertionError, match="without an answer"):
        do(bank, silent)

    assert row_counts(bank) == before


# ---- the envelope


@pytest.mark.parametrize("operation", ["", "x" * 65])
def test_an_operation_id_has_one_to_sixty_four_characters(bank, operation):
    command = Command(YUNZHOU, operation, Actor("clerk"), Channel.DESK)

    with pytest.raises(BadInput, match="operation_id 应为 1 到 64 个字符"):
        bank.carry_out(exchange.donate, command, giver_id="x", unit="coin", minutes=1)


def test_an_actor_has_a_name(bank):
    with pytest.raises(BadInput, match="actor 应为"):
        bank.carry_out(exchange.donate, Command(YUNZHOU, "one", Actor(""), Channel.DESK), giver_id="x")


def test_a_city_that_does_not_run_is_answered_with_a_sentence(bank):
    with pytest.raises(NotFound, match="没有找到城市“atlantis”"):
        do(bank, exchange.donate, city="atlantis", giver_id="x", unit="coin", minutes=1)


def test_a_command_is_stored_with_who_for_whom_and_how(bank, saver):
    clerk = {"by": "clerk-7", "at": "east-1", "party": saver, "channel": Channel.PHONE}
    do(bank, exchange.donate, operation="one", giver_id=saver, unit="coin", minutes=60, **clerk)

    with bank.reading() as connection:
        row = connection.execute(select(commands).where(commands.c.operation_id == "one")).one()
        told = connection.execute(select(outbox).where(outbox.c.kind == "donation.posted")).one()
    assert (row.kind, row.actor_id, row.actor_organisation) == ("exchange.donate", "clerk-7", "east-1")
    assert (row.party_id, row.channel) == (saver, "phone")
    assert row.recorded_at == told.created_at == bank.clock()
    assert set(row.answer) == {"transfer_id", "minutes", "unit"}


def test_an_answer_given_again_costs_one_statement(bank):
    visit = a_visit_on_paper(bank, a_volunteer(bank))
    settle(bank, visit, operation="one")

    with statements(bank) as sent:
        settle(bank, visit, operation="one")

    assert len(sent) == 1


@pytest.mark.parametrize("party", ["", "x", "\x00", "01890000-0000-7000-8000-00000000000A"])
def test_whom_it_is_done_for_is_the_identifier_of_a_member(bank, saver, party):
    before = row_counts(bank)
    with pytest.raises(BadInput, match="为谁代办"):
        do(bank, exchange.donate, by=saver, party=party, giver_id=saver, unit="coin", minutes=1)
    assert row_counts(bank) == before


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800"])
def test_text_that_no_database_keeps_is_refused_wherever_it_stands(bank, saver, text):
    donation = {"giver_id": saver, "unit": "coin", "minutes": 1}
    claims = [{"kind": "clock", "note": text}]
    with pytest.raises(BadInput, match="不能保存的字符"):
        do(bank, exchange.donate, by=saver, operation=text, **donation)
    with pytest.raises(BadInput, match="不能保存的字符"):
        do(bank, exchange.donate, by=text, at="east-1", **donation)
    with pytest.raises(BadInput, match="不能保存的字符"):
        do(bank, visits.check_in, by=saver, visit_id=saver, claims=claims)
