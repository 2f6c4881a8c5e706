"""What a draft would have made of real history; the figures are worked out by hand."""

import json

import pytest
from sqlalchemy import select

from tests.banks import FIXTURES, YUNZHOU, day, plugin
from tests.scenes import (
    Paper,
    a_confirmed_visit,
    a_visit_on_paper,
    a_volunteer,
    an_elder_with_time,
    changed,
    donate,
    give,
    redeem,
    reverse,
    settle,
    verified_child,
    visits_on_paper,
    with_credit,
)
from timebank.domain.refusal import Refusal
from timebank.domain.words import Words
from timebank.hooks import hookimpl
from timebank.rules.loader import read_rule_bytes
from timebank.services.replaying import ALL_DAYS, Span, effect_of
from timebank.services.settlement import settle_due
from timebank.storage.tables import METADATA

FILE = (FIXTURES / YUNZHOU / "2026-01-01.yaml").read_text(encoding="utf-8")
COIN, CAP = "      rate: 1\n      account: savings\n      quantum: 60 min\n", "limit: 8 h, over: not_credited"
ELDERS = "gate: {any: [{all: [aged_80]}, {all: [aged_60_79, low_income, disabled]}, {all: [aged_60, saver]}]"
CHAT = "shapes: [one_to_one, project]"
AGED_80 = "aged_80: {label: {zh: 年满80周岁, en: aged 80 or over}, age: {from: 80}"
REQUEST = "request: {payer: recipient, accounts: [granted, savings], units: [coin, point]"


def drafted(*edits):
    """Yunzhou's file as a draft, changed by text edits."""
    rules, faults = read_rule_bytes(changed(FILE, *edits).encode(), "2026-01-01.yaml", YUNZHOU)
    assert rules is not None, faults
    return rules


def under(bank, *edits, span=ALL_DAYS):
    with bank.snapshot() as connection:
        return effect_of(connection, bank.city(YUNZHOU), drafted(*edits), span, day("2026-03-31"))


def figures(effect):
    """What differs from nothing, apart from how many there are."""
    plain = effect.total.plain()
    return {
        name: value for name, value in plain.items() if value and name not in ("settlements", "unchanged")
    }


def served(bank, *papers):
    """Let one volunteer serve on paper, and settle all of it in order."""
    volunteer = a_volunteer(bank)
    visits_on_paper(bank, [Paper(volunteer, minutes, on) for minutes, on in papers])
    settle_due(bank, YUNZHOU)
    return volunteer


# ---- nothing changes


def a_history(bank):
    """Paid and unpaid visits, caps reached, minutes carried and a reversal."""
    served(
        bank,
        *((minutes, f"2026-03-{number % 7 + 1:02}") for number, minutes in enumerate(range(25, 900, 35))),
    )
    for minutes, start in ((40, "2026-03-03 14:00"), (100, "2026-03-04 14:00")):
        pair = a_volunteer(bank), an_elder_with_time(bank)
        settle(bank, a_confirmed_visit(bank, *pair, start, minutes=minutes))
    reverse(bank, settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 120))["transfer_id"])


@pytest.mark.parametrize(
    "edits", [(), (("title: {zh: 云州市", "title: {zh: 新云州市"),)], ids=["itself", "reworded"]
)
def test_a_draft_with_the_same_values_changes_nothing(bank, edits):
    a_history(bank)

    effect = under(bank, *edits)

    assert effect.total.settlements == effect.total.unchanged > 20
    assert (figures(effect), effect.reversed_since, effect.largest, effect.reasons) == ({}, 1, [], {})
    assert set(effect.unknown) <= {"nothing_posted"}


# ---- credited otherwise


def test_a_finer_step_credits_more_and_leaves_less_to_carry(bank):
    served(bank, (100, "2026-03-02"), (50, "2026-03-03"))

    effect = under(bank, (COIN, COIN.replace("60 min", "30 min")))

    # 100: 60 and 40 wait, now 90 and 10 wait. 50 more: of 90 60, now of 60 60.
    assert figures(effect) == {"credited_more": 1, "credit": {"coin": 30}}
    assert dict(effect.reasons) == {"credit.units.coin.quantum": 1}


def test_another_rate_is_cut_by_the_same_cap_and_what_came_earlier_leaves_less(bank):
    served(bank, (180, "2026-03-02"), (180, "2026-03-02"))

    effect = under(bank, (COIN, COIN.replace("rate: 1", "rate: 2")))

    # Of 480 a day: 360 where it was 180, then 120 where it was 180.
    assert figures(effect) == {"credited_more": 1, "credited_less": 1, "credit": {"coin": 120}}


