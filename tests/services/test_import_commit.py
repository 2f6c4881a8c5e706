"""The second phase of an import writes every row once, whatever happens, and never over what is there."""

import pytest
from sqlalchemy import func, select

from tests.banks import YUNZHOU, day, do
from tests.handover import MEMBERS, ORGANISATIONS, SERVICES, hand_over, member, service
from timebank.domain.refusal import Conflict
from timebank.services import admission
from timebank.services import members as member_services
from timebank.services.importing import check_folder, commit, commit_folder
from timebank.services.settlement import settle_due
from timebank.services.verification import verify
from timebank.storage.envelope import commands, outbox
from timebank.storage.people import (
    admissions,
    members,
    memberships,
    organisations,
    placements,
    recorded_traits,
)
from timebank.storage.work import attendances, claims, orders, visits

WRITTEN = (
    organisations,
    members,
    admissions,
    memberships,
    recorded_traits,
    orders,
    visits,
    attendances,
    claims,
)


def counts(bank):
    with bank.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (*WRITTEN, commands)
        }


def rows(bank, table, *order):
    with bank.reading() as connection:
        return connection.execute(select(table).order_by(*order)).all()


def test_everything_in_the_folder_is_written(bank, tmp_path):
    report = commit_folder(bank, YUNZHOU, hand_over(tmp_path))

    assert report.committed
    assert counts(bank) == {
        "organisations": 7,
        "members": 4,
        "admissions": 5,
        "memberships": 1,
        "recorded_traits": 2,
        "orders": 2,
        "visits": 2,
        "attendances": 2,
        "claims": 2,
        "commands": 13,
    }


def test_importing_twice_changes_nothing(bank, tmp_path):
    commit_folder(bank, YUNZHOU, hand_over(tmp_path))
    before = counts(bank)

    report = commit_folder(bank, YUNZHOU, tmp_path)

    assert report.committed
    assert sum(report.new.values()) == 0
    assert sum(report.known.values()) == 13
    assert counts(bank) == before


def test_rows_added_later_are_taken_alone(bank, tmp_path):
    commit_folder(bank, YUNZHOU, hand_over(tmp_path))
    later = hand_over(tmp_path, services=[*SERVICES, service(reference="S3", volunteer="B1")])

    report = commit_folder(bank, YUNZHOU, later)

    assert report.new == {"organisations.csv": 0, "members.csv": 0, "services.csv": 1}
    assert counts(bank)["orders"] == 3


def test_services_can_come_alone_once_their_people_are_known(bank, tmp_path):
    commit_folder(bank, YUNZHOU, hand_over(tmp_path / "first", services=None))

    report = commit_folder(bank, YUNZHOU, hand_over(tmp_path / "second", None, None, SERVICES))

    assert report.committed
    assert counts(bank)["visits"] == 2


def test_a_row_that_comes_again_with_other_content_is_a_conflict(bank, tmp_path):
    commit_folder(bank, YUNZHOU, hand_over(tmp_path))
    before = counts(bank)
    changed = hand_over(tmp_path, services=[service(planned_minutes="90"), SERVICES[1]])

    report = commit_folder(bank, YUNZHOU, changed)

    assert [(fault.place, fault.code) for fault in report.faults] == [("services.csv:2", "conflict")]
    assert not report.committed
    assert counts(bank) == before
    assert rows(bank, orders, orders.c.reference)[0].planned_minutes == 60


def test_the_order_of_columns_and_the_writing_of_days_are_no_other_content(bank, tmp_path):
    commit_folder(bank, YUNZHOU, hand_over(tmp_path))
    rewritten = [dict(reversed({**row, "joined_on": "2026/1/6"}.items())) for row in MEMBERS]

    report = commit_folder(bank, YUNZHOU, hand_over(tmp_path, members=rewritten))

    assert report.faults == []
    assert report.known["members.csv"] == 4


def test_a_member_somebody_registered_is_not_overwritten(bank, tmp_path):
    do(bank, member_services.register, reference="V1", name="早已登记")

    report = commit_folder(bank, YUNZHOU, hand_over(tmp_path))

    assert ("members.csv:2", "conflict") in [(fault.place, fault.code) for fault in report.faults]
    assert [row.name for row in rows(bank, members)] == ["早已登记"]


def test_nothing_is_written_while_one_row_is_faulty(bank, tmp_path):
    report = commit_folder(bank, YUNZHOU, hand_over(tmp_path, services=[*SERVICES, service(reference="")]))

    assert not report.committed
    assert "什么都没有写入" in report.sentence().zh
    assert set(counts(bank).values()) == {0}


def test_an_import_that_was_cut_off_goes_on_where_it_stopped(bank, tmp_path, monkeypatch):
    monkeypatch.setattr(commit, "BATCH", 3)
    hand_over(tmp_path)

    def pull_the_plug(done):
        if done >= 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        commit_folder(bank, YUNZHOU, tmp_path, pull_the_plug)
    assert counts(bank)["commands"] == 6

    report = commit_folder(bank, YUNZHOU, tmp_path)

    assert sum(report.known.values()) == 6
    assert counts(bank)["commands"] == 13
    assert counts(bank)["visits"] == 2


def test_progress_is_told_to_the_last_row(bank, tmp_path):
    told = []

    commit_folder(bank, YUNZHOU, hand_over(tmp_path), told.append)

    assert told[-1] == 13


