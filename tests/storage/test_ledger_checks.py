"""Every check of the ledger passes on a sound one, and finds the fault that is planted for it.

Faults are planted behind the engine's back: with triggers, conditions and foreign keys taken away, as somebody
with the database in hand could do.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select, text, update

from tests import scenes
from tests.banks import YUNZHOU, a_bank, day, do, local
from tests.planting import another_decision, planted
from timebank.domain.identity import new_id
from timebank.services import offers
from timebank.services.verification import JUDGED, QUERIES, ask, verify
from timebank.services.verification_names import NAMES
from timebank.storage import ledger_checks, record_checks, service_checks, transfer_checks
from timebank.storage.books import accounts, holds, postings, transfers
from timebank.storage.envelope import commands, outbox, publishing_steps, rule_files
from timebank.storage.people import admissions, members, placements
from timebank.storage.work import orders, visits

NOBODY = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Scene:
    """A ledger with one of everything, and the ids of what is in it."""

    bank: object
    settled: str
    settlement: str
    reversed_visit: str
    reversal: str
    open_order: str
    volunteer: str
    elder: str

    def with_planted(self, *statements):
        """Write behind the engine's back, and take it back in the end."""
        return planted(self.bank, *statements)

    def asked(self, connection, code):
        return ask(connection, self.bank.city(YUNZHOU), code)

    def clock_of(self, visit):
        """When a visit was checked in and out."""
        with self.bank.reading() as connection:
            row = connection.execute(select(visits).where(*here(visits, visits.c.id == visit))).one()
        return {"checked_in_at": row.checked_in_at, "checked_out_at": row.checked_out_at}

    def granted(self):
        """The cause of a grant."""
        return self._of_grant(transfers.c.cause_id)

    def grant(self):
        """The transfer of a grant."""
        return self._of_grant(transfers.c.id)

    def _of_grant(self, column):
        with self.bank.reading() as connection:
            wanted = select(column).where(*here(transfers, transfers.c.kind == "grant"))
            return connection.execute(wanted).scalar_one()

    def rules(self):
        """The digest of the rule file that decides here."""
        return self.bank.city(YUNZHOU).rules_on(day("2026-03-02")).digest

    def order_of(self, visit):
        """The order of a visit."""
        with self.bank.reading() as connection:
            wanted = select(visits.c.order_id).where(*here(visits, visits.c.id == visit))
            return connection.execute(wanted).scalar_one()


def here(table, *where):
    return (table.c.city == YUNZHOU, *where)


@pytest.fixture(scope="module")
def scene(databases):
    url = databases.migrated()
    with a_bank(url) as bank:
        yield make_scene(bank)
    databases.drop(url)


def make_scene(bank):
    elder, volunteer = scenes.an_elder_with_time(bank), scenes.a_volunteer(bank)
    first = scenes.a_confirmed_visit(bank, volunteer, elder, "2026-03-03 14:00", 120)
    settlement = scenes.settle(bank, first)["transfer_id"]
    second = scenes.a_confirmed_visit(bank, volunteer, elder, "2026-03-04 14:00", 60)
    undone = scenes.settle(bank, second)["transfer_id"]
    reversal = scenes.reverse(bank, undone)["transfer_id"]
    scenes.a_confirmed_visit(bank, volunteer, elder, "2026-03-05 14:00", 30)
    bank.clock.set("2026-03-06 09:00")
    open_order = scenes.a_published_order(bank, elder, "2026-03-09 09:00")
    do(
        bank,
        offers.give_availability,
        by=volunteer,
        member_id=volunteer,
        organisation_id=scenes.STREET,
        free_from=local("2026-03-09 06:00"),
        free_until=local("2026-03-09 20:00"),
    )
    do(bank, offers.send, order_id=open_order)
    return Scene(bank, first.id, settlement, second.id, reversal, open_order, volunteer, elder)


