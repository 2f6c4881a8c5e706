"""Faults planted in the cities' own files are reported on their line, for what they are, in one message.

`bench/rules/kinds` tells every kind; `make bench-rules` prints the table.
"""

import random

import pytest

from bench.rules.kinds import all_kinds
from bench.rules.planting import planted
from bench.rules.seeded import run_seeded
from bench.rules.shipped import check, shipped_files

SEED = 7
SAMPLE = random.Random(SEED).sample(all_kinds(), 40)


def missed(told):
    return [str(one) for one in told if not (one.on_line and one.by_code)]


@pytest.mark.parametrize("file", shipped_files(), ids=str)
def test_what_the_faults_are_planted_in_has_none(file):
    assert check(file, file.text) == ()


def test_there_are_more_than_150_kinds():
    assert len(all_kinds()) >= 150


def test_every_kind_has_a_place_and_changes_the_file_or_its_name():
    for kind in all_kinds():
        (fault,) = planted(kind, seed=1, most=1)
        assert (fault.text, fault.name, kind.folder) != (fault.file.text, fault.file.stem, "")
        assert 1 <= fault.line <= fault.text.count("\n") + 1


def test_the_same_seed_plants_the_same_faults():
    kind = all_kinds()[0]

    assert planted(kind, seed=5) == planted(kind, seed=5)
    assert planted(kind, seed=5) != planted(kind, seed=6)


def test_a_sample_of_kinds_is_reported_on_its_line():
    assert missed(run_seeded(SEED, most=1, kinds=SAMPLE)) == []


@pytest.mark.slow
@pytest.mark.only_on("sqlite", reason="no database is asked")
def test_every_kind_is_reported_on_its_line_and_nearly_always_in_one_message():
    told = run_seeded(SEED)

    assert missed(told) == []
    assert sum(one.in_one for one in told) >= 0.95 * len(told)
