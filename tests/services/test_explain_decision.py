"""A decision explained whole: the rules it read, and the nearest thing that would have been allowed, asked anew."""

import json

import pytest

from tests.banks import YUNZHOU, plugin, record_rule_files
from tests.scenes import (
    DAY_CAP,
    a_confirmed_visit,
    a_visit_on_paper,
    a_volunteer,
    an_elder_with_time,
    donate,
    reverse,
    settle,
    with_credit,
)
from timebank.domain.refusal import NotFound
from timebank.domain.settlement import Credit, Proposal
from timebank.hooks import hookimpl, plain_charge
from timebank.services.explain_decision import explain_transfer_whole

STORE = "limit: 1500 h"


def whole(bank, answer):
    return explain_transfer_whole(bank, YUNZHOU, answer["transfer_id"])


def nearest(bank, answer):
    """The rule that limited, and the figures of what would not have been limited."""
    return [(one.path, one.figures) for one in whole(bank, answer).nearest]


def test_a_settlement_names_every_rule_it_read_with_value_article_file_and_line(bank):
    settled = settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 60))

    read = {rule.path: rule for rule in whole(bank, settled).rules}
    quantum = read["credit.units.coin.quantum"]

    assert (quantum.plain, quantum.said.zh, quantum.said.en) == ("60 min", "60 分钟", "60 minutes")
    assert quantum.basis.words.zh == "《云州市养老服务时间银行管理办法》第九条"
    assert quantum.file == "2026-01-01.yaml"
    lines = bank.city(YUNZHOU).book.versions[0].text.splitlines()
    assert lines[quantum.line - 1].strip() == "quantum: 60 min"
    assert read["charge.project.payer"].said.en == "nobody"


def test_the_file_that_decided_is_read_even_when_it_is_no_longer_in_the_folder(bank_with):
    bank = bank_with(("quantum: 60 min\n      rounding: floor\n      remainder: carried",) * 2)
    record_rule_files(bank)
    settled = settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 60))

    later = bank_with((STORE, "limit: 900 h"))
    read = {rule.path: rule.said.en for rule in whole(later, settled).rules if rule.said is not None}

    assert read["caps.store.limit"] == "1500 hours"


def test_what_was_rounded_down_says_how_many_minutes_would_have_given_one_step_more(bank):
    settled = settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 70))

    assert nearest(bank, settled) == [
        ("credit.units.coin.quantum", {"recognised": 120, "credited": 120}),
        ("credit.units.point.quantum", {"recognised": 90, "credited": 90}),
    ]
    (coins, _) = whole(bank, settled).nearest
    assert coins.words.zh == "再多 50 分钟，认定 120 分钟，就会记入 2 时间币。"
    assert coins.words.en == "With 50 minutes more, 120 recognised, 2 time coins would have been credited."


def test_minutes_that_had_waited_count_towards_the_next_step_as_they_did_then(bank):
    volunteer = a_volunteer(bank)
    settle(bank, a_visit_on_paper(bank, volunteer, 50))
    second = settle(bank, a_visit_on_paper(bank, volunteer, 20))
    settle(bank, a_visit_on_paper(bank, volunteer, 45))

    assert nearest(bank, second)[0] == ("credit.units.coin.quantum", {"recognised": 70, "credited": 120})


def test_what_a_cap_cut_says_the_most_below_it_and_the_first_day_on_which_all_would_count(bank_with):
    bank = bank_with((DAY_CAP, DAY_CAP.replace("8 h", "2 h")))
    volunteer = a_volunteer(bank)
    settle(bank, a_visit_on_paper(bank, volunteer, 60))

    settled = settle(bank, a_visit_on_paper(bank, volunteer, 120))

    assert nearest(bank, settled) == [
        ("caps.day", {"recognised": 60, "credited": 60}),
        ("caps.day", {"day": "2026-03-03"}),
    ]


def test_where_no_other_day_would_have_helped_none_is_named(bank_with):
    bank = bank_with((DAY_CAP, DAY_CAP.replace("8 h", "2 h")))

    settled = settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 180))

    assert nearest(bank, settled) == [("caps.day", {"recognised": 120, "credited": 120})]


