"""What Yangpu's plugin says, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from timebank.domain.words import Words, listed

OTHERS_PUBLISH = Words(
    "需求只由分行发布：请写 orders.publish，by 只写 extensions.shanghai_yangpu.publishing.level 所写的层级。",
    "Only branches publish: write `orders.publish` with the one level named in the extension.",
)
PROFESSIONAL = Words(
    "这里只办非专业性的服务，服务项目不能要求职业资格。请删去 qualification，或删去这一项。",
    "Service here is non-professional: a service cannot need a qualification. Remove it, or the service.",
)
KEPT_OUT = Words(
    "这一项在不提供的名单里（extensions.shanghai_yangpu.kept_out）。请两处只留一处。",
    "This service is on the list of what is kept out. Keep it in one of the two places only.",
)
NO_COIN = Words(
    "长期储存的单位没有写怎样记入。请在 credit.units 中写明。",
    "The unit of long-term savings is not credited. Write it under `credit.units`.",
)
POINTS_BY_THEMSELVES = Words(
    "短期积分对应时间币，同记同数，不另写 credit.units。请删去其中这一块。",
    "Points follow coins one to one and have no block of their own under `credit.units`. Remove it.",
)
NO_BRANCH = Words(
    "没有登记所属街道，不知道由哪个分行发布。请先登记居住地。",
    "No street is on record, so no branch can publish it. Have the home registered first.",
)


def other_branch(name: str) -> Words:
    """Say through which branch a member's own demand goes."""
    return Words(
        f"成员自己的兑换由其所在街道的“{name}”发布，请在那里提出。",
        f"A member's own redemption is published by “{name}”, the branch of their street. Place it there.",
    )


def other_track(unit: Words, missing: Words) -> Words:
    """Say who may spend a unit."""
    return Words(f"还不能用{unit.zh}兑换服务。{missing.zh}", f"{unit.en} may not be spent yet. {missing.en}")


def not_the_branch(desk: str, branch: str) -> Words:
    """Say who publishes instead."""
    who = f"“{branch}”" if branch else "所在街道的分行"
    who_en = f"“{branch}”" if branch else "the branch of the street"
    said = f"“{desk}”不能发布这项需求。" if desk else "需求不由个人发布。"
    said_en = f"“{desk}” may not publish this demand. " if desk else "A person does not publish demands. "
    return Words(f"{said}由{who}发布。", f"{said_en}{who_en} publishes it.")


def in_no_team(levels: Sequence[Words], day: date) -> Words:
    """Say what to join first."""
    either = listed(list(levels))
    return Words(
        f"先加入团队，再接单：服务日 {day} 当天须已加入{either.zh}之一。请先申请加入。",
        f"First a team, then a demand: on {day} one has to belong to one of: {either.en}. Join one first.",
    )
