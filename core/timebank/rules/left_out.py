"""What holds where a rule file does not write a key that may be left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from timebank.domain.words import Words
from timebank.rules.faults import Path
from timebank.rules.schema_file import schema_at

_FIRST = Words("这是第一版，不接替别的", "these are the first rules and follow no others")
_NO_CORRECTION = Words("这一版不是更正", "this file is no correction")
_BLOCKS = {
    "caps": Words("什么都不设上限", "nothing is capped"),
    "gifts": Words("不能赠与", "nothing can be given to others"),
    "donations": Words("不能捐赠", "nothing can be donated"),
    "grants": Words("不发放赠时", "nothing is granted"),
    "honours": Words("没有荣誉", "there are no honours"),
    "kin": Words("没有亲属范围可用", "no circle of kin is known"),
    "qualifications": Words("不登记资质", "no qualifications are kept"),
    "recipient_classes": Words("服务对象不分类", "recipients fall into no classes"),
    "extensions": Words("插件没有另写规则", "plugins have no rules of their own"),
    "review_by": Words("没有约定复核的日期", "no day of review is set"),
    "replaces": _FIRST,
    "transition": _FIRST,
    "corrects": _NO_CORRECTION,
    "known_from": _NO_CORRECTION,
    "reason": _NO_CORRECTION,
}
_WITHOUT = {
    "looser": Words("不作这项限制", "there is no such limit or condition"),
    "tighter": Words("没有这项许可", "nothing of the kind is allowed"),
}
_NOTHING = Words("这一版对此没有规定", "these rules say nothing of it")


def left_out(path: Path, schema: Mapping[str, Any]) -> Words:
    """Return what holds where a key is not written and has no value of its own then.

    Args:
        path: of the key.
        schema: the schema of rule files, with the plugins' slots.
    """
    block = _BLOCKS.get(str(path[0])) if len(path) == 1 else None
    without = (schema_at(path, schema) or {}).get("x-without")
    return block or _WITHOUT.get(str(without), _NOTHING)
