"""How every use case about people, organisations and their credit comes about."""

from tests.banks import day, do
from tests.scenes import (
    TEAM,
    a_member,
    a_recipient,
    a_visit_on_paper,
    a_volunteer,
    give,
    settle,
    the_tree,
    verified_child,
)
from tests.torture.use_cases import Asked, row
from tests.working import give_hours
from timebank.domain.account import AccountKey, AccountKind, OwnerKind
from timebank.domain.decision import Decision
from timebank.domain.identity import new_id
from timebank.domain.transfer import Posting, TransferKind
from timebank.services import admission, members, organisations
from timebank.storage.ledger_session import TransferDraft

TODAY = day("2026-03-02")
GIFTS_TAKEN_BACK = ("gifts:\n  allowed: true", "gifts:\n  allowed: true\n  taken_back: true")


def an_applicant(bank):
    """Return somebody who has applied to be a volunteer and is in the register."""
    member = a_member(bank, registry_keys={"volunteer_registry": f"V-{new_id()}"})
    do(bank, admission.apply, by=member, member_id=member, role="volunteer")
    return {"member_id": member, "role": "volunteer"}


def somebody_rich(bank):
    """Return a member with ten hours."""
    member = a_volunteer(bank)
    do(bank, give_hours, member_id=member, kind="savings", minutes=600)
    return member


@row("admission.apply")
def _(bank):
    member = a_member(bank)
    return Asked({"member_id": member, "role": "volunteer"}, by=member)


@row("look_ups.look_up")
def _(bank):
    return Asked(an_applicant(bank))


REGISTRATION = (
    "      registered: {label: {zh: 志愿者登记, en: registered as a volunteer}, by: look_up,"
    " look_up: volunteer_registry, source: mb25 第六条}\n"
)
NO_REGISTER = (REGISTRATION, "")


@row("admission.pass_step", NO_REGISTER)
def _(bank):
    return Asked(an_applicant(bank) | {"step": "training", "evidence": "签到表"}, by="li", at="east-1")


@row("admission.fail_step", NO_REGISTER)
def _(bank):
    return Asked(an_applicant(bank) | {"step": "training", "reason": "未到场"}, by="li", at="east-1")


@row("admission.suspend")
def _(bank):
    return Asked({"member_id": a_volunteer(bank), "role": "volunteer", "reason": "投诉"})


@row("admission.resume")
def _(bank):
    who = {"member_id": a_volunteer(bank), "role": "volunteer"}
    do(bank, admission.suspend, **who, reason="投诉")
    return Asked(who)


@row("members.register")
def _(bank):
    the_tree(bank)
    return Asked({"reference": f"R-{new_id()[-12:]}", "name": "李明", "born_on": day("1960-05-04")})


@row("members.add_registry_key")
def _(bank):
    number = f"V-{new_id()[-12:]}"
    return Asked({"member_id": a_member(bank), "register": "volunteer_registry", "key": number})


@row("members.join_organisation")
def _(bank):
    return Asked({"member_id": a_member(bank), "organisation_id": TEAM, "from_day": TODAY})


@row("members.leave_organisation")
def _(bank):
    where = {"member_id": a_member(bank), "organisation_id": TEAM}
    do(bank, members.join_organisation, **where, from_day=day("2026-01-05"))
    return Asked(where | {"on_day": TODAY})


@row("members.close")
def _(bank):
    return Asked({"member_id": a_member(bank), "on_day": TODAY, "reason": "left"})


@row("kinship.verify_tie")
def _(bank):
    tie = {"member_id": a_member(bank), "kin_id": a_member(bank), "relation": "child"}
    return Asked(tie | {"proof": "household_register", "valid_from": TODAY})


@row("kinship.end_tie")
def _(bank):
    parent, child = a_member(bank), a_member(bank)
    verified_child(bank, parent, child)
    return Asked({"member_id": parent, "kin_id": child, "relation": "child", "on_day": TODAY})


