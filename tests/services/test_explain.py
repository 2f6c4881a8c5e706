"""“Why this credit?” has an answer for ever: figures, rounding, the rule and its article, from what was stored."""

import re

import pytest

from tests.banks import YUNZHOU, record_rule_files
from tests.scenes import (
    CHANGE_DAY,
    DAY_CAP,
    a_confirmed_visit,
    a_recipient,
    a_visit_on_paper,
    a_volunteer,
    an_elder_with_time,
    donate,
    give,
    pool_pays,
    redeem,
    reverse,
    settle,
    verified_child,
    with_credit,
)
from timebank.domain.refusal import NotFound
from timebank.rules import NoRulesYet
from timebank.services.explain import explain_transfer, latest

ROUNDING = "rounding: floor\n      remainder: carried"
CHINESE = re.compile("[\u4e00-\u9fff、，。；：]")
NAMES = re.compile(
    "王芳|陈奶奶|发放额度未公布"
)  # what people are called, and what the fixture says in Chinese only
ARTICLE = "《云州市养老服务时间银行管理办法》"


def why(bank, answer, lang="zh"):
    """The explanation, one sentence a line."""
    said = explain_transfer(bank, YUNZHOU, answer["transfer_id"]).lines
    return [getattr(words, lang) for words in said]


# ---- settlements


def test_a_settlement_tells_its_figures_its_rounding_and_the_article(bank):
    elder = an_elder_with_time(bank)
    visit = a_confirmed_visit(bank, a_volunteer(bank, "王芳"), elder, minutes=61, planned=90)

    served, coins, points, paid, decided = why(bank, settle(bank, visit))

    assert served == (
        "2026-03-03 王芳服务“陪伴聊天”：计划 90 分钟，实测 61 分钟，认定 61 分钟。"
        f"依据：credit.basis = measured（{ARTICLE}第九条）"
    )
    assert coins == (
        "记入 1 时间币（60 分钟）：61 分钟，按 60 分钟向下取整，余 1 分钟留待下次。"
        f"依据：credit.units.coin.rounding = floor（{ARTICLE}第九条）"
    )
    assert points == (
        "记入 1 积分（60 分钟）：61 分钟，按 30 分钟向下取整，余 1 分钟只记服务时长。"
        f"依据：credit.units.point.rounding = floor（{ARTICLE}第九条）"
    )
    assert paid == (
        f"陈奶奶付 2 时间币（预扣 120 分钟，退回 0 分钟），其中赠时 120 分钟。依据：{ARTICLE}第十二条"
    )
    assert decided.startswith("规则文件 2026-01-01.yaml（2026-01-01 起施行，sha256:")
    assert "答复者：plain" in decided


def test_a_settlement_is_told_in_english_too(bank):
    visit = a_visit_on_paper(bank, a_volunteer(bank), 61, planned=90)

    served, coins, *_ = why(bank, settle(bank, visit), "en")

    assert "planned 90 minutes, measured 61, recognised 61" in served
    assert coins.startswith("Credited 1 time coin (60 minutes): 61 minutes, rounded down to 60 minutes;")
    assert "1 minutes wait for next time" in coins
    assert "credit.units.coin.rounding = floor" in coins
    assert "Article 9" in coins


@pytest.mark.parametrize(
    ("rounding", "coins", "sentence"),
    [
        ("floor", 60, "记入 1 时间币（60 分钟）：90 分钟，按 60 分钟向下取整，余 30 分钟留待下次。"),
        ("nearest", 120, "记入 2 时间币（120 分钟）：90 分钟，按 60 分钟四舍五入。"),
        ("ceil", 120, "记入 2 时间币（120 分钟）：90 分钟，按 60 分钟向上取整。"),
    ],
)
def test_another_rounding_in_the_file_changes_the_credit_and_the_sentence(
    bank_with, rounding, coins, sentence
):
    bank = bank_with((ROUNDING, f"rounding: {rounding}\n      remainder: carried"))

    answer = settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 90))

    told = why(bank, answer)[1]
    assert answer["credited"]["coin"] == coins
    assert told.startswith(sentence)
    assert f"credit.units.coin.rounding = {rounding}" in told


def test_minutes_left_from_before_are_told(bank):
    volunteer = a_volunteer(bank)
    settle(bank, a_visit_on_paper(bank, volunteer, 50))

    told = why(bank, settle(bank, a_visit_on_paper(bank, volunteer, 20)))[1]

    assert "70 分钟（含上次余下 50 分钟），按 60 分钟向下取整，余 10 分钟留待下次" in told


def test_overflow_and_what_is_not_credited_are_told_with_their_caps(bank_with):
    bank = bank_with(("limit: 1500 h", "limit: 1 h"), (DAY_CAP, DAY_CAP.replace("8 h", "2 h")))
    volunteer = a_volunteer(bank)

    told = why(bank, settle(bank, a_visit_on_paper(bank, volunteer, 180)))

    donated = f"超过上限的 60 分钟记入后转捐公共时间池。依据：caps.store.limit = 1 h（{ARTICLE}第十三条）"
    assert donated in told
    cut = [line for line in told if "不记入" in line]
    assert len(cut) == 1
    assert cut[0].startswith("超过上限的 60 分钟不记入。依据：caps.day.limit = 2 h")
    assert "防止虚报" in cut[0]  # an assumption is told as one


