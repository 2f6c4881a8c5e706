"""Publishing: proposed by one, signed, published by another, told everything that stands in the way, kept for ever."""

import logging
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.banks import YUNZHOU, StoryClock
from tests.cli.conftest import house_in
from tests.drafting import (
    ALL_NOTICED,
    CHEN,
    LI,
    NEXT,
    START,
    WANG,
    proposed_and_signed,
    publish,
    write_draft,
)
from timebank.bank import open_bank
from timebank.domain.refusal import BadInput, Conflict, WrongUse
from timebank.rules import RulesBroken
from timebank.rules.faults import fault
from timebank.rules.rule_set import digest_of
from timebank.services.publishing import rule_files as commands_of_publishing
from timebank.services.publishing.draft_file import read_draft
from timebank.services.publishing.gate import Tried
from timebank.services.publishing.proposing import propose_draft, sign_assumptions
from timebank.services.publishing.publishing import publish_draft
from timebank.services.publishing.standing import take_step
from timebank.storage.envelope import commands, publishing_steps, rule_files

PUBLISHED = f"{START}.yaml"
CORRECTION = """effective: {from: 2026-01-01, source: mb25 第三十条}
corrects: 2026-01-01
known_from: KNOWN
reason: {zh: 笔误, en: a slip}
"""


@pytest.fixture
def house(tmp_path, fresh_database_url, monkeypatch):
    monkeypatch.delenv("TIMEBANK_DATABASE_URL", raising=False)
    return house_in(tmp_path, fresh_database_url)


@pytest.fixture
def open_again(house):
    """Opens the bank, as often as a test likes, on the day of the story."""
    banks, clock = [], StoryClock()

    def opened():
        banks.append(open_bank(house.config, database=house.url, clock=clock))
        return banks[-1]

    opened.clock = clock
    yield opened
    for bank in banks:
        bank.engine.dispose()


@pytest.fixture
def bank(open_again):
    return open_again()


@pytest.fixture
def draft(house, bank):
    """A draft that differs from the rules in force in its beginning alone."""
    return write_draft(house.rules)


def codes(call, *arguments, **named):
    """Return the codes of everything that stood in the way, in order of place."""
    with pytest.raises(RulesBroken) as broken:
        call(*arguments, **named)
    return [found.code for found in broken.value.faults]


def steps(bank):
    """Return (step, path, person, number) of every step that was written down."""
    columns = (
        publishing_steps.c.step,
        publishing_steps.c.path,
        publishing_steps.c.person,
        publishing_steps.c.number,
    )
    with bank.reading() as connection:
        return sorted(tuple(row) for row in connection.execute(select(*columns)))


def kept_files(bank):
    with bank.reading() as connection:
        return sorted(connection.execute(select(rule_files.c.file)).scalars())


def test_what_one_proposed_and_another_signed_a_third_brings_into_force(house, bank, draft, open_again):
    proposed_and_signed(bank, draft)

    done = publish(bank, draft)

    assert (done.effective_from, done.drafter, done.publisher) == (date(2026, 7, 1), CHEN, WANG)
    assert draft.target == house.rules.parent / PUBLISHED
    assert draft.target.read_bytes() == draft.content
    assert not draft.file.exists()
    book = open_again().city(YUNZHOU).book
    assert book.on(date(2026, 7, 1)).digest == draft.digest
    assert book.on(date(2026, 6, 30)).file == "2026-01-01.yaml"
    assert steps(bank) == [
        ("proposed", "", CHEN, None),
        ("published", "", WANG, 2),
        ("signed", "transition", LI, None),
    ]


def test_everything_that_stands_in_the_way_is_told_at_once(bank, house):
    draft = write_draft(
        house.rules,
        (f"from: {START}", "from: 2026-03-02"),
        name="2026-03-02.yaml",
        begins=NEXT,
    )
    failing = fault("D07", "cases.yaml", (7, 1), (), case="甲", why="乙", draft="丙")

    found = codes(publish, bank, draft, tried=Tried((failing,), 8, 10))

    assert sorted(found) == ["D01", "D03", "D04", "D07", "D08"]
    assert steps(bank) == []
    assert kept_files(bank) == ["2026-01-01.yaml"]


