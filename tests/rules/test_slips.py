"""Slips at random: reported on their line or harmless, and the check neither fails nor passes what is wrong."""

import pytest

from bench.rules.agreeing import compare_shapes, texts_of_planted, texts_of_slips
from bench.rules.batches import in_batches
from bench.rules.largest import largest_texts
from bench.rules.places import entries_of
from bench.rules.seeded import run_seeded
from bench.rules.shipped import shipped_files
from bench.rules.slips import slips
from bench.rules.stock import data_of, has_the_shape, meant
from bench.rules.verdict import Verdict, judge_many
from bench.rules.wild import MOST_BYTES, how, try_edits
from tests.rules.test_planted_faults import SAMPLE

once = pytest.mark.only_on("sqlite", reason="no database is asked")
PARTS = range(4)


def well_told(judged):
    """Return the share of what can be known from the file that is reported on its line or harmless."""
    knowable = [one for one in judged if one.verdict is not Verdict.ANOTHER_RULE]
    missed = [str(one) for one in knowable if one.verdict in (Verdict.ELSEWHERE, Verdict.WRONG)]
    assert [one for one in missed if one.startswith("WRONG")] == []
    return 1 - len(missed) / len(knowable)


@pytest.mark.parametrize("file", shipped_files(), ids=str)
def test_the_second_opinion_finds_the_shipped_files_right(file):
    assert has_the_shape(file.city, data_of(file.text))


def test_the_second_opinion_sees_another_rule_and_no_other_wording():
    file = shipped_files()[0]
    worded, changed = (
        file.text.replace("年满18周岁", "满18岁", 1),
        file.text.replace("{from: 18}", "{from: 19}", 1),
    )

    assert meant(data_of(worded)) == meant(data_of(file.text))
    assert meant(data_of(changed)) != meant(data_of(file.text))


def test_a_slip_changes_only_what_lies_on_its_lines():
    for slip in slips("lines", 200):
        if slip.kind.startswith(("错一个字符", "两个字符颠倒", "中文标点", "抄错邻项")):
            before, after = slip.file.text.split("\n"), slip.text.split("\n")
            assert [n for n, pair in enumerate(zip(before, after, strict=True), 1) if len(set(pair)) > 1] == [
                *slip.lines
            ]


def test_places_are_where_the_text_has_them():
    text = "# x\na: 1\nb:\n  c: {d: [e, 二]}\n"
    found = {entry.path: text[slice(*entry.value)] for entry in entries_of(text)}

    assert found == {
        "a": "1",
        "b": "c: {d: [e, 二]}",
        "b.c": "{d: [e, 二]}",
        "b.c.d": "[e, 二]",
        "b.c.d.0": "e",
        "b.c.d.1": "二",
    }


def test_a_hundred_slips_and_more_are_reported_on_their_line_or_harmless():
    assert well_told(judge_many("a few", 120)) >= 0.97


def test_a_hundred_edits_without_sense_are_stood():
    failed, _, _ = try_edits("a few", 100)

    assert list(map(str, failed)) == []


def test_check_jsonschema_agrees_about_the_shape_of_a_sample():
    shapes = compare_shapes(texts_of_planted(run_seeded(1, most=1, kinds=SAMPLE[:25])))

    assert [str(shape) for shape in shapes if not shape.agree] == []
    assert any(shape.ours for shape in shapes)


@pytest.mark.slow
@once
@pytest.mark.parametrize(("what", "file", "text"), [pytest.param(*one, id=one[0]) for one in largest_texts()])
def test_no_file_of_the_greatest_size_is_slow_to_check(what, file, text):
    assert how(file, text.encode()) == "", what


@pytest.mark.slow
@once
def test_ten_thousand_slips_are_reported_on_their_line_or_harmless():
    assert (
        well_told([one for batch in in_batches(judge_many, "ten thousand", 10_000) for one in batch]) >= 0.97
    )


@pytest.mark.slow
@once
@pytest.mark.parametrize("part", PARTS)
def test_twenty_thousand_edits_without_sense_are_stood_quickly_and_in_little_memory(part):
    results = list(in_batches(try_edits, f"twenty thousand/{part}", 20_000 // len(PARTS), jobs=1))

    assert [str(one) for failed, _, _ in results for one in failed] == []
    assert max(memory for _, memory, _ in results) <= MOST_BYTES


@pytest.mark.slow
@once
def test_check_jsonschema_agrees_about_every_planted_fault_and_a_thousand_slips():
    texts = texts_of_planted(run_seeded(1, most=2)) + texts_of_slips(judge_many("shapes", 1000))

    assert [str(shape) for shape in compare_shapes(texts) if not shape.agree] == []
