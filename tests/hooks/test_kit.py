"""The conformance kit catches what it promises to catch: one planted fault after another."""

import itertools
import random
import time
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pluggy
import pytest

from tests.banks import FIXTURES, YUNZHOU
from timebank.domain.account import AccountKind
from timebank.domain.member import Role
from timebank.domain.offer import Score
from timebank.domain.refusal import PluginFailed, Refusal
from timebank.domain.registry import Answer, LookedUp
from timebank.domain.settlement import Charge, Credit, Proposal
from timebank.domain.words import Words
from timebank.hooks import Problem, hookimpl
from timebank.hooks.city import City
from timebank.hooks.kit import LEAST_CASES, PromiseBroken, promises
from timebank.hooks.kit.deck import Deck
from timebank.hooks.opening import open_city

FOLDER = FIXTURES / YUNZHOU
NO = Words("不可以，因为插件这样说。", "No, because the plugin says so.")
CARED_FOR = "orders.request"


def yunzhou(plugin=None):
    return open_city(YUNZHOU, FOLDER, plugin and ("planted", plugin, "1"))


def promise_of(city, name):
    (found,) = [promise for promise in promises(city, cases=LEAST_CASES) if promise.name == name]
    return found


def credit(visit, minutes, path="credit.units.coin", unit="coin"):
    return Credit(visit.volunteer_account(AccountKind.SAVINGS, unit), minutes, path)


class AnExceptionForSomeAges:
    @hookimpl
    def timebank_check_member(self, member, rules):
        return [] if member.born_on.year else None


class AnExit:
    @hookimpl
    def timebank_check_transfer(self, case):
        raise SystemExit(1)


class ASentenceForARefusal:
    @hookimpl
    def timebank_check_order(self, case):
        return "not today"


class AListOfWords:
    @hookimpl
    def timebank_check_transfer(self, case):
        return [NO]


class AProposalAsAMap:
    @hookimpl
    def timebank_credit_visit(self, visit):
        return {"credits": 60}


class AYesThatIsNoLookUp:
    @hookimpl
    def timebank_look_up(self, kind, key):
        return True


class MinutesAsAFloat:
    @hookimpl
    def timebank_credit_visit(self, visit):
        return Proposal((credit(visit, visit.visit.planned_minutes * 1.5),))


class AScoreOfAHalf:
    @hookimpl
    def timebank_rank_volunteers(self, candidates):
        return tuple(Score(candidate.volunteer_id, (("near", 0.5),)) for candidate in candidates)


class CreditForSomebodyElse:
    @hookimpl
    def timebank_credit_visit(self, visit):
        account = replace(visit.volunteer_account(AccountKind.SAVINGS, "coin"), owner_id="a-friend")
        return Proposal((Credit(account, Fraction(60), "credit.units.coin"),))


class CreditWithoutBounds:
    @hookimpl
    def timebank_credit_visit(self, visit):
        return Proposal((credit(visit, Fraction(10**6)),))


class CreditBelowNothing:
    @hookimpl
    def timebank_credit_visit(self, visit):
        return Proposal((credit(visit, visit.visit.recognised_minutes - visit.visit.planned_minutes - 1),))


class CreditForWhatIsOwed:
    @hookimpl
    def timebank_credit_visit(self, visit):
        account = visit.volunteer_account(AccountKind.OWED, "coin")
        return Proposal((Credit(account, Fraction(1), "credit.units.coin"),))


class CreditByNoRule:
    @hookimpl
    def timebank_credit_visit(self, visit):
        return Proposal((credit(visit, Fraction(1), path="bonus"),))


class AChargeInAnUnknownUnit:
    @hookimpl
    def timebank_credit_visit(self, visit):
        return Proposal((), Charge("stars", Fraction(1), "charge"))


class ACandidateLeftOut:
    @hookimpl
    def timebank_rank_volunteers(self, candidates):
        return tuple(Score(candidate.volunteer_id, (("near", 1),)) for candidate in candidates[1:])


class ScoresByPlaceInTheList:
    @hookimpl
    def timebank_rank_volunteers(self, candidates):
        return tuple(
            Score(candidate.volunteer_id, (("place", place),)) for place, candidate in enumerate(candidates)
        )


class BalancesSpentOnTheSide:
    @hookimpl
    def timebank_check_member(self, member):
        member.balances.clear()


class RolesGivenOnTheSide:
    @hookimpl
    def timebank_check_member(self, member):
        object.__setattr__(member, "roles", frozenset(Role) | {"judge"})


class AnotherDayForTheRules:
    @hookimpl
    def timebank_check_transfer(self, case, rules):
        rules.day = date(2000, 1, 1)


class EverySecondIsRefused:
    def __init__(self):
        self.calls = itertools.count()

    @hookimpl
    def timebank_check_order(self, case):
        return [Refusal("tired", NO, CARED_FOR)] if next(self.calls) % 2 else []


class AFileOfItsOwn:
    @hookimpl
    def timebank_check_member(self, member):
        Path(FOLDER, "2026-01-01.yaml").read_bytes()


