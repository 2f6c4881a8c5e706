"""One command at work: its city, its instant, its transactions, and its one answer for ever."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from timebank.domain.command import Command
from timebank.domain.identity import is_id, new_id
from timebank.domain.message import Sender
from timebank.domain.refusal import BadInput, Conflict, TimeBankError, missing
from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.rules import RulesInForce
from timebank.services.retrying import persistently, worth_retrying
from timebank.storage import command_rows, outbox_rows
from timebank.storage.engine import WRITES
from timebank.storage.envelope import commands, outbox
from timebank.storage.ledger_session import Ledger

Answer = dict[str, Any]
UseCase = Callable[..., Answer]
LONGEST_ID = 64
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


class Clock(Protocol):
    """Where the bank learns the instant."""

    def __call__(self) -> datetime:
        """Return the present instant, aware."""


@dataclass(frozen=True)
class Bank:
    """Everything a use case needs, put together once by the composition root.

    Attributes:
        engine: the database.
        cities: the running cities by code.
        clock: where the instant comes from.
        senders: ways to reach people, by channel.
    """

    engine: Engine
    cities: Mapping[str, City]
    clock: Clock
    senders: Mapping[str, Sender] = field(default_factory=dict)

    def city(self, code: str) -> City:
        """Return a running city, or say which ones run."""
        if code not in self.cities:
            raise missing(Words("城市", "running city"), code)
        return self.cities[code]

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection for a short read."""
        with self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                # Each statement sees its own instant, in a transaction or not; BEGIN and COMMIT are journeys for nothing.
                connection.execution_options(isolation_level="AUTOCOMMIT")
            with connection.begin():
                yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a read transaction whose statements all see one instant, for reading that takes long."""
        with self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":  # SQLite's transactions never see another instant
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    def carry_out(self, use_case: UseCase, command: Command, **inputs: Any) -> Answer:
        """Carry out a command once for ever.

        Args:
            use_case: a function of this room, ``(desk, **inputs) -> Answer``.
            command: the envelope.
            **inputs: plain values; with the use case's name they are the content of the command.

        Returns:
            The answer; the same operation id with the same content gives the stored one again.

        Raises:
            Conflict: the operation id was used with other content.
            TimeBankError: a sentence; nothing was written.
        """
        _check_envelope(command)
        _check_kept([command.operation_id, command.actor.id, command.actor.organisation_id, inputs])
        kind = f"{use_case.__module__.rpartition('.')[2]}.{use_case.__name__}"
        digest = content_digest(kind, command, inputs)
        try:
            return persistently(lambda: self._attempt(use_case, command, kind, digest, inputs))
        except DBAPIError as error:
            if not worth_retrying(error):
                raise
            raise _in_the_way(error) from error

    def _attempt(
        self, use_case: UseCase, command: Command, kind: str, digest: str, inputs: Mapping[str, Any]
    ) -> Answer:
        """Carry the command out unless it was; a failure is none where the same command was done meanwhile."""
        earlier = self._earlier(command, digest)
        if earlier is not None:
            return earlier
        try:
            return use_case(
                Desk(self, self.city(command.city), command, self.clock(), kind, digest), **inputs
            )
        except (TimeBankError, DBAPIError):
            earlier = self._earlier(command, digest)
            if earlier is None:
                raise
            return earlier

    def _earlier(self, command: Command, digest: str) -> Answer | None:
        with self.reading() as connection:
            found = command_rows.earlier(connection, command)
        if found is None:
            return None
        if found.body_digest != digest:
            zh = f"操作号 {command.operation_id} 已用于另一项内容不同的操作。请换一个新的操作号。"
            en = f"Operation id {command.operation_id} was used for other content. Use a new operation id."
            raise Conflict(Words(zh, en), "operation_id_used")
        answer: Answer = found.answer
        return answer


@dataclass
class Desk:
    """One command being carried out.

    Attributes:
        now: the instant of this attempt, UTC.
    """

    bank: Bank
    city: City
    command: Command
    now: datetime
    kind: str
    digest: str
    _rules: RulesInForce | None = field(default=None, repr=False)

    @property
    def today(self) -> date:
        """Return the city's local day."""
        return self.local_day(self.now)

    def local_day(self, instant: datetime) -> date:
        """Return the local day of an instant, by the timezone of the rules then in force."""
        return local_day(self.city, instant)

    def rules_on(self, day: date) -> RulesInForce:
        """Return the rules of a day, ready for one decision."""
        return self.city.rules_on(day)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a short read transaction; never keep it open while asking a hook."""
        with self.bank.reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Open the one write transaction of the command; it commits only with an answer."""
        connecting = self.bank.engine.connect().execution_options(**{WRITES: True})
        with connecting as connection, connection.begin():
            writing = Writing(self, connection, Ledger(connection, self.city.code, self.now))
            yield writing
            writing.finish()


