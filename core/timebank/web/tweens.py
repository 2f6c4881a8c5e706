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
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def guard(handler: Handler, registry: Any) -> Handler:
    """Return a handler that refuses what it should not read, and answers 500, with an id, for the unforeseen."""

    def guarded(request: Request) -> Response:
        request.id = uuid.uuid4().hex
        response = _turned_away(request, registry.hosts) or _answered(handler, request)
        response.headers["X-Request-Id"] = request.id
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return guarded


def _turned_away(request: Request, hosts: Any) -> Response | None:
    try:
        request.path_info  # noqa: B018 - decoding is what may fail
        request.GET  # noqa: B018
    except UnicodeDecodeError:
        clean = Request.blank("/", headers={"Accept-Language": request.headers.get("Accept-Language", "")})
        return problem(clean, 400, "bad_text", Words("地址不是 UTF-8。", "The address is not UTF-8."))
    if hosts is not None and host_of(request) not in hosts:
        zh = "这个服务只应答本机的地址（127.0.0.1、::1、localhost）。"
        words = Words(zh, "This service answers to names of this machine only (127.0.0.1, ::1, localhost).")
        return problem(request, 421, "wrong_host", words)
    return None


def host_of(request: Request) -> str:
    """Return the name by which the service was called, without its port."""
    name = str(request.headers.get("Host", ""))
    before, _, port = name.rpartition(":")
    return (before if before and port.isdecimal() else name).strip("[]").lower()


def _answered(handler: Handler, request: Request) -> Response:
    try:
        return handler(request)
    except Exception:  # whatever broke, the caller gets an id and the log gets the story
        LOG.exception("request %s failed", request.id)
        zh = f"系统出错，已记录，编号 {request.id}。请把编号告诉管理员。"
        en = f"Something broke; it is in the log as {request.id}. Tell the operator this number."
        return problem(request, 500, "internal", Words(zh, en))


def measure(handler: Handler, registry: Any) -> Handler:
    """Return a handler that counts and times requests by route."""

    def measured(request: Request) -> Response:
        begun = time.perf_counter()
        response = handler(request)
        route = request.matched_route.name if getattr(request, "matched_route", None) else "none"
        method = request.method if request.method in METHODS else "other"
        registry.metrics.seen(route, method, response.status_int, time.perf_counter() - begun)
        return response

    return measured
