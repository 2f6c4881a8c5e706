"""Members come into a role step by step, in the order the rule file writes them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.banks import FIXTURES, a_bank, day, do, plugin, writing
from tests.yunzhou import a_member, an_elder, settle_tree
from timebank.domain.member import MemberAction, Role
from timebank.domain.refusal import BadInput, NotFound, PluginFailed, Refusal, Refused
from timebank.domain.registry import Answer, LookedUp
from timebank.domain.words import Words
from timebank.hooks import hookimpl
from timebank.services import admission, members
from timebank.services.facts import facts_of
from timebank.storage import admission_rows
from timebank.storage.envelope import outbox
from timebank.storage.people import admissions

TODAY = day("2026-03-02")
STREET = {"by": "li", "at": "east-1"}


class Register:
    """An outside register in memory: the port, not the engine, is what it stands in for."""

    def __init__(self):
        self.answers = {}

    def ask(self, kind, key):
        return LookedUp(self.answers.get(key, Answer.LATER), "R-1")

    def tell(self, delivery_id, kind, body):
        raise AssertionError("nothing is told here")


@pytest.fixture
def register():
    return Register()


@pytest.fixture
def settled(fresh_database_url, clock, register):
    with a_bank(
        fresh_database_url, clock=clock, registries={"yunzhou": {"volunteer_registry": register}}
    ) as bank:
        settle_tree(bank)
        yield bank


@pytest.fixture
def member(settled):
    return a_member(settled, registry_keys={"volunteer_registry": "V1"})


def apply(bank, member, role="volunteer", **who):
    return do(bank, admission.apply, **(who or {"by": member}), member_id=member, role=role)


def look_up(bank, member):
    return do(bank, admission.look_up, **STREET, member_id=member, role="volunteer")


def train(bank, member, **who):
    step = {"member_id": member, "role": "volunteer", "step": "training", "evidence": "三月班"}
    return do(bank, admission.pass_step, **(who or STREET), **step)


def admit(bank, register, member):
    register.answers["V1"] = Answer.YES
    apply(bank, member)
    look_up(bank, member)
    return train(bank, member)


def roles(bank, member, on=TODAY):
    with bank.reading() as connection:
        return facts_of(connection, "yunzhou", member, on).roles


def require(bank, member, on=TODAY, role="volunteer"):
    with bank.reading() as connection:
        admission.require_admitted(connection, bank.city("yunzhou"), member, role, on)


def stored(bank):
    with bank.reading() as connection:
        return connection.execute(select(admissions)).one()


def events(bank):
    with bank.reading() as connection:
        return list(connection.execute(select(outbox.c.kind).order_by(outbox.c.id)).scalars())


# --- applying


def test_who_passes_every_step_is_admitted(settled, register, member):
    answer = admit(settled, register, member)

    assert answer["admitted"] is True
    assert roles(settled, member) == {Role.VOLUNTEER}
    require(settled, member)


def test_an_admission_of_one_step_is_done_by_applying(settled):
    assert roles(settled, an_elder(settled)) == {Role.RECIPIENT}


def test_who_is_outside_the_gate_is_told_what_is_needed_and_which_article_says_so(settled):
    child = a_member(settled, born="2010-01-01")

    with pytest.raises(Refused, match="不能加入为时光伙伴。须符合：年满18周岁") as said:
        apply(settled, child)
    assert said.value.refusals[0].rule_path == "admission.volunteer.gate"
    assert "第六条" in said.value.words.zh
    assert "Article 6" in said.value.words.en


def test_who_turns_eighteen_today_may_apply(settled):
    apply(settled, a_member(settled, born="2008-03-02"))


def test_who_turns_eighteen_tomorrow_may_not(settled):
    with pytest.raises(Refused):
        apply(settled, a_member(settled, born="2008-03-03"))


def test_any_alternative_of_a_gate_is_enough(settled):
    poor = a_member(settled, born="1962-01-01")
    for trait in ("low_income", "disabled"):
        certified = {"member_id": poor, "trait": trait, "valid_from": TODAY}
        do(settled, members.certify_trait, **STREET, **certified)

    apply(settled, poor, "recipient")

    assert roles(settled, poor) == {Role.RECIPIENT}


def test_a_refused_application_leaves_nothing_behind(settled):
    child = a_member(settled, born="2010-01-01")
    with pytest.raises(Refused):
        apply(settled, child)

    with settled.reading() as connection:
        assert connection.execute(select(admissions)).all() == []


def test_a_role_is_one_of_two(settled, member):
    with pytest.raises(BadInput, match="volunteer、recipient"):
        apply(settled, member, "boss")


def test_nobody_applies_twice(settled, member):
    apply(settled, member)

    with pytest.raises(Refused, match="加入申请处于“办理中”，不能重新申请"):
        apply(settled, member)


def test_staff_of_where_the_member_belongs_may_apply_for_them(settled, member):
    apply(settled, member, **STREET)


def test_proved_kin_may_apply_for_a_member(settled):
    mother, child = a_member(settled, born="1940-01-01"), a_member(settled)
    tie = {"member_id": child, "kin_id": mother, "relation": "parent", "valid_from": TODAY}
    do(settled, members.verify_tie, **STREET, **tie, proof="household_register")

    apply(settled, mother, "recipient", by=child)


def test_a_stranger_may_not_apply_for_a_member(settled, member):
    with pytest.raises(Refused, match="只有本人、已核实的亲属"):
        apply(settled, member, by=a_member(settled))


def test_who_has_left_cannot_apply(settled, member):
    do(settled, members.close, by=member, member_id=member, on_day=TODAY, reason="left")

    with pytest.raises(Refused, match="已销户"):
        apply(settled, member)


def test_somebody_unknown_cannot_apply(settled):
    with pytest.raises(NotFound, match="没有找到成员"):
        apply(settled, "nobody")


# --- steps in order


def test_a_later_step_waits_for_an_earlier_one_and_names_it(settled, member):
    apply(settled, member)

    with pytest.raises(Refused, match="须先办结“志愿者登记”（等待外部系统答复），才能办理“培训”") as said:
        train(settled, member)
    assert said.value.refusals[0].rule_path == "admission.volunteer.steps.registered"


def test_a_step_of_a_register_is_not_passed_by_hand(settled, member):
    apply(settled, member)
    step = {"member_id": member, "role": "volunteer", "step": "registered"}

    with pytest.raises(Refused, match="不能人工办理"):
        do(settled, admission.pass_step, **STREET, **step)


def test_an_unknown_step_is_refused_with_those_of_the_file(settled, member):
    apply(settled, member)

    with pytest.raises(BadInput, match="apply、registered、training"):
        do(settled, admission.pass_step, **STREET, member_id=member, role="volunteer", step="oath")


def test_a_step_of_somebody_who_never_applied_is_refused(settled, member):
    with pytest.raises(NotFound, match="没有提出过这项加入申请"):
        train(settled, member)


def test_an_organisations_step_needs_its_power(settled, register, member):
    register.answers["V1"] = Answer.YES
    apply(settled, member)
    look_up(settled, member)

    with pytest.raises(Refused, match="没有权限办理成员加入"):
        train(settled, member, by="chen", at="east")
    with pytest.raises(Refused, match="不属于“东二街道”管辖"):
        train(settled, member, by="wu", at="east-2")
    with pytest.raises(Refused, match="只有组织的工作人员"):
        train(settled, member, by=member)


def test_a_failed_step_rejects_the_admission(settled, register, member):
    register.answers["V1"] = Answer.YES
    apply(settled, member)
    look_up(settled, member)
    step = {"member_id": member, "role": "volunteer", "step": "training"}
    do(settled, admission.fail_step, **STREET, **step, reason="未到场")

    with pytest.raises(Refused, match="加入为时光伙伴：未通过"):
        require(settled, member)
    with pytest.raises(Refused, match="处于“未通过”，不能办理步骤"):
        train(settled, member)


def test_who_was_rejected_may_apply_again_and_keeps_what_is_passed(settled, register, member):
    register.answers["V1"] = Answer.YES
    apply(settled, member)
    look_up(settled, member)
    step = {"member_id": member, "role": "volunteer", "step": "training"}
    do(settled, admission.fail_step, **STREET, **step, reason="未到场")

    apply(settled, member)

    assert train(settled, member)["admitted"] is True


def test_a_passed_step_without_an_end_is_not_passed_again(settled, register, member):
    admit(settled, register, member)

    with pytest.raises(Refused, match="“申请”已经通过"):
        do(settled, admission.pass_step, by=member, member_id=member, role="volunteer", step="apply")


# --- the decision and the event


def test_an_admission_keeps_the_decision_that_made_it(settled, register, member):
    admit(settled, register, member)

    decision = stored(settled).decision
    assert decision["outcome"] == "admitted"
    assert decision["rules"] == settled.city("yunzhou").rules_on(TODAY).digest
    assert "admission.volunteer.steps.training" in decision["paths"]
    assert "admission.volunteer.gate.any.0.all" in decision["paths"]
    assert decision["facts"] == {
        "role": "volunteer",
        "age": 35,
        "traits": [],
        "steps": ["apply", "registered", "training"],
    }


def test_the_event_of_an_admission_is_told_once(settled, register, member):
    admit(settled, register, member)
    do(settled, admission.pass_step, **STREET, member_id=member, role="volunteer", step="training")

    assert events(settled).count("member.admitted") == 1


def test_the_first_answer_is_given_again_for_the_same_operation(settled, member):
    first = do(settled, admission.apply, by=member, operation="once", member_id=member, role="volunteer")
    second = do(settled, admission.apply, by=member, operation="once", member_id=member, role="volunteer")

    assert first == second


# --- steps that end


def test_an_expired_step_is_refused_with_its_rule(settled, register, member):
    admit(settled, register, member)
    last = TODAY + timedelta(days=365)

    require(settled, member, last)
    with pytest.raises(Refused, match=f"“培训”的有效期至 {last}，已过期") as said:
        require(settled, member, last + timedelta(days=1))
    assert said.value.refusals[0].rule_path == "admission.volunteer.steps.training.valid"
    assert "第六条" in said.value.words.zh


def test_an_expired_step_takes_the_role_away_until_it_is_renewed(settled, register, member, clock):
    admit(settled, register, member)
    later = day("2027-06-01")
    clock.set("2027-06-01 09:00")
    assert roles(settled, member, later) == frozenset()

    train(settled, member)

    assert roles(settled, member, later) == {Role.VOLUNTEER}
    require(settled, member, later + timedelta(days=365))


# --- not admitted, in words


def test_who_never_applied_is_told_to(settled, member):
    with pytest.raises(Refused, match="还没有加入为时光伙伴。请先申请"):
        require(settled, member)


def test_who_is_under_way_is_told_what_is_missing(settled, member):
    apply(settled, member)

    with pytest.raises(Refused, match="加入为时光伙伴：办理中。还差“志愿者登记”"):
        require(settled, member)


def test_who_has_left_is_not_admitted(settled):
    elder = an_elder(settled)
    do(settled, members.close, by=elder, member_id=elder, on_day=TODAY, reason="left")

    require(settled, elder, TODAY, "recipient")
    with pytest.raises(Refused, match="已销户"):
        require(settled, elder, TODAY + timedelta(days=1), "recipient")


# --- suspending


def test_a_suspended_member_is_not_admitted_until_resumed(settled):
    elder = an_elder(settled)
    do(settled, admission.suspend, member_id=elder, role="recipient", reason="长期失联")
    with pytest.raises(Refused, match="已暂停"):
        require(settled, elder, role="recipient")

    do(settled, admission.resume, member_id=elder, role="recipient")

    require(settled, elder, role="recipient")
    said = [(entry["event"], entry.get("reason")) for entry in stored(settled).decision["interruptions"]]
    assert said == [("suspend", "长期失联"), ("resume", None)]


def test_only_who_is_admitted_is_suspended(settled, member):
    apply(settled, member)

    with pytest.raises(Refused, match="处于“办理中”，不能暂停"):
        do(settled, admission.suspend, member_id=member, role="volunteer", reason="投诉")


def test_suspending_needs_its_power(settled):
    elder = an_elder(settled)

    with pytest.raises(Refused, match="暂停成员资格"):
        do(settled, admission.suspend, **STREET, member_id=elder, role="recipient", reason="投诉")


def test_an_organisation_that_took_a_member_in_does_not_suspend_them(bank_with):
    bank = bank_with(("verify_qualification]", "verify_qualification, suspend_member]"))
    settle_tree(bank)
    elder = an_elder(bank)
    stranger = {"by": "gao", "at": "west"}
    taken_in = {"organisation_id": "west", "from_day": TODAY}
    do(bank, members.join_organisation, **stranger, member_id=elder, **taken_in)
    why = {"member_id": elder, "role": "recipient", "reason": "投诉"}

    with pytest.raises(Refused, match="“东一街道”不属于“城西区”管辖"):
        do(bank, admission.suspend, **stranger, **why)
    assert do(bank, admission.suspend, by="gao", at="east", **why)


# --- plugins


def test_a_plugin_may_refuse_and_every_reason_is_told_at_once(fresh_database_url, clock):
    @hookimpl
    def timebank_check_member(member, action, rules):
        assert (action, member.roles) == (MemberAction.JOIN, {Role.VOLUNTEER})
        return [Refusal("no_phone", Words("须登记电话。", "A phone is needed."), "admission.volunteer")]

    city_plugin = plugin(timebank_check_member=timebank_check_member)
    with a_bank(fresh_database_url, clock=clock, plugins={"yunzhou": city_plugin}) as bank:
        settle_tree(bank)
        with pytest.raises(Refused, match=r"年满18周岁.*须登记电话") as said:
            apply(bank, a_member(bank, born="2010-01-01"))

    assert [refusal.code for refusal in said.value.refusals] == ["outside_gate", "no_phone"]


def test_a_plugin_that_fails_admits_nobody(fresh_database_url, clock):
    @hookimpl
    def timebank_check_member(member, action, rules):
        raise RuntimeError("boom")

    city_plugin = plugin(timebank_check_member=timebank_check_member)
    with a_bank(fresh_database_url, clock=clock, plugins={"yunzhou": city_plugin}) as bank:
        settle_tree(bank)
        with pytest.raises(PluginFailed, match="timebank_check_member"):
            apply(bank, a_member(bank))
        with bank.reading() as connection:
            assert connection.execute(select(admissions)).all() == []


# --- rule files that change, and gates of some places


def test_a_gate_may_be_open_only_in_some_places(fresh_database_url, clock, tmp_path):
    edit_rules(tmp_path, ("gate: {any: [{all: [adult]}],", "gate: {any: [{all: [adult]}], only_in: [east],"))
    with a_bank(fresh_database_url, clock=clock, config_folder=tmp_path) as bank:
        settle_tree(bank)
        apply(bank, a_member(bank, home="east-1"))
        with pytest.raises(Refused, match="现在只接受这些地方的时光伙伴：east"):
            apply(bank, a_member(bank, home="west-1"))


def test_the_file_under_which_one_applied_decides_which_steps_there_are(
    fresh_database_url, clock, register, tmp_path
):
    edit_rules(tmp_path)
    older = STEP_LINE.format(days=365)
    added = f"{older}\n      oath: {{label: {{zh: 宣誓, en: oath}}, by: member, source: mb25 第六条}}"
    edit_rules(tmp_path, (older, added), NEW_FILE, name="2026-04-01.yaml")
    connected = {"yunzhou": {"volunteer_registry": register}}
    with a_bank(fresh_database_url, clock=clock, config_folder=tmp_path, registries=connected) as bank:
        settle_tree(bank)
        before = a_member(bank, registry_keys={"volunteer_registry": "V1"})
        after = a_member(bank, registry_keys={"volunteer_registry": "V2"})
        register.answers.update({"V1": Answer.YES, "V2": Answer.YES})
        apply(bank, before)
        clock.set("2026-04-01 09:00")
        apply(bank, after)
        for each in (before, after):
            look_up(bank, each)

        assert [train(bank, each)["admitted"] for each in (before, after)] == [True, False]


STEP_LINE = (
    "training: {{label: {{zh: 培训, en: training}}, by: organisation, power: admit_member, "
    "valid: {days} d, source: mb25 第六条}}"
)
NEW_FILE = (
    "effective: {from: 2026-01-01,",
    """replaces: 2026-01-01