@row("proofs.certify_trait")
def _(bank):
    return Asked({"member_id": a_member(bank), "trait": "low_income", "valid_from": TODAY})


@row("proofs.end_trait")
def _(bank):
    trait = {"member_id": a_member(bank), "trait": "low_income"}
    do(bank, members.certify_trait, **trait, valid_from=day("2026-01-05"))
    return Asked(trait | {"on_day": TODAY})


@row("proofs.verify_qualification")
def _(bank):
    proved = {"kind": "law", "proof": "执业证", "valid_from": TODAY}
    return Asked({"member_id": a_member(bank)} | proved)


def _a_team(bank):
    the_tree(bank)
    new = {
        "organisation_id": f"team-{new_id()[-12:]}",
        "level": "team",
        "name": "新队",
        "parent_id": "east-1",
    }
    return new | {"opened_on": TODAY}


@row("organisations.add")
def _(bank):
    return Asked(_a_team(bank))


@row("organisations.close")
def _(bank):
    team = do(bank, organisations.add, **_a_team(bank))["organisation_id"]
    return Asked({"organisation_id": team, "on_day": day("2026-04-01")})


@row("organisations.move")
def _(bank):
    street = {"organisation_id": f"street-{new_id()[-12:]}", "level": "street", "name": "新街道"}
    do(bank, organisations.add, **_a_team(bank))
    do(bank, organisations.add, **street, parent_id="east", opened_on=TODAY)
    team = do(bank, organisations.add, **_a_team(bank))["organisation_id"]
    moved = {"organisation_id": team, "parent_id": street["organisation_id"]}
    return Asked(moved | {"from_day": day("2026-04-01")})


@row("grants.issue")
def _(bank):
    return Asked({"member_id": a_recipient(bank), "plan": "key_elders"})


@row("exchange.give")
def _(bank):
    giver, parent = somebody_rich(bank), a_recipient(bank)
    verified_child(bank, giver, parent)
    gift = {"giver_id": giver, "receiver_id": parent, "unit": "coin", "minutes": 60}
    return Asked(gift, by=giver)


@row("exchange.donate")
def _(bank):
    giver = somebody_rich(bank)
    return Asked({"giver_id": giver, "unit": "coin", "minutes": 60}, by=giver)


@row("exchange.redeem")
def _(bank):
    member = a_volunteer(bank)
    settle(bank, a_visit_on_paper(bank, member, 120))
    goods = {"member_id": member, "target": "goods", "unit": "point", "minutes": 30}
    return Asked(goods, by=member)


def _hours_of_the_team(desk, minutes):
    to = AccountKey(OwnerKind.ORGANISATION, TEAM, AccountKind.DONATION_ONLY, "coin")
    issuance = AccountKey(OwnerKind.CITY, desk.city.code, AccountKind.ISSUANCE, "coin")
    with desk.writing() as write:
        write.ledger.lock([to, issuance])
        decision = Decision("imported", "test", "2026-01-01", ())
        line = Posting(issuance, to, minutes)
        draft = TransferDraft(TransferKind.IMPORT, "import", new_id(), (line,), desk.today, decision)
        return write.answer(transfer_id=write.ledger.post(draft))


@row("team_donation.donate_team_time")
def _(bank):
    the_tree(bank)
    do(bank, _hours_of_the_team, minutes=60)
    donated = {"organisation_id": TEAM, "unit": "coin", "minutes": 60}
    return Asked(donated, by="captain", at=TEAM)


@row("reversal.reverse", GIFTS_TAKEN_BACK)
def _(bank):
    giver, parent = somebody_rich(bank), a_recipient(bank)
    verified_child(bank, giver, parent)
    gift = give(bank, giver, parent, 60)["transfer_id"]
    return Asked({"transfer_id": gift, "reason": "误记"}, by="auditor", at="yun")
