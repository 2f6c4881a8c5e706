"""Somebody dies, or an organisation is closed, between the judging of a command and its writing: it is refused."""

from functools import partial

import pytest

from tests.banks import YUNZHOU, day, do, plugin
from tests.scenes import donate, give, posted
from tests.working import a_volunteer, an_elder_with, events, give_hours, kin_of, placed
from tests.yunzhou import settle_tree
from timebank.domain.refusal import Refused
from timebank.hooks import hookimpl
from timebank.services import grants, members, organisations

TODAY = "2026-03-02"
PROJECT = {"by": "sun", "at": "east-2", "places": 3, "head_count": 3, "organisation_id": "east-2"}


class Meanwhile:
    """A plugin that has no opinion, but lets something happen while it is asked, once."""

    def __init__(self):
        self.act = None

    def _let_it_happen(self):
        act, self.act = self.act, None
        if act is not None:
            act()
        return []

    @hookimpl
    def timebank_check_order(self):
        return self._let_it_happen()

    @hookimpl
    def timebank_check_transfer(self):
        return self._let_it_happen()


@pytest.fixture
def meanwhile():
    return Meanwhile()


@pytest.fixture
def bank(bank_with, meanwhile):
    hooks = {name: getattr(meanwhile, name) for name in ("timebank_check_order", "timebank_check_transfer")}
    opened = bank_with(plugins={YUNZHOU: plugin(**hooks)})
    settle_tree(opened)
    return opened


def dies(bank, member):
    return partial(do, bank, members.close, member_id=member, on_day=day(TODAY), reason="deceased")


def is_closed(bank, organisation):
    return partial(do, bank, organisations.close, organisation_id=organisation, on_day=day(TODAY))


def refused(code, act, *given, **more):
    with pytest.raises(Refused) as said:
        act(*given, **more)
    assert said.value.code == code, said.value
    return said.value


def test_no_order_is_written_for_an_elder_who_dies_while_it_is_judged(bank, meanwhile):
    elder = an_elder_with(bank, granted=120)
    meanwhile.act = dies(bank, elder)

    refused("member_closed", placed, bank, elder)

    assert events(bank, "order.") == []


def test_no_project_is_written_for_an_organisation_that_is_closed_while_it_is_judged(bank, meanwhile):
    meanwhile.act = is_closed(bank, "east-2")

    said = refused("organisation_closed", placed, bank, **PROJECT)

    assert "最后一日是 2026-03-02，不能在 2026-03-03 有服务订单" in said.words.zh


def test_no_order_is_placed_for_a_day_after_the_last_of_its_organisation(bank):
    do(bank, organisations.close, organisation_id="east-2", on_day=day(TODAY))

    refused("organisation_closed", placed, bank, **PROJECT)


@pytest.mark.parametrize("giver_dies", [True, False])
def test_no_gift_is_posted_by_or_to_who_dies_while_it_is_judged(bank, meanwhile, giver_dies):
    parent = an_elder_with(bank)
    child = kin_of(bank, parent)
    do(bank, give_hours, member_id=child, kind="savings", minutes=120)
    meanwhile.act = dies(bank, child if giver_dies else parent)

    refused("member_closed", give, bank, child, parent, 60)

    assert (posted(bank, child), posted(bank, parent)) == (120, 0)


def test_nothing_is_donated_by_who_dies_while_it_is_judged(bank, meanwhile):
    member = a_volunteer(bank)
    do(bank, give_hours, member_id=member, kind="savings", minutes=120)
    meanwhile.act = dies(bank, member)

    refused("member_closed", donate, bank, member, 60)

    assert posted(bank, member) == 120


def test_nothing_is_granted_to_who_dies_while_it_is_judged(bank, meanwhile):
    elder = an_elder_with(bank)
    meanwhile.act = dies(bank, elder)

    refused("member_closed", do, bank, grants.issue, plan="key_elders", member_id=elder)

    assert posted(bank, elder, "granted") == 0
