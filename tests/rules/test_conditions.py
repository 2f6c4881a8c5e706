from datetime import date

import pytest

from tests.rules.broken import EXAMPLE
from timebank.domain.member import MemberFacts, Membership, Qualification, RecordedTrait, Relation, Tie
from timebank.domain.words import Words
from timebank.rules import load_rule_book, satisfied, trait_holds

DAY = date(2026, 5, 1)


@pytest.fixture
def rules():
    return load_rule_book(EXAMPLE.parent).on(DAY).reading()


def member(**facts):
    return MemberFacts("m", **facts)


def recorded(trait, first=date(2026, 1, 1), last=None):
    return RecordedTrait(trait, first, last)


@pytest.mark.parametrize(
    ("born_on", "holds"),
    [
        (date(1966, 5, 1), True),
        (date(1966, 5, 2), False),
        (date(1946, 5, 1), False),
        (date(1946, 5, 2), True),
    ],
)
def test_age_is_in_whole_years_and_both_ends_belong(rules, born_on, holds):
    assert trait_holds(rules, "aged_60_79", member(born_on=born_on), DAY) is holds


def test_who_is_born_on_29_february_turns_a_year_older_on_1_march(rules):
    leaper = member(born_on=date(2008, 2, 29))

    assert not trait_holds(rules, "adult", leaper, date(2026, 2, 28))
    assert trait_holds(rules, "adult", leaper, date(2026, 3, 1))


def test_without_a_birthday_no_age_holds_and_the_sentence_says_so(rules):
    outcome = satisfied(rules, "admission.volunteer.gate", member(), DAY)

    assert not outcome.holds
    assert outcome.words.zh == "须符合：年满18周岁（缺：年满18周岁（出生日期未登记））。"
    assert "birthday not on record" in outcome.words.en


def test_a_recorded_trait_holds_from_its_first_to_its_last_day(rules):
    disabled = member(traits=(recorded("disabled", date(2026, 5, 1), date(2026, 5, 31)),))

    assert [trait_holds(rules, "disabled", disabled, day) for day in (
        date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 31), date(2026, 6, 1),
    )] == [False, True, True, False]  # fmt: skip


def test_belonging_counts_at_the_level_named(rules):
    assert trait_holds(rules, "in_team", member(memberships=(Membership("t", "team", DAY),)), DAY)
    assert not trait_holds(rules, "in_team", member(memberships=(Membership("s", "street", DAY),)), DAY)
    assert not trait_holds(
        rules, "in_team", member(memberships=(Membership("t", "team", DAY, DAY),)), date(2026, 5, 2)
    )


@pytest.mark.parametrize(
    ("relation", "born_on", "holds"),
    [
        (Relation.SPOUSE, date(1960, 1, 1), True),
        (Relation.SPOUSE, date(1970, 1, 1), False),
        (Relation.SPOUSE, None, False),
        (Relation.PARENT, date(1940, 1, 1), False),
    ],
)
def test_a_relative_counts_by_relation_and_age(rules, relation, born_on, holds):
    tie = Tie(relation, "k", born_on, "marriage_certificate", "s", date(2020, 1, 1))

    assert trait_holds(rules, "spouse_60", member(kin=(tie,)), DAY) is holds


def test_a_balance_counts_what_is_saved(rules):
    assert trait_holds(rules, "saver", member(balances={("savings", "coin"): 60}), DAY)
    assert not trait_holds(rules, "saver", member(balances={("savings", "coin"): 59}), DAY)
    assert not trait_holds(rules, "saver", member(balances={("granted", "coin"): 600}), DAY)


def test_hours_served_count(rules):
    assert trait_holds(rules, "served_100", member(served_minutes=6000), DAY)
    assert not trait_holds(rules, "served_100", member(served_minutes=5999), DAY)


def test_a_qualification_counts_while_it_is_valid(tmp_path):
    city = tmp_path / "yunzhou"
    city.mkdir()
    text = EXAMPLE.read_text(encoding="utf-8").replace("member_of: team", "qualified: law")
    (city / EXAMPLE.name).write_text(text, encoding="utf-8")
    rules = load_rule_book(city).on(DAY).reading()
    lawyer = member(qualifications=(Qualification("law", "s", date(2025, 1, 1), DAY),))

    assert trait_holds(rules, "in_team", lawyer, DAY)
    assert not trait_holds(rules, "in_team", lawyer, date(2026, 5, 2))


def test_one_alternative_is_enough(rules):
    old = member(born_on=date(1940, 1, 1))

    outcome = satisfied(rules, "admission.recipient.gate", old, DAY)

    assert outcome.holds
    assert outcome.words == Words("符合条件：年满80周岁。", "Meets the condition: aged 80 or over.")


def test_a_refusal_names_what_each_alternative_lacks(rules):
    poor = member(born_on=date(1960, 1, 1), traits=(recorded("low_income"),))

    outcome = satisfied(rules, "admission.recipient.gate", poor, DAY)

    assert not outcome.holds
    assert outcome.words.zh == (
        "须符合下列之一：（1）年满80周岁；（2）60至79周岁、低收入、失能（缺：失能）；"
        "（3）年满60周岁、有时间币储蓄（缺：有时间币储蓄）。"
    )
    assert "(2) aged 60 to 79, low income, disabled (missing: disabled)" in outcome.words.en


def test_the_traits_asked_for_are_noted(rules):
    satisfied(rules, "admission.volunteer.gate", member(born_on=date(1990, 1, 1)), DAY)

    assert "admission.volunteer.gate.any.0.all" in rules.paths_read
    assert "traits.adult.age.from" in rules.paths_read
