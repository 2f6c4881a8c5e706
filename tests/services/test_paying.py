"""What an order costs: in the unit its payer chooses, nothing for the classes the file names, and by its own rounding."""

import pytest

from tests.banks import StoryClock, a_bank, do
from tests.working import (
    STREET,
    a_volunteer,
    an_elder_with,
    city_folder,
    order_row,
    placed,
    publish,
    serve,
    take,
)
from tests.yunzhou import settle_tree
from timebank.domain.account import AccountKey, AccountKind, OwnerKind
from timebank.domain.decision import Decision
from timebank.domain.identity import new_id
from timebank.domain.refusal import Refused
from timebank.domain.transfer import Posting, TransferKind
from timebank.services import settlement, visits
from timebank.services.explain import explain_transfer
from timebank.storage import account_rows
from timebank.storage.ledger_session import TransferDraft

CALL = [{"kind": "call_back", "note": ""}]
FREE = ("units: [coin, point], source", "units: [coin, point], free_for: [key_elder], source")
KEY_ELDER = "when: {any: [{all: [aged_80]}"
CEILING, NEAREST = (
    ("  rounding: ceil\n", "  rounding: floor\n"),
    ("  rounding: ceil\n", "  rounding: nearest\n"),
)


@pytest.fixture
def clock():
    """A Monday morning until it is set."""
    return StoryClock("2026-03-02 09:00")


@pytest.fixture
def opened(fresh_database_url, clock, tmp_path):
    """Open the bank with changed words in its rule file."""
    banks = []

    def open_with(*edits):
        manager = a_bank(fresh_database_url, config_folder=city_folder(tmp_path, *edits), clock=clock)
        banks.append(manager)
        bank = manager.__enter__()
        settle_tree(bank)
        return bank

    yield open_with
    for manager in banks:
        manager.__exit__(None, None, None)


def give_points(desk, member_id, minutes):
    """Issue points to a member, as an import does."""
    to = AccountKey(OwnerKind.MEMBER, member_id, AccountKind.SAVINGS, "point")
    issuance = AccountKey(OwnerKind.CITY, desk.city.code, AccountKind.ISSUANCE, "point")
    with desk.writing() as write:
        write.ledger.lock([to, issuance])
        draft = TransferDraft(
            TransferKind.IMPORT,
            "import",
            new_id(),
            (Posting(issuance, to, minutes),),
            desk.today,
            Decision("imported", "test", "2026-01-01", ()),
        )
        return write.answer(transfer_id=write.ledger.post(draft))


def an_elder_with_both(bank, coins=120, points=120):
    elder = an_elder_with(bank, savings=coins)
    do(bank, give_points, member_id=elder, minutes=points)
    return elder


def savings(bank, member):
    with bank.reading() as connection:
        owned = account_rows.of_owner(connection, "yunzhou", OwnerKind.MEMBER, member)
    return {one.key.unit: (one.posted, one.held) for one in owned if one.key.kind is AccountKind.SAVINGS}


def settled(bank, clock, order, minutes=60):
    visit = take(bank, publish(bank, order), a_volunteer(bank))
    serve(bank, clock, visit, minutes=minutes)
    do(bank, visits.confirm, **STREET, visit_id=visit, claims=CALL)
    return do(bank, settlement.settle, visit_id=visit)


def test_without_a_choice_an_order_holds_the_usual_unit(opened):
    bank = opened()
    elder = an_elder_with_both(bank)

    order = placed(bank, elder)["order_id"]

    assert savings(bank, elder) == {"coin": (120, 60), "point": (120, 0)}
    assert order_row(bank, order).decision["facts"]["unit"] == "coin"


def test_an_order_paid_in_the_other_unit_leaves_the_usual_one_alone(opened, clock):
    bank = opened()
    elder = an_elder_with_both(bank)
    order = placed(bank, elder, unit="point")["order_id"]
    assert savings(bank, elder) == {"coin": (120, 0), "point": (120, 60)}

    answer = settled(bank, clock, order)

    assert answer["charged"] == {"point": 60}
    assert savings(bank, elder) == {"coin": (120, 0), "point": (60, 0)}


def test_the_sentence_of_a_charge_names_the_unit_that_was_paid(opened, clock):
    bank = opened()
    order = placed(bank, an_elder_with_both(bank), unit="point")["order_id"]

    lines = explain_transfer(bank, "yunzhou", settled(bank, clock, order)["transfer_id"]).lines

    assert any("付 1 积分" in line.zh and "paid 1 point" in line.en for line in lines)


def test_points_do_not_pay_for_what_is_asked_in_coins(opened):
    bank = opened()
    elder = an_elder_with_both(bank, coins=30, points=600)

    with pytest.raises(Refused) as told:
        placed(bank, elder)

    assert told.value.code == "not_enough"


def test_a_unit_the_file_does_not_leave_to_the_payer_is_refused(opened):
    bank = opened(("units: [coin, point], ", ""))

    with pytest.raises(Refused) as told:
        placed(bank, an_elder_with_both(bank), unit="point")

    assert (told.value.code, told.value.refusals[0].rule_path) == ("wrong_unit", "charge.request")


def test_an_elder_of_a_class_that_pays_nothing_holds_and_pays_nothing(opened, clock):
    bank = opened(FREE)
    order = placed(bank, an_elder_with(bank, savings=120))  # of eighty and more: a key elder

    answer = settled(bank, clock, order["order_id"])

    assert order["held"] == {}
    assert order_row(bank, order["order_id"]).decision["facts"]["free_for"] == "key_elder"
    assert (answer["charged"], answer["credited"]) == ({}, {"coin": 60, "point": 60})


def test_an_elder_of_no_such_class_pays_as_before(opened):
    bank = opened(FREE, (KEY_ELDER, KEY_ELDER.replace("all: [aged_80]", "all: [aged_80, disabled]")))

    assert placed(bank, an_elder_with_both(bank))["held"] == {"savings": 60}


@pytest.mark.parametrize(("edit", "cost"), [((), 120), (CEILING, 60), (NEAREST, 120)])
def test_what_ninety_minutes_cost_is_set_apart_from_what_they_give(opened, clock, edit, cost):
    bank = opened(*([edit] if edit else []))
    order = placed(bank, an_elder_with_both(bank), planned_minutes=90)["order_id"]

    answer = settled(bank, clock, order, minutes=90)

    assert answer["charged"] == {"coin": cost}
    assert answer["credited"] == {"coin": 60, "point": 90}
