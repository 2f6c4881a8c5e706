"""Proposing, signing and publishing a draft from the terminal, with the city's own cases."""

import shutil
from pathlib import Path

import pytest

from tests.cli.calling import call
from tests.drafting import CHEN, LI, WANG
from timebank.services.publishing.draft_file import read_draft

DAY = "2090-01-01"
CITY = "qinghe"


class Drafted:
    """A small city that has been set up in a database, with a draft for a day that is long in coming."""

    def __init__(self, folder: Path, url: str) -> None:
        self.config = folder / "config" / "timebank.yaml"
        self.folder = folder / "config" / CITY
        self.cases = self.folder / "cases" / "first.yaml"
        named = ("--name", "清河市", "--effective", "2026-01-01", "--add")
        assert self.call("rules", "new", "city", CITY, *named).code == 0
        edit(self.config, "sqlite:///timebank.db", url)

    def call(self, *arguments, language="zh"):
        return call("--config", str(self.config), *arguments, language=language)

    def publish(self, person, *more, **how):
        return self.call("rules", "publish", str(self.draft.file), "--as", person, *more, **how)

    def write_draft(self):
        assert self.call("rules", "new", "version", CITY, "--effective", DAY).code == 0
        self.draft = read_draft(CITY, self.folder, self.folder / "drafts" / f"{DAY}.yaml")


