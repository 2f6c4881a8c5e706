"""The past comes out again: what no sum over rows can see, deciding once more sees.

Each fault is planted so that all books agree with it: postings, balances after them, and the account.
"""

import pytest
from sqlalchemy import or_, select, update

from tests.banks import YUNZHOU, plugin, record_rule_files
from tests.planting import another_decision, planted
from tests.scenes import (
    DAY_CAP,
    Paper,
    a_confirmed_visit,
    a_recipient,
    a_visit_on_paper,
    a_volunteer,
    account,
    an_elder_with_time,
    give,
    reverse,
    settle,
    verified_child,
    visits_on_paper,
    with_credit,
)
from timebank.hooks import hookimpl
from timebank.hooks.plain import timebank_credit_visit
from timebank.services.settlement import settle_due
from timebank.services.verification import ask, verify
from timebank.services.verification_names import NAMES
from timebank.storage.books import accounts, postings, transfers
from timebank.storage.redeciding_rows import PAGE

AGAIN, CAPS, CARRIED = "settlements_come_out_again", "caps_hold", "carried_comes_out_again"


def broken(bank, connection):
    """The laws that do not hold."""
    return [code for code in NAMES if not ask(connection, bank.city(YUNZHOU), code).ok]


def shown(bank, connection, code):
    return " / ".join(ask(connection, bank.city(YUNZHOU), code).shown)


def credited_more(bank, transfer_id, minutes, unit="coin"):
    """The statements after which every row agrees that a settlement credited so much more."""
    with bank.reading() as connection:
        issued = (postings.c.transfer_id == transfer_id, postings.c.unit == unit)
        line = connection.execute(select(postings).where(*issued).order_by(postings.c.line)).first()
        kept = connection.execute(select(accounts.c.kind).where(accounts.c.id == line.credit_id)).scalar_one()
    assert kept == "savings"
    later = postings.c.transfer_id >= transfer_id
    return [
        update(postings).where(*issued, postings.c.line == line.line).values(minutes=line.minutes + minutes),
        update(postings)
        .where(later, or_(postings.c.credit_id == line.credit_id, postings.c.debit_id == line.credit_id))
        .values(credit_after=postings.c.credit_after + minutes),
        update(accounts).where(accounts.c.id == line.credit_id).values(posted=accounts.c.posted + minutes),
    ]


def first_credit(decision):
    return decision["facts"]["credits"][0]


# ---- settlements


def test_more_credited_in_every_row_but_the_decision_is_found(bank):
    settled = settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 120))["transfer_id"]

    with planted(bank, *credited_more(bank, settled, 60)) as connection:
        assert broken(bank, connection) == [AGAIN]
        assert f"{settled} posted {YUNZHOU} issuance > " in shown(bank, connection, AGAIN)


def test_more_credited_in_every_row_and_in_the_decision_is_found(bank):
    settled = settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 120))["transfer_id"]
    also = another_decision(bank, settled, lambda decision: first_credit(decision).update(credited=180))

    with planted(bank, *credited_more(bank, settled, 60), also) as connection:
        assert broken(bank, connection) == [AGAIN]
        assert "credited and cut: 180 ≠ 120" in shown(bank, connection, AGAIN)


def test_an_answer_the_plain_time_bank_never_gave_is_found(bank):
    settled = settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 120))["transfer_id"]

    def lie(decision):
        first_credit(decision).update(credited=180, asked="180")
        decision["hooks"][0][3][0][3] = "180"

    also = another_decision(bank, settled, lie)
    with planted(bank, *credited_more(bank, settled, 60), also) as connection:
        assert broken(bank, connection) == [AGAIN]
        assert f"{settled} answer" in shown(bank, connection, AGAIN)


@pytest.mark.parametrize(
    ("named", "lie"),
    [
        ("asked", lambda d: first_credit(d).update(asked="119")),
        ("carried", lambda d: first_credit(d).update(carried=59)),
        ("account", lambda d: first_credit(d).update(kind="granted")),
        ("credit: less", lambda d: first_credit(d).update(credited=180, cut=-60)),
        ("cut: 60 without", lambda d: first_credit(d).update(credited=60, cut=60, unit="point")),
        ("payer", lambda d: d["facts"].update(payer="pool")),
        ("charged", lambda d: d["facts"].update(charged=0)),
        ("charge: 60", lambda d: d["hooks"][0][3][-1].__setitem__(3, "60")),
        ("day", lambda d: d["facts"].update(day="2026-03-01")),
        ("effective", lambda d: d.update(effective="2025-01-01")),
        ("decision: NoRulesYet", lambda d: d.update(rules="sha256:none")),
        ("decision: KeyError", lambda d: d.pop("facts")),
        ("decision: ValueError", lambda d: d.update(hooks=[])),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_altered_decision_is_found_and_named(bank, named, lie):
    visit = a_confirmed_visit(bank, a_volunteer(bank), an_elder_with_time(bank), minutes=120)
    settled = settle(bank, visit)["transfer_id"]

    with planted(bank, another_decision(bank, settled, lie)) as connection:
        assert f"{settled} {named}" in shown(bank, connection, AGAIN)


def test_a_fault_beyond_the_first_page_is_found(bank):
    volunteer = a_volunteer(bank)
    days = [f"2026-01-{number:02}" for number in range(1, 29)]
    visits_on_paper(bank, [Paper(volunteer, 1, days[number % 28]) for number in range(PAGE + 5)])
    settle_due(bank, YUNZHOU)
    settled = settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 120))["transfer_id"]

    with planted(
        bank, another_decision(bank, settled, lambda d: d["facts"].update(payer="pool"))
    ) as connection:
        assert shown(bank, connection, AGAIN).startswith(settled)


