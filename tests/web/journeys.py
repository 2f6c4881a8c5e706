"""One journey in each city, told as a client of the API would do it: from joining to the hours in the book.

Each returns what the volunteer has after it: (the visit, the volunteer, minutes by unit).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.banks import StoryClock, local
from tests.web.generated import Generated

STAFF = "staff:li"
Journey = Callable[["Traveller"], "Arrived"]


@dataclass(frozen=True)
class Arrived:
    """What came of a journey.

    Attributes:
        visit: the visit that was settled.
        volunteer: who served.
        credited: minutes by unit.
        charged: minutes by unit.
    """

    visit: str
    volunteer: str
    credited: dict[str, int]
    charged: dict[str, int]


@dataclass(frozen=True)
class Traveller:
    """A client of the API in one city, with the clock of the bank in hand."""

    call: Generated
    clock: StoryClock

    def tree(self, root: str, *below: tuple[str, str, str]) -> None:
        """Add organisations below the root: (code, level, code above)."""
        for code, level, above in below:
            added = {"organisation_id": code, "level": level, "name": code, "parent_id": above}
            self.call("organisations_add", by=STAFF, at=root, **added, opened_on="2026-01-01")

    def person(self, name: str, born: str, home: str, **more: Any) -> str:
        """Register somebody."""
        told = {"reference": f"{self.call.city}-{name}", "name": name, "born_on": born, "home_id": home}
        return str(self.call("members_register", by=STAFF, at=home, **told, **more).member_id)

    def join(self, member: str, role: str, *steps: tuple[str, str | None]) -> None:
        """Apply and pass steps: (step, the organisation that passes it, or None for the member's own)."""
        self.call("admission_apply", by=member, member_id=member, role=role)
        for step, at in steps:
            self.call(
                "admission_pass_step",
                by=STAFF if at else member,
                at=at,
                member_id=member,
                role=role,
                step=step,
            )

    def order(self, start: str, minutes: int, by: str, at: str | None, **what: Any) -> str:
        """Place an order."""
        plan = {"planned_start": local(start), "planned_minutes": minutes, "address": "一号楼"}
        return str(self.call("orders_place", by=by, at=at, **plan, **what).order_id)

    def take(self, order: str, volunteer: str) -> str:
        """Let a volunteer take the order."""
        return str(self.call("visits_accept", by=volunteer, order_id=order, volunteer_id=volunteer).visit_id)

    def serve(self, visit: str, volunteer: str, start: str, minutes: int, proof: str) -> None:
        """Check in at a moment, and out after so many minutes."""
        claims = [{"kind": proof}]
        self.clock.set(start)
        self.call("visits_check_in", by=volunteer, visit_id=visit, claims=claims)
        self.clock.forward(minutes=minutes)
        self.call("visits_check_out", by=volunteer, visit_id=visit, claims=claims)

    def settled(self, visit: str, volunteer: str, at: str) -> Arrived:
        """Let staff of an organisation settle the visit."""
        done = self.call("settlement_settle", by=STAFF, at=at, visit_id=visit)
        return Arrived(
            visit, volunteer, done.credited.additional_properties, done.charged.additional_properties
        )


def beijing(go: Traveller) -> Arrived:
    """An organiser's project: an hour and a half give one coin, half an hour is carried."""
    station = "hepingli-station"
    go.tree("root", ("dongcheng", "district", "root"), ("hepingli", "street", "dongcheng"),
            (station, "organiser", "hepingli"))  # fmt: skip
    li = go.person("李敏", "1990-03-02", station, registry_keys={"zhiyuan_beijing": "BV1100001"})
    go.join(li, "volunteer", ("organiser_confirms", station))
    assert go.call("admission_look_up", by=STAFF, at=station, member_id=li, role="volunteer").answer == "yes"
    for step, at in (("agreement", None), ("training", station)):
        go.call(
            "admission_pass_step", by=STAFF if at else li, at=at, member_id=li, role="volunteer", step=step
        )
    lesson = go.order("2026-03-03 14:00", 120, STAFF, station, service="phone_lessons", organisation_id=station,
                      places=2, head_count=12, title="手机课堂")  # fmt: skip
    go.call("orders_publish", by=STAFF, at=station, order_id=lesson)
    visit = go.take(lesson, li)
    go.serve(visit, li, "2026-03-03 14:00", 90, "clock")
    go.call("visits_confirm", by=STAFF, at=station, visit_id=visit, claims=[{"kind": "staff_witness"}])
    return go.settled(visit, li, station)


def guangzhou(go: Traveller) -> Arrived:
    """An elder living alone asks for company: ninety minutes give a whole point, and cost her nothing."""
    go.tree("root", ("yuexiu", "district", "root"), ("dadong", "station", "yuexiu"))
    lin = go.person("林晓", "1990-03-03", "dadong")
    go.join(lin, "volunteer", ("health", None), ("admitted", "dadong"))
    chen = go.person("陈婆婆", "1940-01-01", "dadong")
    go.join(chen, "recipient", ("checked", "dadong"))
    go.call("members_certify_trait", by=STAFF, at="dadong", member_id=chen, trait="living_alone",
            valid_from="2026-03-02", proof="上门走访")  # fmt: skip
    outing = go.order("2026-03-03 09:00", 90, chen, None, service="outing", organisation_id="dadong",
                      recipient_id=chen)  # fmt: skip
    go.call("orders_approve", by=STAFF, at="dadong", order_id=outing)
    visit = go.take(outing, lin)
    go.serve(visit, lin, "2026-03-03 09:00", 90, "qr")
    go.call("visits_confirm", by=chen, visit_id=visit, claims=[{"kind": "app"}])
    go.call("visits_rate", by=chen, visit_id=visit, stars=5, note="很好")
    return go.settled(visit, lin, "dadong")


def nanjing(go: Traveller) -> Arrived:
    """The community orders for a key elder without a phone: the planned time counts, paid from what she was granted."""
    go.tree("root", ("jiangbei", "district", "root"), ("getang", "street", "jiangbei"),
            ("fangting", "community", "getang"))  # fmt: skip
    tian = go.person("田华", "1958-04-06", "fangting")
    go.join(tian, "volunteer", ("checked", "fangting"), ("study", None), ("exam", "fangting"))
    zhang = go.person("张奶奶", "1938-02-14", "fangting")
    go.join(zhang, "recipient", ("checked", "fangting"))
    go.call("members_certify_trait", by=STAFF, at="getang", member_id=zhang, trait="living_alone",
            valid_from="2026-03-02", proof="上门走访")  # fmt: skip
    granted = go.call("grants_issue", by=STAFF, at="root", member_id=zhang, plan="key_elders")
    assert granted.minutes == 120
    cooking = go.call("orders_place", by=STAFF, at="fangting", party=zhang, service="cooking",
                      organisation_id="fangting", recipient_id=zhang, planned_start=local("2026-03-03 10:00"),
                      planned_minutes=90, address="5 栋 301", directed_to=tian)  # fmt: skip
    visit = go.take(str(cooking.order_id), tian)
    go.clock.set("2026-03-03 11:40")
    go.call("visits_report_done", by=tian, visit_id=visit, claims=[{"kind": "app"}])
    go.call("visits_confirm", by=STAFF, at="fangting", party=zhang, visit_id=visit,
            claims=[{"kind": "call_back", "note": "录音 20260303-07"}])  # fmt: skip
    return go.settled(visit, tian, "fangting")


def shanghai_yangpu(go: Traveller) -> Arrived:
    """A branch publishes, a team takes it, its captain checks everybody in: a coin and a point for each."""
    go.tree("root", ("changhai", "branch", "root"), ("finger-crew", "team", "changhai"))
    crew = []
    for name, born in (("王建国", "1955-05-10"), ("周美芳", "1958-01-01")):
        member = go.person(name, born, "changhai")
        go.join(member, "volunteer", ("training", "changhai"))
        go.call("members_join_organisation", by=member, member_id=member, organisation_id="finger-crew",
                from_day="2026-03-02")  # fmt: skip
        crew.append(member)
    demand = go.order("2026-03-04 09:00", 60, STAFF, "changhai", service="exercises", organisation_id="changhai",
                      places=2, head_count=40, title="健康手指操")  # fmt: skip
    go.call("attendances_add", by=STAFF, at="changhai", order_id=demand, head_count=40)
    go.call("orders_publish", by=STAFF, at="changhai", order_id=demand)
    team = {"order_id": demand, "team_id": "finger-crew"}
    taken = go.call(
        "team_acceptance_accept_for_team", by="captain", at="finger-crew", member_ids=crew, **team
    )
    visits = {member: str(visit) for member, visit in taken.visits.additional_properties.items()}
    go.clock.set("2026-03-04 09:00")
    go.call("team_acceptance_check_in_team", by="captain", at="finger-crew", claims=[{"kind": "qr"}], **team)
    go.clock.forward(hours=1)
    go.call("team_acceptance_check_out_team", by="captain", at="finger-crew", claims=[{"kind": "qr"}], **team)
    go.call("attendances_came", by=STAFF, at="changhai", order_id=demand, count=36)
    proof = [{"kind": "staff_witness"}]
    go.call("team_acceptance_confirm_team", by=STAFF, at="changhai", claims=proof, **team)
    go.settled(visits[crew[1]], crew[1], "changhai")
    return go.settled(visits[crew[0]], crew[0], "changhai")


ROOT_LEVELS = {"shanghai_yangpu": "head"}
JOURNEYS: dict[str, Journey] = {
    "beijing": beijing,
    "guangzhou": guangzhou,
    "nanjing": nanjing,
    "shanghai_yangpu": shanghai_yangpu,
}
CREDITED = {
    "beijing": ({"coin": 60}, {}),
    "guangzhou": ({"point": 60}, {}),
    "nanjing": ({"hour": 90}, {"hour": 90}),
    "shanghai_yangpu": ({"coin": 60, "point": 60}, {}),
}
