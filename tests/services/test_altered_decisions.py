"""Whatever somebody makes of a stored decision: every law is asked to the end, and the altered decision is named."""

import pytest
from sqlalchemy import update

from tests.banks import YUNZHOU
from tests.planting import another_decision, planted
from tests.scenes import a_visit_on_paper, a_volunteer, account, settle
from timebank.services.verification import ask
from timebank.services.verification_names import NAMES
from timebank.storage.books import accounts, transfers


def asked_for(minutes):
    """Let the answer of the rules ask for other minutes."""

    def change(decision):
        for *_, answer in decision["hooks"]:
            for line in answer:
                line[3] = minutes

    return change


ALTERED = {
    "a fraction of nothing": asked_for("1/0"),
    "a number that is never worked out": asked_for("1e99999999"),
    "a very long number": asked_for("9" * 4000),
    "words": asked_for("an hour"),
    "no credits": lambda decision: decision["facts"].update(credits=None),
    "no facts": lambda decision: decision.pop("facts"),
    "facts of another shape": lambda decision: decision.update(facts=[]),
    "recognised in words": lambda decision: decision["facts"].update(recognised="1e99999999"),
    "rules that are a number": lambda decision: decision.update(rules=5),
    "rules that are a list": lambda decision: decision.update(rules=["x"]),
    "waiting minutes in words": lambda decision: decision["facts"]["credits"][0].update(carried="many"),
}


def ask_each(bank, connection):
    """Ask every law by itself, as a verification does: on PostgreSQL a statement that fails would spoil the next."""
    asked = {}
    for code in NAMES:
        alone = connection.begin_nested()
        asked[code] = ask(connection, bank.city(YUNZHOU), code)
        alone.rollback()
    return asked


@pytest.mark.timeout(120)
@pytest.mark.parametrize("change", ALTERED.values(), ids=ALTERED)
def test_an_altered_decision_is_named_and_ends_no_verification(bank, change):
    settled = settle(bank, a_visit_on_paper(bank, a_volunteer(bank)))["transfer_id"]
    other = a_volunteer(bank, "赵六")
    settle(bank, a_visit_on_paper(bank, other))
    put_up = update(accounts).where(accounts.c.id == account(bank, other).id).values(carried=7)

    with planted(bank, another_decision(bank, settled, change), put_up) as connection:
        asked = ask_each(bank, connection)

    assert any(line.startswith(settled) for line in asked["settlements_come_out_again"].shown)
    assert any(other in line for line in asked["carried_comes_out_again"].shown), "it hides no other fault"


def test_a_decision_that_is_none_ends_no_verification(bank):
    settled = settle(bank, a_visit_on_paper(bank, a_volunteer(bank)))["transfer_id"]
    nothing = update(transfers).where(transfers.c.id == settled).values(decision=[])

    with planted(bank, nothing) as connection:
        asked = ask_each(bank, connection)

    assert not asked["settlements_come_out_again"].ok


@pytest.mark.only_on("sqlite", reason="PostgreSQL keeps no JSON that cannot be read")
def test_a_decision_that_is_no_json_is_a_fault_of_the_laws_that_read_it(bank):
    settled = settle(bank, a_visit_on_paper(bank, a_volunteer(bank)))["transfer_id"]

    with planted(bank) as connection:
        connection.exec_driver_sql(
            "UPDATE transfers SET decision = '{' WHERE id = ?", (settled.replace("-", ""),)
        )
        asked = ask_each(bank, connection)

    assert not asked["settlements_come_out_again"].ok
    assert asked["conservation"].ok