transition: {open_orders: finish, source: mb25 第三十条}
effective: {from: 2026-04-01,""",
)


def edit_rules(folder, *edits, name="2026-01-01.yaml"):
    """Write Yunzhou's rule file into a folder, with some words replaced."""
    city = folder / "yunzhou"
    city.mkdir(exist_ok=True)
    written = (FIXTURES / "yunzhou" / "2026-01-01.yaml").read_text(encoding="utf-8")
    for old, new in edits:
        assert old in written
        written = written.replace(old, new, 1)
    (city / name).write_text(written, encoding="utf-8")


def test_a_race_of_applications_makes_one_admission(settled, member):
    def try_to_apply(_):
        try:
            return apply(settled, member)["admission_id"]
        except Refused as refused:
            return refused.code

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(try_to_apply, range(6)))

    assert outcomes.count("wrong_state") == 5
    assert len(set(outcomes)) == 2


# --- taken over from an earlier system


def test_an_imported_admission_skips_gate_and_steps_and_says_so(settled):
    child = a_member(settled, born="2015-01-01")
    rules = settled.city("yunzhou").rules_on(TODAY)
    row = admission.imported_row("yunzhou", child, "volunteer", day("2024-05-01"), rules)
    with writing(settled) as connection:
        admission_rows.add(connection, [row], [])

    require(settled, child)
    assert (stored(settled).imported, stored(settled).decision["outcome"]) == (True, "imported")
    with pytest.raises(Refused, match="从原系统导入"):
        train(settled, child)
