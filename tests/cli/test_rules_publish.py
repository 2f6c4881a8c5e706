"""Proposing, signing and publishing a draft from the terminal, with the city's own cases."""

import pytest

from tests.drafting import CHEN, LI, START, WANG, write_draft

DAY = "2090-01-01"
FAR_AHEAD = ((f"from: {START}", f"from: {DAY}"), ("review_by: 2028-12-31", "review_by: 2095-12-31"))


@pytest.fixture
def drafted(house):
    """A house whose city has been set up, with a draft for a day that is long in coming."""
    assert house.call("settle").code == 0
    house.draft = write_draft(house.rules, *FAR_AHEAD, name=f"{DAY}.yaml")
    return house


def publish(house, person, *more, **how):
    return house.call("rules", "publish", str(house.draft.file), "--as", person, *more, **how)


def test_three_people_take_a_draft_into_force(drafted):
    proposed = publish(drafted, CHEN, "--propose")
    signed = publish(drafted, LI, "--sign-assumed", "transition")
    tried = publish(drafted, WANG, "--dry-run", "--reason", "新版的用例在补", "--json")
    published = publish(drafted, WANG, "--reason", "新版的用例在补")
    drafted.draft.file.write_bytes(drafted.draft.content)
    again = publish(drafted, CHEN)

    assert [said.code for said in (proposed, signed, tried, published, again)] == [0] * 5
    assert f"已记下：{CHEN} 提交草案" in proposed.out
    assert "还有 1 条假定要签认：\n  transition（第" in proposed.out
    assert f"已记下：{LI} 签认" in signed.out
    told = tried.json["published"]
    assert (told["effective_from"], told["drafter"], told["dry_run"]) == (DAY, CHEN, True)
    assert f"已发布 {drafted.draft.target}，自 {DAY} 起施行。起草 {CHEN}，发布 {WANG}。" in published.out
    assert f"请技术人员在 {DAY} 之前重启正在运行的服务" in published.out
    assert f"{drafted.draft.target} 早已发布（{WANG}），自 {DAY} 起施行" in again.out
    assert drafted.draft.target.read_bytes() == drafted.draft.content
    assert not drafted.draft.file.exists()


def test_every_step_says_that_a_name_proves_nothing(drafted):
    chinese = publish(drafted, CHEN, "--propose")
    english = publish(drafted, LI, "--sign-assumed", "all", language="en")

    assert "并不证明真是此人" in chinese.out
    assert "proves nothing about who it was" in english.out


def test_everything_in_the_way_is_told_with_file_line_code_and_command(drafted):
    said, file = publish(drafted, WANG), drafted.draft.file

    assert said.code == 1
    assert f"{file}:1:1 D04 这份草案还没有人提交。" in said.out
    assert f"timebank rules publish {file} --propose --as 姓名" in said.out
    assert "D03 “transition”是新的或改过的假定，还没有人签认（待市民政局确认）" in said.out
    assert "D08 每个值挪一步，用例只发现 0/" in said.out
    assert f"{file}：3 处不行，什么都没有写。" in said.out


def test_a_case_that_fails_under_the_draft_is_told_with_its_own_line(drafted):
    case = next((drafted.rules.parent / "cases").glob("*.yaml"))
    drafted.edit(case, "2026-03-", "2090-03-")
    drafted.draft = write_draft(drafted.rules, *FAR_AHEAD, ("rate: 1\n", "rate: 2\n"), name=f"{DAY}.yaml")

    said = publish(drafted, WANG, "--dry-run")

    assert said.code == 1
    assert f"{case}:" in said.out
    assert "D07 用例“" in said.out


@pytest.fixture
def without_cases(drafted):
    for case in (drafted.rules.parent / "cases").glob("*.yaml"):
        case.unlink()
    return drafted


def test_without_cases_nothing_is_published_and_it_is_told_in_english_too(without_cases):
    chinese, english = publish(without_cases, WANG), publish(without_cases, WANG, language="en")

    assert (chinese.code, english.code) == (1, 1)
    assert "D11" in chinese.out
    assert "里没有用例" in chinese.out
    assert "D11 there are no cases in" in english.out
    assert "D04 nobody has proposed this draft" in english.out
    assert "3 thing(s) stand in the way; nothing was written." in english.out


def test_in_json_what_stands_in_the_way_are_faults_like_those_of_check(without_cases):
    said = publish(without_cases, WANG, "--format", "json")

    assert said.code == 1
    assert sorted(found["code"] for found in said.json["faults"]) == ["D03", "D04", "D11"]
    assert all(found["zh"] and found["en"] and found["line"] for found in said.json["faults"])


def test_steps_in_json_name_the_draft_by_its_digest(drafted):
    proposed = publish(drafted, CHEN, "--propose", "--json").json
    signed = publish(drafted, LI, "--sign-assumed", "all", "--json").json

    assert proposed["proposed"]["digest"] == drafted.draft.digest
    assert [found["path"] for found in proposed["to_sign"]] == ["transition"]
    assert [found["path"] for found in signed["signed"]] == ["transition"]
    assert "access control" in signed["no_proof"]["en"]


def test_a_published_rule_file_is_no_draft(drafted):
    said = drafted.call("rules", "publish", str(drafted.rules), "--as", WANG)

    assert said.code == 2
    assert "不是在运行的城市的草案" in said.err


def test_one_step_at_a_time(drafted):
    said = publish(drafted, CHEN, "--propose", "--sign-assumed", "all")

    assert said.code == 2
    assert "一次办一步" in said.err


def test_a_database_without_tables_says_what_to_run(empty_house):
    empty_house.draft = write_draft(empty_house.rules, *FAR_AHEAD, name=f"{DAY}.yaml")

    assert "timebank db upgrade" in publish(empty_house, CHEN, "--propose").err
