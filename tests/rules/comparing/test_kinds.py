"""Each kind of rule, changed as people change it: which way that is, and how it is said."""

import pytest

from tests.rules.comparing.edits import compared

ONE_STEP = [
    ("limit: 1500 h", "limit: 1600 h", "looser", "caps.store.limit", "1500 hours", "1600 hours"),
    ("limit: 1500 h", "limit: 1 h", "tighter", "caps.store.limit", "1500 hours", "1 hour"),
    ("most: 4 h", "most: 2 h", "tighter", "services.chat.most", "4 hours", "2 hours"),
    ("least: 30 min", "least: 15 min", "looser", "services.chat.least", "30 minutes", "15 minutes"),
    ("from: 80}", "from: 75}", "looser", "traits.aged_80.age.from", "80 whole years", "75 whole years"),
    ("needed: true", "needed: false", "looser", "orders.check_in.needed", "yes", "no"),
    ("early: 30 min, ", "", "tighter", "orders.check_in.early", "30 minutes", "0 minutes"),
    ("modes: [pick, offer, directed]", "modes: [offer]", "tighter", "orders.taking.modes",
     "picked by the volunteer, offered to volunteers, directed to one volunteer", "offered to volunteers"),
    ("rounding: floor", "rounding: ceil", "looser", "credit.units.coin.rounding", "down", "up"),
    ("rounding: ceil", "rounding: nearest", "looser", "charge.rounding", "up", "to the nearest; half goes up"),
    ("per: day", "per: month", "tighter", "caps.day.per", "a day", "a month"),
    ("over: not_credited", "over: donate", "changed", "caps.day.over", "not credited", "donated to the pool"),
    ("interchange: {within: city", "interchange: {within: district", "tighter", "interchange.within",
     "city bureau", "district"),
    ("    qualification: law\n", "", "looser", "services.law.qualification", "legal profession licence", None),
    ("    only_in: [east-1]\n", "", "looser", "services.garden.only_in", "east-1", None),
    ("accounts: [granted, savings]", "accounts: [savings, granted]", "changed", "charge.request.accounts",
     "granted time, savings", "savings, granted time"),
    ("  per_year: {limit: 100 h, source: mb25 第十五条}\n", "", "looser", "gifts.per_year",
     "At most this much a year: 100 hours", None),
    ("category: comfort", "category: advice", "changed", "services.chat.category", "comfort", "advice"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "kind", "path", "before", "after"), ONE_STEP)
def test_one_change_is_told_as_what_it_is(old, new, kind, path, before, after):
    assert compared((old, new)) == [(kind, path, before, after)]


def test_an_entry_with_an_id_of_its_own_is_new():
    new = "honours:\n  star_0: {label: {zh: 半星, en: half a star}, from: 50 h, source: mb25 第二十一条}"

    assert compared(("honours:", new)) == [
        ("new", "honours.star_0", None, "From this much service on: 50 hours"),
    ]


def test_an_entry_that_is_left_out_is_gone():
    line = "  star_2: {label: {zh: 二星, en: two stars}, from: 300 h, source: mb25 第二十一条}\n"

    assert compared((line, "")) == [("gone", "honours.star_2", "From this much service on: 300 hours", None)]


def test_a_new_cap_is_tighter():
    cap = "caps:\n  year: {on: credit, unit: coin, per: year, limit: 300 h, over: donate, source: mb25 第十三条}"

    assert [(kind, path) for kind, path, *_ in compared(("caps:", cap))] == [("tighter", "caps.year")]


def test_one_more_step_of_joining_is_tighter():
    first = "      apply: {label: {zh: 申请"
    exam = "      exam: {label: {zh: 考试, en: an exam}, by: member, source: mb25 第六条}\n"

    assert compared((first, exam + first)) == [
        ("tighter", "admission.volunteer.steps.exam", None, "Who does it: the member"),
    ]


def test_steps_in_another_order_are_a_change_of_their_order():
    apply = "      apply: {label: {zh: 申请, en: applies}, by: member, source: mb25 第六条}\n"
    registered = (
        "      registered: {label: {zh: 志愿者登记, en: registered as a volunteer}, by: look_up, "
        "look_up: volunteer_registry, source: mb25 第六条}\n"
    )

    assert compared((apply + registered, registered + apply)) == [
        (
            "changed",
            "admission.volunteer.steps",
            "applies → registered as a volunteer → training",
            "registered as a volunteer → applies → training",
        ),
    ]


def test_what_a_switched_off_block_leaves_out_is_neither_looser_nor_tighter():
    gifts = (
        "gifts:\n  allowed: true\n  units: [coin]\n  to: immediate_family\n"
        "  receiver: {any: [{all: [aged_60]}], source: mb25 第十五条}"
    )

    assert [(kind, path) for kind, path, *_ in compared((gifts, "gifts:\n  allowed: false"))] == [
        ("tighter", "gifts.allowed"),
        ("gone", "gifts.units"),
        ("gone", "gifts.to"),
        ("gone", "gifts.receiver"),
    ]


SAME = [
    ("60 min\n    source", "1 h\n    source"),
    ("relations: [parent, child, grandparent", "relations: [child, parent, grandparent"),
    ("of: [request], by: [street]", "by: [street], of: [request]"),
    ("publish: {by: [street]", "publish: {of: [project, request], by: [street]"),
    ("unit: coin, at_least: 60 min", "unit: coin, accounts: [savings], at_least: 1 h"),
    ("  units: [coin]\n  to: imm", "  taken_back: false\n  units: [coin]\n  to: imm"),
]


@pytest.mark.parametrize(("old", "new"), SAME)
def test_what_is_written_differently_and_means_the_same_is_no_change(old, new):
    assert compared((old, new)) == []


def test_a_label_is_wording():
    assert compared(("zh: 陪伴聊天, en: company and a chat", "zh: 陪聊, en: a chat")) == [
        ("wording", "services.chat.label", "company and a chat", "a chat"),
    ]


def test_another_article_is_a_change_of_basis():
    source = "most: 4 h\n    source: mb25 附件一（1）"

    assert compared((source, "most: 4 h\n    assumed: 待确认 · to be confirmed")) == [
        (
            "basis",
            "services.chat",
            "Yunzhou measures for the elder-care time bank, Annex 1 (1)",
            "assumed: to be confirmed",
        ),
    ]