def test_a_cap_is_asked_on_the_books_as_they_stood_and_not_as_they_are(bank_with):
    bank = bank_with((DAY_CAP, DAY_CAP.replace("8 h", "3 h")))
    volunteer = a_volunteer(bank)
    settle(bank, a_visit_on_paper(bank, volunteer, 60))
    second = settle(bank, a_visit_on_paper(bank, volunteer, 180))
    settle(bank, a_visit_on_paper(bank, volunteer, 240, on="2026-03-03"))

    assert nearest(bank, second)[0] == ("caps.day", {"recognised": 120, "credited": 120})


def test_a_settlement_reversed_since_counted_when_the_next_was_capped(bank_with):
    bank = bank_with((DAY_CAP, DAY_CAP.replace("8 h", "3 h")))
    volunteer = a_volunteer(bank)
    first = settle(bank, a_visit_on_paper(bank, volunteer, 60))
    second = settle(bank, a_visit_on_paper(bank, volunteer, 180))
    reverse(bank, first["transfer_id"])

    assert nearest(bank, second)[0] == ("caps.day", {"recognised": 120, "credited": 120})


def test_overflow_that_was_donated_says_the_most_that_would_have_stayed(bank_with):
    bank = bank_with((STORE, "limit: 10 h"))
    volunteer = a_volunteer(bank)
    with_credit(bank, volunteer, 540)

    settled = settle(bank, a_visit_on_paper(bank, volunteer, 120, on="2026-03-03"))

    assert nearest(bank, settled)[0] == ("caps.store", {"recognised": 60, "credited": 60})
    assert not any("day" in figures for _, figures in nearest(bank, settled))


def test_what_was_measured_beyond_the_plan_says_with_which_plan_it_would_have_counted(bank):
    visit = a_confirmed_visit(bank, a_volunteer(bank), an_elder_with_time(bank), minutes=75, planned=60)

    settled = settle(bank, visit)

    assert nearest(bank, settled)[0] == ("credit.at_most", {"planned": 75})


def test_a_settlement_that_nothing_limited_has_nothing_nearer(bank):
    settled = settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 60))

    assert nearest(bank, settled) == []
    assert whole(bank, settled).untold == ()


def test_a_plugin_that_answers_otherwise_today_is_said_and_nothing_is_guessed(bank_with):
    @hookimpl
    def timebank_credit_visit(visit, rules, charge_rules):
        credit = Credit(visit.volunteer_account("savings", "coin"), 600, "credit.units.coin")
        return Proposal((credit,), plain_charge(visit, 600, charge_rules))

    first = bank_with()
    settled = settle(first, a_visit_on_paper(first, a_volunteer(first), 70))

    bank = bank_with(plugins={YUNZHOU: plugin(timebank_credit_visit=timebank_credit_visit)})

    assert whole(bank, settled).nearest == ()
    assert "没有推算" in whole(bank, settled).untold[0].zh


def test_of_other_transfers_the_nearest_is_not_computed_and_that_is_said(bank):
    volunteer = a_volunteer(bank)
    settle(bank, a_visit_on_paper(bank, volunteer, 60))

    donated = whole(bank, donate(bank, volunteer, 60))

    assert donated.what == "donation"
    assert "只推算服务结算" in donated.untold[0].zh
    assert "refusals are not kept" in donated.untold[0].en


def test_nobody_is_named(bank):
    visit = a_confirmed_visit(bank, a_volunteer(bank, "王芳"), an_elder_with_time(bank))

    said = whole(bank, settle(bank, visit))

    text = json.dumps([[words.zh, words.en] for words in said.lines], ensure_ascii=False)
    assert "王芳" not in text
    assert "陈奶奶" not in text
    assert "志愿者服务“陪伴聊天”" in text


def test_a_transfer_nobody_knows_is_told(bank):
    with pytest.raises(NotFound, match="没有找到转账"):
        explain_transfer_whole(bank, YUNZHOU, "none")


def test_another_day_is_asked_by_the_rules_of_that_day(bank_with):
    cap = DAY_CAP.replace("8 h", "2 h")
    bank = bank_with((DAY_CAP, cap), later=((cap, DAY_CAP.replace("8 h", "1 h")),))
    volunteer = a_volunteer(bank)
    settle(bank, a_visit_on_paper(bank, volunteer, 60, on="2026-06-30"))

    settled = settle(bank, a_visit_on_paper(bank, volunteer, 120, on="2026-06-30"))

    assert nearest(bank, settled) == [("caps.day", {"recognised": 60, "credited": 60})]
