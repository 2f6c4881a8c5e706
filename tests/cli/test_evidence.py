"""Sealing, verifying, proving and witnessing from the terminal, as the bank and an outsider do it."""

import json

import pytest
from sqlalchemy import text

from tests.cli.calling import call
from timebank.evidence import offline_verifier
from timebank.storage.engine import open_engine


@pytest.fixture
def keyed(house):
    """A house with a story played in it, a key, and a configuration that names both."""
    said = house.call(
        "evidence", "key", str(house.folder / "evidence.key"), "--name", "bank.example.org", "--json"
    )
    house.public = said.json["public"]
    names = "  name: bank.example.org\n  folder: checkpoints\n  key: evidence.key\n"
    block = f"evidence:\n{names}  keys:\n    - {house.public}\n"
    house.config.write_text(house.config.read_text(encoding="utf-8") + block, encoding="utf-8")
    (house.config.parent / "checkpoints" / "yunzhou").mkdir(parents=True)
    assert house.call("demo", "--database", house.url).code == 0
    return house


@pytest.fixture
def sealed(keyed):
    assert keyed.call("evidence", "seal").code == 0
    return keyed


def test_a_ledger_is_sealed_and_verified(keyed):
    sealed, again = keyed.call("evidence", "seal"), keyed.call("evidence", "seal", language="en")
    verified = keyed.call("evidence", "verify")

    assert (sealed.code, again.code, verified.code) == (0, 0, 0)
    assert "新封存" in sealed.out
    assert "0 transfers sealed" in again.out
    assert "0 处不符" in verified.out


def test_what_is_due_at_night_is_sealed_too(keyed):
    said = keyed.call("settle")
    verified = keyed.call("evidence", "verify", "--json").json["yunzhou"]

    assert said.code == 0
    assert "新封存" in said.out
    assert (verified["unsealed"], verified["fault_count"]) == (0, 0)
    assert verified["size"] > 0


def test_an_edit_behind_the_banks_back_is_told_and_named(sealed):
    engine = open_engine(sealed.url)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER postings_no_update"))
        connection.execute(text("UPDATE postings SET minutes = minutes + 60 WHERE line = 1"))
    engine.dispose()
    said, told = (
        sealed.call("evidence", "verify"),
        sealed.call("evidence", "verify", "--json").json["yunzhou"],
    )

    assert said.code == 1
    assert "✘ 第 0 叶" in said.all
    assert (told["faults"][0]["leaf"], told["faults"][0]["code"]) == (0, "books")


def test_an_outsider_verifies_an_export_alone(sealed, tmp_path, capsys):
    file = tmp_path / "export.jsonl"

    assert sealed.call("evidence", "export", "yunzhou", str(file)).code == 0
    assert offline_verifier.main([str(file), "--key", sealed.public]) == 0
    assert "0 处不符" in capsys.readouterr().out
    file.write_text(
        "".join(file.read_text(encoding="utf-8").splitlines(keepends=True)[:-2]), encoding="utf-8"
    )
    assert offline_verifier.main([str(file), "--key", sealed.public]) == 1
    file.write_text("no export", encoding="utf-8")
    assert offline_verifier.main([str(file), "--key", sealed.public]) == 2


def test_an_export_is_for_its_owner_alone_and_never_overwrites(sealed, tmp_path):
    file = tmp_path / "export.jsonl"
    assert sealed.call("evidence", "export", "yunzhou", str(file)).code == 0
    before = file.read_bytes()
    again = sealed.call("evidence", "export", "yunzhou", str(file))

    assert file.stat().st_mode & 0o077 == 0
    assert (again.code, file.read_bytes()) == (1, before)
    assert "从不覆盖" in again.all


def test_one_transfer_is_proved_and_erased(sealed, tmp_path):
    engine = open_engine(sealed.url)
    with engine.begin() as connection:
        found = str(
            connection.execute(text("SELECT transfer_id FROM leaves WHERE leaf_index = 0")).scalar_one()
        )
    engine.dispose()
    dashed = (
        found if "-" in found else "-".join((found[:8], found[8:12], found[12:16], found[16:20], found[20:]))
    )
    proof = tmp_path / "proof.json"
    proof.write_text(sealed.call("evidence", "prove", "yunzhou", "--transfer", dashed).out, encoding="utf-8")

    assert offline_verifier.main([str(proof), "--key", sealed.public]) == 0
    assert sealed.call("evidence", "erase", "yunzhou", dashed).code == 0
    assert "已抹除 1" in sealed.call("evidence", "verify").out


