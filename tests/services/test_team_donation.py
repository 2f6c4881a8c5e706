"""What a team earned belongs to the team: it may donate it, and nobody may spend it."""

from fractions import Fraction
from functools import partial

import pytest

from tests.banks import YUNZHOU, a_bank, do
from tests.scenes import (
    STREET,
    TEAM,
    a_visit_on_paper,
    a_volunteer,
    decision_of,
    donate,
    lines_of,
    pool,
    reverse,
    settle,
)
from timebank.domain.account import AccountKey, AccountKind, OwnerKind
from timebank.domain.refusal import BadInput, NotFound, Refused
from timebank.domain.settlement import Credit, Proposal
from timebank.hooks import hookimpl
from timebank.services.team_donation import donate_team_time
from timebank.storage import account_rows


class ForTheTeam:
    """A plugin that credits a visit for a team to the team, for donation only."""

    @hookimpl
    def timebank_credit_visit(self, visit):
        if visit.team_level is None:
            return None
        account = visit.team_account(AccountKind.DONATION_ONLY, "coin")
        minutes = Fraction(visit.visit.recognised_minutes)
        return Proposal((Credit(account, minutes, "credit.units.coin"),))


@pytest.fixture
def bank(fresh_database_url):
    with a_bank(fresh_database_url, plugins={YUNZHOU: ForTheTeam()}) as opened:
        yield opened


@pytest.fixture
def earned(bank):
    """The settlement of three hours for the team."""
    volunteer = a_volunteer(bank)
    return volunteer, settle(bank, a_visit_on_paper(bank, volunteer, 180, team=TEAM))


def of_team(bank, kind="donation_only"):
    key = AccountKey(OwnerKind.ORGANISATION, TEAM, AccountKind(kind), "coin")
    with bank.reading() as connection:
        found = account_rows.find(connection, YUNZHOU, [key])
    return found[key].posted if found else 0


def team_donates(bank, minutes, **how):
    inputs = {"by": "captain", "at": TEAM, "organisation_id": TEAM, "unit": "coin"} | how
    return do(bank, donate_team_time, minutes=minutes, **inputs)


def test_a_teams_time_is_credited_to_the_team_and_not_to_its_volunteer(bank, earned):
    volunteer, answer = earned

    assert lines_of(bank, answer["transfer_id"]) == [("issuance", "donation_only", "coin", 180)]
    assert of_team(bank) == 180
    with pytest.raises(Refused, match="可用时间不足"):
        donate(bank, volunteer, 60)


def test_a_team_donates_its_time_to_the_pool(bank, earned):
    answer = team_donates(bank, 120)

    assert lines_of(bank, answer["transfer_id"]) == [("donation_only", "pool", "coin", 120)]
    assert (of_team(bank), pool(bank)) == (60, 120)
    assert decision_of(bank, answer["transfer_id"])["facts"]["organisation"] == TEAM


def test_only_the_team_and_those_above_it_donate_its_time(bank, earned):
    team_donates(bank, 60, by="clerk", at=STREET)

    for who in ({"by": earned[0], "at": None}, {"by": "somebody", "at": "nowhere"}):
        with pytest.raises(Refused) as refused:
            team_donates(bank, 60, **who)
        assert refused.value.code == "not_the_owner"
    assert of_team(bank) == 120


def test_a_team_donates_no_more_than_it_has(bank, earned):
    with pytest.raises(Refused, match="账户可用 180 分钟"):
        team_donates(bank, 181)


def test_a_team_that_owes_donates_nothing_before_it_is_paid(bank, earned):
    team_donates(bank, 120)
    reverse(bank, earned[1]["transfer_id"])
    assert (of_team(bank), of_team(bank, "owed")) == (0, -120)

    with pytest.raises(Refused, match="还有 120 分钟待补"):
        team_donates(bank, 1)

    answer = settle(bank, a_visit_on_paper(bank, earned[0], 180, team=TEAM))
    assert lines_of(bank, answer["transfer_id"])[0] == ("issuance", "owed", "coin", 120)
    team_donates(bank, 60)


def test_a_team_nobody_knows_and_an_account_it_cannot_have_are_answered_with_sentences(bank, earned):
    with pytest.raises(NotFound, match="没有找到组织"):
        team_donates(bank, 60, organisation_id="nobody")
    for act in (partial(team_donates, bank, 60, account="pool"), partial(team_donates, bank, 0)):
        with pytest.raises(BadInput):
            act()
