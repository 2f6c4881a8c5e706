"""The faults that are planted in the cities' own files: each is one, and has a place."""

import pytest

from bench.rules.kinds import all_kinds
from bench.rules.planting import planted
from bench.rules.shipped import check, shipped_files


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
