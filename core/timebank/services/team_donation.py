"""What a team may do with its own time: donate it to the city's pool."""

from __future__ import annotations

from timebank.domain.account import AccountKey, AccountKind, OwnerKind
from timebank.domain.cases import TransferCase
from timebank.domain.refusal import Refused, missing, refuse
from timebank.domain.transfer import Posting, ProposedTransfer, TransferKind
from timebank.domain.words import Words
from timebank.services import exchange_rules
from timebank.services.deciding import decided
from timebank.services.desk import Answer, Desk
from timebank.services.exchange import check_amount, check_owes_nothing
from timebank.services.rounding import city_account, owed_account
from timebank.storage.ledger_session import TransferDraft
from timebank.storage.organisation_rows import tree_on


def donate_team_time(
    desk: Desk, organisation_id: str, unit: str, minutes: int, account: str = "donation_only"
) -> Answer:
    """Give a team's own time to the pool, from which needy elders are helped.

    Args:
        desk: the command at work; its actor acts for the team or for an organisation above it.
        organisation_id: the team.
        unit: a unit id of the rule file.
        minutes: whole minutes.
        account: which of the team's accounts.
    """
    asked = ProposedTransfer(TransferKind.DONATION, organisation_id, None, unit, minutes, account, "pool")
    rules = desk.rules_on(desk.today)
    check_amount(asked, rules)
    _require_above(desk, organisation_id)
    case = TransferCase(asked)
    exchange_rules.check_donation(case, rules)
    said = desk.city.check_transfer(case, rules)
    if said.value:
        raise Refused(*said.value)
    giver = AccountKey(OwnerKind.ORGANISATION, organisation_id, AccountKind(account), unit)
    pool = city_account(desk.city.code, AccountKind.POOL, unit)
    facts = {"minutes": minutes, "unit": unit, "organisation": organisation_id}
    with desk.writing() as write:
        accounts = write.ledger.lock({giver, pool, owed_account(giver)})
        check_owes_nothing(accounts[owed_account(giver)])
        decision = decided("donation", rules, facts, said.answers)
        moved = (Posting(giver, pool, minutes),)
        kind, cause = TransferKind.DONATION, "organisation"
        draft = TransferDraft(kind, cause, organisation_id, moved, desk.today, decision, organisation_id)
        transfer_id = write.ledger.post(draft)
        write.tell("donation.posted", transfer_id=transfer_id, **facts)
        return write.answer(transfer_id=transfer_id, minutes=minutes, unit=unit)


def _require_above(desk: Desk, organisation_id: str) -> None:
    with desk.reading() as connection:
        tree = tree_on(connection, desk.city.code, desk.today)
    if organisation_id not in tree.nodes:
        raise missing(Words("组织", "organisation"), organisation_id)
    acting = desk.command.actor.organisation_id
    if acting is None or not tree.is_above(acting, organisation_id):
        zh = "只有这个团体自己或它的上级组织可以捐赠它的时间。"
        raise refuse(
            "not_the_owner", zh, "Only the team itself, or an organisation above it, may donate its time."
        )
