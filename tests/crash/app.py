"""The program that is killed: a bank that carries out what it is sent over a Unix socket.

It waits until the database answers, as a service would, and never outlives the test that started it. What it replies
is what the web would: an answer, a refusal in words, "not now" (503), or, which must never be seen, that something
broke (500).
"""

import contextlib
import logging
import multiprocessing
import os
import threading
import time
import traceback
from multiprocessing.connection import Connection, Listener
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from tests.banks import open_test_bank
from timebank.domain.command import Command
from timebank.domain.refusal import BadInput, TimeBankError
from timebank.services.desk import Bank, UseCase
from timebank.web.trouble import is_away, is_busy

DONE, REFUSED, NOT_NOW, BROKEN = "done", "refused", "not_now", "broken"
Request = tuple[UseCase, Command, dict[str, Any]]
Reply = tuple[str, Any]


def main(url: str, socket: str) -> None:
    """Open the bank, then serve every connection in a thread of its own."""
    logging.getLogger("psycopg").setLevel(
        logging.ERROR
    )  # it warns of every connection that we mean to be lost
    threading.Thread(target=_end_with_parent, daemon=True).start()
    bank = _opened(url)
    with Listener(socket, family="AF_UNIX", backlog=128) as listener:
        while True:
            connection = listener.accept()
            threading.Thread(target=_serve, args=(bank, connection), daemon=True).start()


def _end_with_parent() -> None:
    multiprocessing.parent_process().join()
    os._exit(0)


def _opened(url: str) -> Bank:
    while True:
        try:
            return open_test_bank(url)
        except (BadInput, DBAPIError):  # the database is away, or still coming back
            time.sleep(0.1)


def _serve(bank: Bank, connection: Connection) -> None:
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            connection.send(_reply(bank, connection.recv()))


def _reply(bank: Bank, request: Request) -> Reply:
    use_case, command, inputs = request
    try:
        return DONE, bank.carry_out(use_case, command, **inputs)
    except NoConnectionFree as error:
        return NOT_NOW, str(error)
    except (TimeBankError, DBAPIError) as error:
        database = error if isinstance(error, DBAPIError) else error.__cause__
        if isinstance(database, DBAPIError) and (is_busy(database) or is_away(database)):
            return NOT_NOW, str(database)
        if isinstance(error, TimeBankError):
            return REFUSED, [error.code, error.words.zh, error.words.en]
        return BROKEN, traceback.format_exc()
    except Exception:  # noqa: BLE001 - whatever it is, the client is told, and the test fails by it
        return BROKEN, traceback.format_exc()