def test_a_lower_cap_of_a_day_cuts_what_comes_last(bank):
    served(bank, (180, "2026-03-02"), (180, "2026-03-02"), (120, "2026-03-02"), (60, "2026-03-03"))

    effect = under(bank, (CAP, CAP.replace("8 h", "5 h")))

    # 180, 180, 120 become 180, 120, 0.
    assert figures(effect) == {"credited_less": 2, "credit": {"coin": -180}}
    assert dict(effect.reasons) == {"caps.day.limit": 2}


def test_a_cap_on_what_is_held_counts_what_the_draft_itself_credited(bank):
    served(bank, (120, "2026-03-02"), (120, "2026-03-03"), (120, "2026-03-04"))

    effect = under(bank, ("limit: 1500 h, over: donate", "limit: 3 h, over: not_credited"))

    # 120, then 60 of 120, then nothing: the balance under the draft stays at 180.
    assert figures(effect) == {"credited_less": 2, "credit": {"coin": -180}}


def test_a_cap_that_is_new_is_named(bank):
    served(bank, (120, "2026-03-02"))
    cap = (
        "  points: {on: credit, unit: point, per: month, limit: 1 h, over: not_credited, assumed: 试演所用}\n"
    )

    effect = under(bank, ("  day: {on: credit", f"{cap}  day: {{on: credit"))

    assert figures(effect) == {"credited_less": 1, "credit": {"point": -60}}
    assert "caps.points.limit" in effect.reasons


def test_minutes_beyond_the_plan_count_where_the_draft_lets_them(bank):
    settle(bank, a_confirmed_visit(bank, a_volunteer(bank), minutes=90, planned=60))

    effect = under(bank, ("  at_most: planned       # 实测超过计划的部分不计\n", ""))

    assert figures(effect) == {"credited_more": 1, "credit": {"point": 30}}
    assert dict(effect.reasons) == {"credit.at_most": 1}


# ---- charged otherwise


def paid(bank, minutes=60):
    settle(bank, a_confirmed_visit(bank, a_volunteer(bank), an_elder_with_time(bank), minutes=minutes))


def test_a_higher_charge_is_told_with_what_nobody_knows(bank):
    paid(bank)

    effect = under(bank, ("  unit: coin\n  rate: 1\n", "  unit: coin\n  rate: 2\n"))

    assert figures(effect) == {"charged_more": 1, "charge": {"coin": 60}}
    assert dict(effect.unknown) == {"more_held": 1}


@pytest.mark.parametrize(
    "edit",
    [
        (REQUEST, REQUEST.replace("recipient", "nobody")),
        (REQUEST, f"{REQUEST}, free_for: [key_elder]"),
    ],
    ids=["nobody", "free"],
)
def test_whom_the_draft_lets_off_pays_nothing(bank, edit):
    paid(bank)

    effect = under(bank, edit)

    assert figures(effect) == {"charged_less": 1, "charge": {"coin": -60}}


# ---- refused


