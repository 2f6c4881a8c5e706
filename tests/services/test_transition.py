"""New rules arrive while orders are open: some end, some are finished by the rules they were made under."""

import pytest

from tests.banks import YUNZHOU, a_bank, day, do
from tests.working import (
    APP,
    CLOCK,
    a_volunteer,
    an_elder_with,
    available,
    city_folder,
    later_rules,
    order_row,
    published,
    serve,
    take,
    visit_row,
)
from tests.yunzhou import settle_tree
from timebank.domain.refusal import Refused
from timebank.services import offers, orders, visits

JULY = "2026-07-01"
WITHOUT_CHAT = (
    """  chat:
    label: {zh: 陪伴聊天, en: company and a chat}
    category: comfort
    shapes: [one_to_one, project]
    least: 30 min
    most: 4 h
    source: mb25 附件一（1）
""",
    "",
)
KEEP = "{open_orders: finish, source: mb25 第三十条}"
END_ALL = "{open_orders: cancel, source: mb25 第三十条}"
DROP_AND_CANCEL = (
    "{open_orders: finish, source: mb25 第三十条, "
    "dropped_services: {chat: {then: cancel, source: mb25 第三十一条}}}"
)
DROP_AND_FINISH = DROP_AND_CANCEL.replace("then: cancel", "then: finish")


@pytest.fixture
def folder(tmp_path):
    return city_folder(tmp_path)


@pytest.fixture
def open_bank(fresh_database_url, folder, clock):
    """Open the bank again, as it is opened after new rule files were put beside the old ones."""
    opened = []

    def open_it():
        opened.append(a_bank(fresh_database_url, config_folder=folder, clock=clock))
        return opened[-1].__enter__()

    yield open_it
    for manager in opened:
        manager.__exit__(None, None, None)


@pytest.fixture
def before(open_bank, clock):
    """The bank on the last day of June, when only the first rules are known."""
    clock.set("2026-06-30 09:00")
    bank = open_bank()
    settle_tree(bank)
    return bank


@pytest.fixture
def elder(before):
    return an_elder_with(before, granted=240)


def an_order(bank, elder, start="2026-07-02 09:00", **over):
    return published(bank, elder, planned_start=start, **over)


def test_an_order_of_a_service_that_is_dropped_ends_with_the_article_as_the_reason(
    before, elder, open_bank, folder
):
    order = an_order(before, elder)
    later_rules(folder, JULY, DROP_AND_CANCEL, WITHOUT_CHAT)
    bank = open_bank()

    assert orders.apply_transition(bank, YUNZHOU) == 1
    assert orders.apply_transition(bank, YUNZHOU) == 0
    row = order_row(bank, order)
    assert row.state == "cancelled"
    assert "第三十一条" in row.reason
    assert "transition.dropped_services.chat" in row.reason
    assert available(bank, elder, "granted") == 240


def test_an_order_of_a_dropped_service_before_the_change_is_served_as_planned(
    before, elder, open_bank, folder
):
    order = an_order(before, elder, "2026-06-30 23:00")
    later_rules(folder, JULY, DROP_AND_CANCEL, WITHOUT_CHAT)

    assert orders.apply_transition(open_bank(), YUNZHOU) == 0
    assert order_row(before, order).state == "published"


def test_a_dropped_service_that_may_finish_is_taken_served_and_confirmed_by_the_last_rules_that_had_it(
    before, elder, open_bank, folder, clock
):
    order = an_order(before, elder)
    later_rules(folder, JULY, DROP_AND_FINISH, WITHOUT_CHAT)
    bank = open_bank()
    clock.set("2026-07-01 09:00")
    assert orders.apply_transition(bank, YUNZHOU) == 0

    visit = take(bank, order, a_volunteer(bank))
    serve(bank, clock, visit, "2026-07-02 09:00")
    do(bank, visits.confirm, by=elder, visit_id=visit, claims=APP)

    row = visit_row(bank, visit)
    old = bank.city(YUNZHOU).book.on(day("2026-06-30")).digest
    assert (row.recognised_minutes, row.service_date) == (60, day("2026-07-02"))
    assert (row.decision["rules"], row.decision["recognised"]["rules"]) == (old, old)


def test_a_service_that_later_rules_drop_is_no_longer_ordered_for_a_day_after_them(
    before, elder, open_bank, folder
):
    later_rules(folder, JULY, DROP_AND_FINISH, WITHOUT_CHAT)
    bank = open_bank()

    with pytest.raises(Refused) as said:
        an_order(bank, elder)
    assert said.value.code == "unknown_service"
    assert "2026-07-01 起施行的规则" in said.value.words.zh
    assert an_order(bank, elder, "2026-06-30 23:00")