class ASocketOfItsOwn:
    @hookimpl
    def timebank_on_event(self, event):
        import socket  # noqa: PLC0415

        socket.socket().close()


class TodayByTheClock:
    @hookimpl
    def timebank_check_member(self, member):
        return [] if date.today() > date(2000, 1, 1) else None  # noqa: DTZ011


class TimeByTheModule:
    @hookimpl
    def timebank_check_order(self, case):
        return [] if time.time() else None


class LotsAreDrawn:
    @hookimpl
    def timebank_check_order(self, case):
        return [] if random.random() < 2 else None


class ARefusalInOneLanguage:
    @hookimpl
    def timebank_check_order(self, case):
        return [Refusal("no", Words("不可以。", ""), CARED_FOR)]


class ARefusalWithTwiceTheSameLanguage:
    @hookimpl
    def timebank_check_transfer(self, case):
        return [Refusal("no", Words("No.", "No, no."), "gifts")]


class ARefusalWithASentenceForACode:
    @hookimpl
    def timebank_check_transfer(self, case):
        return [Refusal("It is not possible", NO, "gifts")]


class ARefusalWithoutARule:
    @hookimpl
    def timebank_check_member(self, member):
        return [Refusal("no", NO)]


class ARefusalByARuleThatIsNotThere:
    @hookimpl
    def timebank_check_member(self, member):
        return [Refusal("no", NO, "admission.volunteer.height")]


class ARefusalByARuleWithoutABasis:
    @hookimpl
    def timebank_check_member(self, member):
        return [Refusal("no", NO, "timezone")]


class AProblemNowhere:
    @hookimpl
    def timebank_check_rules(self, rules):
        return [Problem("somewhere", NO)]


class AProblemInOneLanguage:
    @hookimpl
    def timebank_check_rules(self, rules):
        return [Problem("credit", Words("请改正", ""))]


class ABlockTakenForGranted:
    @hookimpl
    def timebank_check_transfer(self, case, rules):
        return [] if rules.minutes("gifts.per_year.limit") else None


class KeysThatAreNoSchema:
    @hookimpl
    def timebank_rule_keys(self):
        return {"type": "things"}


class KeysLeftOpen:
    @hookimpl
    def timebank_rule_keys(self):
        return {
            "type": "object",
            "properties": {"stars": {"type": "integer", "x-zh": "星级", "x-en": "stars"}},
        }


class KeysWithoutChinese:
    @hookimpl
    def timebank_rule_keys(self):
        key = {"type": "integer", "x-en": "stars"}
        return {"type": "object", "additionalProperties": False, "properties": {"stars": key}}


class KeysWithoutEnglishFurtherDown:
    @hookimpl
    def timebank_rule_keys(self):
        price = {"type": "integer", "x-zh": "价格", "x-en": "价格"}
        each = {"type": "object", "additionalProperties": False, "properties": {"price": price}}
        things = {"type": "object", "additionalProperties": each, "x-zh": "物品", "x-en": "things"}
        return {"type": "object", "additionalProperties": False, "properties": {"things": things}}


class LaterTakenForNo:
    @hookimpl
    def timebank_look_up(self, kind, key, registries):
        asked = registries[kind].ask(kind, key) if kind in registries else None
        return asked if asked and asked.answer is Answer.YES else LookedUp(Answer.NO)


class EverybodyIsKnown:
    @hookimpl
    def timebank_look_up(self, kind, key, registries):
        return LookedUp(Answer.YES if registries else Answer.LATER)


class OnlyKnownEvents:
    @hookimpl
    def timebank_on_event(self, event):
        return event.body["order_id"]


class TheOrderForTheDelivery:
    @hookimpl
    def timebank_on_event(self, event, registries):
        for registry in registries.values() if event.kind == "order.published" else ():
            registry.tell(event.body["order_id"], event.kind, event.body)


class FailuresSwallowed:
    @hookimpl
    def timebank_on_event(self, event, registries):
        for registry in registries.values():
            try:
                registry.tell(event.id, event.kind, event.body)
            except ConnectionError:
                continue