def test_what_pays_a_debt_is_told(bank):
    volunteer = a_volunteer(bank)
    first = settle(bank, a_visit_on_paper(bank, volunteer, 60))
    donate(bank, volunteer, 60)
    reverse(bank, first["transfer_id"])

    told = why(bank, settle(bank, a_visit_on_paper(bank, volunteer, 60, on="2026-03-03")))

    assert "其中 60 分钟先抵还冲正后的欠账。" in told


def test_an_old_settlement_is_told_by_the_file_that_decided_it(bank_with, clock):
    bank = bank_with(later=((ROUNDING, ROUNDING.replace("floor", "ceil")),))
    visit = a_visit_on_paper(bank, a_volunteer(bank), 90, on="2026-06-30")
    clock.set("2028-01-01 09:00")

    told = why(bank, settle(bank, visit))

    assert "向下取整" in told[1]
    assert "2026-01-01.yaml" in told[-1]
    later = why(bank, settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 90, on=CHANGE_DAY)))
    assert "向上取整" in later[1]
    assert f"{CHANGE_DAY}.yaml" in later[-1]


def test_a_charge_is_told_by_the_file_of_the_hold(bank_with, clock):
    later = (("rounding: ceil\n  request", "rounding: floor\n  request"), ("第十二条", "第三十二条"))
    bank = bank_with(later=later)
    elder = an_elder_with_time(bank)
    visit = a_visit_on_paper(
        bank, a_volunteer(bank), 60, on=CHANGE_DAY, payer=elder, held=60, held_on="2026-06-30"
    )
    clock.set(f"{CHANGE_DAY} 20:00")

    told = why(bank, settle(bank, visit))

    assert told[3].endswith(f"依据：{ARTICLE}第十二条")


def test_without_the_file_that_decided_it_says_which_file_to_bring_back(bank_with):
    answer = settle(bank_with(), a_visit_on_paper(bank_with(), a_volunteer(bank_with()), 60))
    other = bank_with(("mb25 第九条", "mb25 第十条"))

    with pytest.raises(NoRulesYet, match="请找回当时的规则文件"):
        why(other, answer)


# ---- everything else


def test_a_file_gone_from_the_folder_is_read_from_the_copy_the_bank_kept(bank_with):
    bank = bank_with()
    record_rule_files(bank)
    answer = settle(bank, a_confirmed_visit(bank))
    told = why(bank, answer)

    later = bank_with((ROUNDING, "rounding: ceil\n      remainder: served_time"))

    assert why(later, answer) == told


def test_a_gift_tells_from_whom_to_whom_and_by_which_article(bank):
    parent, child = a_recipient(bank), a_volunteer(bank, "王芳")
    verified_child(bank, parent, child)
    with_credit(bank, child, 120)

    told = why(bank, give(bank, child, parent, 90))

    assert told[0] == "赠与 1.5 时间币（90 分钟）：王芳·储蓄 → 陈奶奶·储蓄。"
    assert f"依据：gifts（{ARTICLE}第十五条）" in told


def test_a_donation_a_redemption_and_a_grant_tell_theirs(bank):
    volunteer = a_volunteer(bank, "王芳")
    with_credit(bank, volunteer, 120)
    donated, redeemed = donate(bank, volunteer, 60), redeem(bank, volunteer, 30)
    elder = an_elder_with_time(bank)
    granted = {"transfer_id": latest(bank, bank.city(YUNZHOU), 1)[0]}

    assert why(bank, donated)[:2] == [
        "捐赠 1 时间币（60 分钟）：王芳·储蓄 → 公共时间池。",
        f"依据：donations（{ARTICLE}第十六条）",
    ]
    assert why(bank, redeemed)[0] == "兑换用去 0.5 积分（30 分钟）：王芳·储蓄 → 已使用。"
    assert why(bank, granted)[0] == "获赠 24 时间币（1440 分钟）：发放 → 陈奶奶·赠时。"
    assert "依据：grants.key_elders（" in why(bank, granted)[1]
    assert "发放额度未公布" in why(bank, granted)[1]
    assert elder


def test_a_reversal_tells_what_is_owed_and_what_the_pool_had_spent(bank):
    volunteer = a_volunteer(bank, "王芳")
    settled = settle(bank, a_visit_on_paper(bank, volunteer, 120))
    donated = donate(bank, volunteer, 120)
    pool_pays(bank, 30)

    told = why(bank, reverse(bank, settled["transfer_id"]))
    assert "其中 120 分钟已不在账上，记为欠账。" in told
    assert any(line.startswith("冲正 2 时间币（120 分钟）：王芳·欠账 → 发放") for line in told)
    assert "公共时间池已用去其中 30 分钟。" in why(bank, reverse(bank, donated["transfer_id"]))


def test_every_transfer_there_can_be_is_told_in_both_languages(bank):
    volunteer, elder = a_volunteer(bank), an_elder_with_time(bank)
    visit = a_visit_on_paper(bank, volunteer, 90, payer=elder, held=120)
    transfers = [settle(bank, visit), donate(bank, volunteer, 30), redeem(bank, volunteer, 30)]
    transfers.append(reverse(bank, transfers[0]["transfer_id"]))

    for transfer_id in latest(bank, bank.city(YUNZHOU), 50):
        for words in explain_transfer(bank, YUNZHOU, transfer_id).lines:
            assert words.zh.strip()
            assert words.en.strip()
            assert not CHINESE.search(NAMES.sub("", words.en)), words.en


def test_a_transfer_nobody_knows_is_answered_with_a_sentence(bank):
    for transfer_id in ("01890000-0000-7000-8000-000000000000", "none"):
        with pytest.raises(NotFound, match="没有找到转账"):
            explain_transfer(bank, YUNZHOU, transfer_id)
