"""Settlement: a confirmed visit becomes credit and charge, once, by the rules of its day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.exc import DBAPIError

from timebank.domain.command import Actor, Channel, Command
from timebank.domain.identity import is_id, new_id
from timebank.domain.organisation import Power
from timebank.domain.refusal import Conflict, TimeBankError, missing
from timebank.domain.visit import VISIT_STATES, VisitEvent, VisitState
from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.services import authority, standing, visit_parties
from timebank.services.desk import Answer, Bank, Desk, content_digest
from timebank.services.order_cases import branches
from timebank.services.retrying import collided, persistently
from timebank.services.settlement_facts import to_settle
from timebank.services.settlement_plan import Plan, plan
from timebank.services.settlement_posting import Settled, operation_of, post_all
from timebank.storage import command_rows, outbox_rows, planning, settlement_rows
from timebank.storage.books import accounts, postings, transfers
from timebank.storage.engine import WRITES
from timebank.storage.envelope import commands, outbox
from timebank.storage.ledger_session import Ledger

BATCH = 200
JOB = Actor("job:settle")
SETTLERS = (Power.CONFIRM_VISIT, Power.SETTLE_DISPUTE)
VISIT = Words("服务记录", "visit")


def settle(desk: Desk, visit_id: str) -> Answer:
    """Settle one confirmed visit, by a job or by staff with a power of ``SETTLERS`` over the order's organisation.

    Returns:
        transfer_id (None where nothing was to be posted), credited and charged minutes by unit.

    Raises:
        NotFound: there is no such visit.
        Refused: it does not wait for settlement, the actor served it, or has no power to.
    """
    rows: Sequence[Any] = ()
    if is_id(visit_id):
        with desk.reading() as connection:
            rows = settlement_rows.facts(connection, desk.city.code, [visit_id])
    if not rows:
        raise missing(VISIT, visit_id)
    _require_settler(desk, rows[0])
    VISIT_STATES.next(VisitState(rows[0].state), VisitEvent.SETTLE)
    (visit,) = to_settle(rows)
    planned = plan(desk.city, visit)
    with desk.writing() as write:
        settled = post_all(write.connection, write.ledger, desk.city.code, [planned])
        if not settled:
            raise Conflict(
                Words("这条服务记录刚刚被别人处理。", "Somebody else has just handled this visit.")
            )
        write.tell("visit.settled", **settled[0].body())
        return write.answer(**settled[0].answer())


def _require_settler(desk: Desk, visit: Row[Any]) -> None:
    """Refuse who may not settle a visit by hand: whoever served it would cut short the time to dispute it."""
    if authority.is_job(desk.command.actor):
        return
    place = visit.order_organisation_id
    with desk.reading() as connection:
        tree = branches(connection, desk, [place], ())
    standing.require_one_of(desk, tree, desk.rules_on(desk.today), SETTLERS, [place])
    visit_parties.require_another(desk, visit.volunteer_id)


@dataclass
class Night:
    """What a run of settlement did.

    Attributes:
        settled: visits settled.
        kept: visits kept for staff, with the sentence why.
    """

    settled: int
    kept: list[tuple[str, Words]]


def settle_due(bank: Bank, city: str, progress: Callable[[int], None] | None = None) -> Night:
    """Settle every confirmed visit of a city, in batches; one that fails is kept for staff and stops no other."""
    night = Night(0, [])
    running = bank.city(city)
    after = ""
    while True:
        with bank.reading() as connection:
            ids = settlement_rows.due(connection, city, after, BATCH)
        if not ids:
            return night
        after = ids[-1]
        _settle_batch(bank, running, ids, night)
        if progress is not None:
            progress(night.settled)


def try_again(bank: Bank, city: str) -> int:
    """Let the visits kept for staff be settled with the next run, as after a plugin was mended.

    Returns:
        How many there are.
    """
    with bank.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        return settlement_rows.clear_failures(connection, bank.city(city).code)


def _settle_batch(bank: Bank, city: City, ids: Sequence[str], night: Night) -> None:
    with bank.reading() as connection:
        visits = to_settle(settlement_rows.facts(connection, city.code, ids))
    plans: list[Plan] = []
    failed: list[tuple[str, Words]] = []
    for visit in visits:
        try:
            plans.append(plan(city, visit))
        except TimeBankError as error:
            failed.append((visit.visit.id, error.words))
    try:
        night.settled += _commit(bank, city, plans)
    except (TimeBankError, DBAPIError):
        # One visit of the batch cannot be posted: each then stands alone, so that it stops no other.
        for single in plans:
            try:
                night.settled += _commit(bank, city, [single])
            except TimeBankError as error:
                failed.append((single.visit.visit.id, error.words))
            except DBAPIError as error:
                if error.connection_invalidated:
                    raise
                if collided(error):
                    continue  # others were always in its way: it is still due, and the next run takes it
                failed.append((single.visit.visit.id, _refused_by_database(error)))
    if failed:
        _keep_for_staff(bank, city.code, failed)
        night.kept.extend(failed)


def _refused_by_database(error: DBAPIError) -> Words:
    zh = f"数据库拒绝了这笔结算，什么都没有记账：{error.orig}。请交技术人员查看。"
    return Words(zh, f"The database refused this settlement and nothing was posted: {error.orig}.")


def _keep_for_staff(bank: Bank, city: str, failed: Sequence[tuple[str, Words]]) -> None:
    with bank.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        settlement_rows.note_failures(connection, city, [(visit_id, words.zh) for visit_id, words in failed])


def _commit(bank: Bank, city: City, plans: Sequence[Plan]) -> int:
    def attempt() -> int:
        with bank.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            return _write(bank, city, connection, plans)

    return persistently(attempt)


def _write(bank: Bank, city: City, connection: Connection, plans: Sequence[Plan]) -> int:
    """Post a batch in one transaction, with the command and the event of every visit."""
    now = bank.clock()
    ledger = Ledger(connection, city.code, now)
    settled = post_all(connection, ledger, city.code, plans, own_operations=True)
    events = outbox_rows.rows(city.code, now, [(new_id(), "visit.settled", done.body()) for done in settled])
    done = [_command_row(city.code, each, now) for each in settled]
    ledger.flush(_command(city.code, ""), [(outbox, events), (commands, done)])
    planning.learn(connection, (accounts, transfers, postings), len(settled))
    return len(settled)


def _command(city: str, visit_id: str) -> Command:
    return Command(city, operation_of(visit_id), JOB, Channel.JOB)


def _command_row(city: str, done: Settled, now: Any) -> dict[str, Any]:
    command = _command(city, done.visit_id)
    digest = content_digest("settlement.settle", command, {"visit_id": done.visit_id})
    return command_rows.row(command, "settlement.settle", digest, done.answer(), now)
