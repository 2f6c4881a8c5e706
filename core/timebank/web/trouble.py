"""Whatever goes wrong on the way becomes a problem document."""

from __future__ import annotations

from typing import NoReturn

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from timebank.domain.refusal import TimeBankError
from timebank.domain.words import Words
from timebank.web.bad_request import BadRequest
from timebank.web.problems import UNAVAILABLE, faults, language_of, problem, problem_of

AWAY = Words(
    "数据库连不上，这项操作是否已经办成还不能确定。请稍后用同一个操作号再试：已办成的不会再办一次。",
    "The database cannot be reached, so it is not certain whether this was done. "
    "Try again later with the same operation id: what was done is not done twice.",
)
FULL = Words(
    "数据库的磁盘满了。请通知运维腾出空间，再用同一个操作号重试：已办成的不会再办一次。",
    "The disk of the database is full. Have room made, then try again with the same operation id: "
    "what was done is not done twice.",
)
BUSY = Words(
    "数据库正忙，什么都没有记账。请稍后用同一个操作号再试。",
    "The database is busy and nothing was posted. Try again in a moment with the same operation id.",
)


def add_views(config: Configurator) -> None:
    """Add a view for everything that can go wrong."""
    config.add_exception_view(said_no, context=TimeBankError)
    config.add_exception_view(bad_request, context=BadRequest)
    config.add_exception_view(database_failed, context=DBAPIError)
    config.add_exception_view(no_connection_free, context=NoConnectionFree)
    config.add_notfound_view(not_found)


def said_no(error: TimeBankError, request: Request) -> Response:
    """Answer with what the bank says; where it says that the database was busy to the end, there is a better answer."""
    cause = error.__cause__
    if isinstance(cause, DBAPIError) and (is_busy(cause) or is_away(cause)):
        return database_failed(cause, request)
    return problem_of(request, error)


def bad_request(error: BadRequest, request: Request) -> Response:
    """Answer with every fault of a request."""
    found = faults(error.faults, language_of(request))
    return problem(request, error.status, "bad_request", error.words, details={"faults": found})


def database_failed(error: DBAPIError, request: Request) -> Response:
    """Answer 503 where the database is away, full or busy; anything else is our own mistake."""
    if is_busy(error):
        return problem(request, UNAVAILABLE, "database_busy", BUSY)
    if is_full(error):
        return problem(request, UNAVAILABLE, "database_full", FULL)
    if is_away(error):
        return problem(request, UNAVAILABLE, "database_away", AWAY)
    return _ours(error)


def no_connection_free(_error: NoConnectionFree, request: Request) -> Response:
    """Answer 503 where every connection is in use."""
    return problem(request, UNAVAILABLE, "database_busy", BUSY)


def is_busy(error: DBAPIError) -> bool:
    """Say whether others were at the same rows for too long: a lock, a deadlock, a serialisation failure."""
    state = getattr(error.orig, "sqlstate", None)
    return state in {"40001", "40P01", "55P03"} or "database is locked" in str(error.orig)


def is_full(error: DBAPIError) -> bool:
    """Say whether there was no room left on the disk."""
    return getattr(error.orig, "sqlstate", None) == "53100" or "disk is full" in str(error.orig)


def is_away(error: DBAPIError) -> bool:
    """Say whether the database itself could not be reached; SQLite calls our own slips operational too."""
    if error.connection_invalidated or isinstance(error, InterfaceError):
        return True
    return isinstance(error, OperationalError) and not str(error.orig).startswith("no such ")


def _ours(error: Exception) -> NoReturn:
    raise error


def not_found(request: Request) -> Response:
    """Answer 405 where the address exists with another method, else 404."""
    allowed = request.registry.addresses.methods(request.path_info)
    if not allowed:
        words = Words(
            "没有这个地址。接口说明见 /docs。", "There is no such address. The reference is at /docs."
        )
        return problem(request, 404, "not_found", words)
    zh = f"这个地址不支持 {request.method[:20]}。可用：{'、'.join(allowed)}。"
    words = Words(zh, f"{request.method[:20]} is not possible here: {', '.join(allowed)}.")
    response = problem(request, 405, "method_not_allowed", words)
    response.headers["Allow"] = ", ".join(allowed)
    return response
