"""Members are registered once, tied to organisations and to each other with proof, and closed in order."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.banks import day, do, writing
from tests.working import kin_of
from tests.yunzhou import a_member, a_visit_row, an_elder, an_order_row, settle_tree
from timebank.domain.identity import new_id
from timebank.domain.identity_card import is_identity_card
from timebank.domain.refusal import BadInput, NotFound, Refused
from timebank.services import members
from timebank.services.facts import facts_of
from timebank.storage.people import members as members_table
from timebank.storage.people import ties

TODAY = day("2026-03-02")
STREET = {"by": "li", "at": "east-1"}


@pytest.fixture
def settled(bank):
    settle_tree(bank)
    return bank


def facts(bank, member, on=TODAY):
    with bank.reading() as connection:
        return facts_of(connection, "yunzhou", member, on)


# --- registering


def test_a_registered_member_is_known(settled):
    member = a_member(settled, "李敏", "1990-05-01", "east-1", "YZ001", phone="13800000001")

    known = facts(settled, member)
    assert (known.name, known.reference, known.home_id) == ("李敏", "YZ001", "east-1")
    assert known.roles == frozenset()


def test_a_reference_belongs_to_one_member(settled):
    a_member(settled, reference="YZ001")

    with pytest.raises(Refused, match="编号“YZ001”已登记给另一名成员") as said:
        a_member(settled, reference="YZ001")
    assert said.value.code == "reference_taken"


def test_a_reference_is_never_an_identity_card_number(settled):
    with pytest.raises(BadInput, match="不能用身份证号"):
        a_member(settled, reference="11010519491231002X")


@given(st.from_regex(r"YZ[0-9]{1,16}", fullmatch=True))
def test_a_number_with_letters_in_front_is_no_identity_card(text):
    assert not is_identity_card(text)


@pytest.mark.parametrize(
    "text", ["110105194912310021", "11010519491331002X", "01010519491231002X", "11010519491231"]
)
def test_what_fails_the_check_digit_or_the_birthday_is_no_identity_card(text):
    assert not is_identity_card(text)


def test_a_home_must_be_in_the_tree(settled):
    with pytest.raises(NotFound, match="没有找到组织“nowhere”"):
        a_member(settled, home="nowhere")


def test_nobody_is_born_in_the_future(settled):
    with pytest.raises(BadInput, match="在今天之后"):
        a_member(settled, born="2026-03-03")


def test_an_empty_name_is_refused(settled):
    with pytest.raises(BadInput, match="姓名须为"):
        a_member(settled, "  ")


def test_a_number_in_a_register_can_be_added_later(settled):
    member = a_member(settled, registry_keys={"volunteer_registry": "V1"})
    do(settled, members.add_registry_key, by=member, member_id=member, register="other", key="O1")

    with settled.reading() as connection:
        keys = connection.execute(select(members_table.c.registry_keys)).scalar_one()
    assert keys == {"volunteer_registry": "V1", "other": "O1"}


def test_a_stranger_adds_no_number_for_a_member(settled):
    member, stranger = a_member(settled), a_member(settled)

    with pytest.raises(Refused, match="只有本人、已核实的亲属"):
        do(settled, members.add_registry_key, by=stranger, member_id=member, register="other", key="O1")


# --- traits


def certify(bank, member, trait="low_income", begins=TODAY, ends=None, **who):
    return do(
        bank,
        members.certify_trait,
        **(who or STREET),
        member_id=member,
        trait=trait,
        valid_from=begins,
        valid_until=ends,
        proof="低保证",
    )


def test_a_certified_trait_holds_on_its_first_and_on_its_last_day(settled):
    member = a_member(settled)
    certify(settled, member, ends=TODAY + timedelta(days=30))

    held = [
        [fact.trait for fact in facts(settled, member, TODAY + timedelta(days=days)).traits]
        for days in (-1, 0, 30, 31)
    ]
    assert held == [[], ["low_income"], ["low_income"], []]


def test_a_trait_names_who_certified_it(settled):
    member = a_member(settled)
    certify(settled, member)

    (trait,) = facts(settled, member).traits
    assert (trait.certified_by, trait.proof) == ("east-1", "低保证")


@pytest.mark.parametrize("trait", ["aged_80", "served_100", "rich"])
def test_only_traits_that_are_recorded_can_be_certified(settled, trait):
    with pytest.raises(BadInput, match="可用的有：low_income、disabled"):
        certify(settled, a_member(settled), trait)


def test_the_same_trait_is_not_certified_twice_for_one_day(settled):
    member = a_member(settled)
    certify(settled, member, ends=TODAY + timedelta(days=30))

    with pytest.raises(Refused, match="已经登记过"):
        certify(settled, member, begins=TODAY + timedelta(days=30))


def test_a_trait_is_certified_again_after_it_ended(settled):
    member = a_member(settled)
    certify(settled, member)
    do(settled, members.end_trait, **STREET, member_id=member, trait="low_income", on_day=TODAY)
    certify(settled, member, begins=TODAY + timedelta(days=1))

    assert len(facts(settled, member, TODAY + timedelta(days=1)).traits) == 1


def test_a_trait_the_member_does_not_have_cannot_be_ended(settled):
    with pytest.raises(Refused, match="没有这样一条有效的登记"):
        do(settled, members.end_trait, **STREET, member_id=a_member(settled), trait="disabled", on_day=TODAY)


def test_a_period_that_ends_before_it_begins_is_refused(settled):
    with pytest.raises(BadInput, match="早于开始"):
        certify(settled, a_member(settled), ends=TODAY - timedelta(days=1))


# --- kinship


def verify(bank, member, kin, relation="parent", proof="household_register", **more):
    given = {"member_id": member, "kin_id": kin, "relation": relation, "proof": proof, "valid_from": TODAY}
    return do(bank, members.verify_tie, **(STREET | given | more))


def test_a_tie_is_read_from_both_sides(settled):
    child, mother = a_member(settled, born="1990-05-01"), a_member(settled, born="1960-01-01")
    verify(settled, child, mother)

    (up,) = facts(settled, child).kin
    (down,) = facts(settled, mother).kin
    assert (up.relation, up.member_id, up.born_on) == ("parent", mother, day("1960-01-01"))
    assert (down.relation, down.member_id, down.born_on) == ("child", child, day("1990-05-01"))


def test_nobody_is_their_own_kin(settled):
    member = a_member(settled)

    with pytest.raises(Refused, match="不能把本人登记为自己的亲属"):
        verify(settled, member, member)


def test_a_proof_is_one_that_the_file_accepts(settled):
    with pytest.raises(BadInput, match="household_register、marriage_certificate"):
        verify(settled, a_member(settled), a_member(settled), proof="口头说明")


def test_a_proof_may_carry_a_note(settled):
    child, mother = a_member(settled), a_member(settled)
    verify(settled, child, mother, proof="household_register：户口簿第三页")

    assert facts(settled, child).kin[0].proof == "household_register：户口簿第三页"


def test_a_relation_of_no_kin_set_takes_any_proof(settled):
    one, other = a_member(settled), a_member(settled)
    verify(settled, one, other, "friend", "双方声明")

    assert facts(settled, other).kin[0].relation == "friend"


def test_an_unknown_relation_is_refused_with_those_known(settled):
    with pytest.raises(BadInput, match="parent、child、grandparent"):
        verify(settled, a_member(settled), a_member(settled), "cousin")


def test_kinship_with_somebody_unknown_is_refused(settled):
    with pytest.raises(NotFound, match="没有找到成员"):
        verify(settled, a_member(settled), new_id())


def test_the_same_tie_is_not_verified_twice_from_either_side(settled):
    child, mother = a_member(settled), a_member(settled)
    verify(settled, child, mother)

    with pytest.raises(Refused, match="已经登记过"):
        verify(settled, mother, child, "child")


def test_an_ended_tie_ends_on_both_sides(settled):
    wife, husband = a_member(settled), a_member(settled)
    verify(settled, wife, husband, "spouse", "marriage_certificate")
    do(settled, members.end_tie, **STREET, member_id=husband, kin_id=wife, relation="spouse", on_day=TODAY)

    tomorrow = TODAY + timedelta(days=1)
    assert facts(settled, wife, tomorrow).kin == facts(settled, husband, tomorrow).kin == ()
    assert len(facts(settled, wife).kin) == 1


def test_a_refused_tie_leaves_nothing_behind(settled):
    child, mother = a_member(settled), a_member(settled)

    with pytest.raises(Refused, match="不属于“西一街道”管辖"):
        verify(settled, child, mother, by="wu", at="west-1")
    with settled.reading() as connection:
        assert connection.execute(select(ties)).all() == []


# --- qualifications


def qualify(bank, member, kind="law", **who):
    return do(
        bank,
        members.verify_qualification,
        **(who or STREET),
        member_id=member,
        kind=kind,
        proof="执业证",
        valid_from=TODAY,
        valid_until=day("2027-03-01"),
    )


def test_a_verified_qualification_lasts_until_its_last_day(settled):
    member = a_member(settled)
    qualify(settled, member)

    assert [fact.kind for fact in facts(settled, member, day("2027-03-01")).qualifications] == ["law"]
    assert facts(settled, member, day("2027-03-02")).qualifications == ()


def test_an_unknown_qualification_is_refused_with_those_of_the_file(settled):
    with pytest.raises(BadInput, match="没有专业资格“nursing”。可用的有：law"):
        qualify(settled, a_member(settled), "nursing")


def test_the_organisation_a_member_has_joined_may_verify_as_that_of_their_home(settled):
    member = a_member(settled, home="west-1")
    do(settled, members.join_organisation, member_id=member, organisation_id="team-a", from_day=TODAY)

    qualify(settled, member)

    assert facts(settled, member).qualifications[0].verified_by == "east-1"


# --- organisations


def test_a_membership_has_a_level_and_ends_with_its_last_day(settled):
    member = a_member(settled)
    do(
        settled,
        members.join_organisation,
        by=member,
        member_id=member,
        organisation_id="team-a",
        from_day=TODAY,
    )
    do(
        settled,
        members.leave_organisation,
        by=member,
        member_id=member,
        organisation_id="team-a",
        on_day=TODAY,
    )

    (membership,) = facts(settled, member).memberships
    assert (membership.organisation_id, membership.level) == ("team-a", "team")
    assert facts(settled, member, TODAY + timedelta(days=1)).memberships == ()


def test_the_team_takes_a_member_in(settled):
    member = a_member(settled)

    do(
        settled,
        members.join_organisation,
        by="team-lead",
        at="team-a",
        member_id=member,
        organisation_id="team-a",
        from_day=TODAY,
    )

    assert facts(settled, member).memberships[0].organisation_id == "team-a"


def taken_in_by_west_1(bank, member):
    """Let a street of the other district take a member in, which nobody there asked for."""
    there = {"by": "stranger", "at": "west-1"}
    taken = {"member_id": member, "organisation_id": "west-1", "from_day": TODAY}
    do(bank, members.join_organisation, **there, **taken)
    return there


def test_an_organisation_that_took_a_member_in_does_not_act_for_them(settled):
    member = a_member(settled, home="east-1")
    there = taken_in_by_west_1(settled, member)

    number = {"member_id": member, "register": "volunteer_registry", "key": "V-1"}
    with pytest.raises(Refused, match="所加入的组织不能代办") as said:
        do(settled, members.add_registry_key, **there, **number)
    assert said.value.code == "not_party"


def test_a_member_joins_an_organisation_once(settled):
    member = a_member(settled)
    joining = {"member_id": member, "organisation_id": "team-a", "from_day": TODAY}
    do(settled, members.join_organisation, **joining)

    with pytest.raises(Refused, match="已经加入“team-a”"):
        do(settled, members.join_organisation, **joining)


def test_who_never_joined_cannot_leave(settled):
    member = a_member(settled)

    with pytest.raises(Refused, match="没有加入“team-a”"):
        do(settled, members.leave_organisation, member_id=member, organisation_id="team-a", on_day=TODAY)


# --- closing


def test_a_member_who_left_has_no_role_and_no_membership_any_more(settled):
    elder = an_elder(settled)
    do(settled, members.join_organisation, member_id=elder, organisation_id="team-a", from_day=TODAY)
    do(settled, members.close, by=elder, member_id=elder, on_day=TODAY, reason="left")

    tomorrow = facts(settled, elder, TODAY + timedelta(days=1))
    assert (tomorrow.roles, tomorrow.memberships) == (frozenset(), ())
    assert facts(settled, elder).roles == {"recipient"}


def test_staff_of_where_a_member_lives_close_who_leaves(settled):
    member = a_member(settled, home="east-1")

    assert do(settled, members.close, **STREET, member_id=member, on_day=TODAY, reason="left")


def test_an_organisation_that_took_a_member_in_does_not_close_them(settled):
    member = a_member(settled, home="east-1")
    there = taken_in_by_west_1(settled, member)

    with pytest.raises(Refused, match="“东一街道”不属于“西一街道”管辖"):
        do(settled, members.close, **there, member_id=member, on_day=TODAY, reason="left")


def test_staff_without_a_power_close_nobody(settled):
    member = a_member(settled, home="team-a")

    with pytest.raises(Refused, match="没有权限办理成员加入") as said:
        do(settled, members.close, by="li", at="team-a", member_id=member, on_day=TODAY, reason="left")
    assert said.value.code == "no_power"


@pytest.mark.parametrize("relation", ["friend", "neighbour", "ward"])
def test_who_is_tied_to_a_member_and_no_kin_does_not_close_them(settled, relation):
    member = a_member(settled)
    neighbour = kin_of(settled, member, relation)

    with pytest.raises(Refused, match="只有本人、已核实的亲属"):
        do(settled, members.close, by=neighbour, member_id=member, on_day=TODAY, reason="left")


def test_kin_close_who_leaves(settled):
    member = a_member(settled)

    assert do(
        settled, members.close, by=kin_of(settled, member), member_id=member, on_day=TODAY, reason="left"
    )


def test_a_member_is_closed_once(settled):
    member = a_member(settled)
    do(settled, members.close, by=member, member_id=member, on_day=TODAY, reason="left")

    with pytest.raises(Refused, match="已销户"):
        do(settled, members.close, by=member, member_id=member, on_day=TODAY, reason="left")


def test_who_still_has_an_order_is_not_closed(settled):
    elder = an_elder(settled)
    with writing(settled) as connection:
        an_order_row(connection, recipient_id=elder)
        an_order_row(connection, recipient_id=elder, state="cancelled")

    with pytest.raises(Refused, match="还有 1 个为其预约的订单、0 次其承担的服务没有办结"):
        do(settled, members.close, by=elder, member_id=elder, on_day=TODAY, reason="left")


def test_who_still_has_a_visit_to_make_is_not_closed(settled):
    member = a_member(settled)
    with writing(settled) as connection:
        a_visit_row(connection, member, state="checked_out")
        a_visit_row(connection, member, state="settled")

    with pytest.raises(Refused, match="还有 0 个为其预约的订单、1 次其承担的服务没有办结"):
        do(settled, members.close, by=member, member_id=member, on_day=TODAY, reason="left")


def test_who_has_done_everything_is_closed(settled):
    member = a_member(settled)
    with writing(settled) as connection:
        an_order_row(connection, recipient_id=member, state="settled")
        a_visit_row(connection, member, state="void")

    do(settled, members.close, by=member, member_id=member, on_day=TODAY, reason="left")


def test_a_death_is_handled_by_who_has_the_power(settled):
    member = a_member(settled)

    with pytest.raises(Refused, match="办理去世成员事项"):
        do(settled, members.close, by=member, member_id=member, on_day=TODAY, reason="deceased")


def test_a_reason_is_one_of_two(settled):
    with pytest.raises(BadInput, match="left、deceased"):
        do(settled, members.close, member_id=a_member(settled), on_day=TODAY, reason="bored")
