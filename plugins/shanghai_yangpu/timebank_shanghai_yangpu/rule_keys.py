"""The keys Yangpu's plugin reads in ``extensions.shanghai_yangpu``, as a JSON Schema."""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string", "minLength": 1}
_ID = _TEXT | {
    "pattern": "^[a-z][a-z0-9_]*$",
    "x-form-zh": "小写英文字母开头的标识，只含小写字母、数字和下划线",
    "x-form-en": "an identifier: small letters, digits and _, starting with a letter",
}
_LIST = {"type": "array", "minItems": 1, "uniqueItems": True}
_REST = {
    "source": _TEXT | {"x-zh": "依据", "x-en": "The basis"},
    "assumed": _TEXT | {"x-zh": "暂按此办理的理由", "x-en": "Why this is assumed"},
}
_CLOSED: dict[str, Any] = {"type": "object", "additionalProperties": False}
_TRAITS = _LIST | {
    "items": _TEXT,
    "x-names": "traits",
    "x-zh": "须同时具备的特征",
    "x-en": "Traits that must all hold",
}
_ALL = _CLOSED | {"required": ["all"], "properties": {"all": _TRAITS}}
_ANY = _LIST | {
    "items": _ALL,
    "x-looser": "alternatives",
    "x-zh": "符合其中任何一项即可",
    "x-en": "Any one of these is enough",
}
_WHO = _CLOSED | {
    "required": ["any"],
    "properties": {"any": _ANY, **_REST},
    "x-zh": "谁可以用它兑换服务",
    "x-en": "Who may spend it on service",
}
_UNIT = _TEXT | {"x-names": "units", "x-zh": "用哪个计量单位", "x-en": "The unit it is saved in"}
_TRACK = _CLOSED | {"required": ["saved_in", "who"], "properties": {"saved_in": _UNIT, "who": _WHO, **_REST}}
_LEVEL = _TEXT | {
    "x-names": "levels",
    "x-zh": "由哪个层级发布需求",
    "x-en": "The level that publishes demands",
}
_LEVELS = _LIST | {
    "items": _TEXT,
    "x-names": "levels",
    "x-looser": "longer",
    "x-zh": "须已加入哪些层级的组织，任一即可",
    "x-en": "One has to belong to an organisation of one of these levels",
}
_SERVICES = _LIST | {
    "items": _ID,
    "x-looser": "shorter",
    "x-zh": "不得列入服务项目的名称",
    "x-en": "What the catalogue may not have",
}

RULE_KEYS: dict[str, Any] = _CLOSED | {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "required": ["publishing", "serving", "long_term", "short_term"],
    "properties": {
        "publishing": _CLOSED
        | {"required": ["level"], "properties": {"level": _LEVEL, **_REST}}
        | {"x-zh": "谁发布需求", "x-en": "Who publishes demands"},
        "serving": _CLOSED
        | {"required": ["levels"], "properties": {"levels": _LEVELS, **_REST}}
        | {"x-zh": "接单以前加入什么", "x-en": "What to join before taking a demand"},
        "long_term": _TRACK | {"x-zh": "长期储存：时间币", "x-en": "Long-term savings: coins"},
        "short_term": _TRACK
        | {"x-zh": "短期兑换：对应的积分", "x-en": "Short-term redemption: the matching points"},
        "kept_out": _CLOSED
        | {"required": ["services"], "properties": {"services": _SERVICES, **_REST}}
        | {"x-zh": "不提供的服务", "x-en": "What is not offered"},
    },
}
