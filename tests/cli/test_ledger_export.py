"""Exporting the ledger from the terminal."""

from beancount import loader


def test_a_ledger_is_exported_into_a_file_that_beancount_reads(house, tmp_path):
    assert house.call("demo", "--database", house.url).code == 0
    file = tmp_path / "yunzhou.beancount"

    chinese = house.call("ledger", "export", "yunzhou", "--format", "beancount", "--output", str(file))
    _, errors, _ = loader.load_file(str(file))
    in_json = house.call(
        "ledger", "export", "yunzhou", "--format", "csv", "--output", str(tmp_path / "c.csv"), "--json"
    )

    assert (chinese.code, errors) == (0, [])
    assert "笔转账写入" in chinese.out
    assert in_json.json["transfers"] > 0
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "c.csv",
        "yunzhou.beancount",
    ]


def test_without_a_file_the_ledger_goes_to_standard_output_alone(house):
    assert house.call("demo", "--database", house.url).code == 0

    said = house.call("ledger", "export", "yunzhou", "--format", "csv")

    assert said.out.splitlines()[0].startswith("transfer,line,day,kind")
    assert len(said.out.splitlines()) > 3


def test_a_place_that_cannot_be_written_is_told(house, tmp_path):
    said = house.call(
        "ledger", "export", "yunzhou", "--format", "csv", "--output", str(tmp_path / "none" / "ledger.csv")
    )

    assert said.code == 1
    assert "不能写入" in said.err


def test_json_needs_a_file(house):
    said = house.call("ledger", "export", "yunzhou", "--format", "csv", "--json")

    assert said.code == 1
    assert "--output" in said.json["error"]["zh"]