@dataclass
class Writing:
    """The write transaction of a command.

    Attributes:
        connection: for statements of the storage room.
        ledger: locks accounts, posts transfers, places and resolves holds.
    """

    desk: Desk
    connection: Connection
    ledger: Ledger
    _answer: Answer | None = None
    _events: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def tell(self, kind: str, **body: Any) -> None:
        """Put an event into the outbox: plugins and senders hear of it after the commit."""
        self._events.append((kind, body))

    def answer(self, **figures: Any) -> Answer:
        """Set and return the answer that is stored with the effect: identifiers and figures only."""
        self._answer = figures
        return figures

    def finish(self) -> None:
        """Write what is still buffered, the events and the command itself."""
        if self._answer is None:
            raise AssertionError(f"{self.desk.kind} wrote without an answer")
        desk = self.desk
        told = [(new_id(), kind, body) for kind, body in self._events]
        done = command_rows.row(desk.command, desk.kind, desk.digest, self._answer, desk.now)
        events = outbox_rows.rows(desk.city.code, desk.now, told)
        self.ledger.flush(desk.command, [(outbox, events), (commands, [done])])


def _in_the_way(error: Exception) -> Conflict:
    """Return the sentence for what failed at every attempt: somebody else is always at it, or it cannot be stored."""
    why = getattr(error, "orig", error)
    zh = f"数据库没有接受这项操作，什么都没有写入：{why}。请稍后再试；如再次出现，请交技术人员查看。"
    en = f"The database did not take this; nothing was written: {why}. Try again in a while, or tell the operators."
    return Conflict(Words(zh, en), "database_refused")


def _check_envelope(command: Command) -> None:
    for name, text in (("operation_id", command.operation_id), ("actor", command.actor.id)):
        if not 1 <= len(text) <= LONGEST_ID:
            zh = f"{name} 应为 1 到 {LONGEST_ID} 个字符，现为 {len(text)} 个。"
            en = f"{name} has {len(text)} characters; it needs 1 to {LONGEST_ID}."
            raise BadInput(Words(zh, en))
    if command.party_id is not None and not is_id(command.party_id):
        zh = f"“{command.party_id}”不是成员的标识，不能写作为谁代办。"
        raise BadInput(Words(zh, f"“{command.party_id}” is no identifier of the member it is done for."))


def _check_kept(value: Any) -> None:
    """Refuse text that no database keeps as it is, wherever it stands in a command."""
    if isinstance(value, str) and _UNKEPT.search(value):
        zh = "内容里有不能保存的字符（空字符，或不成对的代理字符）。请去掉后再试。"
        raise BadInput(Words(zh, "A character here cannot be stored: NUL, or half of a pair. Leave it out."))
    if isinstance(value, Mapping):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple):
        for part in value:
            _check_kept(part)


def local_day(city: City, instant: datetime) -> date:
    """Return the city's local day of an instant."""
    return instant.astimezone(city.book.timezone).date()


def content_digest(kind: str, command: Command, inputs: Mapping[str, Any]) -> str:
    """Return the digest of a command's content: what is asked, for whom; not the channel it came through."""
    content = json.dumps([kind, command.party_id, inputs], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(content.encode()).hexdigest()
