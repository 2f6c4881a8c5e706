"""The planted faults of `make teeth` keep fitting the code: each patch applies, and its test is there."""

import pytest

from tests.house.source import ROOT
from tests.teeth.faults import FAULTS, FOLDER
from tests.teeth.planting import misfits
from timebank.services.verification_names import NAMES


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_still_applies(fault):
    assert misfits(fault.patch, ROOT) == [], f"the code has moved on: make {fault.patch.name} anew for it"


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_test_that_catches_a_fault_is_there(fault):
    file, _, name = fault.test.partition("::")

    assert f"def {name.partition('[')[0]}(" in (ROOT / file).read_text(encoding="utf-8")


def test_every_patch_is_listed_once():
    assert sorted(fault.patch.name for fault in FAULTS) == sorted(
        file.name for file in FOLDER.glob("*.patch")
    )


def test_the_readme_counts_checks_and_planted_faults_as_they_are():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert (f"{len(NAMES)} 项" in readme, f"{len(NAMES)} checks" in readme) == (True, True)
    assert (f"种下 {len(FAULTS)} 处" in readme, f"plants {len(FAULTS)} faults" in readme) == (True, True)
