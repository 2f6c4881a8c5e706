import subprocess
import sys

import pytest

from tests.cli.calling import call
from timebank.cli.session import language_of

VERBS = ("demo", "rules", "db", "import", "settle", "statement", "ledger", "stats", "demand")
LEAVES = (
    ("demo",),
    ("rules", "check"),
    ("db", "upgrade"),
    ("import",),
    ("settle",),
    ("statement",),
    ("ledger", "verify"),
    ("ledger", "export"),
    ("stats",),
    ("demand",),
)


def test_help_lists_every_verb_in_both_languages(capsys):
    assert call("--help").code == 0
    said = capsys.readouterr().out
    assert all(verb in said for verb in VERBS)
    assert "养老服务时间银行" in said
    assert "An elder-care time bank" in said


@pytest.mark.parametrize("verb", LEAVES, ids=" ".join)
def test_every_verb_has_help_in_both_languages_with_an_example(verb, capsys):
    assert call(*verb, "--help").code == 0
    said = capsys.readouterr().out
    assert "例 · Examples:" in said
    assert f"timebank {' '.join(verb)}" in said
    assert "--json" in said


@pytest.mark.parametrize(
    "wrong", [("fly",), ("rules", "check", "--quick"), ("import", "somewhere")], ids=" ".join
)
def test_wrong_use_is_exit_code_2_and_says_where_help_is(wrong):
    said = call(*wrong)

    assert said.code == 2
    assert "用法不对" in said.err
    assert "--help" in said.err
    assert "Traceback" not in said.err


def test_wrong_use_in_json_says_both_languages():
    said = call("--json", "fly")

    assert said.code == 2
    assert "用法不对" in said.json["error"]["zh"]
    assert "Wrong use" in said.json["error"]["en"]


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "zh"),
        ({"LANG": "en"}, "en"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LANGUAGE": "en", "LC_ALL": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "C.UTF-8", "LANG": "en"}, "en"),
    ],
)
def test_the_language_follows_the_environment_and_is_chinese_otherwise(environ, language):
    assert language_of(environ) == language


def in_a_new_process(project_root, code):
    """Run code in a new process, which is given the configuration of the fixtures."""
    config = project_root / "tests" / "fixtures" / "config" / "timebank.yaml"
    command = [sys.executable, "-c", code, str(config)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_checking_rules_imports_no_database_library(project_root):
    code = (
        "import sys\n"
        "from timebank.cli.main import run\n"
        "assert run(['--config', sys.argv[1], 'rules', 'check']) == 0\n"
        "sys.exit('sqlalchemy' in sys.modules or 'alembic' in sys.modules)\n"
    )
    done = in_a_new_process(project_root, code)

    assert done.returncode == 0, done.stderr


def test_what_a_verb_imports_is_frozen_once_and_garbage_is_collected_as_before(project_root):
    code = (
        "import gc, sys\n"
        "from timebank.cli.main import run\n"
        "counts = []\n"
        "for _ in range(2):\n"
        "    assert run(['--config', sys.argv[1], 'rules', 'check']) == 0\n"
        "    counts.append(gc.get_freeze_count())\n"
        "assert gc.isenabled() and counts[0] > 10_000, counts\n"
        "assert counts[1] <= counts[0], counts\n"
    )
    done = in_a_new_process(project_root, code)

    assert done.returncode == 0, done.stderr
