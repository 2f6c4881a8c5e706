"""Names of persons in publishing: two that look alike never make two persons."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.domain.refusal import WrongUse
from timebank.services.publishing.persons import check_person, same_person

WANG = "王芳"
UNSEEN = {
    "Hangul filler": "\u3164",
    "braille blank": "\u2800",
    "Hangul choseong filler": "\u115f",
    "Hangul jungseong filler": "\u1160",
    "half-width Hangul filler": "\uffa0",
    "zero width space": "\u200b",
    "zero width joiner": "\u200d",
    "word joiner": "\u2060",
    "byte-order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "grapheme joiner": "\u034f",
    "variation selector": "\ufe0f",
    "ideographic variation": "\U000e0101",
    "Mongolian variation": "\u180b",
    "tag": "\U000e0061",
    "right-to-left": "\u202e",
    "acute accent": "\u0301",
    "enclosing circle": "\u20dd",
}
ALIKE = ["王 芳", "王\u00a0芳", "王\u3000芳", " 王芳 ", "王·芳", "王芳.", "王芳-"]


@pytest.mark.parametrize("letter", UNSEEN.values(), ids=UNSEEN)
@pytest.mark.parametrize("form", ["王芳%s", "%s王芳", "王%s芳", "%s"])
def test_a_name_with_an_unseen_letter_in_it_is_no_name(letter, form):
    with pytest.raises(WrongUse, match="看不见的字符"):
        check_person(form % letter)


@pytest.mark.parametrize("name", ALIKE, ids=ascii)
def test_spaces_and_marks_between_make_no_second_person(name):
    check_person(name)

    assert same_person(name, WANG)


@pytest.mark.parametrize(
    ("one", "other"),
    [("李⼒", "李力"), ("Ｗａｎｇ", "wang"), ("José", "Jose\u0301"), ("ｶﾅ", "カナ"), ("王芳２", "王芳2")],
)
def test_other_forms_of_the_same_letters_make_no_second_person(one, other):
    assert same_person(one, other)


@pytest.mark.parametrize(
    "name",
    ["王芳", "阿卜杜拉·买买提", "O'Brien", "Nguyễn Văn A", "བསྟན་འཛིན"[:2], "〇一", "王芳2"],
)
def test_names_that_people_have_are_names(name):
    check_person(name)


@pytest.mark.parametrize(
    "name",
    ["·", "- -", "☎", "王芳😀", "王\t芳", "王芳\n", "--as", "<b>", "Li (East)", "陈晨（发布）", "王芳，李明"],
)
def test_what_has_no_letters_or_holds_symbols_is_no_name(name):
    if name == "--as":
        assert not same_person(name, WANG)
        return
    with pytest.raises(WrongUse):
        check_person(name)


@given(st.text(min_size=1, max_size=8), st.integers(0, 2))
def test_whatever_is_put_into_a_name_it_is_refused_or_another_name_or_the_same_to_the_eye(put, place):
    name = WANG[:place] + put + WANG[place:]
    try:
        check_person(name)
    except WrongUse:
        return
    added = [one for one in unicodedata.normalize("NFKC", put) if one.isalnum() or unicodedata.combining(one)]
    assert same_person(name, WANG) or added
