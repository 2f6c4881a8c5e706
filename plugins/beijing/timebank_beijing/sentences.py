"""What Beijing's plugin says, in both languages."""

from __future__ import annotations

from timebank.domain.words import Words

MINOR = {
    "not_a_pupil": Words(
        "未满18周岁的志愿者须是在校学生，尚未登记。请先由街道认定在校学生身份。",
        "A volunteer under age is an enrolled student; that is not on record. Have the street certify it.",
    ),
    "no_guardian": Words(
        "未满18周岁的志愿者须由监护人带领，尚未登记监护人。请先由街道核验亲属关系。",
        "A volunteer under age serves with a guardian; none is on record. Have the street verify the tie.",
    ),
    "guardian_not_there": Words(
        "未满18周岁的志愿者须由监护人带领：请监护人先接下同一订单的名额。",
        "A volunteer under age serves with a guardian: let the guardian take a place of this order first.",
    ),
}

_PARTS = {"categories": Words("类别", "categories"), "services": Words("全市项目", "city-wide services")}

_HOME = {
    "served": Words("累计服务小时", "hours served"),
    "saved": Words("账户存有时间币", "coins held"),
    "paid": Words("用于兑换的时间币", "coins paid"),
}


def wrong_count(part: str, published: int, found: int) -> Words:
    """Say that the catalogue does not have the published number of parts."""
    label = _PARTS[part]
    return Words(
        f"公布的{label.zh}为 {published} 个，本文件写了 {found} 个。请核对清单。",
        f"{published} {label.en} were published, and this file has {found}. Check the list.",
    )


def too_little(part: str, least: int, reached: int, one: int) -> Words:
    """Say how much is needed for a public home, and how much there is.

    Args:
        part: what falls short.
        least: minutes needed.
        reached: minutes there are.
        one: minutes of one unit, in which both are told.
    """
    label = _HOME[part]
    needed, there = f"{least / one:,g}", f"{reached / one:,g}"
    return Words(
        f"入住公办养老机构须{label.zh}满 {needed}，现为 {there}。服务时间与时间币须同时达到。",
        f"A public home needs {needed} of {label.en}; there are {there}. Service and coins are both needed.",
    )