@pytest.mark.parametrize(("day", "expected"), [("2026-03-02", ["D01"]), ("2026-03-03", [])])
def test_rules_begin_on_a_day_after_today_by_the_citys_own_calendar(house, bank, open_again, day, expected):
    open_again.clock.set("2026-03-02 23:59")
    draft = write_draft(house.rules, (f"from: {START}", f"from: {day}"), name=f"{day}.yaml")

    assert (codes(propose_draft, bank, draft, CHEN) if expected else []) == expected
    if not expected:
        propose_draft(bank, draft, CHEN)


@pytest.mark.parametrize(("known", "expected"), [("2026-03-01", ["D02"]), ("2026-03-02", [])])
def test_a_correction_may_look_back_but_counts_from_today_on(house, bank, known, expected):
    draft = write_draft(house.rules, name="2026-01-01.c1.yaml", begins=CORRECTION.replace("KNOWN", known))

    if expected:
        assert codes(propose_draft, bank, draft, CHEN) == expected
    else:
        propose_draft(bank, draft, CHEN)
        assert publish(bank, draft).effective_from == date(2026, 1, 1)


def test_faults_of_the_draft_are_told_with_their_own_codes_and_lines(house, bank):
    draft = write_draft(house.rules, ("rounding: floor", "rounding: flor"))

    with pytest.raises(RulesBroken) as broken:
        publish(bank, draft)

    assert {"S05", "D04"} == {found.code for found in broken.value.faults}
    assert all(found.line > 1 for found in broken.value.faults if found.code == "S05")


def test_a_draft_that_does_not_follow_the_version_before_is_refused(house, bank):
    draft = write_draft(house.rules, ("replaces: 2026-01-01", "replaces: 2025-01-01"))

    assert "V02" in codes(publish, bank, draft)


def test_the_cases_are_not_played_under_a_draft_that_cannot_be_read(house, bank):
    draft = write_draft(house.rules, ("rounding: floor", "rounding: flor"))

    assert "D08" not in codes(publish, bank, draft, tried=Tried((), 0, 10))


def test_a_draft_nobody_proposed_is_not_published(bank, draft):
    sign_assumptions(bank, draft, LI, ["all"])

    assert codes(publish, bank, draft) == ["D04"]


def test_a_draft_changed_after_it_was_proposed_must_be_proposed_and_signed_anew(house, bank, draft):
    proposed_and_signed(bank, draft)
    changed = write_draft(house.rules, ("limit: 8 h", "limit: 7 h"))

    assert codes(publish, bank, changed) == ["D05", "D03", "D03"]
    proposed_and_signed(bank, changed)
    assert publish(bank, changed).drafter == CHEN


@pytest.mark.parametrize("name", [CHEN, "陈 晨", " 陈晨", "陈\u00a0晨", "陈·晨", "陈晨."], ids=ascii)
def test_nobody_publishes_their_own_draft(bank, draft, name):
    proposed_and_signed(bank, draft)

    assert codes(publish, bank, draft, name) == ["D06"]


def test_a_draft_has_one_drafter(bank, draft):
    propose_draft(bank, draft, CHEN)

    with pytest.raises(Conflict, match="已由 陈晨 提交"):
        propose_draft(bank, draft, WANG)
    propose_draft(bank, draft, CHEN)
    assert steps(bank) == [("proposed", "", CHEN, None)]


def test_the_same_content_under_another_name_says_who_proposed_it_and_as_what(house, bank):
    today = StoryClock()().date()
    begins = CORRECTION.replace("KNOWN", str(today + timedelta(days=1)))
    propose_draft(bank, write_draft(house.rules, name="2026-01-01.c1.yaml", begins=begins), CHEN)
    renamed = write_draft(house.rules, name="2026-01-01.c2.yaml", begins=begins)

    with pytest.raises(Conflict, match=r"同样的内容已由 陈晨 以 2026-01-01.c1.yaml 提交") as said:
        propose_draft(bank, renamed, CHEN)
    assert "proposed this very content as 2026-01-01.c1.yaml" in said.value.words.en


