"""Whatever a plugin says of a visit: what breaks its promise is never posted, is kept for staff, and stops no other."""

import shutil
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.banks import FIXTURES, YUNZHOU, a_bank, plugin
from tests.scenes import (
    Paper,
    a_visit_on_paper,
    a_volunteer,
    account,
    an_elder_with_time,
    lines_of,
    posted,
    row_counts,
    settle,
    to_settle,
    visit_row,
    visits_on_paper,
)
from timebank.domain.account import AccountKey, AccountKind, OwnerKind
from timebank.domain.offer import Candidate, Score
from timebank.domain.refusal import PluginFailed
from timebank.domain.settlement import Charge, Credit, Proposal
from timebank.hooks import hookimpl
from timebank.hooks.bounds import MOST_PER_MINUTE, proposal_fault, scores_fault
from timebank.hooks.opening import open_asker, open_city
from timebank.services.settlement import settle_due, try_again

LINZHOU = "linzhou"
COINS = "credit.units.coin"


class Unshowable:
    def __repr__(self):
        raise RuntimeError("not to be looked at")


def mine(visit, kind=AccountKind.SAVINGS, unit="coin"):
    return AccountKey(OwnerKind.MEMBER, visit.visit.volunteer_id, kind, unit)


def credit(visit, minutes=60, path=COINS, **account):
    return Proposal((Credit(mine(visit, **account), minutes, path),))


def charge(visit, *what):
    return replace(credit(visit), charge=Charge(*what))


def fail(visit):
    raise ValueError("no rate for this weekday")


def leave(visit):
    sys.exit(1)


def mutate(visit):
    visit.visit.recognised_minutes = 9999


def mutate_by_force(visit):
    visit.holds += ("more",)


BROKEN = {
    "raises": fail,
    "leaves": leave,
    "changes what it is given": mutate,
    "adds to what it is given": mutate_by_force,
    "answers a number": lambda _: 60,
    "answers a text": lambda _: "60 min",
    "answers nothing that can be shown": lambda _: Unshowable(),
    "answers a list of credits": lambda visit: Proposal([Credit(mine(visit), 60, COINS)]),
    "credits no credit": lambda _: Proposal((60,)),
    "credits no account": lambda _: Proposal((Credit("savings", 60, COINS),)),
    "credits a text as account kind": lambda visit: credit(visit, kind="savings"),
    "credits a debt": lambda visit: credit(visit, kind=AccountKind.OWED),
    "credits a float": lambda visit: credit(visit, 60.0),
    "credits not a number": lambda visit: credit(visit, float("nan")),
    "credits infinity": lambda visit: credit(visit, float("inf")),
    "credits a decimal": lambda visit: credit(visit, Decimal(60)),
    "credits yes": lambda visit: credit(visit, True),
    "credits less than nothing": lambda visit: credit(visit, -60),
    "credits a fraction less than nothing": lambda visit: credit(visit, Fraction(-1, 2)),
    "credits ten minutes for each and one more": lambda visit: credit(visit, 601),
    "credits more than can be written": lambda visit: credit(visit, 10**5000),
    "credits somebody else": lambda _: Proposal(
        (Credit(AccountKey(OwnerKind.MEMBER, "somebody", AccountKind.SAVINGS, "coin"), 60, COINS),)
    ),
    "credits the city": lambda _: Proposal(
        (Credit(AccountKey(OwnerKind.CITY, YUNZHOU, AccountKind.POOL, "coin"), 60, COINS),)
    ),
    "credits an organisation of the volunteer's name": lambda visit: Proposal(
        (
            Credit(
                AccountKey(OwnerKind.ORGANISATION, visit.visit.volunteer_id, AccountKind.SAVINGS, "coin"),
                60,
                COINS,
            ),
        )
    ),
    "credits a team where there is none": lambda _: Proposal(
        (Credit(AccountKey(OwnerKind.ORGANISATION, None, AccountKind.SAVINGS, "coin"), 60, COINS),)
    ),
    "credits one account twice": lambda visit: Proposal(credit(visit).credits * 2),
    "credits an unknown unit": lambda visit: credit(visit, unit="gold"),
    "credits by no rule": lambda visit: credit(visit, path="credit.units.gold"),
    "credits by a rule that rounds nothing": lambda visit: credit(visit, path="credit.units"),
    "credits by a rule that is no text": lambda visit: credit(visit, path=None),
    "charges no charge": lambda visit: replace(credit(visit), charge=60),
    "charges a float": lambda visit: charge(visit, "coin", 60.0, "charge"),
    "charges less than nothing": lambda visit: charge(visit, "coin", -60, "charge"),
    "charges beyond all measure": lambda visit: charge(visit, "coin", 10**9, "charge"),
    "charges in an unknown unit": lambda visit: charge(visit, "gold", 60, "charge"),
    "charges in no unit": lambda visit: charge(visit, None, 60, "charge"),
}


