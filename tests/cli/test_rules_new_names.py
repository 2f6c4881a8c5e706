"""What a new city may be called: a code and names that its rule file holds as they are, or a sentence says why not."""

import pytest


@pytest.mark.parametrize("code", ["yes", "on", "no", "off", "y", "null", "true", "false", "drafts", "cases"])
def test_a_code_that_reads_as_something_else_is_refused_with_another_to_choose(bare_house, code):
    chinese = bare_house.call("rules", "new", "city", code, "--name", "临江市", "--add")
    english = bare_house.call("rules", "new", "city", code, "--name", "临江市", "--add", language="en")

    assert (chinese.code, english.code) == (2, 2)
    assert f"代号不能叫“{code}”" in chinese.all
    assert f"Choose another, such as {code}_city." in english.all
    assert not (bare_house.folder / code).exists()


@pytest.mark.parametrize("code", ["123", "1a", "a-b", "A", "a.b", "../x", "", "a b"])
def test_a_code_is_small_letters_digits_and_lines(bare_house, code):
    assert bare_house.call("rules", "new", "city", code, "--name", "临江市").code == 2


@pytest.mark.parametrize(
    "name",
    ["临江“市”", '临江"市', "临江: 市", "临江 # 市", "'临江'", "- 临江", "{临江}", "临\n江", "临" * 65, " "],
)
def test_a_name_that_no_rule_file_holds_is_refused_and_nothing_is_written(bare_house, name):
    said = bare_house.call("rules", "new", "city", "linjiang", "--name", name, "--add")

    assert said.code == 2
    assert "不能这样写" in said.all
    assert not (bare_house.folder / "linjiang").exists()


@pytest.mark.parametrize("name", ["Xi'an", "O'Brien-on-Sea (East)", "123", "yes", "null", "临江·东"])
def test_a_name_with_an_apostrophe_or_of_digits_alone_is_written_as_it_is(bare_house, name):
    named = ("--name", name, "--name-en", name, "--add")

    assert bare_house.call("rules", "new", "city", "linjiang", *named).code == 0
    assert bare_house.call("rules", "check", "linjiang").code == 0
    assert bare_house.call("rules", "test", "linjiang").code == 0