def test_a_sound_ledger_passes_every_check(scene):
    assert [result for result in verify(scene.bank, YUNZHOU) if not result.ok] == []


def test_every_check_has_a_name_in_both_languages_and_is_asked():
    assert set(QUERIES) | set(JUDGED) == set(NAMES)
    assert all(words.zh and words.en for words in NAMES.values())


def first_line(scene, transfer):
    return here(postings, postings.c.transfer_id == transfer, postings.c.line == 1)


def member_account(scene, kind="savings", unit="coin"):
    return here(
        accounts,
        accounts.c.owner_id == scene.volunteer,
        accounts.c.kind == kind,
        accounts.c.unit == unit,
    )


def credit(decision):
    """What a settlement's decision says of its first credit."""
    return decision["facts"]["credits"][0]


def a_hold(state):
    return here(holds, holds.c.state == state)


# Each fault and the check that names it; others may find it as well.
FAULTS = {
    "a posting of nothing": (
        "posting_amounts",
        lambda s: [update(postings).where(*first_line(s, s.settlement)).values(minutes=0)],
    ),
    "a posting made larger": (
        "balances",
        lambda s: [update(postings).where(*first_line(s, s.settlement)).values(minutes=600)],
    ),
    "a posting taken out": (
        "transfers_are_whole",
        lambda s: [delete(postings).where(*first_line(s, s.settlement))],
    ),
    "a balance put up by hand": (
        "conservation",
        lambda s: [update(accounts).where(*member_account(s)).values(posted=accounts.c.posted + 60)],
    ),
    "a posting and both its balances made larger": (
        "balances_follow_each_other",
        lambda s: [
            update(postings).where(*first_line(s, s.settlement)).values(minutes=postings.c.minutes + 60),
            update(accounts).where(*member_account(s)).values(posted=accounts.c.posted + 60),
        ],
    ),
    "a visit given to another volunteer once it was settled": (
        "settlements_credit_who_served",
        lambda s: [
            update(visits).where(*here(visits, visits.c.id == s.settled)).values(volunteer_id=s.elder)
        ],
    ),
    "recognised minutes changed after the settlement": (
        "settlements_count_what_was_recognised",
        lambda s: [
            update(visits).where(*here(visits, visits.c.id == s.settled)).values(recognised_minutes=1)
        ],
    ),
    "minutes held for nobody": (
        "held",
        lambda s: [update(accounts).where(*member_account(s)).values(held=15)],
    ),
    "minutes that wait where nothing is credited": (
        "carried",
        lambda _: [
            update(accounts).where(*here(accounts, accounts.c.kind == "issuance")).values(carried=15),
        ],
    ),
    "minutes that wait and came from no settlement": (
        "carried_comes_out_again",
        lambda s: [update(accounts).where(*member_account(s)).values(carried=7)],
    ),
    "more given than there was": (
        "floors",
        lambda s: [update(accounts).where(*member_account(s)).values(posted=-60)],
    ),
    "a floor taken away": (
        "floors",
        lambda s: [update(accounts).where(*member_account(s)).values(floor=None)],
    ),
    "a posting that hides the balance": (
        "postings_carry_balances",
        lambda s: [update(postings).where(*first_line(s, s.settlement)).values(credit_after=None)],
    ),
    "minutes issued as a gift": (
        "issued_for_a_cause",
        lambda _: [
            update(transfers).where(*here(transfers, transfers.c.kind == "grant")).values(kind="gift"),
        ],
    ),
    "minutes imported for a visit": (
        "kinds_fit_their_causes",
        lambda s: [
            update(transfers).where(*here(transfers, transfers.c.id == s.settlement)).values(kind="import")
        ],
    ),
    "a grant of more than the rule file gives": (
        "exchanges_come_out_again",
        lambda s: [another_decision(s.bank, s.grant(), lambda d: d["facts"].update(minutes=6000))],
    ),
    "a transfer nobody asked for": (
        "transfers_have_a_command",
        lambda s: [
            update(transfers)
            .where(*here(transfers, transfers.c.id == s.settlement))
            .values(operation_id="none"),
        ],
    ),
    "a transfer that its command did not answer with": (
        "transfers_have_a_command",
        lambda s: [
            update(commands)
            .where(
                *here(commands),
                commands.c.operation_id.in_(
                    select(transfers.c.operation_id).where(transfers.c.id == s.settlement)
                ),
            )
            .values(answer={"transfer_id": new_id()}),
        ],
    ),
    "a posting in another unit": (
        "one_city_and_unit",
        lambda s: [update(postings).where(*first_line(s, s.settlement)).values(unit="gold")],
    ),
    "a hold that gave more than it held": (
        "holds_resolved_once",
        lambda _: [update(holds).where(*a_hold("posted")).values(posted_minutes=6000)],
    ),
    "a hold both open and resolved": (
        "holds_resolved_once",
        lambda _: [update(holds).where(*a_hold("open")).values(resolved_at=local("2026-03-06 09:00"))],
    ),
    "a hold that gave something else than was posted": (
        "holds_pay_what_was_posted",
        lambda _: [update(holds).where(*a_hold("posted")).values(posted_minutes=1)],
    ),
    "a reversal of a reversal": (
        "reversals_undo_once",
        lambda s: [
            update(transfers)
            .where(*here(transfers, transfers.c.id == s.settlement))
            .values(kind="reversal", reverses=s.reversal),
        ],
    ),
    "a reversal that gives back less": (
        "reversals_give_back_all",
        lambda s: [update(postings).where(*first_line(s, s.reversal)).values(minutes=1)],
    ),
    "a reversal taken from somebody else": (
        "reversals_come_out_again",
        lambda s: [
            update(postings)
            .where(
                *here(postings, postings.c.transfer_id == s.reversal),
                postings.c.debit_id == scenes.account(s.bank, s.volunteer).id,
            )
            .values(debit_id=scenes.account(s.bank, s.elder, "granted").id),
        ],
    ),
    "a decision by a rule file that is not kept": (
        "decisions_name_a_rule_file",
        lambda _: [insert(rule_files).values(a_rule_file("format: other"))],
    ),
    "a kept rule file that was changed": (
        "rule_files_are_unchanged",
        lambda _: [insert(rule_files).values(a_rule_file("format: other") | {"text": "format: changed"})],
    ),
    "a settlement of another order's visit": (
        "settlements_have_a_visit",
        lambda s: [
            update(transfers)
            .where(*here(transfers, transfers.c.id == s.settlement))
            .values(order_id=s.open_order),
        ],
    ),
    "a settlement on another day": (
        "settlements_have_a_visit",
        lambda s: [
            update(transfers)
            .where(*here(transfers, transfers.c.id == s.settlement))
            .values(day=day("2026-03-01")),
        ],
    ),
    "a visit settled twice": (
        "one_settlement_a_visit",
        lambda s: [
            update(transfers)
            .where(*here(transfers, transfers.c.kind == "settlement"))
            .values(cause_id=s.settled),
        ],
    ),
    "a visit settled without a posting": (
        "settled_visits_are_posted",
        lambda _: [
            update(visits)
            .where(*here(visits, visits.c.state == "confirmed"))
            .values(state="settled", recognised_minutes=60),
        ],
    ),
    "a settlement that gave more than its decision says": (
        "settlements_come_out_again",
        lambda s: [update(postings).where(*first_line(s, s.settlement)).values(minutes=600)],
    ),
    "more credited in a day than may be": (
        "caps_hold",
        lambda s: [another_decision(s.bank, s.settlement, lambda d: credit(d).update(credited=600))],
    ),
    "an operation carried out twice": (
        "operations_are_unique",
        lambda _: [
            text("ALTER TABLE commands RENAME TO commands_with_a_key"),
            text("CREATE TABLE commands AS SELECT * FROM commands_with_a_key"),
            text("INSERT INTO commands SELECT * FROM commands_with_a_key"),
        ],
    ),
    "an event that nobody caused": (
        "events_have_a_cause",
        lambda _: [
            update(outbox)
            .where(*here(outbox, outbox.c.kind == "visit.settled"))
            .values(created_at=local("2026-03-01 00:00")),
        ],
    ),
    "a grant made twice": (
        "one_grant_a_period",
        lambda s: [
            update(transfers)
            .where(*here(transfers, transfers.c.id == s.settlement))
            .values(kind="grant", cause_id=s.granted()),
        ],
    ),
    "a rule file edited once it had decided": (
        "rule_files_are_not_edited",
        lambda s: [
            insert(rule_files).values(a_rule_file("format: other")),
            insert(rule_files).values(a_rule_file("format: other") | {"digest": s.rules()}),
            another_decision(s.bank, s.settlement, lambda d: d.update(rules=a_rule_file("")["digest"])),
        ],
    ),
    "a rule file for days that were decided": (
        "no_rules_for_the_past",
        lambda _: [
            insert(rule_files).values(
                a_rule_file("format: other")
                | {
                    "file": "2026-03-01.yaml",
                    "effective_from": day("2026-03-01"),
                    "recorded_at": local("2026-04-01 00:00"),
                }
            )
        ],
    ),
    "a rule file published by its drafter": (
        "rule_files_have_two_people",
        lambda _: [
            insert(publishing_steps).values(a_step("proposed", 1)),
            insert(publishing_steps).values(a_step("published", 2)),
        ],
    ),
    "a settlement for somebody who had left": (
        "closed_members_are_left_alone",
        lambda s: [
            update(members)
            .where(*here(members, members.c.id == s.volunteer))
            .values(closed_on=day("2026-03-02")),
            update(commands)
            .where(*here(commands, commands.c.kind == "members.register"))
            .values(kind="members.close"),
        ],
    ),
    "a void visit whose credit stands": (
        "void_visits_are_reversed",
        lambda s: [update(visits).where(*here(visits, visits.c.id == s.settled)).values(state="void")],
    ),
    "a reversed visit that counts again": (
        "void_visits_are_reversed",
        lambda s: [
            update(visits).where(*here(visits, visits.c.id == s.reversed_visit)).values(state="settled"),
        ],
    ),
    "more recognised than planned or measured": (
        "recognised_within_bounds",
        lambda s: [
            update(visits).where(*here(visits, visits.c.id == s.settled)).values(recognised_minutes=600),
        ],
    ),
    "a clock that runs backwards": (
        "clocks_run_forward",
        lambda s: [
            update(visits)
            .where(*here(visits, visits.c.id == s.settled))
            .values(checked_out_at=local("2026-03-01 09:00")),
        ],
    ),
    "one person in two places at once": (
        "nobody_serves_in_two_places",
        lambda s: [
            update(visits)
            .where(*here(visits, visits.c.id == s.reversed_visit))
            .values(
                volunteer_id=s.volunteer,
                state="confirmed",
                **s.clock_of(s.settled),
            ),
        ],
    ),
    "a place that nobody took": (
        "places",
        lambda s: [update(orders).where(*here(orders, orders.c.id == s.open_order)).values(places_taken=0)],
    ),
    "a place held twice": (
        "one_visit_a_place",
        lambda s: [
            update(visits)
            .where(*here(visits, visits.c.id == s.reversed_visit))
            .values(order_id=s.order_of(s.settled), volunteer_id=s.elder),
        ],
    ),
    "a volunteer who serves himself": (
        "nobody_serves_himself",
        lambda s: [
            update(orders)
            .where(*here(orders, orders.c.id == s.order_of(s.settled)))
            .values(recipient_id=s.volunteer),
        ],
    ),
    "a settled order with a visit still open": (
        "settled_orders_are_done",
        lambda _: [
            update(orders).where(*here(orders, orders.c.state == "finished")).values(state="settled"),
        ],
    ),
    "an admission since no day": (
        "admitted_since_a_day",
        lambda _: [update(admissions).where(*here(admissions)).values(admitted_on=None)],
    ),
    "an organisation in two places": (
        "one_place_in_the_tree",
        lambda _: [
            insert(placements).values(
                city=YUNZHOU,
                id=new_id(),
                organisation_id=scenes.STREET,
                parent_id="yun",
                valid_from=day("2026-02-01"),
            )
        ],
    ),
}