@pytest.fixture(scope="module")
def plain_city():
    return open_city(YUNZHOU, FIXTURES / YUNZHOU)


@pytest.mark.parametrize("what", BROKEN)
def test_an_answer_that_breaks_the_promise_is_a_failure_of_the_plugin(what, plain_city):
    def decide(visit):
        return BROKEN[what](visit)

    made = plugin(timebank_credit_visit=hookimpl(decide))
    city = replace(plain_city, asker=open_asker(YUNZHOU, ("clouds", made, "2.1")))
    rules = city.rules_on(date(2026, 3, 2))

    with pytest.raises(PluginFailed) as said:
        city.credit_visit(to_settle(), rules, rules)

    assert (said.value.plugin, said.value.hook) == ("clouds", "timebank_credit_visit")
    assert len(said.value.words.zh) < 500


class Unfair:
    """A plugin that breaks its promise to some volunteers, each in another way, and has no opinion on the rest."""

    def __init__(self):
        self.to = {}

    @hookimpl
    def timebank_credit_visit(self, visit):
        return self.to.get(visit.visit.volunteer_id, lambda _: None)(visit)


@pytest.fixture
def unfair():
    return Unfair()


@pytest.fixture
def bank(fresh_database_url, unfair):
    with a_bank(fresh_database_url, plugins={YUNZHOU: unfair}) as opened:
        yield opened


@pytest.fixture
def unlucky(bank, unfair):
    """A volunteer to whose visits the plugin always fails."""
    volunteer = a_volunteer(bank, "甲")
    unfair.to[volunteer] = fail
    return volunteer


def test_visits_a_plugin_fails_on_are_kept_for_staff_and_stop_no_other(bank, unfair):
    elder = an_elder_with_time(bank)
    volunteers = {what: a_volunteer(bank, what) for what in BROKEN}
    unfair.to = {volunteer: BROKEN[what] for what, volunteer in volunteers.items()}
    lucky = [a_volunteer(bank, "乙"), a_volunteer(bank, "丙")]
    people = [lucky[0], *volunteers.values(), lucky[1]]
    made = visits_on_paper(bank, [Paper(one, payer=elder, held=30) for one in people])

    night = settle_due(bank, YUNZHOU)

    assert night.settled == 2
    assert [visit for visit, _ in night.kept] == made[1:-1]
    for visit, sentence in night.kept:
        row = visit_row(bank, visit)
        assert (row.state, row.exception) == ("confirmed", sentence.zh)
        assert "插件“yunzhou”在 timebank_credit_visit 出错" in sentence.zh
        assert "Nothing was posted" in sentence.en
    assert [posted(bank, one) for one in people] == [60, *[0] * len(BROKEN), 60]
    assert account(bank, elder, "granted").held == 30 * len(BROKEN)  # still reserved for what is kept
    assert settle_due(bank, YUNZHOU).kept == []  # told once, not every night


def test_a_charge_in_another_unit_than_was_held_is_a_failure(bank, unfair, unlucky):
    unfair.to[unlucky] = lambda visit: charge(visit, "point", 60, "charge")
    visit = a_visit_on_paper(bank, unlucky, payer=an_elder_with_time(bank), held=60)

    with pytest.raises(PluginFailed, match="what was held in coin"):
        settle(bank, visit)


