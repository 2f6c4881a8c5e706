"""The management tree: who may stand where, from which day, and what its past looked like."""

import pytest

from tests.banks import day, do, writing
from tests.yunzhou import a_member, an_order_row, settle_tree
from timebank.domain.refusal import BadInput, Conflict, NotFound, Refused
from timebank.services import members, organisations
from timebank.storage.organisation_rows import branch_on, tree_on

TODAY = day("2026-03-02")


@pytest.fixture
def settled(bank):
    settle_tree(bank)
    return bank


def tree(bank, on=TODAY):
    with bank.reading() as connection:
        return tree_on(connection, "yunzhou", on)


def add(bank, code, level, parent, **more):
    return do(bank, organisations.add, organisation_id=code, level=level, name=code, parent_id=parent, **more)


def test_an_organisation_stands_below_its_parent(settled):
    assert [node.id for node in tree(settled).path("team-a")] == ["team-a", "east-1", "east", "yz"]


def test_an_organisation_is_not_in_the_tree_before_it_opened(settled):
    add(settled, "east-3", "street", "east", opened_on=day("2026-04-01"))

    assert tree(settled).path("east-3") == ()
    assert [node.id for node in tree(settled, day("2026-04-01")).path("east-3")] == ["east-3", "east", "yz"]


def test_an_organisation_without_a_day_opens_today(settled):
    add(settled, "east-3", "street", "east")

    assert tree(settled, day("2026-03-01")).path("east-3") == ()
    assert tree(settled, TODAY).path("east-3") != ()


def test_a_level_stands_only_under_the_level_the_file_names(settled):
    with pytest.raises(Refused, match="“街道”的上级应为“区”一级的组织：“云州市民政局”不是这一级") as said:
        add(settled, "east-3", "street", "yz")

    assert said.value.refusals[0].rule_path == "levels.street.under"
    assert "《云州市养老服务时间银行管理办法》第四条" in said.value.words.zh


def test_the_highest_level_stands_under_nothing(settled):
    with pytest.raises(Refused, match="是最高一级"):
        add(settled, "yz2", "city", "yz")


def test_a_level_below_the_highest_needs_a_parent(settled):
    with pytest.raises(Refused, match="没有写明上级"):
        add(settled, "north", "district", None)


def test_an_unknown_level_is_refused_with_those_of_the_file(settled):
    with pytest.raises(BadInput, match="city、district、street、team"):
        add(settled, "x", "village", "east")


def test_a_code_belongs_to_one_organisation(settled):
    with pytest.raises(Refused, match="已由“东一街道”使用"):
        add(settled, "east-1", "street", "east")


@pytest.mark.parametrize("code", ["", "has space", "x" * 65])
def test_a_code_has_no_spaces_and_a_bound(settled, code):
    with pytest.raises(BadInput, match="不含空格"):
        add(settled, code, "street", "east")


def test_the_same_operation_adds_once(settled):
    first = add(settled, "east-3", "street", "east", operation="once")

    assert add(settled, "east-3", "street", "east", operation="once") == first
    with pytest.raises(Conflict):
        add(settled, "east-4", "street", "east", operation="once")


def test_staff_without_the_power_add_nothing(settled):
    with pytest.raises(Refused, match="没有把此权限给任何层级"):
        add(settled, "east-3", "street", "east", by="chen", at="east")


def test_a_member_adds_no_organisation(settled):
    with pytest.raises(Refused, match="只有组织的工作人员可以管理组织"):
        add(settled, "east-3", "street", "east", by="somebody")


def test_a_moved_organisation_takes_everything_below_along(settled):
    do(settled, organisations.move, organisation_id="east-1", parent_id="west", from_day=day("2026-07-01"))

    after = tree(settled, day("2026-07-01"))
    assert [node.id for node in after.path("team-a")] == ["team-a", "east-1", "west", "yz"]


def test_the_past_of_a_moved_organisation_stays_as_it_was(settled):
    do(settled, organisations.move, organisation_id="east-1", parent_id="west", from_day=day("2026-07-01"))

    before = tree(settled, day("2026-06-30"))
    assert [node.id for node in before.path("team-a")] == ["team-a", "east-1", "east", "yz"]


def test_an_organisation_cannot_be_moved_below_itself(settled):
    with pytest.raises(Refused, match="不能作它的上级"):
        do(settled, organisations.move, organisation_id="east", parent_id="east-1", from_day=TODAY)


