"""What a check says beside the faults of the files: a review that is due."""

from datetime import date

import pytest

from tests.bank.test_rule_desk import FOLLOWING, config, drafted  # noqa: F401 - a fixture
from tests.banks import FIXTURES
from timebank.bank.rule_checking import checked
from timebank.bank.rule_desk import RuleDesk, desk_of

LAST_DAY = date(2098, 12, 31)


def test_rules_that_were_to_be_reviewed_by_a_day_that_is_over_are_reminded_of():
    desk = RuleDesk("yunzhou", FIXTURES / "yunzhou")

    (reminder,) = checked(desk, date(2099, 1, 1)).faults

    assert (reminder.code, reminder.severity, reminder.path) == ("V17", "warning", "review_by")
    assert "2098-12-31" in reminder.zh


@pytest.mark.parametrize("today", [date(2026, 3, 1), LAST_DAY])
def test_until_that_day_is_over_nobody_is_reminded(today):
    assert checked(RuleDesk("yunzhou", FIXTURES / "yunzhou"), today).faults == ()


def test_rules_that_a_later_version_follows_need_no_review(config):  # noqa: F811
    draft = drafted(config, FOLLOWING, ("review_by: 2098-12-31\n", ""))
    draft.rename(config / "yunzhou" / draft.name)

    assert checked(desk_of("yunzhou", config / "timebank.yaml"), date(2099, 1, 1)).faults == ()


@pytest.mark.parametrize(
    "name", ["2027-1-1.yaml", "2027-01-01 - 副本.yaml", "2027-01-01.yml", "2027-01-01.YAML", "草案.yaml"]
)
def test_a_file_that_nothing_reads_is_named_in_its_city_and_refused_by_itself(config, name):  # noqa: F811
    draft = drafted(config, FOLLOWING)
    stray = draft.rename(config / "yunzhou" / name)

    (warning,) = checked(RuleDesk("yunzhou", config / "yunzhou"), LAST_DAY).faults
    (fault,) = checked(desk_of(str(stray), config / "timebank.yaml"), LAST_DAY).faults

    assert (warning.code, warning.severity, warning.file) == ("V19", "warning", str(stray))
    assert (fault.code, fault.severity, fault.path) == ("V18", "error", "effective.from")
    assert fault.hint == draft.name


def test_a_correction_that_nothing_reads_is_told_the_name_of_one(config):  # noqa: F811
    begins = "corrects: 2026-01-01\nknown_from: 2026-03-01\nreason: {zh: 笔误, en: a slip}\nreview_by"
    draft = drafted(config, ("review_by", begins))

    (fault,) = checked(
        RuleDesk("yunzhou", config / "yunzhou", draft.rename(draft.with_name("改.yaml")))
    ).faults

    assert (fault.code, fault.hint) == ("V18", "2027-01-01.c1.yaml")