def edit(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def drafted(tmp_path, fresh_database_url, monkeypatch):
    monkeypatch.delenv("TIMEBANK_DATABASE_URL", raising=False)
    city = Drafted(tmp_path, fresh_database_url)
    assert city.call("settle").code == 0
    city.write_draft()
    return city


@pytest.fixture
def without_cases(drafted):
    drafted.cases.unlink()
    return drafted


def test_three_people_take_a_draft_into_force(drafted):
    proposed = drafted.publish(CHEN, "--propose")
    one = drafted.publish(LI, "--sign-assumed", "transition")
    rest = drafted.publish(LI, "--sign-assumed", "all")
    tried = drafted.publish(WANG, "--dry-run", "--reason", "新版的用例在补", "--json")
    published = drafted.publish(WANG, "--reason", "新版的用例在补")
    drafted.draft.file.write_bytes(drafted.draft.content)
    again = drafted.publish(CHEN)

    assert [said.code for said in (proposed, one, rest, tried, published, again)] == [0] * 6
    assert f"已记下：{CHEN} 提交草案" in proposed.out
    assert "还有 2 条假定要签认：\n  effective（第" in proposed.out
    assert "的 1 条假定：\n  transition（第" in one.out
    assert "的 1 条假定：\n  effective（第" in rest.out
    told = tried.json["published"]
    assert (told["effective_from"], told["drafter"], told["dry_run"]) == (DAY, CHEN, True)
    assert f"已发布 {drafted.draft.target}，自 {DAY} 起施行。起草 {CHEN}，发布 {WANG}。" in published.out
    assert f"请技术人员在 {DAY} 之前重启正在运行的服务" in published.out
    assert f"{drafted.draft.target} 早已发布（{WANG}），自 {DAY} 起施行" in again.out
    assert drafted.draft.target.read_bytes() == drafted.draft.content
    assert not drafted.draft.file.exists()


def test_every_step_says_that_a_name_proves_nothing(drafted):
    chinese = drafted.publish(CHEN, "--propose")
    english = drafted.publish(LI, "--sign-assumed", "all", language="en")

    assert "并不证明真是此人" in chinese.out
    assert "proves nothing about who it was" in english.out


def test_everything_in_the_way_is_told_with_file_line_code_and_command(drafted):
    said, file = drafted.publish(WANG), drafted.draft.file

    assert said.code == 1
    assert f"{file}:1:1 D04 这份草案还没有人提交。" in said.out
    assert f"timebank rules publish {file} --propose --as 姓名" in said.out
    assert "D03 “transition”是新的或改过的假定，还没有人签认（" in said.out
    assert "D08 每个值挪一步，用例只发现 0/" in said.out
    assert f"没有一个用例的日期在 {DAY} 或以后，草案一条也没有演到。请补用例" in said.out
    assert f"{file}：4 处不行，什么都没有写。" in said.out


def test_where_no_case_is_dated_under_the_draft_the_hint_is_the_date_to_write(drafted):
    said = drafted.publish(WANG, "--json").json

    (few,) = [one for one in said["faults"] if one["code"] == "D08"]
    assert few["hint"] == f"on: {DAY} 09:00"
    assert f"No case is dated {DAY} or later, so that none plays the draft; add cases" in few["en"]


def test_a_case_that_fails_under_the_draft_is_told_with_its_own_line(drafted):
    edit(drafted.cases, "on: 2026-", "on: 2090-")
    edit(drafted.draft.file, "hour: {rate: 1,", "hour: {rate: 2,")

    said = drafted.publish(WANG, "--dry-run")

    assert said.code == 1
    assert f"{drafted.cases}:" in said.out
    assert "D07 用例“70 分钟记 1 小时，零头留待下次”的结果与所写不符" in said.out


def test_without_cases_nothing_is_published_and_it_is_told_in_english_too(without_cases):
    chinese, english = without_cases.publish(WANG), without_cases.publish(WANG, language="en")

    assert (chinese.code, english.code) == (1, 1)
    assert "D11" in chinese.out
    assert "里没有用例" in chinese.out
    assert "D11 there are no cases in" in english.out
    assert "D04 nobody has proposed this draft" in english.out
    assert "4 thing(s) stand in the way; nothing was written." in english.out


def test_in_json_what_stands_in_the_way_are_faults_like_those_of_check(without_cases):
    said = without_cases.publish(WANG, "--format", "json")

    assert said.code == 1
    assert sorted(found["code"] for found in said.json["faults"]) == ["D03", "D03", "D04", "D11"]
    assert all(found["zh"] and found["en"] and found["line"] for found in said.json["faults"])


def test_steps_in_json_name_the_draft_by_its_digest(drafted):
    proposed = drafted.publish(CHEN, "--propose", "--json").json
    signed = drafted.publish(LI, "--sign-assumed", "all", "--json").json

    assert proposed["proposed"]["digest"] == drafted.draft.digest
    assert [found["path"] for found in proposed["to_sign"]] == ["effective", "transition"]
    assert [found["path"] for found in signed["signed"]] == ["effective", "transition"]
    assert "access control" in signed["no_proof"]["en"]


def test_a_published_rule_file_is_no_draft(drafted):
    said = drafted.call("rules", "publish", str(drafted.folder / "2026-01-01.yaml"), "--as", WANG)

    assert said.code == 2
    assert "不是在运行的城市的草案" in said.err


def test_a_draft_beside_a_configuration_of_its_own_is_no_draft_of_the_running_city(drafted, tmp_path):
    shutil.copytree(drafted.config.parent, tmp_path / "elsewhere")
    foreign = tmp_path / "elsewhere" / CITY / "drafts" / f"{DAY}.yaml"

    said = drafted.call("rules", "publish", str(foreign), "--propose", "--as", CHEN)

    assert said.code == 2
    assert "不是在运行的城市的草案" in said.err


def test_one_step_at_a_time(drafted):
    said = drafted.publish(CHEN, "--propose", "--sign-assumed", "all")

    assert said.code == 2
    assert "一次办一步" in said.err


def test_a_database_without_tables_says_what_to_run(tmp_path, empty_database_url, monkeypatch):
    monkeypatch.delenv("TIMEBANK_DATABASE_URL", raising=False)
    city = Drafted(tmp_path, empty_database_url)
    city.write_draft()

    assert "timebank db upgrade" in city.publish(CHEN, "--propose").err


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        f"{CHEN}\u200b",
        f"{CHEN[0]}\n{CHEN[1:]}",
        "\x1b[31m",
        "长" * 65,
        f"{CHEN}\u3164",
        f"{CHEN}（发布）",
        "Chen (2)",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("step", [("--propose",), ("--sign-assumed", "all"), ("--dry-run",), ()])
def test_nobody_takes_a_step_under_a_name_that_cannot_be_read_back(drafted, name, step):
    said = drafted.publish(name, *step)

    assert said.code == 2
    assert "看得见的字" in said.err


@pytest.mark.parametrize("reason", ["", "   "])
def test_an_empty_reason_is_wrong_use_and_told_in_both_languages(drafted, reason):
    chinese = drafted.publish(WANG, "--reason", reason)
    english = drafted.publish(WANG, "--reason", reason, language="en")

    assert (chinese.code, english.code) == (2, 2)
    assert "--reason 后面没有写理由" in chinese.err
    assert "--reason gives no reason" in english.err


def test_a_name_that_cannot_be_read_back_is_told_in_english_too(drafted):
    assert "characters that are seen" in drafted.publish("", language="en").err
