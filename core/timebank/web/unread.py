"""What the server turns away before the application sees it is told as a problem document too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyramid.request import Request
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask

from timebank.domain.words import Words
from timebank.web.problems import problem

UNREADABLE = Words(
    "请求不合 HTTP 的写法，没有读下去。地址里 ASCII 以外的字符须按 UTF-8 百分号编码。",
    "The request is not written as HTTP wants it. Percent-encode characters outside ASCII in the address, as UTF-8.",
)
_TOLD: Mapping[int, tuple[str, Words]] = {
    400: ("bad_request", UNREADABLE),
    413: ("bad_request", Words("请求体太长，没有读。", "The body is too long and was not read.")),
    431: ("bad_request", Words("请求头太长，没有读。", "The headers are too long and were not read.")),
    501: ("bad_request", Words("不支持这种传送编码。", "This transfer encoding is not supported.")),
}
_BROKEN = ("internal", Words("服务器出错，没有答复。", "The server broke before it could answer."))


class Unread(ErrorTask):  # type: ignore[misc]
    """The answer to a request that could not be read."""

    def execute(self) -> None:
        """Write the problem document and hang up."""
        error, given = self.request.error, self.request.headers.get("ACCEPT_LANGUAGE", "")
        code, words = _TOLD.get(error.code, _BROKEN)
        told = problem(
            Request.blank("/", headers={"Accept-Language": given}),
            error.code,
            code,
            words,
            details={"faults": []},
        )
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend(told.headerlist)
        self.set_close_on_finish()
        self.content_length = len(told.body)
        self.write(told.body)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection on which even that is told in words."""

    error_task_class: Any = Unread
