"""A visit from acceptance to confirmation: by whom, when, by what proof, and by which day's rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.banks import FIXTURES, YUNZHOU, a_bank, day, do, local, plugin
from tests.working import (
    ABOVE,
    APP,
    CLOCK,
    START,
    STREET,
    a_project,
    a_volunteer,
    an_elder_with,
    available,
    city_folder,
    counted_statements,
    hold_states,
    kin_of,
    order_row,
    published,
    serve,
    take,
    visit_row,
    volunteers,
)
from tests.yunzhou import a_member, settle_tree
from timebank.domain.command import Channel
from timebank.domain.member import MemberAction
from timebank.domain.order import OrderAction
from timebank.domain.refusal import BadInput, Refusal, Refused
from timebank.domain.words import Words
from timebank.hooks import hookimpl
from timebank.rules import load_rule_book
from timebank.services import (
    admission,
    attendances,
    members,
    orders,
    recognition,
    verification,
    visit_deadlines,
    visits,
)
from timebank.storage import evidence_rows

DAY = day("2026-03-03")
AT_NINE = local(START)
QR = [{"kind": "qr", "note": ""}]
PIN = [{"kind": "pin_card", "note": "市民卡"}]
CAPTAIN = {"by": "dui", "at": "team-a"}


@pytest.fixture
def clock(town):
    """The instant of the story: a Monday morning until it is set."""
    town.clock.set("2026-03-02 09:00")
    return town.clock


@pytest.fixture
def bank(town, clock):
    return town


@pytest.fixture
def elder(bank):
    return an_elder_with(bank, granted=120)


@pytest.fixture
def volunteer(bank):
    return a_volunteer(bank)


@pytest.fixture
def order(bank, elder):
    return published(bank, elder)


@pytest.fixture
def visit(bank, order, volunteer):
    return take(bank, order, volunteer)


@pytest.fixture
def done(bank, clock, visit):
    serve(bank, clock, visit)
    return visit


@pytest.fixture
def other_rules(fresh_database_url, clock, tmp_path):
    """Open the bank with changed words in its rule file."""
    opened = []

    def open_with(*edits, **more):
        manager = a_bank(fresh_database_url, config_folder=city_folder(tmp_path, *edits), clock=clock, **more)
        opened.append(manager)
        bank = manager.__enter__()
        settle_tree(bank)
        return bank

    yield open_with
    for manager in opened:
        manager.__exit__(None, None, None)


WITHOUT_CHECK_IN = (
    (
        "check_in: {needed: true, early: 30 min, by: [volunteer, team]",
        "check_in: {needed: false, by: [volunteer]",
    ),
    ("  basis: measured        #", "  basis: planned        #"),
    ("  at_most: planned       # 实测超过计划的部分不计\n", ""),
)


def refused(code, action, *given, **more):
    """Carry out what must be refused and return the sentence."""
    with pytest.raises(Refused) as said:
        action(*given, **more)
    assert said.value.code == code, said.value.words.zh
    assert said.value.words.en
    return said.value


def check_in(bank, visit, by, claims=CLOCK, **more):
    return do(bank, visits.check_in, by=by, visit_id=visit, claims=claims, **more)


def check_out(bank, visit, by, claims=CLOCK, **more):
    return do(bank, visits.check_out, by=by, visit_id=visit, claims=claims, **more)


def confirm(bank, visit, claims=APP, minutes=None, **who):
    return do(bank, visits.confirm, **who, visit_id=visit, claims=claims, minutes=minutes)


def claims_of(bank, visit):
    with bank.reading() as connection:
        rows = evidence_rows.claims_of(connection, YUNZHOU, visit)
    return [(row.moment, row.kind, row.note) for row in rows]


# --- accepting


def test_a_volunteer_takes_a_place_and_a_one_to_one_order_is_full(bank, order, volunteer):
    answer = do(bank, visits.accept, by=volunteer, order_id=order, volunteer_id=volunteer)

    assert answer["place"] == 1
    row = order_row(bank, order)
    assert (row.state, row.places_taken) == ("filled", 1)
    assert visit_row(bank, answer["visit_id"]).state == "planned"


def test_why_a_volunteer_was_accepted_is_kept_with_the_visit(bank, visit):
    decision = visit_row(bank, visit).decision

    assert decision["outcome"] == "accepted"
    assert decision["facts"]["mode"] == "pick"
    assert "orders.taking.modes" in decision["paths"]


def test_a_volunteer_cannot_serve_himself(bank):
    both = an_elder_with(bank, granted=60)
    order = published(bank, both)
    rules = bank.city(YUNZHOU).rules_on(DAY)
    row = admission.imported_row(YUNZHOU, both, "volunteer", day("2026-01-01"), rules)
    with bank.engine.connect().execution_options(timebank_writes=True) as connection, connection.begin():
        admission.admission_rows.add(connection, [row], [])

    said = refused("own_order", take, bank, order, both)

    assert said.words.zh == "志愿者不能为自己服务。"


def test_a_volunteer_cannot_hold_two_places_of_one_order(bank, volunteer):
    project = a_project(bank)
    take(bank, project, volunteer)

    refused("already_taken", take, bank, project, volunteer)
    assert order_row(bank, project).places_taken == 1


def test_who_gave_up_a_place_does_not_take_it_again(bank, order, volunteer, visit):
    do(bank, visits.cancel, by=volunteer, visit_id=visit, reason="")

    refused("gave_up", take, bank, order, volunteer)


def test_the_lowest_free_place_is_taken_next(bank):
    project, people = a_project(bank), volunteers(bank, 4)
    taken = [take(bank, project, each) for each in people[:3]]
    do(bank, visits.cancel, by=people[1], visit_id=taken[1], reason="")

    again = do(bank, visits.accept, by=people[3], order_id=project, volunteer_id=people[3])

    assert again["place"] == 2


def test_a_full_order_takes_nobody_more(bank, order, visit):
    said = refused("no_place", take, bank, order, a_volunteer(bank))

    assert "共 1 个" in said.words.zh


def test_an_order_is_taken_only_when_it_is_published(bank, elder, volunteer):
    order = published(bank, elder)
    do(bank, orders.cancel, by=elder, order_id=order, reason="")

    said = refused("not_open", take, bank, order, volunteer)

    assert "已取消" in said.words.zh


def test_an_order_is_not_taken_after_its_planned_start(bank, order, volunteer, clock):
    clock.set("2026-03-03 09:01")

    refused("too_late", take, bank, order, volunteer)


def test_only_an_admitted_volunteer_takes_a_place(bank, order):
    said = refused("not_admitted", take, bank, order, a_member(bank))

    assert "请先申请" in said.words.zh


def test_nobody_takes_a_place_for_another_without_the_power(bank, order, volunteer):
    refused("not_staff", take, bank, order, volunteer, by=a_volunteer(bank))
    refused("outside_area", take, bank, order, volunteer, by="li", at="west-1")


def test_staff_take_a_place_for_a_volunteer_who_asked_at_the_desk(bank, order, volunteer):
    take(bank, order, volunteer, **STREET, party=volunteer, channel=Channel.DESK)


def test_a_professional_service_needs_a_verified_qualification(bank, elder, volunteer):
    order = published(bank, elder, service="law")

    said = refused("not_qualified", take, bank, order, volunteer)

    assert "法律职业资格" in said.words.zh
    assert said.refusals[0].rule_path == "services.law.qualification"


def qualify(bank, volunteer, until, since="2026-01-01"):
    days = {"valid_from": day(since), "valid_until": day(until) if until else None}
    proof = {"kind": "law", "proof": "证书", **days}
    do(bank, members.verify_qualification, **STREET, member_id=volunteer, **proof)


def test_a_renewal_on_record_counts_before_it_begins(bank, elder, volunteer):
    qualify(bank, volunteer, "2026-03-02")
    qualify(bank, volunteer, None, since="2026-03-03")

    take(bank, published(bank, elder, service="law"), volunteer)


def test_who_joins_the_team_by_the_day_of_service_serves_for_it(bank, order, volunteer):
    joins = {"member_id": volunteer, "organisation_id": "team-a", "from_day": day("2026-03-03")}
    do(bank, members.join_organisation, by=volunteer, **joins)

    assert visit_row(bank, take(bank, order, volunteer, team_id="team-a")).team_id == "team-a"


def test_service_of_a_day_before_the_qualification_began_is_refused_with_that_day(bank, elder, volunteer):
    qualify(bank, volunteer, None, since="2026-03-01")
    past = {"planned_start": "2026-02-03 09:00", "channel": Channel.IMPORT}
    order = published(bank, elder, service="law", **past)

    said = refused("not_qualified", take, bank, order, volunteer, channel=Channel.IMPORT)

    assert "现有的从 2026-03-01 起有效，服务日 2026-02-03 还没有" in said.words.zh


def test_a_qualification_is_valid_on_its_last_day(bank, elder, volunteer):
    qualify(bank, volunteer, "2026-03-03")

    take(bank, published(bank, elder, service="law"), volunteer)


def test_a_qualification_that_ends_before_the_service_date_is_not_enough(bank, elder, volunteer):
    qualify(bank, volunteer, "2026-03-02")

    said = refused("not_qualified", take, bank, published(bank, elder, service="law"), volunteer)

    assert "有效期至 2026-03-02" in said.words.zh


def test_two_services_at_the_same_hour_are_not_accepted_by_one_volunteer(bank, volunteer, visit):
    other = a_project(bank, planned_start="2026-03-03 09:59")

    said = refused("overlap", take, bank, other, volunteer)

    assert "2026-03-03 09:00 至 10:00" in said.words.zh


def test_a_service_may_begin_when_the_one_before_ends(bank, volunteer, visit):
    take(bank, a_project(bank, planned_start="2026-03-03 10:00"), volunteer)


def test_a_cancelled_service_frees_the_hour(bank, volunteer, visit):
    do(bank, visits.cancel, by=volunteer, visit_id=visit, reason="")

    take(bank, a_project(bank), volunteer)


def test_a_directed_order_is_taken_by_whom_it_names(bank, elder, volunteer):
    order = published(bank, elder, directed_to=volunteer)

    refused("directed_elsewhere", take, bank, order, a_volunteer(bank))
    visit = take(bank, order, volunteer)

    assert visit_row(bank, visit).decision["facts"]["mode"] == "directed"


def test_nobody_picks_where_the_file_only_offers(other_rules):
    bank = other_rules(("modes: [pick, offer, directed]", "modes: [offer, directed]"))
    elder = an_elder_with(bank, granted=60)

    refused("wrong_mode", take, bank, published(bank, elder), a_volunteer(bank))


def test_a_volunteer_serves_for_a_team_he_belongs_to(bank, order, volunteer):
    refused("not_in_team", take, bank, order, volunteer, team_id="team-a")
    joined = {"member_id": volunteer, "organisation_id": "team-a", "from_day": day("2026-03-01")}
    do(bank, members.join_organisation, by=volunteer, **joined)

    visit = do(bank, visits.accept, by=volunteer, order_id=order, volunteer_id=volunteer, team_id="team-a")

    assert visit_row(bank, visit["visit_id"]).team_id == "team-a"


def test_nobody_serves_for_a_team_where_the_file_has_no_teams(other_rules):
    bank = other_rules(
        ("modes: [pick, offer, directed], team: one_visit_each,", "modes: [pick, offer, directed],")
    )
    elder = an_elder_with(bank, granted=60)
    order = published(bank, elder)

    asked = {"order_id": order, "volunteer_id": a_volunteer(bank), "team_id": "team-a"}
    refused("no_teams", do, bank, visits.accept, by=asked["volunteer_id"], **asked)


def test_plugins_are_asked_about_the_member_and_about_the_order(other_rules):
    asked = []

    @hookimpl
    def timebank_check_member(member, action, rules):
        asked.append((action, member.id))

    @hookimpl
    def timebank_check_order(case, action, rules):
        if action is OrderAction.ACCEPT:
            asked.append((action, case.companions))
            return (
                [Refusal("needs_two", Words("要两个人一起", "Two are needed"))] if not case.companions else []
            )
        return []

    hooks = plugin(timebank_check_member=timebank_check_member, timebank_check_order=timebank_check_order)
    bank = other_rules(plugins={"yunzhou": hooks})
    project, volunteer = a_project(bank), a_volunteer(bank)

    refused("needs_two", take, bank, project, volunteer)
    assert (MemberAction.SERVE, volunteer) in asked
    assert (OrderAction.ACCEPT, frozenset()) in asked
    assert order_row(bank, project).places_taken == 0


def test_accepting_takes_few_statements(bank, order, volunteer):
    with counted_statements(bank) as sent:
        take(bank, order, volunteer)

    assert len(sent) <= 18, "\n".join(sent)


# --- checking in


def test_checking_in_begins_the_order_and_fixes_the_service_date(bank, order, visit, volunteer, clock):
    clock.set("2026-03-03 08:55")

    answer = check_in(bank, visit, volunteer)

    assert answer["service_date"] == "2026-03-03"
    assert order_row(bank, order).state == "in_service"
    assert claims_of(bank, visit) == [("check_in", "clock", "")]


def test_one_may_check_in_as_early_as_the_file_says_and_no_earlier(bank, visit, volunteer, clock):
    clock.set("2026-03-03 08:29")
    said = refused("too_early", check_in, bank, visit, volunteer)
    assert "最多提前 30 分钟" in said.words.zh

    clock.set("2026-03-03 08:30")
    check_in(bank, visit, volunteer)


def test_nobody_checks_in_when_the_planned_time_is_over(bank, visit, volunteer, clock):
    clock.set("2026-03-03 10:00")

    refused("too_late", check_in, bank, visit, volunteer)


def test_another_volunteer_does_not_check_in(bank, visit, clock):
    clock.set(START)

    said = refused("wrong_party", check_in, bank, visit, a_volunteer(bank))

    assert "志愿者本人、团队负责人" in said.words.zh


def test_staff_do_not_check_in_where_only_volunteers_and_teams_do(bank, visit, clock):
    clock.set(START)

    refused("wrong_party", check_in, bank, visit, **STREET)


def test_the_captain_checks_in_for_a_member_of_the_team(bank, order, volunteer, clock):
    joined = {"member_id": volunteer, "organisation_id": "team-a", "from_day": day("2026-03-01")}
    do(bank, members.join_organisation, by=volunteer, **joined)
    visit = take(bank, order, volunteer, team_id="team-a")
    clock.set(START)

    check_in(bank, visit, **CAPTAIN)


def test_a_captain_does_not_check_in_for_a_visit_outside_the_team(bank, visit, clock):
    clock.set(START)

    refused("wrong_party", check_in, bank, visit, **CAPTAIN)


@pytest.mark.parametrize(("claims", "code"), [([{"kind": "photo"}], "wrong_proof"), ([], "wrong_proof")])
def test_only_the_proof_the_file_names_counts(bank, visit, volunteer, clock, claims, code):
    clock.set(START)

    said = refused(code, check_in, bank, visit, volunteer, claims)

    assert said.refusals[0].rule_path == "orders.check_in.proof"
    assert "clock、qr" in said.words.zh


@pytest.mark.parametrize(
    "claim",
    [
        {"kind": "rumour"},
        {"note": "x"},
        {"kind": "clock", "colour": "red"},
        {"kind": "clock", "at": "yesterday"},
        {"kind": "clock", "at": "2026-03-03T09:00"},
        {"kind": "clock", "note": "字" * 2001},
    ],
)
def test_a_claim_that_cannot_be_read_is_said(bank, visit, volunteer, clock, claim):
    clock.set(START)

    with pytest.raises(BadInput):
        check_in(bank, visit, volunteer, [claim])


def test_staff_enter_a_forgotten_check_in_from_evidence_and_its_day_counts(bank, visit, volunteer, clock):
    clock.set("2026-03-04 10:00")
    late = [{"kind": "qr", "note": "签到表", "at": "2026-03-03T09:05+08:00"}]

    refused("late_entry", check_in, bank, visit, volunteer, late)
    answer = check_in(bank, visit, claims=late, **STREET)

    assert answer["service_date"] == "2026-03-03"
    assert visit_row(bank, visit).checked_in_at == local("2026-03-03 09:05")


def test_a_late_entry_in_the_future_is_refused(bank, visit):
    with pytest.raises(BadInput, match="将来"):
        check_in(bank, visit, claims=[{"kind": "qr", "at": START + "+08:00"}], **STREET)


def test_checking_in_twice_is_refused_in_words(bank, visit, volunteer, clock):
    clock.set(START)
    check_in(bank, visit, volunteer)

    said = refused("wrong_state", check_in, bank, visit, volunteer)

    assert "已签到" in said.words.zh


# --- checking out


def test_the_whole_minutes_between_are_measured(bank, visit, volunteer, clock):
    clock.set(START)
    check_in(bank, visit, volunteer)
    clock.forward(minutes=47, seconds=59)

    assert check_out(bank, visit, volunteer)["measured_minutes"] == 47


def test_the_order_is_finished_with_the_last_to_check_out(bank, clock):
    project, people = a_project(bank, places=2), volunteers(bank, 2)
    first, second = (take(bank, project, each) for each in people)
    serve(bank, clock, first)
    assert order_row(bank, project).state == "in_service"

    clock.set("2026-03-03 09:30")
    check_in(bank, second, people[1])
    check_out(bank, second, people[1])

    assert order_row(bank, project).state == "finished"


def test_what_was_held_for_places_nobody_served_expires_with_the_service(bank, clock):
    elder = an_elder_with(bank, granted=180)
    order = published(bank, elder, places=3)

    serve(bank, clock, take(bank, order, a_volunteer(bank)))

    assert order_row(bank, order).state == "finished"
    assert hold_states(bank, order) == ["expired", "expired", "open"]
    assert available(bank, elder, "granted") == 120


def test_nobody_checks_out_after_the_grace(bank, visit, volunteer, clock):
    clock.set(START)
    check_in(bank, visit, volunteer)
    clock.set("2026-03-03 11:00:01")

    said = refused("too_late", check_out, bank, visit, volunteer)

    assert "2026-03-03 11:00" in said.words.zh
    clock.set("2026-03-03 11:00")
    check_out(bank, visit, volunteer)


@pytest.fixture
def forgotten(bank, visit, volunteer, clock):
    clock.set(START)
    check_in(bank, visit, volunteer)
    clock.set("2026-03-03 11:30")
    visit_deadlines.close_late_due(bank, YUNZHOU)
    return visit


def test_the_organiser_says_how_long_a_forgotten_visit_took(bank, forgotten):
    do(bank, visits.resolve, **STREET, visit_id=forgotten, minutes=50, note="电话核实")

    row = visit_row(bank, forgotten)
    assert (row.state, row.measured_minutes, row.exception) == ("checked_out", 50, None)
    assert row.checked_out_at == local("2026-03-03 09:50")
    assert ("resolution", "staff_witness", "电话核实") in claims_of(bank, forgotten)


def test_the_organiser_says_no_more_than_the_clock_allows(bank, forgotten):
    refused("too_much", do, bank, visits.resolve, **STREET, visit_id=forgotten, minutes=121, note="")
    do(bank, visits.resolve, **STREET, visit_id=forgotten, minutes=120, note="")


def test_only_who_has_the_power_resolves_an_exception(bank, forgotten, volunteer):
    refused("not_staff", do, bank, visits.resolve, by=volunteer, visit_id=forgotten, minutes=50, note="")
    refused("no_power", do, bank, visits.resolve, **ABOVE, visit_id=forgotten, minutes=50, note="")


def test_nobody_decides_about_his_own_visit(bank, forgotten, volunteer):
    own = {"by": volunteer, "at": "east-1"}

    refused("own_visit", do, bank, visits.resolve, **own, visit_id=forgotten, minutes=50, note="")


def test_an_exception_that_was_no_service_is_void_and_nothing_is_held_any_more(bank, order, forgotten, elder):
    do(bank, visits.void, **STREET, visit_id=forgotten, note="没有服务")

    assert order_row(bank, order).state == "void"
    assert hold_states(bank, order) == ["voided"]
    assert available(bank, elder, "granted") == 120


# --- midnight


@pytest.mark.parametrize(
    ("checked_in", "service_date"),
    [
        ("2026-03-02 23:59", "2026-03-02"),
        ("2026-03-03 00:00", "2026-03-03"),
        ("2026-03-03 00:01", "2026-03-03"),
    ],
)
def test_the_day_of_the_check_in_is_the_service_date(bank, elder, volunteer, clock, checked_in, service_date):
    visit = take(bank, published(bank, elder, planned_start="2026-03-03 00:00"), volunteer)
    clock.set(checked_in)

    assert check_in(bank, visit, volunteer)["service_date"] == service_date


def test_a_visit_across_midnight_belongs_to_the_day_it_began(bank, elder, volunteer, clock):
    visit = take(bank, published(bank, elder, planned_start="2026-03-02 23:30"), volunteer)
    serve(bank, clock, visit, "2026-03-02 23:30", minutes=60)

    row = visit_row(bank, visit)
    assert (row.service_date, row.measured_minutes) == (day("2026-03-02"), 60)


def test_where_nobody_checks_in_the_planned_day_is_the_service_date(other_rules, clock):
    bank = other_rules(*WITHOUT_CHECK_IN)
    elder, volunteer = an_elder_with(bank, granted=60), a_volunteer(bank)
    visit = take(bank, published(bank, elder, planned_start="2026-03-02 23:59"), volunteer)
    clock.set("2026-03-03 00:40")

    do(bank, visits.report_done, by=volunteer, visit_id=visit, claims=QR)

    row = visit_row(bank, visit)
    assert (row.service_date, row.measured_minutes, row.state) == (day("2026-03-02"), None, "checked_out")


# --- reporting it done


def test_a_visit_is_not_reported_done_where_checking_in_is_needed(bank, visit, volunteer, clock):
    clock.set(START)

    said = refused(
        "check_in_needed", do, bank, visits.report_done, by=volunteer, visit_id=visit, claims=CLOCK
    )

    assert said.refusals[0].rule_path == "orders.check_in.needed"


@pytest.fixture
def reporting(other_rules):
    bank = other_rules(*WITHOUT_CHECK_IN)
    elder, volunteer = an_elder_with(bank, granted=60), a_volunteer(bank)
    order = published(bank, elder)
    return bank, take(bank, order, volunteer), volunteer, elder, order


def test_a_report_finishes_the_order_and_the_planned_time_counts(reporting, clock):
    bank, visit, volunteer, elder, order = reporting
    clock.set("2026-03-03 09:40")

    do(bank, visits.report_done, by=volunteer, visit_id=visit, claims=QR)
    answer = confirm(bank, visit, by=elder)

    assert order_row(bank, order).state == "finished"
    assert answer["recognised_minutes"] == 60


def test_nothing_is_reported_done_before_it_began(reporting, clock):
    bank, visit, volunteer, _, _ = reporting
    clock.set("2026-03-03 08:59")

    refused("too_early", do, bank, visits.report_done, by=volunteer, visit_id=visit, claims=QR)


def test_a_late_report_is_entered_by_staff_from_evidence(reporting, clock):
    bank, visit, volunteer, _, _ = reporting
    clock.set("2026-03-04 09:00")
    refused("too_late", do, bank, visits.report_done, by=volunteer, visit_id=visit, claims=QR)

    late = [{"kind": "qr", "note": "登记表", "at": "2026-03-03T10:00+08:00"}]
    do(bank, visits.report_done, **STREET, visit_id=visit, claims=late)

    assert visit_row(bank, visit).service_date == DAY


# --- confirming


def test_the_elder_confirms_and_the_measured_minutes_count(bank, clock, visit, elder):
    serve(bank, clock, visit, minutes=50)

    answer = confirm(bank, visit, by=elder)

    assert answer == {"visit_id": visit, "recognised_minutes": 50, "confirmed_by": "recipient"}
    row = visit_row(bank, visit)
    assert (row.state, row.recognised_minutes) == ("confirmed", 50)
    assert row.decision["recognised"]["paths"] == ["credit.basis", "credit.at_most"]


def test_time_beyond_the_plan_does_not_count_where_the_file_says_so(bank, clock, visit, elder):
    serve(bank, clock, visit, minutes=100)

    assert confirm(bank, visit, by=elder)["recognised_minutes"] == 60


def test_a_volunteer_does_not_confirm_his_own_visit(bank, done, volunteer):
    said = refused("wrong_party", confirm, bank, done, by=volunteer)
    refused("wrong_party", confirm, bank, done, by=volunteer, at="east-1")

    assert said.words.zh.startswith("志愿者不能确认自己的服务。")


def test_a_volunteer_confirms_where_the_file_lets_him(other_rules, clock):
    bank = other_rules(
        ("confirmation: {by: [recipient, organisation]", "confirmation: {by: [recipient, volunteer]")
    )
    elder, volunteer = an_elder_with(bank, granted=60), a_volunteer(bank)
    visit = take(bank, published(bank, elder), volunteer)
    serve(bank, clock, visit)

    assert confirm(bank, visit, by=volunteer)["confirmed_by"] == "volunteer"


def test_kin_confirm_only_where_the_file_lets_kin(bank, done, elder):
    said = refused("wrong_party", confirm, bank, done, by=kin_of(bank, elder))

    assert "服务对象本人、组织的工作人员" in said.words.zh


def test_kin_confirm_where_the_file_lets_them(other_rules, clock):
    bank = other_rules(
        ("confirmation: {by: [recipient, organisation]", "confirmation: {by: [recipient, kin]")
    )
    elder = an_elder_with(bank, granted=60)
    visit = take(bank, published(bank, elder), a_volunteer(bank))
    serve(bank, clock, visit)

    assert confirm(bank, visit, by=kin_of(bank, elder))["confirmed_by"] == "kin"


def test_staff_confirm_as_staff(bank, done):
    assert confirm(bank, done, [{"kind": "app"}], **STREET)["confirmed_by"] == "organisation"


def test_staff_who_confirm_for_an_elder_by_card_are_written_down_as_such(bank, done, elder):
    answer = confirm(bank, done, PIN, **STREET, party=elder, channel=Channel.DESK)

    assert answer["confirmed_by"] == "organisation_for_recipient"
    assert ("confirmation", "pin_card", "市民卡") in claims_of(bank, done)


def test_a_card_or_a_call_counts_where_only_the_elder_confirms(other_rules, clock):
    bank = other_rules(("confirmation: {by: [recipient, organisation]", "confirmation: {by: [recipient]"))
    visit = take(bank, published(bank, an_elder_with(bank, granted=60)), a_volunteer(bank))
    serve(bank, clock, visit)

    refused("wrong_party", confirm, bank, visit, **STREET)
    answer = confirm(bank, visit, [{"kind": "call_back", "note": "录音 17 号"}], **STREET)

    assert answer["confirmed_by"] == "organisation_for_recipient"


def test_staff_of_another_street_do_not_confirm(bank, done):
    refused("outside_area", confirm, bank, done, by="li", at="west-1")


def test_only_the_proof_named_for_confirmation_counts(bank, done, elder):
    said = refused("wrong_proof", confirm, bank, done, [{"kind": "photo"}], by=elder)

    assert said.refusals[0].rule_path == "orders.confirmation.proof"


def test_staff_may_recognise_less_and_never_more(bank, done):
    said = refused("too_much", confirm, bank, done, minutes=61, **STREET)
    assert "最多可认定 60 分钟" in said.words.zh

    assert confirm(bank, done, minutes=45, **STREET)["recognised_minutes"] == 45


def test_an_elder_does_not_choose_the_minutes(bank, done, elder):
    refused("staff_only", confirm, bank, done, minutes=30, by=elder)


def test_a_visit_is_not_confirmed_before_it_was_served(bank, visit, elder):
    refused("wrong_state", confirm, bank, visit, by=elder)


def test_somebody_who_attended_a_project_confirms_it(bank, clock, elder):
    project = a_project(bank)
    do(bank, attendances.add, **STREET, order_id=project, recipient_id=elder)
    visit = take(bank, project, a_volunteer(bank))
    serve(bank, clock, visit)

    assert confirm(bank, visit, by=elder)["confirmed_by"] == "recipient"


def test_an_elders_confirmation_takes_few_statements(bank, done, elder):
    with counted_statements(bank) as sent:
        confirm(bank, done, by=elder)

    assert len(sent) <= 10, "\n".join(sent)


def test_a_confirmation_by_staff_reads_no_more_of_the_elder_than_where_they_live(bank, done):
    with counted_statements(bank) as sent:
        confirm(bank, done, PIN, **STREET)

    assert len(sent) <= 12, "\n".join(sent)
    assert not [one for one in sent if "FROM recorded_traits" in one or "FROM ties" in one]


# --- recognising


RULES = load_rule_book(FIXTURES / YUNZHOU).on(DAY)
minutes = st.integers(min_value=0, max_value=600)


@given(st.integers(min_value=1, max_value=600), minutes)
def test_what_counts_is_never_more_than_the_plan_or_the_clock(planned, measured):
    counted = recognition.recognise(RULES.reading(DAY), planned, measured, None)

    assert counted.minutes == min(planned, measured)


@given(st.integers(min_value=1, max_value=600), minutes, minutes)
def test_staff_recognise_exactly_what_they_say_or_are_refused(planned, measured, asked):
    try:
        counted = recognition.recognise(RULES.reading(DAY), planned, measured, asked)
    except Refused:
        assert asked > min(planned, measured)
    else:
        assert counted.minutes == asked <= min(planned, measured)


def test_without_a_measure_staff_say_how_long_it_was(bank):
    rules = RULES.reading(DAY)

    refused("not_measured", recognition.recognise, rules, 60, None, None)
    assert recognition.recognise(rules, 60, None, 40).minutes == 40
    refused("too_much", recognition.recognise, rules, 60, None, 61)


@pytest.mark.parametrize("wrong", [-1, True, "60", 1.5])
def test_minutes_are_whole_and_not_below_zero(wrong):
    with pytest.raises(BadInput):
        recognition.recognise(RULES.reading(DAY), 60, 60, wrong)


# --- missing and cancelling


def test_a_no_show_is_recorded_after_the_grace_only(bank, visit, clock):
    clock.set("2026-03-03 09:59")
    refused("too_early", do, bank, visits.miss, **STREET, visit_id=visit)
    clock.set("2026-03-03 10:00")

    do(bank, visits.miss, **STREET, visit_id=visit)

    assert visit_row(bank, visit).state == "no_show"


def test_an_order_whose_only_volunteer_did_not_come_lapses_and_the_hold_is_voided(
    bank, order, visit, elder, clock
):
    clock.set("2026-03-03 10:00")

    answer = do(bank, visits.miss, by=elder, visit_id=visit)

    assert answer["order_state"] == "lapsed"
    assert hold_states(bank, order) == ["voided"]
    assert available(bank, elder, "granted") == 120


def test_a_project_goes_on_without_the_one_who_did_not_come(bank, clock):
    project, people = a_project(bank), volunteers(bank, 2)
    first, second = (take(bank, project, each) for each in people)
    serve(bank, clock, first)

    answer = do(bank, visits.miss, **STREET, visit_id=second)

    assert answer["order_state"] == "finished"
    assert order_row(bank, project).places_taken == 1


def test_a_volunteer_gives_a_place_back_before_the_service(bank, order, visit, volunteer):
    answer = do(bank, visits.cancel, by=volunteer, visit_id=visit, reason="感冒")

    assert answer["order_state"] == "published"
    assert order_row(bank, order).places_taken == 0
    assert ("cancellation", "app", "感冒") in claims_of(bank, visit)


def test_a_place_given_back_is_taken_by_another_with_the_same_hold(bank, order, visit, volunteer):
    do(bank, visits.cancel, by=volunteer, visit_id=visit, reason="")

    again = do(bank, visits.accept, by=(other := a_volunteer(bank)), order_id=order, volunteer_id=other)

    assert again["place"] == 1
    assert hold_states(bank, order) == ["open"]


def test_after_the_planned_start_a_volunteer_cannot_cancel_what_would_be_a_no_show(
    bank, visit, volunteer, clock
):
    clock.set(START)

    refused("not_staff", do, bank, visits.cancel, by=volunteer, visit_id=visit, reason="")
    answer = do(bank, visits.cancel, **STREET, visit_id=visit, reason="改约")

    assert answer["order_state"] == "lapsed"


def test_an_order_in_service_is_not_cancelled(bank, order, visit, volunteer, elder, clock):
    clock.set(START)
    check_in(bank, visit, volunteer)

    said = refused("wrong_state", do, bank, orders.cancel, by=elder, order_id=order, reason="")

    assert "服务中" in said.words.zh


# --- disputes


def disputed(bank, visit, **who):
    return do(bank, visits.dispute, **who, visit_id=visit, reason="没有来满一小时")


def test_a_dispute_stops_the_order_until_somebody_with_the_power_decides(bank, order, done, elder):
    answer = disputed(bank, done, by=elder)

    assert answer["order_state"] == "disputed"
    refused("wrong_state", confirm, bank, done, by=elder)
    refused("no_power", do, bank, visits.uphold, **STREET, visit_id=done, minutes=60, note="")
    do(bank, visits.uphold, **ABOVE, visit_id=done, minutes=40, note="各让一步")
    row = visit_row(bank, done)
    assert (row.state, row.recognised_minutes, row.confirmed_by) == ("confirmed", 40, "organisation")
    assert order_row(bank, order).state == "finished"
    assert ("dispute", "app", "没有来满一小时") in claims_of(bank, done)


def test_nobody_upholds_more_than_the_clock_and_the_plan(bank, done, elder):
    disputed(bank, done, by=elder)

    refused("too_much", do, bank, visits.uphold, **ABOVE, visit_id=done, minutes=61, note="")


def test_an_order_whose_every_visit_is_void_is_void_and_holds_nothing(bank, order, done, elder):
    disputed(bank, done, by=elder)

    answer = do(bank, visits.void, **ABOVE, visit_id=done, note="查实未服务")

    assert answer["order_state"] == "void"
    assert hold_states(bank, order) == ["voided"]
    assert available(bank, elder, "granted") == 120


def test_one_void_visit_of_two_lets_go_of_its_own_place_only(bank, clock):
    elder = an_elder_with(bank, granted=120)
    order, people = published(bank, elder, places=2), volunteers(bank, 2)
    first, second = (take(bank, order, each) for each in people)
    clock.set(START)
    for each, who in ((first, people[0]), (second, people[1])):
        check_in(bank, each, who)
        check_out(bank, each, who)
    disputed(bank, second, by=elder)

    do(bank, visits.void, **ABOVE, visit_id=second, note="")

    assert hold_states(bank, order) == ["open", "voided"]
    assert order_row(bank, order).state == "finished"


def test_a_volunteer_disputes_a_no_show_and_may_be_upheld(bank, visit, volunteer, clock):
    clock.set("2026-03-03 10:00")
    do(bank, visits.miss, **STREET, visit_id=visit)

    disputed(bank, visit, by=volunteer)
    do(bank, visits.uphold, **ABOVE, visit_id=visit, minutes=60, note="邻居作证")

    row = visit_row(bank, visit)
    assert (row.state, row.recognised_minutes, row.service_date) == ("confirmed", 60, DAY)
    assert [one.came for one in attendances_of(bank, row.order_id)] == [1]


def attendances_of(bank, order):
    with bank.reading() as connection:
        return evidence_rows.attendances_of(connection, YUNZHOU, order)


def missed(bank, visit):
    bank.clock.set("2026-03-03 10:00")
    return do(bank, visits.miss, **STREET, visit_id=visit)


def places_add_up(bank):
    broken = [(one.code, one.shown) for one in verification.verify(bank, YUNZHOU) if not one.ok]
    assert broken == []


def test_a_disputed_no_show_has_its_place_again(bank, order, visit, volunteer):
    missed(bank, visit)

    disputed(bank, visit, by=volunteer)

    assert (order_row(bank, order).state, order_row(bank, order).places_taken) == ("lapsed", 1)
    places_add_up(bank)
    do(bank, visits.void, **ABOVE, visit_id=visit, note="")
    places_add_up(bank)


def test_an_order_begins_with_the_no_show_that_is_upheld(bank, clock):
    project, people = a_project(bank, places=2), volunteers(bank, 2)
    first, second = (take(bank, project, each) for each in people)
    missed(bank, first)

    disputed(bank, first, by=people[0])
    assert order_row(bank, project).state == "filled"
    do(bank, visits.uphold, **ABOVE, visit_id=first, minutes=60, note="")

    assert order_row(bank, project).state == "in_service"
    do(bank, visits.miss, **STREET, visit_id=second)
    assert order_row(bank, project).state == "finished"
    places_add_up(bank)


@pytest.mark.parametrize("void_first", [True, False])
def test_an_order_lapses_once_all_were_missed_but_one_who_is_void(bank, clock, void_first):
    elder = an_elder_with(bank, granted=120)
    order, people = published(bank, elder, places=2), volunteers(bank, 2)
    first, second = (take(bank, order, each) for each in people)
    missed(bank, first)
    disputed(bank, first, by=people[0])

    last = [
        (visits.void, ABOVE | {"visit_id": first, "note": ""}),
        (visits.miss, STREET | {"visit_id": second}),
    ]
    for step, asked in last if void_first else reversed(last):
        do(bank, step, **asked)

    assert order_row(bank, order).state == "lapsed"
    assert hold_states(bank, order) == ["voided", "voided"]
    assert available(bank, elder, "granted") == 120
    places_add_up(bank)


def test_an_order_cancelled_beside_a_disputed_no_show_keeps_count(bank, clock):
    project, people = a_project(bank, places=2), volunteers(bank, 2)
    first, _ = (take(bank, project, each) for each in people)
    missed(bank, first)
    disputed(bank, first, by=people[0])

    do(bank, orders.cancel, **STREET, order_id=project, reason="")

    assert order_row(bank, project).places_taken == 1
    places_add_up(bank)


def test_a_stranger_disputes_nothing(bank, done):
    refused("not_staff", disputed, bank, done, by=a_member(bank))


def test_a_dispute_has_a_reason(bank, done, elder):
    with pytest.raises(BadInput):
        do(bank, visits.dispute, by=elder, visit_id=done, reason=" ")


# --- rating


def test_the_elder_rates_once(bank, done, elder):
    do(bank, visits.rate, by=elder, visit_id=done, stars=5, note="很耐心")

    assert visit_row(bank, done).rating == 5
    refused("rated", do, bank, visits.rate, by=elder, visit_id=done, stars=1)


@pytest.mark.parametrize("stars", [0, 6, True])
def test_a_rating_is_one_to_five_stars(bank, done, elder, stars):
    with pytest.raises(BadInput):
        do(bank, visits.rate, by=elder, visit_id=done, stars=stars)


def test_nobody_rates_what_has_not_been_served(bank, visit, elder):
    refused("not_yet", do, bank, visits.rate, by=elder, visit_id=visit, stars=5)


def test_a_volunteer_does_not_rate_his_own_service(bank, done, volunteer):
    refused("wrong_party", do, bank, visits.rate, by=volunteer, visit_id=done, stars=5)


# --- what is told


def test_an_elder_whose_visit_is_confirmed_has_attended(bank, order, done, elder):
    confirm(bank, done, by=elder)

    with bank.reading() as connection:
        (attendance,) = evidence_rows.attendances_of(connection, YUNZHOU, order)
    assert (attendance.recipient_id, attendance.came) == (elder, 1)
