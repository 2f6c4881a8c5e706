"""Granted hours: to whom the file names, once a period, from issuance or from the pool."""

import pytest

from tests.banks import YUNZHOU, day, do
from tests.scenes import (
    STREET,
    a_member,
    a_recipient,
    a_visit_on_paper,
    a_volunteer,
    account,
    all_at_once,
    decision_of,
    donate,
    lines_of,
    pool,
    posted,
    reverse,
    row_counts,
    with_credit,
)
from timebank.domain.refusal import Conflict, NotFound, Refused
from timebank.services import grants, members
from timebank.services.grants import issue_due
from timebank.storage import transfer_rows

MONTHLY = ("every: year", "every: month")
FROM_POOL = ("from: issuance  ", "from: pool  ")


def issue(bank, member, **how):
    return do(bank, grants.issue, plan="key_elders", member_id=member, **how)


def granted(bank, member):
    return posted(bank, member, "granted")


@pytest.fixture
def elder(bank):
    return a_recipient(bank, born="1940-01-20")


def test_an_elder_of_the_class_is_granted_the_hours_of_the_plan(bank, elder):
    answer = issue(bank, elder)

    assert (answer["minutes"], answer["period"]) == (24 * 60, "2026")
    assert lines_of(bank, answer["transfer_id"]) == [("issuance", "granted", "coin", 24 * 60)]
    decision = decision_of(bank, answer["transfer_id"])
    assert decision["facts"]["plan"] == "key_elders"
    assert {"grants.key_elders.minutes", "grants.key_elders.to"} <= set(decision["paths"])


def test_nobody_outside_the_class_is_granted_anything(bank):
    young = a_recipient(bank, "许先生", born="1960-01-01")

    with pytest.raises(Refused, match="不是重点老人") as refused:
        issue(bank, young)

    assert refused.value.code == "not_in_class"
    assert "第七条" in refused.value.words.zh


def test_who_is_no_recipient_is_granted_nothing_at_any_age(bank):
    with pytest.raises(Refused, match="不是重点老人"):
        issue(bank, a_member(bank, born="1930-01-01"))


def test_several_traits_together_make_the_class(bank, clock):
    member = a_recipient(bank, "何奶奶", born="1960-01-01")
    for trait in ("low_income", "disabled"):
        with pytest.raises(Refused):
            issue(bank, member)
        do(
            bank,
            members.certify_trait,
            member_id=member,
            trait=trait,
            valid_from=day("2026-03-02"),
            proof="证",
        )

    issue(bank, member)

    assert granted(bank, member) == 24 * 60


def test_a_grant_is_made_once_a_period(bank_with, clock):
    bank = bank_with(MONTHLY)
    elder = a_recipient(bank)
    issue(bank, elder)

    with pytest.raises(Conflict, match="已有 2026-03 的赠时") as refused:
        issue(bank, elder)
    assert refused.value.code == "already_granted"

    clock.set("2026-04-01 00:00")
    issue(bank, elder)
    assert granted(bank, elder) == 48 * 60


def test_of_eight_who_grant_at_once_one_does(bank, elder):
    outcomes = all_at_once(*[lambda: issue(bank, elder)] * 8)

    assert sum(isinstance(outcome, dict) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 7, outcomes
    assert granted(bank, elder) == 24 * 60


def test_a_reversed_grant_can_be_issued_again_by_staff_and_not_by_the_night(bank, elder):
    assert issue_due(bank, YUNZHOU) == 1
    first = _last_grant(bank)
    reverse(bank, first)
    assert granted(bank, elder) == 0

    assert issue_due(bank, YUNZHOU) == 0
    assert granted(bank, elder) == 0
    issue(bank, elder, by="auditor", at="yun")
    assert granted(bank, elder) == 24 * 60


def _last_grant(bank):
    with bank.reading() as connection:
        return transfer_rows.latest(connection, YUNZHOU, 1)[0].id


def test_a_spent_grant_that_is_reversed_is_owed(bank, elder):
    transfer = issue(bank, elder)
    donate(bank, elder, 60, account="granted")

    reverse(bank, transfer["transfer_id"])

    assert (granted(bank, elder), posted(bank, elder, "owed")) == (0, -60)


# ---- from the pool


def test_a_plan_paid_by_the_pool_gives_no_more_than_the_pool_has(bank_with):
    bank = bank_with(FROM_POOL, ("minutes: 24 h", "minutes: 2 h"))
    first, second = a_recipient(bank, "甲奶奶"), a_recipient(bank, "乙奶奶")
    giver = a_volunteer(bank)
    with_credit(bank, giver, 180)
    donate(bank, giver, 180)

    issue(bank, first)
    with pytest.raises(Refused, match="账户可用 60 分钟"):
        issue(bank, second)

    assert (granted(bank, first), granted(bank, second), pool(bank)) == (120, 0, 60)


def test_eight_grants_at_once_never_overdraw_the_pool(bank_with):
    bank = bank_with(FROM_POOL, ("minutes: 24 h", "minutes: 2 h"))
    elders = [a_recipient(bank, f"老人{number}") for number in range(8)]
    giver = a_volunteer(bank)
    with_credit(bank, giver, 7 * 60)
    donate(bank, giver, 7 * 60)

    all_at_once(*[lambda elder=elder: issue(bank, elder) for elder in elders])

    assert sorted(granted(bank, elder) for elder in elders) == [0] * 5 + [120] * 3
    assert pool(bank) == 60


# ---- the night


def test_the_night_grants_every_member_of_the_class_once(bank_with, clock):
    bank = bank_with(MONTHLY)
    elders = [a_recipient(bank, f"老人{number}") for number in range(3)]
    young = a_recipient(bank, "许先生", born="1960-01-01")
    told: list[int] = []

    assert issue_due(bank, YUNZHOU, told.append) == 3
    before = row_counts(bank)
    assert issue_due(bank, YUNZHOU) == 0
    assert row_counts(bank) == before
    clock.set("2026-04-01 00:00")
    assert issue_due(bank, YUNZHOU) == 3

    assert [granted(bank, elder) for elder in elders] == [48 * 60] * 3
    assert account(bank, young, "granted").posted == 0
    assert told == [3]


def test_a_member_whom_staff_granted_already_is_left_out_of_the_night(bank, elder):
    issue(bank, elder, by="auditor", at="yun")

    assert issue_due(bank, YUNZHOU) == 0


# ---- who may


def test_only_who_has_the_power_grants(bank, elder):
    with pytest.raises(Refused):
        issue(bank, elder, by="clerk", at=STREET)
    with pytest.raises(Refused):
        issue(bank, elder, by=elder)

    issue(bank, elder, by="auditor", at="yun")


def test_an_unknown_plan_or_member_is_answered_with_a_sentence(bank, elder):
    with pytest.raises(NotFound, match="没有找到赠时计划"):
        do(bank, grants.issue, plan="everybody", member_id=elder)
    with pytest.raises(NotFound, match="没有找到成员"):
        issue(bank, "nobody")


def test_granted_hours_pay_for_an_order(bank, elder):
    issue(bank, elder)
    a_visit_on_paper(bank, a_volunteer(bank), payer=elder, held=60)

    assert account(bank, elder, "granted").available == 23 * 60
