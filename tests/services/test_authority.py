"""Who may do what to whom."""

import pytest

from tests.banks import day, do
from tests.yunzhou import a_member, settle_tree
from timebank.domain.refusal import Refused
from timebank.services import members, organisations

TODAY = day("2026-03-02")


@pytest.fixture
def settled(bank):
    settle_tree(bank)
    return bank


def certify(bank, member, **who):
    return do(bank, members.certify_trait, member_id=member, trait="low_income", valid_from=TODAY, **who)


def test_staff_use_a_power_of_their_level_over_their_own_organisation(settled):
    certify(settled, a_member(settled, home="east-1"), by="li", at="east-1")


def test_staff_use_a_power_over_everything_below_them(settled):
    certify(settled, a_member(settled, home="team-a"), by="li", at="yz")


def test_staff_of_another_branch_are_refused_with_both_names(settled):
    with pytest.raises(Refused, match="“东一街道”不属于“西一街道”管辖") as said:
        certify(settled, a_member(settled, home="east-1"), by="li", at="west-1")

    assert said.value.code == "outside_area"


def test_staff_below_an_organisation_have_no_power_over_it(settled):
    with pytest.raises(Refused, match="不属于“晨光服务队”管辖"):
        certify(settled, a_member(settled, home="east-1"), by="li", at="team-a")


def test_a_level_without_the_power_is_told_which_levels_have_it(settled):
    with pytest.raises(
        Refused, match="“城东区”（区）没有权限认定特征。有此权限的层级：市民政局、街道"
    ) as said:
        certify(settled, a_member(settled, home="east-1"), by="li", at="east")

    assert said.value.refusals[0].rule_path == "levels.district"
    assert "第四条" in said.value.words.zh


def test_a_member_certifies_nothing(settled):
    member = a_member(settled)

    with pytest.raises(Refused, match="只有组织的工作人员可以认定特征"):
        certify(settled, member, by=member)


def test_staff_of_an_organisation_that_does_not_exist_are_refused(settled):
    with pytest.raises(Refused, match="不在管理树中"):
        certify(settled, a_member(settled), by="li", at="nowhere")


def test_staff_of_a_closed_organisation_are_refused(settled, clock):
    member = a_member(settled, home="east-1")
    do(settled, organisations.close, organisation_id="east-2", on_day=TODAY)
    clock.set("2026-03-03 09:00")

    with pytest.raises(Refused, match="不在管理树中"):
        certify(settled, member, by="li", at="east-2")


def test_who_belongs_nowhere_is_in_the_care_of_the_root(settled):
    member = a_member(settled, home=None)

    with pytest.raises(Refused, match="没有所属组织"):
        certify(settled, member, by="li", at="east-1")
    certify(settled, member, by="li", at="yz")