def test_admissions_say_that_they_were_imported(bank, tmp_path):
    commit_folder(bank, YUNZHOU, hand_over(tmp_path))

    found = rows(bank, admissions)

    assert {row.state for row in found} == {"admitted"}
    assert all(row.imported for row in found)
    assert {row.decision["outcome"] for row in found} == {"imported"}
    assert {row.admitted_on for row in found} == {day("2026-01-06")}


def test_an_imported_order_is_finished_and_its_visit_confirmed(bank, tmp_path):
    commit_folder(bank, YUNZHOU, hand_over(tmp_path))

    order = rows(bank, orders, orders.c.reference)[0]
    visit = rows(bank, visits, visits.c.service_date)[0]

    assert (order.state, order.origin, order.channel) == ("finished", "import", "import")
    assert (visit.state, visit.confirmed_by, visit.recognised_minutes) == ("confirmed", "recipient", 60)
    assert [row.kind for row in rows(bank, claims)] == ["pin_card", "pin_card"]


def test_measured_time_counts_up_to_the_planned(bank, tmp_path):
    short = service(checked_out="2026-02-01 09:45")
    long = service(reference="S2", volunteer="B1", checked_out="2026-02-01 10:50")
    commit_folder(bank, YUNZHOU, hand_over(tmp_path, services=[short, long]))

    found = rows(bank, visits, visits.c.measured_minutes)

    assert [(row.measured_minutes, row.recognised_minutes) for row in found] == [(45, 45), (110, 60)]


def test_a_service_is_dated_by_its_check_in_where_time_is_measured(bank, tmp_path):
    late = service(
        planned_start="2026-02-01 23:50", checked_in="2026-02-02 00:01", checked_out="2026-02-02 01:01"
    )
    commit_folder(bank, YUNZHOU, hand_over(tmp_path, services=[late]))

    assert rows(bank, visits)[0].service_date == day("2026-02-02")


def test_a_group_service_counts_its_heads(bank, tmp_path):
    group = {**service(recipient=""), "head_count": "12"}
    commit_folder(bank, YUNZHOU, hand_over(tmp_path, services=[group]))

    found = rows(bank, attendances)[0]

    assert (found.recipient_id, found.head_count, found.came) == (None, 12, 12)
    assert rows(bank, orders)[0].shape == "project"


def test_imported_history_is_published_to_nobody(bank, tmp_path):
    commit_folder(bank, YUNZHOU, hand_over(tmp_path))

    assert rows(bank, outbox) == []


def test_imported_history_settles_and_the_ledger_holds(bank, tmp_path):
    commit_folder(bank, YUNZHOU, hand_over(tmp_path))

    night = settle_due(bank, YUNZHOU)

    assert (night.settled, night.kept) == (2, [])
    assert [result for result in verify(bank, YUNZHOU) if not result.ok] == []


def test_an_imported_organisation_stands_in_the_tree_from_its_first_day(bank, tmp_path):
    commit_folder(bank, YUNZHOU, hand_over(tmp_path, ORGANISATIONS[::-1], None, None))

    found = {row.organisation_id: (row.parent_id, row.valid_from) for row in rows(bank, placements)}

    assert found["team-1"] == ("east-1", day("2026-01-05"))


def test_a_member_may_belong_to_several_teams(bank, tmp_path):
    two = [*ORGANISATIONS, {**ORGANISATIONS[-1], "id": "team-2"}]
    commit_folder(bank, YUNZHOU, hand_over(tmp_path, two, [member(team="team-1; team-2")], None))

    assert counts(bank)["memberships"] == 2


def test_the_check_of_a_second_import_reads_what_the_first_wrote(bank, tmp_path):
    commit_folder(bank, YUNZHOU, hand_over(tmp_path / "first"))
    stranger = hand_over(tmp_path / "second", None, None, [service(reference="S9", volunteer="V77")])

    assert [fault.code for fault in check_folder(bank, YUNZHOU, stranger).faults] == ["member"]


def test_whoever_is_overtaken_is_told_and_can_import_again(bank, tmp_path, monkeypatch):
    monkeypatch.setattr(commit, "BATCH", 8)
    hand_over(tmp_path)

    def somebody_registers(done):
        if done == 8:
            do(bank, member_services.register, reference="B1", name="抢先登记")

    with pytest.raises(Conflict, match="再运行一次导入"):
        commit_folder(bank, YUNZHOU, tmp_path, somebody_registers)

    again = check_folder(bank, YUNZHOU, tmp_path)
    assert [(fault.place, fault.code) for fault in again.faults] == [("members.csv:5", "conflict")]
    assert sum(again.known.values()) == 8


def test_what_was_taken_over_is_not_judged_again(bank, tmp_path):
    commit_folder(bank, YUNZHOU, hand_over(tmp_path))
    with bank.reading() as connection:
        volunteer = connection.execute(select(members.c.id).where(members.c.reference == "V1")).scalar_one()
    do(bank, admission.suspend, member_id=volunteer, role="volunteer", reason="核查")

    assert check_folder(bank, YUNZHOU, tmp_path).faults == []

    more = hand_over(tmp_path, services=[*SERVICES, service(reference="S3")])
    assert [(fault.place, fault.code) for fault in check_folder(bank, YUNZHOU, more).faults] == [
        ("services.csv:4:volunteer", "role")
    ]
