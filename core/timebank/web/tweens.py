"""Around every request: bad text refused, nothing unexplained let out, everything counted."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

from pyramid.request import Request
from pyramid.response import Response

from timebank.domain.words import Words
from timebank.web.problems import problem

LOG = logging.getLogger("timebank.web")
Handler = Callable[[Request], Response]


def guard(handler: Handler, _registry: Any) -> Handler:
    """Return a handler that answers 400 for an address that is not UTF-8 and 500, with an id, for the unforeseen."""

    def guarded(request: Request) -> Response:
        request.id = uuid.uuid4().hex
        try:
            request.path_info  # noqa: B018 - decoding is what may fail
            request.GET  # noqa: B018
        except UnicodeDecodeError:
            return _bad_text(request)
        try:
            response = handler(request)
        except Exception:  # whatever broke, the caller gets an id and the log gets the story
            LOG.exception("request %s failed", request.id)
            zh = f"系统出错，已记录，编号 {request.id}。请把编号告诉管理员。"
            words = Words(
                zh, f"Something broke; it is in the log as {request.id}. Tell the operator this number."
            )
            response = problem(request, 500, "internal", words)
        response.headers["X-Request-Id"] = request.id
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return guarded


def _bad_text(request: Request) -> Response:
    clean = Request.blank("/", headers={"Accept-Language": request.headers.get("Accept-Language", "")})
    return problem(clean, 400, "bad_text", Words("地址不是 UTF-8。", "The address is not UTF-8."))


def measure(handler: Handler, registry: Any) -> Handler:
    """Return a handler that counts and times requests by route."""

    def measured(request: Request) -> Response:
        begun = time.perf_counter()
        response = handler(request)
        route = request.matched_route.name if getattr(request, "matched_route", None) else "none"
        registry.metrics.seen(route, request.method, response.status_int, time.perf_counter() - begun)
        return response

    return measured
