"""Every program that works on one database must agree with its clock: that is how they agree with each other.

Asked on every new PostgreSQL connection. SQLite lies on the machine that uses it and has no clock of its own.
"""

from __future__ import annotations

import time
from typing import Any

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words

MOST_SECONDS_APART = 60


def check_clock(cursor: Any) -> None:
    """Refuse to work with a clock that is more than a minute off the database's.

    Raises:
        BadInput: with how far the clocks are apart, and what to do.
    """
    cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
    apart = round(time.time() - cursor.fetchone()[0])
    if abs(apart) > MOST_SECONDS_APART:
        late = Words("慢", "behind") if apart < 0 else Words("快", "ahead of")
        zh = (
            f"本机时钟比数据库{late.zh} {abs(apart)} 秒：期限会算错，各台机器的记账次序也会乱，拒绝启动。"
            "请让两边都与同一时间源同步（如 chrony），再重试。"
        )
        en = (
            f"This machine's clock is {abs(apart)} seconds {late.en} the database's: deadlines would come at the "
            "wrong time and entries of several machines out of order. Let both follow one time source (such as "
            "chrony), then try again."
        )
        raise BadInput(Words(zh, en), "unsafe_clock")