def a_rule_file(content):
    return {
        "city": YUNZHOU,
        "digest": "sha256:" + "0" * 57,
        "file": "2026-01-01.yaml",
        "effective_from": day("2026-01-01"),
        "text": content,
        "recorded_at": local("2026-01-01 00:00"),
    }


def a_step(step, number):
    return {
        "city": YUNZHOU,
        "digest": "sha256:" + "0" * 57,
        "step": step,
        "path": "",
        "file": "2027-01-01.yaml",
        "person": "陈晨",
        "number": number,
        "details": {},
        "recorded_at": local("2026-03-02 09:00"),
    }


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(scene, fault):
    code, statements = FAULTS[fault]

    with scene.with_planted(*statements(scene)) as connection:
        assert not scene.asked(connection, code).ok

    assert ask_all(scene) == []


def ask_all(scene):
    with scene.bank.reading() as connection:
        return [code for code in QUERIES if not scene.asked(connection, code).ok]


def test_every_check_has_a_fault_that_it_finds():
    assert {check for check, _ in FAULTS.values()} == set(NAMES)


def test_a_check_shows_what_is_wrong_and_how_much(scene):
    with scene.with_planted(update(accounts).where(*member_account(scene)).values(posted=999)) as connection:
        result = scene.asked(connection, "balances")

    assert result.faults == 1
    assert "999" in result.shown[0]
    assert result.plain()["ok"] is False


