"""The keys Nanjing's plugin reads in ``extensions.nanjing``, as a JSON Schema."""

from __future__ import annotations

from typing import Any

_BASIS: dict[str, Any] = {
    "source": {"type": "string", "x-zh": "依据", "x-en": "The basis"},
    "assumed": {"type": "string", "x-zh": "暂按此办理的理由", "x-en": "Why this is assumed"},
}
_ACCOUNT: dict[str, Any] = {
    "enum": ["granted", "savings"],
    "x-values": {"granted": ["赠时", "granted time"], "savings": ["储蓄", "savings"]},
}


def _key(zh: str, en: str, kind: str = "string", **form: Any) -> dict[str, Any]:
    return {"type": kind, "x-zh": zh, "x-en": en, **form}


def _name(block: str, zh: str, en: str) -> dict[str, Any]:
    """Describe a key that names something which a block of the rule file declares."""
    return _key(zh, en, **{"x-names": block})


def _block(zh: str, en: str, **keys: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(keys),
        "properties": {**keys, **_BASIS},
        "x-zh": zh,
        "x-en": en,
    }


RULE_KEYS: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": ["group_level", "receiving", "granted_time"],
    "properties": {
        "group_level": _name("levels", "团体志愿者是哪个层级", "The level of volunteer groups"),
        "receiving": _block(
            "谁可以下单",
            "Who may order",
            free_for=_name("recipient_classes", "哪一类服务对象免费", "The class of recipients served free"),
            age=_name("traits", "其他人须具备的年龄特征", "The trait of age that others need"),
            time=_name("traits", "其他人须具备的储蓄特征", "The trait of saved time that others need"),
        ),
        "granted_time": _block(
            "赠时怎样使用",
            "How granted time is used",
            account=_key("赠时在哪种账户", "The account of granted time", **_ACCOUNT),
            may_be_passed_on=_key(
                "是否可以转赠、捐赠",
                "Whether it may be given away or donated",
                "boolean",
                **{"x-looser": "true"},
            ),
        ),
        **_BASIS,
    },
}