PLANTED = {
    "every_question_answered": (AnExceptionForSomeAges, AnExit),
    "right_types": (ASentenceForARefusal, AListOfWords, AProposalAsAMap, AYesThatIsNoLookUp),
    "exact_minutes": (MinutesAsAFloat,),
    "no_floats": (MinutesAsAFloat, AScoreOfAHalf),
    "credits_within_bounds": (
        CreditForSomebodyElse,
        CreditWithoutBounds,
        CreditBelowNothing,
        CreditForWhatIsOwed,
    ),
    "credits_follow_rules": (CreditByNoRule, AChargeInAnUnknownUnit),
    "everybody_ranked_once": (ACandidateLeftOut, AScoreOfAHalf),
    "ranking_ignores_order": (ScoresByPlaceInTheList,),
    "inputs_unchanged": (BalancesSpentOnTheSide, RolesGivenOnTheSide, AnotherDayForTheRules),
    "same_answer_again": (EverySecondIsRefused,),
    "nothing_opened": (AFileOfItsOwn, ASocketOfItsOwn),
    "takes_only_what_is_given": (TodayByTheClock, TimeByTheModule, LotsAreDrawn),
    "refusals_in_two_languages": (
        ARefusalInOneLanguage,
        ARefusalWithTwiceTheSameLanguage,
        ARefusalWithASentenceForACode,
    ),
    "refusals_name_rules": (
        ARefusalWithoutARule,
        ARefusalByARuleThatIsNotThere,
        ARefusalByARuleWithoutABasis,
    ),
    "keys_are_a_closed_schema": (KeysThatAreNoSchema, KeysLeftOpen),
    "keys_explain_themselves": (KeysWithoutChinese, KeysWithoutEnglishFurtherDown),
    "unreachable_is_later": (LaterTakenForNo,),
    "registers_are_believed": (EverybodyIsKnown,),
    "future_events_tolerated": (OnlyKnownEvents,),
    "told_under_one_id": (TheOrderForTheDelivery,),
    "failures_are_not_hidden": (FailuresSwallowed,),
}
EACH = [(promise, fault) for promise, faults in PLANTED.items() for fault in faults]


@pytest.mark.parametrize(("promise", "fault"), EACH, ids=lambda part: getattr(part, "__name__", part))
def test_a_planted_fault_breaks_the_promise_it_should(promise, fault):
    planted = promise_of(yunzhou(fault()), promise)

    with pytest.raises(PromiseBroken, match="planted: "):
        planted.check()


@pytest.mark.parametrize("fault", [AProblemNowhere, AProblemInOneLanguage], ids=lambda fault: fault.__name__)
def test_a_problem_that_cannot_be_understood_breaks_its_promise(fault):
    city = replace(yunzhou(), asker=asker_of(fault()))

    with pytest.raises(PromiseBroken, match="planted: timebank_check_rules"):
        promise_of(city, "problems_say_where").check()


def test_a_hook_that_takes_an_optional_block_for_granted_breaks_its_promise():
    with pytest.raises(PromiseBroken, match=r"gifts.*left out"):
        promise_of(yunzhou(ABlockTakenForGranted()), "checked_rules_work").check()


class AMisspeltHook:
    @hookimpl
    def timebank_chek_order(self, case):
        return None


class AHookWithoutItsMark:
    def timebank_check_order(self, case):
        return None


@pytest.mark.parametrize("fault", [AMisspeltHook, AHookWithoutItsMark], ids=lambda fault: fault.__name__)
def test_a_function_that_only_looks_like_a_hook_breaks_a_promise(fault):
    city = replace(yunzhou(), asker=asker_of(fault()))

    with pytest.raises(PromiseBroken, match="planted: timebank_"):
        promise_of(city, "known_hooks").check()


def test_a_hook_that_asks_for_an_unknown_argument_cannot_be_opened():
    class AStrangeArgument:
        @hookimpl
        def timebank_check_order(self, case, session):
            return None

    with pytest.raises(PluginFailed, match="session"):
        yunzhou(AStrangeArgument())


def test_a_broken_promise_says_who_and_where_in_both_languages():
    with pytest.raises(PromiseBroken) as broken:
        promise_of(yunzhou(ARefusalWithoutARule()), "refusals_name_rules").check()

    said = str(broken.value)
    assert "yunzhou：拒绝写明文件里有依据的规则" in said
    assert "every refusal names a rule" in said
    assert "planted: timebank_check_member (2026-01-01.yaml, 2026-01-01, " in said
    assert len(broken.value.breaches) == 3


def test_a_fault_is_found_in_the_same_place_every_time():
    found = []
    for _ in range(2):
        with pytest.raises(PromiseBroken) as broken:
            promise_of(yunzhou(AnExceptionForSomeAges()), "every_question_answered").check()
        found.append(str(broken.value))

    assert found[0] == found[1]


def test_every_promise_is_told_in_two_languages_and_once():
    made = promises(yunzhou())

    assert len({promise.name for promise in made}) == len(made) == len({str(promise) for promise in made})
    assert all(promise.words.zh and promise.words.en for promise in made)
    assert {promise.name for promise in made} >= set(PLANTED)


def test_a_deck_draws_at_least_the_cases_asked_for_and_asks_every_hook():
    city = yunzhou()
    questions = list(Deck(city.book, city.book.versions[0], random.Random(1), None).deal(LEAST_CASES))

    assert len(questions) >= LEAST_CASES
    assert len({question.hook for question in questions}) == 7


@pytest.mark.parametrize("promise", promises(yunzhou(), cases=LEAST_CASES), ids=str)
def test_the_plain_time_bank_keeps_every_promise(promise):
    promise.check()


def asker_of(fault):
    """Return an asker of a plugin that nobody looked at before."""
    city: City = yunzhou()
    manager: pluggy.PluginManager = city.asker.manager
    manager.register(fault, "planted")
    return city.asker