def test_a_check_of_one_city_does_not_see_another(scene):
    elsewhere = {
        "city": "elsewhere",
        "id": new_id(),
        "owner_kind": "city",
        "owner_id": "elsewhere",
        "kind": "pool",
        "unit": "coin",
        "posted": 60,
        "held": 0,
        "carried": 0,
        "floor": 0,
        "opened_at": local("2026-01-01 00:00"),
    }
    with scene.with_planted(insert(accounts).values(elsewhere)) as connection:
        assert scene.asked(connection, "conservation").ok
        assert scene.asked(connection, "balances").ok


@pytest.mark.parametrize(
    "module",
    [ledger_checks, transfer_checks, service_checks, record_checks],
    ids=lambda module: module.__name__,
)
def test_the_checks_use_nothing_of_the_engine(module):
    source = Path(module.__file__).read_text(encoding="utf-8")
    imported = {line.split()[1] for line in source.splitlines() if line.startswith("from timebank")}

    assert all(name.startswith("timebank.storage.") for name in imported)


def test_progress_is_told_check_by_check(scene):
    told = []

    verify(scene.bank, YUNZHOU, told.append)

    assert told == list(range(1, len(NAMES) + 1))


def test_there_was_something_to_check(scene):
    with scene.bank.reading() as connection:
        kinds = connection.execute(
            select(transfers.c.kind, func.count())
            .where(transfers.c.city == YUNZHOU)
            .group_by(transfers.c.kind)
        ).all()
        assert dict(map(tuple, kinds)) == {"grant": 1, "settlement": 2, "reversal": 1}
        states = connection.execute(select(holds.c.state).where(holds.c.city == YUNZHOU)).scalars().all()
        assert {"open", "posted"} <= set(states)
        assert connection.execute(select(func.count()).select_from(commands)).scalar_one() > 10
