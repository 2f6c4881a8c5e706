"""The offline verifier stands alone, and whatever it is handed it says what it thinks of it: it never falls over."""

import ast
import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.banks import YUNZHOU
from tests.evidence.conftest import SIGNER
from timebank.evidence import offline_verifier
from timebank.evidence.checkpoint import Checkpoint
from timebank.evidence.notes import key_of, signed
from timebank.services.seal_proofs import export, prove_growth, prove_transfer
from timebank.storage.seals import leaves

PROGRAM = Path(offline_verifier.__file__)
MOST_LINES = 300
KEY = str(key_of(SIGNER))
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["", "00", "zz", "\ud800", "\x1b[2J", "9" * 5000, "1 1"])
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)
TO_ANY_FILE = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def verdict(file, *more):
    """What it says of a file, and its exit code, run as an outsider runs it: without the bank and its libraries."""
    asked = [sys.executable, "-I", "-S", str(PROGRAM), str(file), "--key", KEY, *more]
    return subprocess.run(asked, capture_output=True, text=True, check=False)


@pytest.fixture
def proofs(sealed):
    """Of a sealed bank: the lines of an export, the proof of a transfer, the proof that the log grew from five."""
    with sealed.bank.reading() as connection:
        wanted = select(leaves.c.transfer_id).where(leaves.c.leaf_index == 3)
        transfer_id = connection.execute(wanted).scalar_one()
    lines = list(export(sealed.bank, YUNZHOU, sealed.log))
    transfer = prove_transfer(sealed.bank, YUNZHOU, sealed.log, transfer_id)
    growth = prove_growth(sealed.bank, YUNZHOU, sealed.log, 5)
    return json.loads(json.dumps([lines, [transfer], [growth]]))


def written(folder, lines):
    file = folder / "given"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