def test_a_draft_whose_name_is_no_day_is_neither_proposed_nor_published(house, bank):
    draft = write_draft(house.rules, name="2026-7-1.yaml")

    assert codes(propose_draft, bank, draft, CHEN) == ["V18"]
    assert "V18" in codes(publish, bank, draft)
    assert steps(bank) == []


def test_proposing_says_which_assumptions_are_to_be_signed(bank, draft):
    assert [found.path for found in propose_draft(bank, draft, CHEN)] == ["transition"]


def test_an_assumption_that_stands_as_before_needs_no_signature_but_a_changed_value_under_it_does(
    house, bank
):
    draft = write_draft(house.rules, ("limit: 8 h", "limit: 7 h"))

    assert [found.path for found in propose_draft(bank, draft, CHEN)] == ["transition", "caps.day"]


def test_assumptions_are_signed_one_by_one_by_whoever_stands_for_them(house, bank):
    draft = write_draft(house.rules, ("limit: 8 h", "limit: 7 h"))
    propose_draft(bank, draft, CHEN)

    sign_assumptions(bank, draft, LI, ["caps.day"])
    assert codes(publish, bank, draft) == ["D03"]
    sign_assumptions(bank, draft, WANG, ["all"])

    assert [step[:3] for step in steps(bank) if step[0] == "signed"] == [
        ("signed", "caps.day", LI),
        ("signed", "transition", WANG),
    ]
    publish(bank, draft)


def test_signing_twice_writes_one_signature(bank, draft):
    sign_assumptions(bank, draft, LI, ["all"])

    assert sign_assumptions(bank, draft, WANG, ["transition"]) == []
    assert [step for step in steps(bank) if step[0] == "signed"] == [("signed", "transition", LI, None)]


def test_signing_what_is_no_assumption_of_the_draft_is_wrong_use(bank, draft):
    with pytest.raises(WrongUse, match=r"没有要签认的假定“caps.day”。要签认的有：transition"):
        sign_assumptions(bank, draft, LI, ["caps.day"])


def test_fewer_than_ninety_percent_noticed_needs_a_written_reason_and_keeps_it(bank, draft):
    proposed_and_signed(bank, draft)
    few = Tried((), 89, 100)

    assert codes(publish, bank, draft, tried=few) == ["D08"]
    publish(bank, draft, tried=few, reason="首版，用例在补")

    with bank.reading() as connection:
        kept = connection.execute(
            select(publishing_steps.c.details).where(publishing_steps.c.step == "published")
        ).scalar_one()
    assert kept == {"reason": "首版，用例在补", "noticed": 89, "moves": 100}


@pytest.mark.parametrize(
    "reason", ["", "  ", "\u3164\u200b", "——", "无", "x", "1234", "\u3164" * 9], ids=ascii
)
def test_a_reason_that_says_nothing_is_refused_even_where_none_is_needed(bank, draft, reason):
    proposed_and_signed(bank, draft)

    with pytest.raises(WrongUse, match="没有写理由"):
        publish(bank, draft, reason=reason)
    assert kept_files(bank) == ["2026-01-01.yaml"]


def test_a_draft_saved_while_it_is_judged_is_neither_published_nor_removed(house, bank, draft):
    proposed_and_signed(bank, draft)

    def try_and_save():
        write_draft(house.rules, ("limit: 8 h", "limit: 7 h"))
        return ALL_NOTICED

    assert codes(publish_draft, bank, draft, WANG, try_and_save) == ["D15"]
    assert kept_files(bank) == ["2026-01-01.yaml"]
    assert "limit: 7 h" in draft.file.read_text(encoding="utf-8")


def test_ninety_percent_noticed_is_enough(bank, draft):
    proposed_and_signed(bank, draft)

    assert publish(bank, draft, tried=Tried((), 90, 100)).publisher == WANG


def test_a_failing_case_stops_publication_whatever_the_reason(bank, draft):
    proposed_and_signed(bank, draft)
    failing = fault("D07", "cases.yaml", (7, 1), (), case="甲", why="乙", draft="丙")

    assert codes(publish, bank, draft, tried=Tried((failing,), 100, 100), reason="确有理由") == ["D07"]


