"""What Nanjing's plugin says, in both languages."""

from __future__ import annotations

from timebank.domain.words import Words, listed

RULES = {
    "group_time_spendable": Words(
        "团体的时间只能捐赠：请写明团体账户（credit.team.account），且不能是下单可用的账户。",
        "A group's time may only be donated: name its account (credit.team.account), none that orders use.",
    ),
    "granted_time_not_first": Words(
        "有赠时就要先用赠时：请把赠时账户写在最前面。",
        "Where time is granted it is used first: put the account of granted time in the first place.",
    ),
}

GROUP_TIME = Words(
    "团体志愿者的时间只能捐赠，不能转赠、兑换或用于下单。",
    "A volunteer group's time may only be donated: it cannot be given to a person or redeemed.",
)

GRANTED_TIME = Words(
    "赠时是发给重点老人本人使用的，不能转赠或捐赠。请使用储蓄的时间。",
    "Granted time is for the elder to whom it was granted and cannot be passed on. Use saved time.",
)


def may_not_order(free: Words, lacking: list[Words]) -> Words:
    """Say who may order, and what is missing here."""
    missing = listed(lacking)
    return Words(
        f"下单的老人须是{free.zh}，或年满规定年龄且有储存的时间。这位老人未认定为{free.zh}，也不具备：{missing.zh}。"
        f"符合条件的，请由街道先行认定；也可由亲属转赠时间。",
        f"An order needs a {free.en}, or somebody of the age named who has saved time. Missing here: being "
        f"certified as a {free.en}; or else: {missing.en}. The street certifies; relatives may give time.",
    )
