import subprocess
import sys

import pytest

HEAVY = ("sqlalchemy", "pyramid", "rich", "timebank.services", "timebank.stories")
FACTS = (*(f"timebank.domain.{name}" for name in ("member", "cases", "organisation", "decision")), "hashlib")
FOR_SLIPS = ("timebank.rules.lines.mending", "timebank.rules.lines.keys", "timebank.rules.repairing")
FOR_VERSIONS = ("email.parser",)  # reads what a distribution says of itself


def last_line_of(program, *arguments):
    """Run a program in a new process and return what it printed last."""
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]


def test_checking_a_file_imports_nothing_heavy(house):
    program = (
        "import sys\n"
        "from timebank.cli.main import run\n"
        f"code = run(['rules', 'check', {str(house.rules)!r}])\n"
        f"print(code, [name for name in {HEAVY!r} if name in sys.modules])\n"
    )

    assert last_line_of(program) == "0 []"


def test_checking_what_is_written_well_imports_nothing_for_slips_or_versions(project_root):
    program = (
        "import sys\n"
        "from timebank.cli.main import run\n"
        "code = run(['--config', sys.argv[1], 'rules', 'check'])\n"
        f"print(code, [name for name in {FOR_SLIPS + FOR_VERSIONS!r} if name in sys.modules])\n"
    )
    config = project_root / "config" / "timebank.yaml"

    assert last_line_of(program, str(config)) == "0 []"


def test_checking_a_city_without_a_plugin_imports_no_facts_of_the_domain_and_hashes_nothing(house):
    program = (
        "import sys\n"
        "from timebank.cli.main import run\n"
        f"code = run(['--config', {str(house.config)!r}, 'rules', 'check', {str(house.rules)!r}])\n"
        f"print(code, [name for name in {FACTS!r} if name in sys.modules])\n"
    )

    assert last_line_of(program) == "0 []"


def test_json_holds_one_list_of_faults_with_nine_facts_each(house):
    house.edit(house.rules, "rounding: floor", "rounding: flor")

    said = house.call("rules", "check", str(house.rules), "--format", "json").json

    assert list(said) == ["faults"]
    assert set(said["faults"][0]) == {
        "code", "severity", "file", "line", "column", "path", "zh", "en", "hint",
    }  # fmt: skip
    assert said["faults"][0]["hint"] == "floor"


def test_a_mechanical_slip_is_fixed_and_each_repair_is_told(house):
    before = house.rules.read_bytes()
    house.edit(
        house.rules,
        "    one: 60 min\n    source: mb25 第五条\n  point",
        "    one：60 min\n    source: mb25 第五条\n  point",
    )

    said = house.call("rules", "check", "--fix", str(house.rules))

    assert said.code == 0
    assert "+ one: 60 min" in said.out
    assert house.rules.read_bytes() == before


def test_a_repair_of_blanks_alone_shows_them(house):
    house.edit(
        house.rules,
        "    label: {zh: 时间币, en: time coin}\n",
        "\u3000\u3000label: {zh: 时间币, en: time coin}\n",
    )

    said = house.call("rules", "check", "--fix", str(house.rules))

    assert "- □□label: {zh: 时间币" in said.out
    assert "+ ····label: {zh: 时间币" in said.out


def test_what_is_not_mechanical_stays_and_is_still_told(house):
    house.edit(house.rules, "rounding: floor", "rounding: flor")
    before = house.rules.read_bytes()

    assert house.call("rules", "check", "--fix", str(house.rules)).code == 1
    assert house.rules.read_bytes() == before


def test_repairs_in_json_stand_beside_the_faults_that_remain(house):
    house.edit(house.rules, "needed: true, early", "needed: yes, early")

    said = house.call("rules", "check", "--fix", "--json", str(house.rules)).json

    assert said["faults"] == []
    assert "needed: true" in said["repairs"][0]["after"]


def test_assumptions_are_listed_with_their_lines_and_reasons(house):
    chinese = house.call("rules", "check", "--assumed", str(house.rules))
    english = house.call("rules", "check", "--assumed", "--json", str(house.rules)).json["assumed"]

    assert ":218:14 grants.key_elders  发放额度未公布" in chinese.out
    assert (218, "grants.key_elders") in {(one["line"], one["path"]) for one in english}


@pytest.fixture
def installed(house, monkeypatch):
    """Install a plugin whose check of rules is the given lines of Python, and let the city have it."""

    def install(name, *lines):
        place = house.folder.parent / "site"
        told = place / f"{name}-1.dist-info"
        told.mkdir(parents=True)
        (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        (told / "entry_points.txt").write_text(f"[timebank.cities]\n{name} = {name}\n")
        body = "\n".join(f"    {line}" for line in lines)
        source = (
            f"from timebank.hooks import hookimpl\n\n@hookimpl\ndef timebank_check_rules(rules):\n{body}\n"
        )
        (place / f"{name}.py").write_text(source, encoding="utf-8")
        monkeypatch.syspath_prepend(str(place))
        house.edit(house.config, "rules: yunzhou", f"rules: yunzhou\n    plugin: {name}")

    return install


def test_a_plugin_that_fails_is_to_blame_and_not_the_file(house, installed):
    installed("failing_plugin", "return 1 / 0")

    said = house.call("rules", "check", language="en")

    assert said.code == 3
    assert "P03 the plugin 'failing_plugin' failed while it checked these rules" in said.out


@pytest.mark.parametrize("answer", ["5", "['no problem']"])
def test_a_plugin_that_answers_with_something_else_is_to_blame(house, installed, answer):
    installed(f"odd_plugin_{len(answer)}", f"return {answer}")

    assert house.call("rules", "check").code == 3