def test_a_trial_writes_nothing(bank, draft):
    proposed_and_signed(bank, draft)
    before = steps(bank)

    assert publish(bank, draft, dry=True).dry
    assert steps(bank) == before
    assert draft.file.exists()
    assert not draft.target.exists()


def test_publishing_again_changes_nothing(bank, draft, open_again):
    proposed_and_signed(bank, draft)
    publish(bank, draft)
    before = steps(bank)
    draft.file.write_bytes(draft.content)

    again = publish(open_again(), draft, CHEN)

    assert (again.earlier, again.publisher) == (True, WANG)
    assert steps(bank) == before
    assert not draft.file.exists()


def test_a_published_name_never_gets_other_content(house, bank, draft, open_again):
    proposed_and_signed(bank, draft)
    publish(bank, draft)
    other = write_draft(house.rules, ("limit: 8 h", "limit: 7 h"))

    assert "D09" in codes(publish, open_again(), other)
    assert "D09" in codes(propose_draft, open_again(), other, CHEN)


def test_a_file_that_lies_unpublished_in_the_drafts_place_is_not_written_over(bank, draft):
    proposed_and_signed(bank, draft)
    draft.target.write_text("别人放的", encoding="utf-8")

    assert codes(publish, bank, draft) == ["D10"]
    assert draft.target.read_text(encoding="utf-8") == "别人放的"


def test_a_folder_that_cannot_be_written_to_is_found_out_before_anything_is_recorded(bank, draft):
    proposed_and_signed(bank, draft)
    draft.target.with_name(f".{PUBLISHED}.part").mkdir()

    with pytest.raises(BadInput, match="写不进"):
        publish(bank, draft)

    assert kept_files(bank) == ["2026-01-01.yaml"]
    assert "published" not in [step[0] for step in steps(bank)]


def test_of_two_who_publish_at_once_the_second_judges_again(house, bank, draft, open_again):
    late = open_again()
    proposed_and_signed(bank, draft)
    publish(bank, draft)
    another = write_draft(house.rules, (f"from: {START}", "from: 2026-08-01"), name="2026-08-01.yaml")

    with pytest.raises(Conflict, match="有人发布了另一个规则文件"):
        take_step(
            late,
            another,
            WANG,
            commands_of_publishing.publish,
            file=another.name,
            text=another.content.decode(),
            effective_from=date(2026, 8, 1),
            number=2,
            details={},
        )
    assert kept_files(bank) == ["2026-01-01.yaml", PUBLISHED]


def test_every_step_is_a_command_with_who_gave_it(bank, draft):
    proposed_and_signed(bank, draft)
    publish(bank, draft)

    with bank.reading() as connection:
        given = connection.execute(
            select(commands.c.kind, commands.c.actor_id).order_by(commands.c.kind)
        ).all()
    assert [tuple(row) for row in given] == [
        ("rule_files.propose", CHEN),
        ("rule_files.publish", WANG),
        ("rule_files.sign", LI),
    ]


def test_a_second_machine_runs_with_what_was_published_though_its_folder_lacks_it(
    tmp_path, house, bank, draft, caplog
):
    other = house_in(tmp_path / "other", house.url)
    proposed_and_signed(bank, draft)
    publish(bank, draft)

    with caplog.at_level(logging.WARNING, "timebank"):
        there = open_bank(other.config, database=other.url)
    there.engine.dispose()

    assert there.city(YUNZHOU).book.on(date(2026, 7, 1)).digest == draft.digest
    assert f"{PUBLISHED} 不在文件夹里" in caplog.text


def test_a_draft_is_known_by_its_bytes(draft):
    assert draft.digest == digest_of(draft.file.read_bytes())
    assert read_draft(YUNZHOU, draft.folder, draft.file) == draft


def test_nothing_noticed_of_nothing_to_move_is_all():
    assert (Tried((), 0, 0).percent, ALL_NOTICED.percent) == (100, 100)
