"""How every use case about visits, of one or of a team, comes about."""

from datetime import timedelta

from tests.banks import SHANGHAI, day, do
from tests.scenes import (
    STREET,
    TEAM,
    a_planned_visit,
    a_published_order,
    a_volunteer,
    an_elder_with_time,
    confirmed,
    served,
)
from tests.torture.use_cases import Asked, row
from timebank.services import members, team_acceptance, visits

CLOCKED, QR = [{"kind": "clock", "note": ""}], [{"kind": "qr", "note": ""}]
CALLED = [{"kind": "call_back", "note": ""}]
CHECK_IN = "check_in: {needed: true, early: 30 min, by: [volunteer, team]"
WITHOUT_CHECK_IN = (
    (CHECK_IN, "check_in: {needed: false, by: [volunteer]"),
    ("  basis: measured        #", "  basis: planned        #"),
    ("  at_most: planned       # 实测超过计划的部分不计\n", ""),
)
FOR_TEAMS = ("    may: [check_in_for]\n", "    may: [accept_for, check_in_for]\n")


def tomorrow(bank):
    """Return nine o'clock of the next day in local words."""
    return f"{(bank.clock() + timedelta(days=1)).astimezone(SHANGHAI):%Y-%m-%d} 09:00"


def a_project(bank, places=2):
    """Return a published project of tomorrow."""
    return a_published_order(bank, start=tomorrow(bank), places=places, head_count=9, title="聊天会")


class AVisit:
    """A visit to an elder who has granted time, planned for tomorrow."""

    def __init__(self, bank, start=None) -> None:
        self.bank, self.start = bank, start or tomorrow(bank)
        self.elder, self.volunteer = an_elder_with_time(bank), a_volunteer(bank)
        self.order = a_published_order(bank, self.elder, self.start)
        self.id = a_planned_visit(bank, self.order, self.volunteer)

    def begun(self):
        """Check in."""
        self.bank.clock.set(self.start)
        do(self.bank, visits.check_in, by=self.volunteer, visit_id=self.id, claims=CLOCKED)
        return self

    def ended(self):
        """Check in, and out an hour later."""
        served(self.bank, self.id, self.volunteer, self.start, 60)
        return self

    def confirmed(self):
        """Be confirmed."""
        confirmed(self.bank, self.ended().id)
        return self

    def disputed(self):
        """Be disputed."""
        do(self.bank, visits.dispute, by=self.elder, visit_id=self.ended().id, reason="时间不符")
        return self

    def later(self, **duration):
        """Let time pass."""
        self.bank.clock.forward(**duration)
        return self

    def asked(self, by="job:test", at=None, **inputs):
        """Return how something is asked about it."""
        return Asked({"visit_id": self.id} | inputs, by, at)


@row("visits.accept")
def _(bank):
    volunteer = a_volunteer(bank)
    return Asked({"order_id": a_project(bank), "volunteer_id": volunteer}, by=volunteer)


@row("visits.check_in")
def _(bank):
    visit = AVisit(bank)
    bank.clock.set(visit.start)
    return visit.asked(by=visit.volunteer, claims=CLOCKED)


@row("visits.check_out")
def _(bank):
    visit = AVisit(bank).begun().later(minutes=60)
    return visit.asked(by=visit.volunteer, claims=CLOCKED)


@row("visits.report_done", *WITHOUT_CHECK_IN)
def _(bank):
    visit = AVisit(bank)
    bank.clock.set(visit.start)
    return visit.later(minutes=40).asked(by=visit.volunteer, claims=QR)


@row("visits.confirm")
def _(bank):
    visit = AVisit(bank).ended()
    return visit.asked(by=visit.elder, claims=[{"kind": "app", "note": ""}])


@row("visits.rate")
def _(bank):
    visit = AVisit(bank).ended()
    return visit.asked(by=visit.elder, stars=5)


@row("visits.cancel")
def _(bank):
    visit = AVisit(bank)
    return visit.asked(by=visit.volunteer, reason="生病")


@row("visits.miss")
def _(bank):
    visit = AVisit(bank)
    bank.clock.set(visit.start)
    return visit.later(minutes=61).asked()


@row("visits.close_late")
def _(bank):
    return AVisit(bank).begun().later(hours=3).asked()


@row("visits.resolve")
def _(bank):
    visit = AVisit(bank).begun().later(hours=3)
    do(bank, visits.close_late, visit_id=visit.id)
    return visit.asked(minutes=45, note="家属证明")


@row("visits.remind")
def _(bank):
    return AVisit(bank).ended().later(days=8).asked()


@row("visits.dispute")
def _(bank):
    visit = AVisit(bank).ended()
    return visit.asked(by=visit.elder, reason="时间不符")


@row("visits.uphold")
def _(bank):
    return AVisit(bank).disputed().asked(minutes=30, note="核实")


@row("visits.void")
def _(bank):
    return AVisit(bank).disputed().asked(note="核实")


@row("settlement.settle")
def _(bank):
    return AVisit(bank).confirmed().asked()


class ATeam:
    """A team of two that has taken a project of tomorrow."""

    def __init__(self, bank) -> None:
        self.bank, self.start = bank, tomorrow(bank)
        self.asked = {"order_id": a_project(bank), "team_id": TEAM}
        self.crew = [a_volunteer(bank) for _ in range(2)]
        for member in self.crew:
            do(
                bank,
                members.join_organisation,
                member_id=member,
                organisation_id=TEAM,
                from_day=day("2026-01-05"),
            )

    def do(self, use_case, **inputs):
        """Let the team do something."""
        do(self.bank, use_case, by="captain", at=TEAM, **self.asked, **inputs)
        return self

    def accepted(self):
        """Take the places."""
        return self.do(team_acceptance.accept_for_team, member_ids=self.crew)

    def begun(self):
        """Check in."""
        self.accepted().bank.clock.set(self.start)
        return self.do(team_acceptance.check_in_team, claims=QR)

    def ended(self):
        """Check in, and out an hour later."""
        self.begun().bank.clock.forward(hours=1)
        return self.do(team_acceptance.check_out_team, claims=QR)


@row("team_acceptance.accept_for_team", FOR_TEAMS)
def _(bank):
    team = ATeam(bank)
    return Asked(team.asked | {"member_ids": team.crew}, by="captain", at=TEAM)


@row("team_acceptance.check_in_team", FOR_TEAMS)
def _(bank):
    team = ATeam(bank).accepted()
    bank.clock.set(team.start)
    return Asked(team.asked | {"claims": QR}, by="captain", at=TEAM)


@row("team_acceptance.check_out_team", FOR_TEAMS)
def _(bank):
    team = ATeam(bank).begun()
    bank.clock.forward(hours=1)
    return Asked(team.asked | {"claims": QR}, by="captain", at=TEAM)


@row("team_acceptance.confirm_team", FOR_TEAMS)
def _(bank):
    team = ATeam(bank).ended()
    return Asked(team.asked | {"claims": CALLED}, by="li", at=STREET)