def places(value, path=()):
    """Every place of a JSON value, as the keys that lead to it."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from places(part, (*path, key))


def changed(lines, path, value):
    """The same lines with another value at one place."""
    found = copy.deepcopy(lines)
    holder = found
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return found


# ---- alone


def test_it_is_short_enough_to_be_read_and_needs_the_standard_library_alone():
    text = PROGRAM.read_text(encoding="utf-8")
    imports = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {name.name for node in imports if isinstance(node, ast.Import) for name in node.names}
    names |= {node.module for node in imports if isinstance(node, ast.ImportFrom)}

    assert len(text.splitlines()) <= MOST_LINES
    assert names - sys.stdlib_module_names == set()


def test_an_outsider_runs_it_without_the_bank(proofs, tmp_path):
    for lines in proofs:
        said = verdict(written(tmp_path, lines))
        assert (said.returncode, said.stderr) == (0, "")
        assert "0 处不符" in said.stdout


# ---- whatever it is handed


@TO_ANY_FILE
@given(data=st.data())
def test_of_any_file_it_says_whether_it_agrees_and_never_falls_over(proofs, tmp_path, data):
    lines = data.draw(st.sampled_from(proofs))
    path = data.draw(st.sampled_from([place for place in places(lines) if place]))
    file = written(tmp_path, changed(lines, path, data.draw(ANYTHING)))

    assert offline_verifier.main([str(file), "--key", KEY]) in {0, 1, 2}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[" * 100_000,
        b"\xff\xfe",
        b"null",
        b'{"format": "timebank-evidence/2", "origin": "bank.example.org/yunzhou"}',
        b'{"format": "timebank-evidence/1", "origin": "x"}\n"leaf"\n',
        b'{"format": "timebank-evidence/1", "origin": "x"}\n["leaf"]\n',
        b'{"format": "timebank-evidence/1", "origin": "x"}\n{"checkpoint": []}\n',
    ],
    ids=["nothing", "deep", "no text", "null", "another format", "text", "list", "checkpoint"],
)
def test_what_is_no_export_is_said_to_be_unreadable(tmp_path, content):
    file = tmp_path / "given"
    file.write_bytes(content)
    said = verdict(file)

    assert said.returncode == 2
    assert said.stderr.startswith("读不懂")
    assert len(said.stderr.splitlines()) == 1


def test_nothing_is_not_taken_for_a_ledger_that_agrees(tmp_path):
    header = {"format": "timebank-evidence/1", "origin": "bank.example.org/yunzhou"}

    assert verdict(written(tmp_path, [header, {"end": 0}])).returncode == 1


def test_a_head_larger_than_any_log_is_no_proof(proofs, tmp_path):
    _, (transfer,), _ = proofs
    head = Checkpoint(transfer["origin"], 10**4000, bytes(32))
    file = written(tmp_path, [{**transfer, "checkpoint": signed(head.text(), SIGNER)}])

    assert verdict(file).returncode in {1, 2}


def test_an_export_cannot_steer_the_terminal_on_which_it_is_judged(proofs, tmp_path):
    lines, _, _ = proofs
    (first, *_) = [place for place, line in enumerate(lines) if "leaf" in line]
    said = verdict(
        written(tmp_path, changed(lines, (first, "transfer"), "\x1b[2J\r\n✔ 0 处不符 · faults \ud800"))
    )

    assert said.returncode == 1
    assert "\x1b" not in said.stdout
    assert said.stdout.splitlines()[0].startswith("✘ 第 0 ")


def test_what_a_terminal_cannot_show_is_left_out_and_the_verdict_is_not(proofs, tmp_path):
    asked = [sys.executable, "-S", str(PROGRAM), str(written(tmp_path, proofs[0][:-1])), "--key", KEY]
    said = subprocess.run(asked, capture_output=True, check=False, env={"PYTHONIOENCODING": "gbk"})

    assert said.returncode == 1
    assert "处不符" in said.stdout.decode("gbk")


# ---- names that are not part of a leaf


def test_the_name_of_a_transfer_beside_its_rows_must_be_theirs(proofs, tmp_path):
    lines, transfer, _ = proofs
    (first, *_) = [place for place, line in enumerate(lines) if "leaf" in line]

    assert verdict(written(tmp_path, changed(lines, (first, "transfer"), "another"))).returncode == 1
    assert verdict(written(tmp_path, changed(transfer, (0, "leaf", "transfer"), "another"))).returncode == 1


def test_a_text_counts_as_the_rule_file_of_its_own_digest_alone(proofs, tmp_path):
    lines, _, _ = proofs
    (place, *_) = [place for place, line in enumerate(lines) if "rule_file" in line]

    assert verdict(written(tmp_path, changed(lines, (place, "rule_file"), "sha256:00"))).returncode == 1


def test_people_without_the_salt_that_proves_them_are_not_accepted(proofs, tmp_path):
    _, transfer, _ = proofs
    unproved = changed(transfer, (0, "leaf", "salt"), None)
    unproved[0]["leaf"]["people"][0][0][1] = "somebody-else"

    assert verdict(written(tmp_path, unproved)).returncode == 1
    unproved[0]["leaf"]["people"] = None
    assert verdict(written(tmp_path, unproved)).returncode == 0


def test_people_moved_into_a_longer_salt_are_not_hidden_by_it(proofs, tmp_path):
    lines, transfer, _ = proofs
    for leaf in (*[line for line in lines if "leaf" in line], transfer[0]["leaf"]):
        leaf["salt"] += offline_verifier.encoded(leaf["people"]).hex()
        leaf["people"] = []

    assert verdict(written(tmp_path, lines)).returncode == 1
    assert verdict(written(tmp_path, transfer)).returncode == 1


@pytest.mark.parametrize("part", ["books", "people"])
def test_columns_moved_from_one_row_to_the_next_are_not_accepted(proofs, tmp_path, part):
    lines, _, _ = proofs
    sections = [section for line in lines if "leaf" in line for section in line[part]]
    before, after = next(rows for rows in sections if len(rows) > 1)[:2]
    after.insert(0, before.pop())

    said = verdict(written(tmp_path, lines))
    assert (said.returncode, "与封存时不同" in said.stdout) == (1, True)


def test_a_row_that_is_no_list_is_not_accepted(proofs, tmp_path):
    lines, _, _ = proofs
    rows = next(line for line in lines if "leaf" in line)["people"][1]
    rows[0] = dict.fromkeys(rows[0], "what a reader would see")

    assert verdict(written(tmp_path, lines)).returncode == 1


def test_a_member_named_twice_is_not_accepted(proofs, tmp_path):
    lines, transfer, _ = proofs
    for number, proof in enumerate((lines, transfer)):
        file = written(tmp_path, proof)
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace('"books": ', '"books": [["FORGED"]], "books": ', 2), encoding="utf-8")

        assert (number, verdict(file).returncode) == (number, 2)


# ---- heads


def test_a_head_under_more_signatures_than_anybody_needs_is_refused(proofs, tmp_path):
    _, (transfer,), _ = proofs
    note = transfer["checkpoint"]
    line = note.splitlines(keepends=True)[-1]

    assert verdict(written(tmp_path, [{**transfer, "checkpoint": note + 99 * line}])).returncode == 0
    assert verdict(written(tmp_path, [{**transfer, "checkpoint": note + 100 * line}])).returncode == 1


@pytest.mark.parametrize("root", [b"", bytes(31), bytes(33)], ids=len)
def test_a_head_whose_root_is_no_hash_is_no_head(root):
    note = signed(Checkpoint("bank.example.org/yunzhou", 1, root).text(), SIGNER)

    assert offline_verifier.checkpoint_of(note, [offline_verifier.key_of(KEY)]) is None


def test_a_proof_shows_what_it_proves(proofs, tmp_path):
    _, transfer, _ = proofs
    said = verdict(written(tmp_path, transfer)).stdout

    assert said.startswith("✔ 第 3 叶")
    assert transfer[0]["leaf"]["transfer"] in said


# ---- a head that was kept, beside a proof


def kept(folder, world, size, root):
    file = folder / "kept"
    file.write_text(signed(Checkpoint(world.log.origin, size, root).text(), SIGNER), encoding="utf-8")
    return "--head", str(file)


def test_growth_from_the_head_that_was_kept_is_accepted(proofs, sealed, tmp_path):
    _, _, growth = proofs
    root = bytes.fromhex(growth[0]["old"]["root"])

    assert verdict(written(tmp_path, growth), *kept(tmp_path, sealed, 5, root)).returncode == 0


def test_growth_from_another_head_than_the_one_that_was_kept_is_found(proofs, sealed, tmp_path):
    _, _, growth = proofs
    said = verdict(written(tmp_path, growth), *kept(tmp_path, sealed, 5, bytes(32)))

    assert (said.returncode, "留存的检查点" in said.stdout) == (1, True)


def test_a_kept_head_that_a_proof_does_not_reach_is_told(proofs, sealed, tmp_path):
    for lines in proofs[1:]:
        said = verdict(written(tmp_path, lines), *kept(tmp_path, sealed, 4, bytes(32)))
        assert (said.returncode, "留存的检查点" in said.stdout) == (1, True)
