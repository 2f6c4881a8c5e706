"""A register reached over HTTP and JSON, with the standard library alone.

``GET {url}/{kind}/{key}`` answers ``{"answer": "yes" | "no" | "later", "note": "…"}``; ``POST {url}/events`` takes
``{"kind": "…", "body": {…}}`` with the delivery id as ``Idempotency-Key``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from timebank.domain.registry import Answer, LookedUp

MOST_BYTES = 64 * 1024
LONGEST_NOTE = 2000


class NotTaken(RuntimeError):
    """The register did not take an event; it is told again later, under the same delivery id."""


class _NoRedirects(HTTPRedirectHandler):
    """A register answers itself: numbers of people are sent nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        """Follow no redirect."""


class HttpRegistry:
    """One outside register.

    Args:
        url: its address, ``http`` or ``https``, without a slash at the end.
        token: sent as ``Authorization: Bearer``, where the register wants one.
        timeout_seconds: how long an answer may take before it counts as “later”.
    """

    def __init__(self, url: str, token: str | None = None, timeout_seconds: float = 5.0) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise ValueError(f"a register's url begins with http:// or https://, not {url!r}")
        self._url = url.rstrip("/")
        self._headers = {"Accept": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"
        self._timeout = timeout_seconds
        self._opener = build_opener(_NoRedirects)

    def ask(self, kind: str, key: str) -> LookedUp:
        """Ask whether the register knows a number.

        Whatever is not a clear yes or no is “later”: unreachable, too slow, an error of the server, 202, no JSON.
        """
        address = f"{self._url}/{quote(kind, safe='')}/{quote(key, safe='')}"
        try:
            status, content = self._send(Request(address, headers=self._headers))  # noqa: S310 - checked above
        except (OSError, HTTPException) as error:  # unreachable, too slow, an error of the server, no HTTP
            return LookedUp(Answer.LATER, _reason(error), reached=_is_well(error))
        if status != HTTPStatus.OK:
            return LookedUp(Answer.LATER, f"HTTP {status}")
        return _looked_up(content)

    def tell(self, delivery_id: str, kind: str, body: Mapping[str, Any]) -> None:
        """Deliver an event.

        Raises:
            NotTaken: the register was not reached, or did not answer with 2xx.
        """
        content = json.dumps({"kind": kind, "body": dict(body)}, ensure_ascii=False).encode()
        headers = self._headers | {"Content-Type": "application/json", "Idempotency-Key": delivery_id}
        request = Request(f"{self._url}/events", content, headers, method="POST")  # noqa: S310 - checked above
        try:
            self._send(request)
        except (OSError, HTTPException) as error:
            raise NotTaken(f"{self._url} did not take {kind}: {_reason(error)}") from error

    def _send(self, request: Request) -> tuple[int, bytes]:
        with self._opener.open(request, timeout=self._timeout) as answer:
            return answer.status, answer.read(MOST_BYTES)


def _reason(error: Exception) -> str:
    if isinstance(error, HTTPError):
        error.close()
        return f"HTTP {error.code}"
    return str(getattr(error, "reason", error))[:LONGEST_NOTE]


def _is_well(error: Exception) -> bool:
    """Say whether the register answers, though not this question: a server that fails or is overrun does not."""
    broken = HTTPStatus.INTERNAL_SERVER_ERROR
    return isinstance(error, HTTPError) and error.code < broken and error.code != HTTPStatus.TOO_MANY_REQUESTS


def _looked_up(content: bytes) -> LookedUp:
    try:
        said = json.loads(content)
        return LookedUp(Answer(said["answer"]), str(said.get("note", ""))[:LONGEST_NOTE])
    except (ValueError, TypeError, KeyError, AttributeError):
        return LookedUp(Answer.LATER, "not a readable answer")
