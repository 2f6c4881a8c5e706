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