# ---- caps


def test_a_credit_above_what_a_day_allows_is_found(bank):
    volunteer = a_volunteer(bank)
    settle(bank, a_visit_on_paper(bank, volunteer, 300))
    last = settle(bank, a_visit_on_paper(bank, volunteer, 300))["transfer_id"]
    also = another_decision(bank, last, lambda d: first_credit(d).update(credited=300, cut=0))

    with planted(bank, *credited_more(bank, last, 120), also) as connection:
        assert broken(bank, connection) == [CAPS]
        assert "2026-03-02 600 > 480" in shown(bank, connection, CAPS)


def test_a_balance_above_its_cap_is_found(bank_with):
    bank = bank_with(("limit: 1500 h", "limit: 3 h"))
    settled = settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 240))["transfer_id"]

    def keep_it(decision):
        assert first_credit(decision)["donated"] == 60
        first_credit(decision).update(donated=0)

    with planted(bank, another_decision(bank, settled, keep_it)) as connection:
        assert "balance: 240 > 180" in shown(bank, connection, AGAIN)


def test_a_donation_below_the_cap_is_found(bank_with):
    bank = bank_with((DAY_CAP, ""))
    settled = settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 240))["transfer_id"]

    with planted(
        bank, another_decision(bank, settled, lambda d: first_credit(d).update(donated=60))
    ) as connection:
        assert "though a cap took some away" in shown(bank, connection, AGAIN)


def test_more_given_in_a_year_than_may_be_is_found(bank):
    giver, receiver = a_volunteer(bank), a_recipient(bank)
    verified_child(bank, receiver, giver)
    verified_child(bank, giver, receiver)
    with_credit(bank, giver, 480)
    gift = give(bank, giver, receiver, 60)["transfer_id"]
    more = update(postings).where(postings.c.transfer_id == gift).values(minutes=6060)

    with planted(bank, more) as connection:
        assert f"{giver} coin 2026 6060 > 6000" in shown(bank, connection, CAPS)


# ---- plugins and rule files that are gone


def test_with_its_plugin_taken_away_every_law_of_a_city_still_holds(bank_with):
    @hookimpl
    def answer(visit, rules, charge_rules):
        return timebank_credit_visit(visit, rules, charge_rules)

    bank = bank_with(plugins={YUNZHOU: plugin(timebank_credit_visit=answer)})
    settled = settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 120))["transfer_id"]
    with bank.reading() as connection:
        decision = connection.execute(
            select(transfers.c.decision).where(transfers.c.id == settled)
        ).scalar_one()

    without = bank_with()

    assert decision["hooks"][0][1] == YUNZHOU
    assert [result.code for result in verify(without, YUNZHOU) if not result.ok] == []


def test_with_its_rule_file_gone_from_the_folder_the_kept_copy_decides(bank_with):
    bank = bank_with(("quantum: 60 min", "quantum: 20 min"))
    record_rule_files(bank)
    settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 80))

    another = bank_with()

    assert [result.code for result in verify(another, YUNZHOU) if not result.ok] == []


# ---- the minutes that wait


@pytest.fixture
def waiting(bank):
    """A volunteer on whose coins forty minutes wait, after a settlement, one reversed and one that posted none."""
    member = a_volunteer(bank)
    settle(bank, a_visit_on_paper(bank, member, 80))
    undone = settle(bank, a_visit_on_paper(bank, member, 75))
    settle(bank, a_visit_on_paper(bank, member, 20))
    reverse(bank, undone["transfer_id"])
    assert account(bank, member).carried == 40
    return member


def test_minutes_that_wait_come_out_again_after_settlements_and_reversals(bank, waiting):
    assert [result.code for result in verify(bank, YUNZHOU) if not result.ok] == []


@pytest.mark.parametrize("there", [0, 39, 41])
def test_minutes_that_wait_without_a_cause_are_found(bank, waiting, there):
    of_theirs = (accounts.c.owner_id == waiting, accounts.c.kind == "savings", accounts.c.unit == "coin")

    with planted(bank, update(accounts).where(*of_theirs).values(carried=there)) as connection:
        assert broken(bank, connection) == [CARRIED]
        assert shown(bank, connection, CARRIED) == f"member {waiting} savings coin: {there} ≠ 40"


def test_minutes_that_wait_where_nobody_served_are_found(bank, waiting):
    other = a_volunteer(bank, "李强")
    settle(bank, a_visit_on_paper(bank, other, 60))
    of_theirs = (accounts.c.owner_id == other, accounts.c.kind == "savings", accounts.c.unit == "coin")

    with planted(bank, update(accounts).where(*of_theirs).values(carried=15)) as connection:
        assert shown(bank, connection, CARRIED) == f"member {other} savings coin: 15 ≠ 0"