def test_a_witness_needs_no_bank(sealed, tmp_path):
    key, state, proof = tmp_path / "audit.key", tmp_path / "state.json", tmp_path / "growth.json"
    made = call("evidence", "key", str(key), "--name", "audit.example.org", "--witness", "--json").json
    proof.write_text(sealed.call("evidence", "prove", "yunzhou", "--from", "0").out, encoding="utf-8")
    asked = (
        "evidence",
        "witness",
        str(proof),
        "--state",
        str(state),
        "--key",
        str(key),
        "--log-key",
        sealed.public,
    )
    first = call(*asked)
    head = tmp_path / "head"
    head.write_text(json.loads(state.read_text(encoding="utf-8"))["note"], encoding="utf-8")

    assert first.code == 0
    assert "第一次见证" in first.out
    assert "— audit.example.org" in first.out
    assert call(*asked).code == 1, "the next proof begins where the last one ended"
    export = tmp_path / "export.jsonl"
    sealed.call("evidence", "export", "yunzhou", str(export))
    keys = ("--key", sealed.public, "--key", made["public"])
    assert offline_verifier.main([str(export), *keys, "--head", str(head)]) == 0


@pytest.mark.parametrize(
    "spoilt", [{"size": "1"}, {"root": "00"}, {"root": "x"}, {"note": None}, {"more": 1}]
)
def test_a_witness_does_not_go_on_from_a_spoilt_state_file(sealed, tmp_path, spoilt):
    key, state, proof = tmp_path / "audit.key", tmp_path / "state.json", tmp_path / "growth.json"
    call("evidence", "key", str(key), "--name", "audit.example.org", "--witness")
    proof.write_text(sealed.call("evidence", "prove", "yunzhou", "--from", "0").out, encoding="utf-8")
    right = {"origin": "bank.example.org/yunzhou", "size": 0, "root": "00" * 32, "note": ""}
    state.write_text(json.dumps(right | spoilt), encoding="utf-8")
    files = ("--state", str(state), "--key", str(key), "--log-key", sealed.public)
    said = call("evidence", "witness", str(proof), *files)

    assert said.code == 1
    assert "读不懂" in said.all


@pytest.mark.parametrize(
    "content",
    ["[" * 100_000, '{"checkpoint": "", "path": [], "old": {"size": Infinity}}', "[]", '{"checkpoint": 1}'],
    ids=["deep", "endless", "list", "number"],
)
def test_what_is_no_proof_is_told_and_nothing_is_witnessed(sealed, tmp_path, content):
    key, state, proof = tmp_path / "audit.key", tmp_path / "state.json", tmp_path / "growth.json"
    call("evidence", "key", str(key), "--name", "audit.example.org", "--witness")
    proof.write_text(content, encoding="utf-8")
    files = ("--state", str(state), "--key", str(key), "--log-key", sealed.public)
    said = call("evidence", "witness", str(proof), *files)

    assert (said.code, state.exists()) == (1, False)
    assert "读不懂" in said.all or "不是增长的证明" in said.all


def test_a_state_file_nested_too_deep_is_told(sealed, tmp_path):
    key, state, proof = tmp_path / "audit.key", tmp_path / "state.json", tmp_path / "growth.json"
    call("evidence", "key", str(key), "--name", "audit.example.org", "--witness")
    proof.write_text(sealed.call("evidence", "prove", "yunzhou", "--from", "0").out, encoding="utf-8")
    state.write_text("[" * 100_000, encoding="utf-8")
    files = ("--state", str(state), "--key", str(key), "--log-key", sealed.public)
    said = call("evidence", "witness", str(proof), *files)

    assert (said.code, "读不懂" in said.all) == (1, True)


@pytest.mark.parametrize("words", [("seal",), ("verify",), ("prove", "yunzhou", "--from", "0")])
def test_without_a_configuration_it_is_said_what_is_missing(house, words):
    said = house.call("evidence", *words)

    assert said.code == 1
    assert "没有 evidence 一节" in said.all


def test_a_proof_is_of_one_thing(sealed):
    said = sealed.call("evidence", "prove", "yunzhou")

    assert said.code == 2
    assert "二者取一" in said.all


def test_a_wrong_key_in_the_configuration_is_told(sealed):
    sealed.edit(sealed.config, sealed.public, sealed.public[:-8] + "AAAAAAA=")

    assert "不是公钥" in sealed.call("evidence", "verify").all
