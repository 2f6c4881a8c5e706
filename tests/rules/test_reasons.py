"""A reason for what is assumed may be written in both languages, and each reader sees their own."""

from timebank.rules.basis import nearest_basis


def words_of(assumed):
    return nearest_basis({"caps": {"assumed": assumed}}, ("caps",)).words


def test_a_reason_in_both_languages_is_told_in_each():
    words = words_of("额度未公布 · the amount is unpublished")

    assert words.zh == "无明文依据，暂按：额度未公布"
    assert words.en == "assumed: the amount is unpublished"


def test_a_reason_in_one_language_is_told_to_everybody():
    words = words_of("额度未公布")

    assert words.zh.endswith("额度未公布")
    assert words.en == "assumed: 额度未公布"