def test_rules_that_end_what_is_open_end_it_on_their_first_day(before, elder, open_bank, folder, clock):
    order, today = an_order(before, elder), an_order(before, elder, "2026-06-30 22:00")
    later_rules(folder, JULY, END_ALL)
    bank = open_bank()

    assert orders.apply_transition(bank, YUNZHOU) == 0
    clock.set("2026-07-01 00:00")
    assert orders.apply_transition(bank, YUNZHOU) == 1

    row = order_row(bank, order)
    assert row.state == "cancelled"
    assert "transition.open_orders = cancel" in row.reason
    assert order_row(bank, today).state == "published"


def test_what_was_placed_under_the_new_rules_is_not_ended_by_them(before, elder, open_bank, folder, clock):
    later_rules(folder, JULY, END_ALL)
    clock.set("2026-07-01 08:00")
    bank = open_bank()
    order = an_order(bank, elder)

    assert orders.apply_transition(bank, YUNZHOU) == 0
    assert order_row(bank, order).state == "published"


def test_an_order_in_service_at_midnight_is_finished(before, elder, open_bank, folder, clock):
    order = an_order(before, elder, "2026-07-01 00:00")
    visit = take(before, order, a_volunteer(before))
    later_rules(folder, JULY, END_ALL)
    bank = open_bank()
    clock.set("2026-06-30 23:45")
    volunteer = visit_row(bank, visit).volunteer_id
    do(bank, visits.check_in, by=volunteer, visit_id=visit, claims=CLOCK)
    clock.set("2026-07-01 00:30")

    assert orders.apply_transition(bank, YUNZHOU) == 0
    do(bank, visits.check_out, by=volunteer, visit_id=visit, claims=CLOCK)
    assert visit_row(bank, visit).service_date == day("2026-06-30")


def test_rules_that_let_open_orders_finish_end_nothing(before, elder, open_bank, folder, clock):
    order = an_order(before, elder)
    later_rules(folder, JULY, KEEP)
    clock.set("2026-07-01 08:00")

    assert orders.apply_transition(open_bank(), YUNZHOU) == 0
    assert order_row(before, order).state == "published"


def test_eligibility_is_judged_at_acceptance_and_not_again(before, elder, open_bank, folder, clock):
    visit = take(before, an_order(before, elder), a_volunteer(before))
    qualified = (
        "  chat:\n    label: {zh: 陪伴聊天,",
        "  chat:\n    qualification: law\n    label: {zh: 陪伴聊天,",
    )
    later_rules(folder, JULY, KEEP, qualified)
    bank = open_bank()
    other = an_order(bank, elder, "2026-07-02 14:00")

    clock.set("2026-07-01 09:00")
    with pytest.raises(Refused) as said:
        take(bank, other, a_volunteer(bank))
    assert said.value.code == "not_qualified"
    serve(bank, clock, visit, "2026-07-02 09:00")
    assert visit_row(bank, visit).state == "checked_out"


@pytest.mark.parametrize(
    ("start", "recognised"), [("2026-06-30 23:59", 30), ("2026-07-01 00:00", 45), ("2026-06-30 23:40", 30)]
)
def test_the_rules_of_the_service_date_say_what_counts(
    before, elder, open_bank, folder, clock, start, recognised
):
    """Until June the clock counts, at most the plan; from July the plan does. Of 45 minutes each takes 30."""
    order = an_order(before, elder, start, planned_minutes=45)
    visit = take(before, order, a_volunteer(before))
    planned = (
        ("  basis: measured        #", "  basis: planned        #"),
        ("  at_most: planned       # 实测超过计划的部分不计\n", ""),
    )
    later_rules(folder, JULY, KEEP, *planned)
    bank = open_bank()

    serve(bank, clock, visit, start, minutes=30)
    answer = do(bank, visits.confirm, by=elder, visit_id=visit, claims=APP)

    assert answer["recognised_minutes"] == recognised


def test_offers_go_on_for_a_service_that_may_finish(before, elder, open_bank, folder, clock):
    order = an_order(before, elder)
    later_rules(folder, JULY, DROP_AND_FINISH, WITHOUT_CHAT)
    bank, volunteer = open_bank(), a_volunteer(before)
    clock.set("2026-07-01 09:00")
    free = {"free_from": order_row(bank, order).planned_start, "free_until": clock.now.replace(month=8)}
    do(bank, offers.give_availability, by=volunteer, member_id=volunteer, organisation_id="east", **free)

    assert len(do(bank, offers.send, order_id=order)["offer_ids"]) == 1
