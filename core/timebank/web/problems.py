"""Every error as a problem document (RFC 9457), in the caller's language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pyramid.request import Request
from pyramid.response import Response

from timebank.domain.refusal import Conflict, NotFound, PluginFailed, Refusal, Refused, TimeBankError
from timebank.domain.words import Words
from timebank.web.bad_request import Fault

MEDIA = "application/problem+json"
UNAVAILABLE = 503
REFUSED = 422  # also whatever else the bank says: what kept to the contract but cannot be done
STATUS: tuple[tuple[type[TimeBankError], int], ...] = (
    (NotFound, 404),
    (Conflict, 409),
    (PluginFailed, 503),
)
AGAIN_SECONDS = {"database_away": 5, "database_busy": 1, "database_full": 60, "plugin_failed": 60}


def language_of(request: Request) -> str:
    """Return ``zh`` or ``en`` by Accept-Language; Chinese where neither is named."""
    accepted = request.accept_language
    if not accepted:
        return "zh"
    best = accepted.lookup(["zh", "zh-CN", "zh-Hans", "en", "en-GB", "en-US"], default="zh")
    return "en" if best.startswith("en") else "zh"


def problem(
    request: Request, status: int, code: str, words: Words, *, details: Mapping[str, Any] | None = None
) -> Response:
    """Return a problem document.

    Args:
        request: for the language and the request id.
        status: HTTP status.
        code: stable word for programs.
        words: the sentence.
        details: further members, such as ``refusals`` or ``faults``.
    """
    body = {
        "type": f"urn:timebank:problem:{code}",
        "status": status,
        "code": code,
        "title": words.in_language(language_of(request)),
        "zh": words.zh,
        "en": words.en,
        **(details or {}),
    }
    response = Response(json.dumps(body, ensure_ascii=False), status=status, charset="utf-8")
    response.content_type = MEDIA
    response.headers["Content-Language"] = language_of(request)
    response.headers["Cache-Control"] = "no-store"
    response.vary = ["Accept-Language"]
    if status == UNAVAILABLE:
        response.retry_after = AGAIN_SECONDS.get(code, AGAIN_SECONDS["plugin_failed"])
    return response


def problem_of(request: Request, error: TimeBankError) -> Response:
    """Return the problem document of what the bank says."""
    status = next((status for kind, status in STATUS if isinstance(error, kind)), REFUSED)
    details = {}
    if isinstance(error, Refused):
        details["refusals"] = refusals(error.refusals, language_of(request))
    return problem(request, status, error.code, error.words, details=details)


def faults(found: Sequence[Fault], language: str) -> list[dict[str, str]]:
    """Return what breaks the contract: where, and what is wrong."""
    return [{"where": where, "what": what.in_language(language)} for where, what in found]


def refusals(said: Sequence[Refusal], language: str) -> list[dict[str, Any]]:
    """Return refusals with code, sentence, rule path and article."""
    return [
        {
            "code": refusal.code,
            "sentence": refusal.words.in_language(language),
            "rule_path": refusal.rule_path,
            "basis": refusal.basis.in_language(language) if refusal.basis else None,
        }
        for refusal in said
    ]
