"""What the engine sends to the database for a piece of work, recorded without its effect, and sent again bare.

The engine does the work once inside one transaction that is then rolled back; what it sent are the very statements
of the baseline, with their parameters ready. So the baseline follows the engine, whatever becomes of it: it can
neither send less nor fall behind.
"""

import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import create_engine, event
from sqlalchemy.pool import StaticPool

from timebank.storage import bulk_rows
from timebank.storage.engine import WRITES, open_engine


@dataclass(frozen=True, slots=True)
class Sent:
    """One statement as it was sent.

    Attributes:
        shape: the statement's text before lists of values are written out in it; names the construct.
        construct: the Core construct, the same object for every statement of the same shape.
        values: its parameters by name, or a list of such for many rows.
        text: what the driver was given.
        driver_values: and its parameters.
        many: whether it was sent for many rows.
        writes: whether it changes rows.
    """

    shape: str
    construct: object
    values: object
    text: str
    driver_values: object
    many: bool
    writes: bool


class Recorder:
    """Notes what Core sends through an engine; `scripts` holds one list of `Sent` for each `begin`."""

    def __init__(self, engine):
        self.scripts = []
        self._constructs, self._given, self._last = {}, (), None
        self._heard = ((engine, "before_execute", self._hear), (engine, "before_cursor_execute", self._note))
        for heard in self._heard:
            event.listen(*heard)

    def begin(self):
        """Begin another script."""
        self.scripts.append([])

    def stop(self):
        """Listen no more."""
        for heard in self._heard:
            event.remove(*heard)

    def _hear(self, _connection, _construct, many, one, _options):
        self._given = many or [one]

    def _note(self, _connection, _cursor, text, driver_values, context, many):
        compiled = context.compiled
        if compiled is None or context is self._last:  # the driver's own words, or the rest of the same rows
            return
        self._last = context
        construct = self._constructs.setdefault(compiled.string, compiled.statement)
        literals = context.extracted_parameters
        values = [
            compiled.construct_params(given, extracted_parameters=literals, escape_names=False)
            for given in self._given
        ]
        writes = compiled.isinsert or compiled.isupdate or compiled.isdelete
        sent = Sent(
            compiled.string, construct, values if many else values[0], text, driver_values, many, writes
        )
        self.scripts[-1].append(sent)


@contextmanager
def rehearsal(bank):
    """Give the bank on one connection whose commits and rollbacks do nothing, and roll all back in the end.

    Its rows are all sent by Core, where a recorder hears them: mass inserts go past it to the driver.
    """
    mass, bulk_rows.MASS = bulk_rows.MASS, sys.maxsize
    engine = create_engine(bank.engine.url, poolclass=StaticPool, pool_reset_on_return=None)
    connection = engine.raw_connection()
    driver = connection.driver_connection
    if engine.dialect.name == "sqlite":
        driver.isolation_level = None
        driver.execute("PRAGMA busy_timeout=30000")
        driver.execute("BEGIN IMMEDIATE")
    engine.dialect.do_commit = engine.dialect.do_rollback = lambda _connection: None
    engine.dialect.set_isolation_level = lambda _connection, _level: None
    try:
        yield replace(bank, engine=engine)
    finally:
        bulk_rows.MASS = mass
        driver.rollback()
        driver.close()
        engine.dispose()


def record(bank, works):
    """Return the script of each piece of work; none has any effect.

    Args:
        bank: the bank.
        works: functions that take a bank and do something with it.
    """
    with rehearsal(bank) as rehearsed:
        recorder = Recorder(rehearsed.engine)
        for work in works:
            recorder.begin()
            work(rehearsed)
    return recorder.scripts


def record_commits(bank, work):
    """Return the script of each transaction of a piece of work that writes; it has no effect."""
    with rehearsal(bank) as rehearsed:
        recorder = Recorder(rehearsed.engine)
        recorder.begin()
        event.listen(rehearsed.engine, "commit", lambda _connection: recorder.begin())
        work(rehearsed)
    return [script for script in recorder.scripts if any(sent.writes for sent in script)]


class Bare:
    """Sends scripts through SQLAlchemy Core and nothing else: prebuilt constructs, ready parameters, one commit each."""

    def __init__(self, url):
        self._engine = open_engine(str(url))
        self._connection = self._engine.connect().execution_options(**{WRITES: True})

    def send(self, script):
        """Send one script in one transaction, and fetch whatever rows come back."""
        self.send_all((sent.construct, sent.values) for sent in script)

    def send_all(self, statements):
        """Send (construct, values) in one transaction, and fetch whatever rows come back."""
        with self._connection.begin():
            for construct, values in statements:
                result = self._connection.execute(construct, values)
                if result.returns_rows:
                    result.all()

    def checked(self, script):
        """Send one script, and see that the driver is given just what the engine gave it."""
        recorder = Recorder(self._engine)
        recorder.begin()
        self.send(script)
        recorder.stop()
        for here, there in zip(recorder.scripts[0], script, strict=True):
            if (here.text, str(here.driver_values)) != (there.text, str(there.driver_values)):
                raise AssertionError(f"the baseline differs from the engine:\n{here.text}\n{there.text}")

    def close(self):
        self._connection.close()
        self._engine.dispose()
