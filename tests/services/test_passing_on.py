"""Gifts say by which tie they went, who verified it and when; donations say for which project they are meant."""

import pytest

from tests.banks import day, do
from tests.working import STREET, an_elder_with, kin_of
from tests.yunzhou import a_member
from timebank.domain.account import AccountKind, OwnerKind
from timebank.domain.refusal import Refused
from timebank.services import exchange, members
from timebank.services.explain import explain_transfer
from timebank.storage import account_rows, transfer_rows


@pytest.fixture
def bank(in_its_tree):
    return in_its_tree


@pytest.fixture
def elder(bank):
    return an_elder_with(bank, savings=600)


def facts_of(bank, transfer_id):
    with bank.reading() as connection:
        return transfer_rows.transfer(connection, "yunzhou", transfer_id).decision["facts"]


def an_old_parent(bank, elder, proof="household_register"):
    parent = a_member(bank, "老奶奶", born="1930-01-01")
    tie = {"member_id": elder, "kin_id": parent, "relation": "parent"}
    do(bank, members.verify_tie, **STREET, **tie, proof=proof, valid_from=day("2026-01-15"))
    return parent


def given(bank, elder, receiver):
    asked = {"giver_id": elder, "receiver_id": receiver, "unit": "coin", "minutes": 60}
    return do(bank, exchange.give, by=elder, **asked)["transfer_id"]


def donated(bank, elder, **more):
    asked = {"giver_id": elder, "unit": "coin", "minutes": 60}
    return do(bank, exchange.donate, by=elder, **asked, **more)["transfer_id"]


def test_a_gift_keeps_who_verified_its_tie_when_and_by_what(bank, elder):
    transfer = given(bank, elder, an_old_parent(bank, elder))

    assert facts_of(bank, transfer)["ties"] == [
        {"relation": "parent", "proof": "household_register", "verified_by": "east-1", "on": "2026-03-02"}
    ]


def test_the_sentence_of_a_gift_names_its_tie(bank, elder):
    lines = explain_transfer(bank, "yunzhou", given(bank, elder, an_old_parent(bank, elder))).lines

    told = "亲属关系：父母；凭“household_register”，由“east-1”于 2026-03-02 核验。"
    assert told in [line.zh for line in lines]


def test_a_note_behind_a_proof_does_not_spoil_it_and_stays_out_of_the_decision(bank, elder):
    transfer = given(bank, elder, an_old_parent(bank, elder, "household_register: 王家户口簿第三页"))

    assert facts_of(bank, transfer)["ties"][0]["proof"] == "household_register"


def test_a_gift_to_a_child_too_young_to_receive_is_refused_whatever_the_tie(bank, elder):
    with pytest.raises(Refused) as told:
        given(bank, elder, kin_of(bank, elder))

    assert told.value.code == "receiver_not_entitled"


def test_a_donation_to_a_project_goes_to_the_pool_and_names_the_project(bank, elder):
    transfer = donated(bank, elder, target="key_elders")

    with bank.reading() as connection:
        owned = account_rows.of_owner(connection, "yunzhou", OwnerKind.CITY, "yunzhou")
    assert [one.posted for one in owned if one.key.kind is AccountKind.POOL] == [60]
    assert facts_of(bank, transfer)["target"] == "key_elders"
    assert "指定用于：重点老人关爱项目。" in [
        line.zh for line in explain_transfer(bank, "yunzhou", transfer).lines
    ]


def test_a_donation_without_a_target_is_for_the_pool(bank, elder):
    assert facts_of(bank, donated(bank, elder))["target"] == "pool"


def test_a_donation_to_a_project_that_nobody_named_is_refused_with_those_there_are(bank, elder):
    with pytest.raises(Refused) as told:
        donated(bank, elder, target="new_roof")

    assert (told.value.code, told.value.refusals[0].rule_path) == ("unknown_target", "donations.to")
    assert "重点老人关爱项目" in told.value.words.zh
    assert "pool" in told.value.words.en