@pytest.mark.parametrize(
    ("reason", "edit"),
    [
        ("services.chat.most", ("most: 4 h", "most: 1 h")),
        ("services.chat.shapes", (CHAT, "shapes: [project]")),
        ("services.chat.qualification", (CHAT, f"{CHAT}\n    qualification: law")),
        ("services.chat.only_in", (CHAT, f"{CHAT}\n    only_in: [west]")),
        ("admission.volunteer.gate", ("age: {from: 18}", "age: {from: 50}")),
        ("admission.recipient.gate", (ELDERS, "gate: {any: [{all: [disabled]}]")),
        ("orders.taking.modes", ("modes: [pick, offer, directed]", "modes: [offer]")),
        ("orders.request.placed_by", ("placed_by: [recipient, kin, entrusted, organisation]", "placed_by: [kin]")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_the_draft_would_not_let_happen_is_refused(bank, reason, edit):
    paid(bank, 90)

    effect = under(bank, edit)

    assert figures(effect) == {
        "refused": 1,
        "credit": {"coin": -60, "point": -90},
        "charge": {"coin": -120},
    }
    assert list(effect.reasons) == [reason]


def test_a_service_that_is_gone_is_refused(bank):
    served(bank, (60, "2026-03-02"))

    effect = under(bank, ("  chat:\n", "  talk:\n"))

    assert (effect.total.refused, list(effect.reasons)) == (1, ["services.chat"])


def test_a_plugin_is_asked_about_the_draft(bank_with):
    @hookimpl
    def check(member, action, rules):
        short = rules.minutes("services.chat.most") < 240 and action == "serve"
        return [Refusal("too_tired", Words("累", "tired"), "services.chat.most")] if short else []

    bank = bank_with(plugins={YUNZHOU: plugin(timebank_check_member=check)})
    paid(bank)

    assert under(bank, ("most: 4 h", "most: 3 h")).total.refused == 1
    assert under(bank, ("most: 4 h", "most: 5 h")).total.refused == 0


def test_what_is_not_kept_is_counted_and_not_guessed(bank):
    paid(bank)

    effect = under(bank, ("gate: {any: [{all: [aged_80]}, ", "gate: {any: [{all: [aged_60, saver]}, "))

    assert (figures(effect), dict(effect.unknown)) == ({}, {"balances": 1})


def test_refused_earlier_leaves_room_later(bank):
    volunteer = a_volunteer(bank)
    settle(bank, a_visit_on_paper(bank, volunteer, 300, service="garden"))
    settle(bank, a_visit_on_paper(bank, volunteer, 300))

    effect = under(bank, ("  garden:\n", "  yard:\n"))

    # 300, then 180 up to the day's 480; without the first the second is credited whole.
    assert (effect.total.refused, effect.total.credited_more, effect.total.credit["coin"]) == (
        1,
        1,
        -300 + 120,
    )


# ---- gifts, donations, redemptions, grants

LESS_COIN = {"refused": 1, "minutes": {"coin": -60}}


def exchanged(bank):
    giver, receiver = a_volunteer(bank), an_elder_with_time(bank)
    verified_child(bank, receiver, giver)
    verified_child(bank, giver, receiver)
    with_credit(bank, giver, 480)
    give(bank, giver, receiver, 60)
    donate(bank, giver, 60)
    redeem(bank, giver, 30)


@pytest.mark.parametrize(
    ("kind", "edit", "expected"),
    [
        ("gift", ("per_year: {limit: 100 h", "per_year: {limit: 0.5 h"), LESS_COIN),
        ("gift", ("minutes: 24 h", "minutes: 20 h"), {"unchanged": 1}),
        ("donation", ("donations:\n  allowed: true", "donations:\n  allowed: false"), LESS_COIN),
        ("redemption", ("true, unit: point", "true, unit: coin"), {"refused": 1, "minutes": {"point": -30}}),
        ("grant", ("minutes: 24 h", "minutes: 20 h"), {"other_amount": 1, "minutes": {"coin": -240}}),
        ("grant", (AGED_80, AGED_80.replace("from: 80", "from: 95")), {"refused": 1, "minutes": {"coin": -1440}}),
    ],
)  # fmt: skip
def test_other_transfers_are_judged_as_far_as_they_can_be(bank, kind, edit, expected):
    exchanged(bank)

    found = under(bank, edit).exchanges[kind].plain()

    assert {name: value for name, value in found.items() if value} == {"made": 1} | expected


# ---- how it is told


def test_districts_services_and_the_largest_changes_are_told_without_anybody(bank):
    elder = an_elder_with_time(bank)
    visit = a_confirmed_visit(bank, a_volunteer(bank), elder, minutes=120)
    settle(bank, visit)
    served(bank, (60, "2026-03-02"))

    effect = under(bank, (COIN, COIN.replace("rate: 1", "rate: 2")))
    plain = effect.plain()

    assert [(each["zh"], each["settlements"], each["credit"]) for each in plain["districts"]] == [
        ("东区", 2, {"coin": 180})
    ]
    assert [(each["en"], each["credit"]) for each in plain["services"]] == [
        ("company and a chat", {"coin": 180})
    ]
    largest = plain["largest"][0]
    assert (largest["order"], largest["credit"]) == (visit.order_id, {"coin": 120})
    told = json.dumps(plain, ensure_ascii=False)
    assert not any(secret in told for secret in (elder, visit.volunteer, "陈奶奶", "王芳"))
    assert "没有计入人们因规则改变而改变的行为" in plain["static"]["zh"]


def test_only_the_twenty_largest_are_told_the_largest_first(bank):
    volunteer = a_volunteer(bank)
    visits_on_paper(bank, [Paper(volunteer, number * 16, f"2026-01-{number:02}") for number in range(1, 29)])
    settle_due(bank, YUNZHOU)

    effect = under(bank, (CAP, CAP.replace("8 h", "80 h")), (COIN, COIN.replace("rate: 1", "rate: 3")))

    sizes = [change.size for change in effect.largest]
    assert (len(sizes), sizes) == (20, sorted(sizes, reverse=True))


def test_days_choose_what_is_judged(bank):
    served(bank, (60, "2026-03-02"), (60, "2026-03-05"))

    effect = under(
        bank, (COIN, COIN.replace("rate: 1", "rate: 2")), span=Span(day("2026-03-05"), day("2026-03-09"))
    )

    assert (effect.total.settlements, effect.total.credit) == (1, {"coin": 60})


def test_nothing_in_the_database_changes(bank):
    a_history(bank)
    exchanged(bank)
    before = everything(bank)

    under(bank, (COIN, COIN.replace("rate: 1", "rate: 2")), ("age: {from: 18}", "age: {from: 50}"))

    assert everything(bank) == before


def everything(bank):
    with bank.snapshot() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in METADATA.sorted_tables
        }
