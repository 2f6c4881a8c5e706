"""What Guangzhou's plugin says, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from timebank.domain.member import Tie
from timebank.domain.relation_words import RELATION_WORDS
from timebank.domain.words import Words, listed


def no_way_in(needs: Sequence[Words], earned: Words) -> Words:
    """Say by which ways an elder may be served, and what is missing for the way of one's own points.

    Args:
        needs: labels of the classes served by need.
        earned: what is missing for the other way, in whole sentences.
    """
    classes = listed(list(needs))
    return Words(
        f"下单的老人有两条途径：一是按需要，属于下列之一并经服务站点认定（{classes.zh}）；"
        f"二是凭自己的积分。这位老人没有认定的需要；凭积分，{earned.zh}",
        f"An elder is served by need, as a station certifies it ({classes.en}), or for points of one's own. "
        f"No need of this elder is certified; and for points: {earned.en}",
    )


def too_short(planned: int, least: int) -> Words:
    """Say that an order is too short to give a whole point."""
    return Words(
        f"订单计划 {planned} 分钟，不足 {least} 分钟，生成不了整数积分。请把时间订长些，或与别的事项合在一次。",
        f"The order is for {planned} minutes; below {least} there is no whole point in it. "
        "Order a longer time, or several things at once.",
    )


def below_threshold(label: Words, hours: int) -> Words:
    """Say what has to be served before points are spent."""
    return Words(
        f"兑换以前须：{label.zh}；现累计 {hours} 小时。",
        f"Before points are spent: {label.en}; there are {hours} hours so far.",
    )


def not_whole(minutes: int, one: int) -> Words:
    """Say that points change hands whole."""
    below, above = minutes // one, minutes // one + 1
    near = f"{below} 或 {above}" if below else f"{above}"
    near_en = f"{below} or {above}" if below else f"{above}"
    return Words(
        f"积分只按整数赠与、捐赠、兑换：{minutes} 分钟不是整分。请改为 {near} 分。",
        f"Points change hands whole: {minutes} minutes are not. Make it {near_en}.",
    )


def unverified(ties: Sequence[Tie]) -> Words:
    """Say that no organisation has verified the tie; name what is on record."""
    where = "请带证件到服务站点核验：写明谁在哪天凭什么证明核验。"
    where_en = "Have a station verify it: who verified it, when, and by what proof."
    if not ties:
        return Words(f"没有登记在案的亲属关系。{where}", f"No tie is on record. {where_en}")
    known = "、".join(f"{tie.valid_from} 起登记为{RELATION_WORDS[tie.relation].zh}" for tie in ties)
    known_en = ", ".join(f"{RELATION_WORDS[tie.relation].en} from {tie.valid_from}" for tie in ties)
    return Words(
        f"亲属关系未经组织核验（{known}）。{where}",
        f"No organisation has verified the tie ({known_en}). {where_en}",
    )


def no_such_item(item: str, items: Mapping[str, Any]) -> Words:
    """Say what suppliers offer instead."""
    labels = {name: block["label"] for name, block in items.items()}
    known = "、".join(f"{name}（{label['zh']}）" for name, label in labels.items())
    known_en = ", ".join(f"{name} ({label['en']})" for name, label in labels.items())
    return Words(
        f"没有“{item}”这项供应商服务。可以兑换：{known}。写作 supplier:名称。",
        f"No supplier offers “{item}”. There are: {known_en}. Write supplier:name.",
    )


def other_price(label: Words, points: int) -> Words:
    """Say what an item costs."""
    return Words(
        f"“{label.zh}”须付 {points} 分，不多也不少。",
        f"“{label.en}” costs {points} points, no more and no less.",
    )


def broken_point(minutes: int, one: int) -> Words:
    """Say that an amount of the file is no whole number of points."""
    return Words(
        f"积分只有整数：{minutes} 分钟不是 {one} 分钟的整数倍。",
        f"Points are whole: {minutes} minutes are no multiple of {one}.",
    )