def test_a_move_before_the_last_one_is_refused(settled):
    do(settled, organisations.move, organisation_id="east-1", parent_id="west", from_day=day("2026-07-01"))

    with pytest.raises(Refused, match="请选更晚的日期"):
        do(
            settled,
            organisations.move,
            organisation_id="east-1",
            parent_id="east",
            from_day=day("2026-06-01"),
        )


def test_a_move_on_the_day_of_the_last_one_mends_it(settled):
    do(settled, organisations.move, organisation_id="east-1", parent_id="west", from_day=day("2026-07-01"))
    do(settled, organisations.move, organisation_id="east-1", parent_id="east", from_day=day("2026-07-01"))

    assert tree(settled, day("2026-07-01")).nodes["east-1"].parent_id == "east"


def test_an_organisation_that_does_not_exist_cannot_be_moved(settled):
    with pytest.raises(NotFound, match="没有找到组织“nowhere”"):
        do(settled, organisations.move, organisation_id="nowhere", parent_id="east", from_day=TODAY)


def test_a_closed_organisation_is_in_the_tree_until_its_last_day(settled):
    do(settled, organisations.close, organisation_id="team-a", on_day=day("2026-06-30"))

    assert tree(settled, day("2026-06-30")).path("team-a") != ()
    assert tree(settled, day("2026-07-01")).path("team-a") == ()


def test_an_organisation_with_others_below_it_is_not_closed(settled):
    with pytest.raises(Refused, match="下面在 2026-06-30 以后还有组织：team-a"):
        do(settled, organisations.close, organisation_id="east-1", on_day=day("2026-06-30"))


def test_an_organisation_with_open_orders_is_not_closed(settled):
    with writing(settled) as connection:
        an_order_row(connection, organisation_id="team-a")

    with pytest.raises(Refused, match="还有 1 个未办结的服务订单"):
        do(settled, organisations.close, organisation_id="team-a", on_day=day("2026-06-30"))


def test_an_organisation_where_members_live_is_not_closed(settled):
    a_member(settled, home="east-2")
    gone = a_member(settled, home="east-2")
    do(settled, members.close, by=gone, member_id=gone, on_day=TODAY, reason="left")

    with pytest.raises(Refused, match="还是 1 名成员的居住地所属组织") as said:
        do(settled, organisations.close, organisation_id="east-2", on_day=day("2026-06-30"))
    assert said.value.code == "organisation_not_empty"


def test_an_organisation_whose_members_have_all_left_is_closed(settled):
    gone = a_member(settled, home="east-2")
    do(settled, members.close, by=gone, member_id=gone, on_day=TODAY, reason="left")

    assert do(settled, organisations.close, organisation_id="east-2", on_day=TODAY)


def test_nobody_is_registered_where_the_last_day_is_set(settled):
    do(settled, organisations.close, organisation_id="east-2", on_day=day("2026-06-30"))

    with pytest.raises(Refused, match="最后一日是 2026-06-30，不能再登记为居住地所属组织") as said:
        a_member(settled, home="east-2")
    assert said.value.code == "organisation_closed"


def test_an_organisation_is_closed_once(settled):
    do(settled, organisations.close, organisation_id="team-a", on_day=day("2026-06-30"))

    with pytest.raises(Refused, match="已撤销"):
        do(settled, organisations.close, organisation_id="team-a", on_day=day("2026-08-30"))


def test_nothing_is_added_below_a_closed_organisation(settled):
    do(settled, organisations.close, organisation_id="east-2", on_day=day("2026-06-30"))

    with pytest.raises(Refused, match="不在管理树中"):
        add(settled, "team-b", "team", "east-2", opened_on=day("2026-07-01"))


def test_nothing_is_put_below_an_organisation_whose_last_day_is_set(settled):
    do(settled, organisations.close, organisation_id="east-2", on_day=day("2026-06-30"))

    for act in (
        lambda: add(settled, "team-b", "team", "east-2"),
        lambda: do(settled, organisations.move, organisation_id="team-a", parent_id="east-2", from_day=TODAY),
    ):
        with pytest.raises(Refused, match="最后一日是 2026-06-30，不能再在其下设立或移入组织"):
            act()


def test_a_branch_is_the_tree_seen_from_some_organisations_upwards(settled):
    with settled.reading() as connection:
        branch = branch_on(connection, "yunzhou", TODAY, ["team-a", "west-1", "nowhere"])

    assert set(branch.nodes) == {"team-a", "east-1", "east", "yz", "west-1", "west"}
    assert branch.path("team-a") == tree(settled).path("team-a")
