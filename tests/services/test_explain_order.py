"""An order explained: its decisions in order of time, and what would be decided of it now."""

import pytest

from tests.banks import YUNZHOU
from tests.scenes import (
    DAY_CAP,
    a_confirmed_visit,
    a_planned_visit,
    a_published_order,
    a_recipient,
    a_visit_on_paper,
    a_volunteer,
    an_elder_with_time,
    reverse,
    row_counts,
    settle,
)
from timebank.domain.refusal import NotFound
from timebank.services.explain_order import explain_order


def explained(bank, order_id, **how):
    return explain_order(bank, YUNZHOU, order_id, **how)


def test_an_order_tells_every_decision_in_order_of_time(bank):
    visit = a_confirmed_visit(bank, a_volunteer(bank), an_elder_with_time(bank))
    settled = settle(bank, visit)
    reverse(bank, settled["transfer_id"])

    found = explained(bank, visit.order_id)

    assert [one.what for one in found.decisions] == [
        "placed",
        "accepted",
        "recognised",
        "settlement",
        "reversal",
    ]
    assert found.state == "settled"
    placed, accepted, recognised, *_ = found.decisions
    assert "预扣 60 分钟" in placed.lines[0].zh
    assert accepted.lines[0].en == f"Volunteer {visit.volunteer} took a place."
    assert recognised.lines[0].zh.startswith("认定 60 分钟（计划 60，实测 60）")
    assert {"services.chat.least", "orders.request.placed_by"} <= {rule.path for rule in placed.rules}
    assert [rule.path for rule in recognised.rules] == ["credit.basis", "credit.at_most"]


def test_explaining_writes_nothing(bank):
    visit = a_confirmed_visit(bank, a_volunteer(bank), an_elder_with_time(bank))
    before = row_counts(bank)

    explained(bank, visit.order_id, volunteer_id=visit.volunteer)

    assert row_counts(bank) == before


def test_a_visit_that_waits_says_what_settling_it_now_would_credit_and_what_is_nearest(bank):
    visit = a_confirmed_visit(bank, a_volunteer(bank), an_elder_with_time(bank), minutes=70, planned=90)

    now = explained(bank, visit.order_id).now

    assert now.lines[0].zh == "现在结算会记入 1 时间币（60 分钟，其中 0 转捐，0 不记入）。"
    assert ("credit.units.coin.quantum", {"recognised": 120, "credited": 120}) in [
        (one.path, one.figures) for one in now.nearest
    ]


def test_what_was_credited_meanwhile_counts_when_a_visit_is_judged_now(bank_with):
    bank = bank_with((DAY_CAP, DAY_CAP.replace("8 h", "2 h")))
    volunteer = a_volunteer(bank)
    visit = a_confirmed_visit(bank, volunteer, an_elder_with_time(bank), minutes=60)
    settle(bank, a_visit_on_paper(bank, volunteer, 120, on="2026-03-03"))

    now = explained(bank, visit.order_id).now

    assert now.lines[0].en.startswith(
        "Settled now it would credit 0 time coins (0 minutes, 0 of them donated; 60 not"
    )


def test_a_visit_that_cannot_be_settled_says_why(bank):
    order = a_published_order(bank, an_elder_with_time(bank), "2026-03-03 14:00", 60)
    a_planned_visit(bank, order, a_volunteer(bank))

    now = explained(bank, order).now

    assert [one.code for one in now.refusals] == ["wrong_state"]
    assert "不能" in now.lines[-1].zh


def test_an_order_the_rules_of_today_no_longer_allow_names_the_nearest_length(bank_with):
    bank = bank_with()
    order = a_published_order(bank, an_elder_with_time(bank), "2026-03-03 14:00", 60)

    shorter = bank_with(("most: 4 h", "most: 45 min"))
    now = explained(shorter, order).now

    assert [(one.code, one.rule_path) for one in now.refusals] == [("too_long", "services.chat.most")]
    assert [(one.path, one.figures) for one in now.nearest] == [("services.chat.most", {"minutes": 45})]
    assert now.nearest[0].words.en == "The nearest that may be ordered is 45 minutes."


def test_an_order_too_short_for_the_rules_of_today_names_the_least(bank_with):
    bank = bank_with()
    order = a_published_order(bank, an_elder_with_time(bank), "2026-03-03 14:00", 60)

    now = explained(bank_with(("least: 30 min", "least: 90 min")), order).now

    assert [one.figures for one in now.nearest] == [{"minutes": 90}]


def test_an_order_that_is_allowed_says_so(bank):
    order = a_published_order(bank, an_elder_with_time(bank), "2026-03-03 14:00", 60)

    now = explained(bank, order).now

    assert now.refusals == ()
    assert now.lines[0].en == "By the rules of today this service may be ordered so."


def test_somebody_who_may_not_take_the_order_is_told_why_and_nothing_is_written(bank):
    elder = an_elder_with_time(bank)
    order = a_published_order(bank, elder, "2026-03-03 14:00", 60)

    stranger = explained(bank, order, volunteer_id=a_recipient(bank, "赵爷爷")).now
    volunteer = explained(bank, order, volunteer_id=a_volunteer(bank)).now

    assert "加入" in stranger.lines[-1].zh
    assert volunteer.lines[-1].zh.startswith("这位志愿者现在可以接单")


def test_an_order_or_a_volunteer_nobody_knows_is_told(bank):
    order = a_published_order(bank, an_elder_with_time(bank), "2026-03-03 14:00", 60)

    with pytest.raises(NotFound, match="没有找到服务订单"):
        explained(bank, "none")
    with pytest.raises(NotFound, match="没有找到成员"):
        explained(bank, order, volunteer_id="01890000-0000-7000-8000-000000000000")
