"""Hooks are asked one by one; whatever a plugin does, its name is told and nothing else goes wrong."""

import sys

import pytest

from tests.banks import FIXTURES, YUNZHOU, plugin
from timebank.domain.refusal import PluginFailed, Refusal
from timebank.domain.registry import Answer, LookedUp
from timebank.domain.words import Words
from timebank.hooks import hookimpl
from timebank.hooks.opening import open_asker, open_city
from timebank.rules import Problem, RulesBroken

RAIN = Refusal("rain", Words("雨天不办。", "Not in the rain."))
NOTHING = {"case": None, "rules": None}


def asker(**hooks):
    made = plugin(**{name: hookimpl(hook) for name, hook in hooks.items()})
    return open_asker(YUNZHOU, ("clouds", made, "2.1"), engine="9")


def checking(answer):
    return asker(timebank_check_transfer=lambda: answer).refusals("timebank_check_transfer", NOTHING)


def failed(act, *args):
    with pytest.raises(PluginFailed) as said:
        act(*args)
    return said.value


# ---- checks


def test_every_refusal_counts_and_each_answer_is_noted_with_its_plugin_and_version():
    asked = checking([RAIN, RAIN])

    assert [refusal.code for refusal in asked.value] == ["rain", "rain"]
    (answer,) = asked.answers
    assert (answer.hook, answer.plugin, answer.version) == ("timebank_check_transfer", "clouds", "2.1")
    assert answer.answer == ["rain", "rain"]


@pytest.mark.parametrize("answer", [None, [], (), iter(())])
def test_no_objection_may_be_said_in_several_ways(answer):
    assert checking(answer).value == ()


def test_a_plugin_may_yield_its_refusals():
    def grumble(case):
        yield RAIN

    asked = asker(timebank_check_transfer=grumble).refusals("timebank_check_transfer", NOTHING)

    assert asked.value == (RAIN,)


@pytest.mark.parametrize("answer", [[42], ["no"], RAIN, 7, [None], [Refusal("rain", "雨天不办。")], [[RAIN]]])
def test_what_is_no_list_of_refusals_is_a_failure_and_no_permission(answer):
    told = failed(checking, answer)

    assert told.plugin == "clouds"
    assert told.hook == "timebank_check_transfer"


def test_a_plugin_that_fails_while_it_yields_is_named():
    def stumble(case):
        yield RAIN
        raise KeyError("weather")

    told = failed(asker(timebank_check_transfer=stumble).refusals, "timebank_check_transfer", NOTHING)

    assert "KeyError('weather')" in told.words.zh


# ---- failures


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (lambda: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda: sys.exit(3), "SystemExit: 3"),
        (lambda: {}["rate"], "KeyError: 'rate'"),
    ],
)
def test_a_failure_names_city_plugin_hook_and_cause_in_both_languages(act, told):
    said = failed(asker(timebank_check_transfer=act).refusals, "timebank_check_transfer", NOTHING)

    for words in (said.words.zh, said.words.en):
        assert told in words
        assert YUNZHOU in words
        assert "clouds" in words
        assert "timebank_check_transfer" in words
    assert "什么都没有记账" in said.words.zh
    assert "Nothing was posted" in said.words.en
    assert (said.city, said.plugin, said.hook) == (YUNZHOU, "clouds", "timebank_check_transfer")


def test_somebody_who_stops_the_program_is_not_a_failing_plugin():
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asker(timebank_check_transfer=stop).refusals("timebank_check_transfer", NOTHING)


# ---- decisions


def given(**more):
    return {"kind": "registry", "key": "1", "registries": {}} | more


def test_the_plugin_decides_and_the_plain_time_bank_is_asked_only_where_it_has_no_opinion():
    said = LookedUp(Answer.NO, "not there")
    decided = asker(timebank_look_up=lambda kind: said if kind == "registry" else None)

    first = decided.first("timebank_look_up", given(), lambda _: None)
    other = decided.first("timebank_look_up", given(kind="kinship"), lambda _: None)

    assert (first.value, [answer.plugin for answer in first.answers]) == (said, ["clouds"])
    assert (other.value.answer, [answer.plugin for answer in other.answers]) == (Answer.LATER, ["plain"])


def test_an_answer_found_wrong_is_a_failure_and_never_replaced_by_the_next():
    decided = asker(timebank_look_up=lambda: "yes")

    told = failed(decided.first, "timebank_look_up", given(), lambda answer: f"{answer} will not do")

    assert "yes will not do" in told.words.zh


def test_an_answer_so_odd_that_it_cannot_be_looked_at_is_a_failure():
    def look(answer):
        return answer.nowhere

    def answer_oddly():
        return object()

    told = failed(asker(timebank_look_up=answer_oddly).first, "timebank_look_up", given(), look)

    assert "AttributeError" in told.words.zh


def test_a_plugin_cannot_change_which_registers_are_connected(bank_city):
    def meddle(kind, registries):
        registries["backdoor"] = object()

    told = failed(bank_city(timebank_look_up=meddle).look_up, "volunteer_registry", "1")

    assert "does not support item assignment" in told.words.zh


@pytest.fixture
def bank_city():
    """Open the made-up city with a plugin."""

    def open_it(**hooks):
        made = plugin(**{name: hookimpl(hook) for name, hook in hooks.items()})
        return open_city(YUNZHOU, FIXTURES / YUNZHOU, ("clouds", made, "2.1"))

    return open_it


def test_a_look_up_that_answers_something_else_is_a_failure(bank_city):
    told = failed(bank_city(timebank_look_up=lambda: True).look_up, "volunteer_registry", "1")

    assert "不是 LookedUp" in told.words.zh
    assert "not a LookedUp" in told.words.en


# ---- opening a city


def misspelt(visit):
    """Credit a visit, if only somebody asked."""


def asks_for_a_session(visit, session):
    """Credit a visit behind the engine's back."""


@pytest.mark.parametrize(
    "hooks",
    [
        {"timebank_credit_vist": misspelt},
        {"timebank_credit_visit": asks_for_a_session},
    ],
)
def test_a_hook_or_an_argument_that_does_not_exist_is_refused_when_the_city_is_opened(bank_city, hooks):
    with pytest.raises(PluginFailed, match="不存在的钩子或参数") as said:
        bank_city(**hooks)

    assert said.value.plugin == "clouds"


def test_a_plugin_may_say_what_is_wrong_with_a_rule_file(bank_city):
    wrong = Problem("units.coin.one", Words("本市时间币合 30 分钟。", "A coin is 30 minutes here."))

    with pytest.raises(RulesBroken, match="本市时间币合 30 分钟"):
        bank_city(timebank_check_rules=lambda: [wrong])


def test_a_plugin_without_hooks_changes_nothing(bank_city):
    city = bank_city()

    assert city.look_up("volunteer_registry", "1").answer is Answer.LATER
    assert not city.hears_events