def test_a_single_settlement_that_a_plugin_fails_leaves_nothing(bank, unlucky):
    visit = a_visit_on_paper(bank, unlucky)
    before = row_counts(bank)

    with pytest.raises(PluginFailed, match="no rate for this weekday"):
        settle(bank, visit, operation="one")

    assert row_counts(bank) == before
    assert visit_row(bank, visit).state == "confirmed"


def test_visits_kept_for_staff_settle_once_the_plugin_is_mended(bank, unfair, unlucky):
    visit = a_visit_on_paper(bank, unlucky)
    settle_due(bank, YUNZHOU)
    unfair.to = {}
    assert settle_due(bank, YUNZHOU).settled == 0

    assert try_again(bank, YUNZHOU) == 1
    assert settle_due(bank, YUNZHOU).settled == 1

    assert posted(bank, unlucky) == 60
    assert visit_row(bank, visit).exception is None


def test_another_city_and_its_plugin_are_untouched(fresh_database_url, unfair, tmp_path):
    for city in (YUNZHOU, LINZHOU):
        shutil.copytree(FIXTURES / YUNZHOU, tmp_path / city)
    file = tmp_path / LINZHOU / "2026-01-01.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("city: yunzhou", "city: linzhou"), encoding="utf-8"
    )
    with a_bank(fresh_database_url, config_folder=tmp_path, plugins={YUNZHOU: unfair}) as bank:
        unlucky, neighbour = a_volunteer(bank, "甲"), a_volunteer(bank, "乙", city=LINZHOU)
        unfair.to = {unlucky: fail, neighbour: fail}
        a_visit_on_paper(bank, unlucky)
        a_visit_on_paper(bank, neighbour, city=LINZHOU)

        assert settle_due(bank, YUNZHOU).settled == 0
        assert settle_due(bank, LINZHOU).settled == 1
        assert posted(bank, neighbour, city=LINZHOU) == 60


def test_a_plugin_that_keeps_its_promise_is_followed(bank, unfair, unlucky):
    def half_and_donated(visit):
        return Proposal(
            (
                Credit(mine(visit), Fraction(181, 2), COINS),
                Credit(mine(visit, AccountKind.DONATION_ONLY), 60, COINS),
            )
        )

    unfair.to[unlucky] = half_and_donated

    answer = settle(bank, a_visit_on_paper(bank, unlucky, 60))

    assert lines_of(bank, answer["transfer_id"]) == [
        ("issuance", "savings", "coin", 60),
        ("issuance", "donation_only", "coin", 60),
    ]
    assert account(bank, unlucky).carried == 30  # half a minute is none


# ---- the bounds themselves


@given(st.one_of(st.integers(-1000, 1000), st.fractions(-1000, 1000)), st.integers(1, 90), st.integers(0, 90))
def test_minutes_within_nothing_and_ten_for_each_are_taken_and_no_others(minutes, planned, recognised):
    visit = to_settle(planned, recognised)
    most = MOST_PER_MINUTE * max(planned, recognised)

    assert (proposal_fault(credit(visit, minutes), visit) is None) == (0 <= minutes <= most)


WHO = tuple(Candidate(name, None, None, 0) for name in ("a", "b"))


@pytest.mark.parametrize(
    "scores",
    [
        None,
        [Score("a", ())],
        ("a", "b"),
        (Score("a", ()), Score("a", ())),
        (Score("c", ()),),
        (Score("a", (("near", 0.5),)),),
        (Score("a", (("near", True),)),),
    ],
)
def test_a_ranking_names_only_who_was_asked_about_once_and_in_whole_numbers(scores):
    assert scores_fault(scores, WHO) is not None


def test_a_ranking_may_leave_somebody_out():
    assert scores_fault((Score("b", (("near", 2),)),), WHO) is None


def test_what_is_wrong_with_an_answer_is_said_in_both_languages():
    said = scores_fault((Score("c", ()),), WHO)

    assert "没有问到" in said.zh
    assert "not asked about" in said.en
