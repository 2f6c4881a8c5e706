"""Every message is explained in both languages, and every example really gives its message."""

import re

import pytest

from tests.rules.broken import EXAMPLE, check, edited
from tests.rules.message_examples import example_for, recorded
from timebank.domain.refusal import WrongUse
from timebank.rules import RulesBroken, load_rule_book
from timebank.rules.explained import explain_code, explanations
from timebank.rules.messages import MESSAGES
from timebank.rules.publishing_messages import PUBLISHING

CHINESE, LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{3}")
SECOND = edited(
    ("from: 2026-01-01", "from: 2026-07-01"),
    (
        "review_by",
        "replaces: 2026-01-01\ntransition: {open_orders: finish, source: mb25 第三十条}\nreview_by",
    ),
)
CORRECTION = edited(
    (
        "review_by",
        "corrects: 2026-01-01\nknown_from: 2026-03-01\nreason: {zh: 笔误, en: a slip}\nreview_by",
    )
)
# The file that an example is an edit of, where it is not the city's only one.
LATER = {
    **dict.fromkeys(["V02", "V03", "V04", "V07", "V14"], ("2026-07-01.yaml", SECOND)),
    "V05": ("2026-01-01.c1.yaml", CORRECTION),
}
TOLD = {code: one for code, one in explanations().items() if code in MESSAGES}
EDITS = [code for code, one in TOLD.items() if isinstance(one["wrong"], str)]
LONG = "Y47"
# What stands in the way of publishing is provoked where drafts are published: tests/services/test_publishing.py.
APART = {LONG, *PUBLISHING}
IN_WORDS = [code for code, one in TOLD.items() if not isinstance(one["wrong"], str) and code not in APART]


def test_every_message_is_explained_and_nothing_else_is():
    assert set(explanations()) == set(MESSAGES)


@pytest.mark.parametrize("code", TOLD)
def test_an_explanation_stands_in_both_languages(code):
    found = explain_code(code)

    assert CHINESE.search(found.meaning.zh)
    assert LATIN.search(found.meaning.en)
    assert not CHINESE.search(found.meaning.en)
    assert found.wrong != found.right
    assert "{" not in found.sentence.zh.replace("{zh", "")


@pytest.mark.parametrize("code", [code for code in EDITS if code not in LATER])
def test_the_wrong_example_gives_the_message_and_the_right_one_none(code):
    wrong, right = TOLD[code]["wrong"], TOLD[code]["right"]

    assert check(edited()) == ()
    assert code in {fault.code for fault in check(edited((right, wrong)))}


@pytest.mark.parametrize("code", LATER)
def test_the_wrong_example_of_a_later_version_gives_the_message_and_the_right_one_none(code, tmp_path):
    (name, text), (wrong, right) = LATER[code], (TOLD[code]["wrong"], TOLD[code]["right"])
    folder = tmp_path / "yunzhou"
    folder.mkdir()
    (folder / EXAMPLE.name).write_text(edited(), encoding="utf-8")
    (folder / name).write_text(text, encoding="utf-8")
    assert len(load_rule_book(folder).versions) == 2

    assert right in text
    (folder / name).write_text(text.replace(right, wrong, 1), encoding="utf-8")

    with pytest.raises(RulesBroken) as broken:
        load_rule_book(folder)
    assert code in {fault.code for fault in broken.value.faults}


@pytest.mark.parametrize("code", IN_WORDS)
def test_an_example_told_in_words_is_provoked_from_a_real_file(code):
    assert example_for(code, recorded()).zh


def test_a_file_of_too_many_lines_gives_the_message_that_says_so():
    assert [fault.code for fault in check("a: b\n" * 5001)] == [LONG]


def test_a_code_is_found_however_it_is_typed():
    assert explain_code(" r01 ").code == "R01"
    assert (explain_code("Y7").code, explain_code("r1").code) == ("Y07", "R01")


def test_a_code_that_does_not_exist_names_the_nearest():
    with pytest.raises(WrongUse, match="是不是 R13"):
        explain_code("R131")


def test_what_is_no_code_is_told_where_codes_stand():
    with pytest.raises(WrongUse, match="It stands after the place in each message"):
        explain_code("???")
