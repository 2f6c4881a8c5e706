"""Who somebody is to an order: the elder, proved kin, entrusted, staff with a power, or a volunteer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from timebank.domain.cases import AskedBy
from timebank.domain.days import in_force
from timebank.domain.member import KIN, MemberFacts, Role
from timebank.domain.organisation import Power, Tree
from timebank.domain.refusal import Refused, refuse
from timebank.domain.words import Words, listed
from timebank.rules import RulesInForce
from timebank.services import authority
from timebank.services.desk import Desk

ORGANISER = (Power.PUBLISH_ORDER, Power.ORDER_FOR)

ASKERS = {
    AskedBy.RECIPIENT: Words("服务对象本人", "the recipient"),
    AskedBy.KIN: Words("已核实的亲属", "proved kin"),
    AskedBy.ENTRUSTED: Words("受托人", "a person entrusted"),
    AskedBy.ORGANISATION: Words("组织的工作人员", "staff of an organisation"),
    AskedBy.VOLUNTEER: Words("志愿者", "a volunteer"),
}


def is_staff(desk: Desk) -> bool:
    """Say whether the actor acts for an organisation, or is one of core's own jobs."""
    return desk.command.actor.organisation_id is not None or authority.is_job(desk.command.actor)


def is_kin(member: MemberFacts, other_id: str, day: date) -> bool:
    """Say whether another is kin of a member, a guardian included, by a proof in force on a day."""
    ties = (tie for tie in member.kin if tie.member_id == other_id and tie.relation in KIN)
    return any(in_force(tie.valid_from, tie.valid_until, day) for tie in ties)


def asked_by(
    desk: Desk, recipient: MemberFacts | None, asker: MemberFacts | None, *, entrusted: bool
) -> AskedBy:
    """Return as who the actor asks for an order.

    Args:
        desk: the command being carried out.
        recipient: the elder, or None for a project.
        asker: facts about the actor, where the actor is a member.
        entrusted: whether the actor says to be entrusted by the elder; that is written down.

    Raises:
        Refused: the actor is none of those who may ask.
    """
    actor_id = desk.command.actor.id
    if is_staff(desk):
        return AskedBy.ORGANISATION
    if recipient is not None and recipient.id == actor_id:
        return AskedBy.RECIPIENT
    if recipient is not None and is_kin(recipient, actor_id, desk.today):
        return AskedBy.KIN
    if recipient is not None and entrusted:
        return AskedBy.ENTRUSTED
    if asker is not None and Role.VOLUNTEER in asker.roles:
        return AskedBy.VOLUNTEER
    zh = (
        "下单的人既不是服务对象本人，也不是已核实的亲属、受托人、工作人员或已加入的志愿者。"
        "请先核实亲属关系，或由服务站代为下单。"
    )
    en = (
        "Whoever orders is the recipient, proved kin, entrusted, staff or an admitted volunteer. "
        "Have the tie verified first, or let a station order."
    )
    raise refuse("no_standing", zh, en)


def is_recipients_side(desk: Desk, recipients: Iterable[MemberFacts]) -> AskedBy | None:
    """Return RECIPIENT or KIN where a member's own act comes from the side of those who are served."""
    actor = desk.command.actor
    if actor.organisation_id is not None:
        return None
    served = list(recipients)
    if any(recipient.id == actor.id for recipient in served):
        return AskedBy.RECIPIENT
    if any(is_kin(recipient, actor.id, desk.today) for recipient in served):
        return AskedBy.KIN
    return None


def require_one_of(
    desk: Desk, tree: Tree, rules: RulesInForce, powers: Sequence[Power], organisation_ids: Sequence[str]
) -> None:
    """Refuse unless the actor may use one of the powers over one of the organisations; the first is told of."""
    first: Refused | None = None
    for power in powers:
        try:
            authority.require_any(desk, tree, rules, power, organisation_ids)
        except Refused as refused:
            first = first or refused
        else:
            return
    if first is not None:
        raise first


def only(who: Iterable[Words]) -> Words:
    """Return “only … may” as the end of a refusal."""
    able = listed(list(who))
    return Words(f"可以办理的是：{able.zh}。", f"Who may: {able.en}.")
