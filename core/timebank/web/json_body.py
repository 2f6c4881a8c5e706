"""A JSON body read strictly: UTF-8, no repeated keys, not too long or deep, nothing that a database cannot keep."""

from __future__ import annotations

import json
import re
from typing import Any

from pyramid.request import Request

from timebank.domain.words import Words
from timebank.web.bad_request import BadRequest
from timebank.web.contract import Contract

JSON = "application/json"
_CHARSET = re.compile(r'charset\s*=\s*"?([^";\s]*)', re.IGNORECASE)
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


def read_json(contract: Contract, request: Request) -> Any:
    """Return the JSON value of a request's body; nothing where the body is empty.

    Raises:
        BadRequest: 413 where it is too long, 415 where it does not say that it is JSON in UTF-8, else 400.
    """
    data = _bytes(request, contract.longest_body)
    if not data:
        return None
    _check_kind(request)
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        raise BadRequest(Words("请求体不是 UTF-8。", "The body is not UTF-8.")) from error
    except RecursionError as error:
        raise _too_deep(contract.deepest_body) from error
    except ValueError as error:
        raise _not_json(error) from error
    _check_kept(value, contract.deepest_body)
    return value


def _not_json(error: ValueError) -> BadRequest:
    if isinstance(error, json.JSONDecodeError):
        zh = f"请求体不是 JSON：读到第 {error.lineno} 行第 {error.colno} 个字符就读不下去了。"
        en = f"The body is not JSON: it cannot be read on from line {error.lineno}, character {error.colno}."
    else:
        zh = "请求体里有 JSON 没有的数：NaN、Infinity，或长得读不了。"
        en = "The body has a number that JSON does not know: NaN, Infinity, or one too long to be read."
    return BadRequest(Words(zh, en))


def _bytes(request: Request, longest: int) -> bytes:
    """Read the body, however its length is told, and no more of it than is allowed."""
    data = b""
    if (request.content_length or 0) <= longest:
        try:
            data = bytes(request.body_file.read(longest + 1))
        except OSError as error:  # the caller hung up
            raise BadRequest(Words("请求体没有传完。", "The body ended too soon.")) from error
        if len(data) <= longest:
            return data
    words = Words(f"请求体超过 {longest} 字节。", f"The body is longer than {longest} bytes.")
    raise BadRequest(words, status=413)


def _check_kind(request: Request) -> None:
    charset = _CHARSET.search(request.headers.get("Content-Type", ""))
    if request.content_type != JSON or (charset is not None and charset[1].lower() not in {"utf-8", "utf8"}):
        zh = "请求体须为 application/json，编码 UTF-8。"
        raise BadRequest(Words(zh, "The body must be application/json in UTF-8."), status=415)


def _check_kept(value: Any, deepest: int) -> None:
    """Refuse what is too deep, and characters that are none: NUL and halves of surrogate pairs."""
    waiting = [(value, 1)]
    while waiting:
        inner, depth = waiting.pop()
        if depth > deepest:
            raise _too_deep(deepest)
        if isinstance(inner, str) and _UNKEPT.search(inner):
            zh = "请求体里有不成字的字符（NUL 或半个代理对）。"
            raise BadRequest(Words(zh, "The body has a NUL or half a surrogate pair in a text."))
        if isinstance(inner, dict):
            waiting.extend((part, depth + 1) for part in (*inner, *inner.values()))
        elif isinstance(inner, list):
            waiting.extend((part, depth + 1) for part in inner)


def _too_deep(deepest: int) -> BadRequest:
    return BadRequest(Words(f"请求体超过 {deepest} 层。", f"The body is deeper than {deepest} levels."))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        words = Words(f"请求体里“{twice[:100]}”写了两次。", f"The body has “{twice[:100]}” twice.")
        raise BadRequest(words)
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
