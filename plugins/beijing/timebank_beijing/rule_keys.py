"""The keys Beijing's plugin reads in ``extensions.beijing``, as a JSON Schema."""

from __future__ import annotations

from typing import Any

from timebank.domain.member import Relation

_LEAST: dict[str, Any] = {"type": "string", "format": "whole-minutes", "x-looser": "less"}
_BASIS: dict[str, Any] = {
    "source": {"type": "string", "x-zh": "依据", "x-en": "The basis"},
    "assumed": {"type": "string", "x-zh": "暂按此办理的理由", "x-en": "Why this is assumed"},
}


def _block(zh: str, en: str, required: list[str], **keys: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": {**keys, **_BASIS},
        "x-zh": zh,
        "x-en": en,
    }


def _key(zh: str, en: str, **form: Any) -> dict[str, Any]:
    return {**form, "x-zh": zh, "x-en": en}


def _name(block: str, zh: str, en: str) -> dict[str, Any]:
    """Describe a key that names something which a block of the rule file declares."""
    return {"type": "string", "x-names": block, "x-zh": zh, "x-en": en}


RULE_KEYS: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "catalogue": _block(
            "公布的类别数与项目数，用来核对清单",
            "The published counts, with which the catalogue is compared",
            ["categories"],
            categories=_key("几个大类", "How many categories", type="integer", minimum=1),
            services=_key("全市几项", "How many city-wide services", type="integer", minimum=1),
        ),
        "minors": _block(
            "未成年志愿者；不写这一块就没有例外",
            "Volunteers under age; without this block there is no exception",
            ["under", "trait", "led_by", "guardian_serves_too"],
            under=_name("traits", "不具备这个特征的算未成年", "Who lacks this trait is under age"),
            trait=_name("traits", "须具备的特征", "The trait they must have"),
            led_by=_key(
                "哪些关系算监护人",
                "Which relations are guardians",
                **{"x-looser": "longer"},
                type="array",
                minItems=1,
                items={"enum": [relation.value for relation in Relation]},
            ),
            guardian_serves_too=_key(
                "监护人须在同一订单服务",
                "The guardian serves in the same order",
                type="boolean",
                **{"x-looser": "false"},
            ),
        ),
        "public_home": _block(
            "凭服务时间与时间币入住公办养老机构",
            "A public home for hours served and coins saved",
            ["unit", "served", "saved"],
            unit=_name("units", "哪个计量单位", "Which unit"),
            served=_key("累计服务满", "Service of at least", **_LEAST),
            saved=_key("存满并用于兑换", "Saved, and spent on it", **_LEAST),
        ),
    },
}
