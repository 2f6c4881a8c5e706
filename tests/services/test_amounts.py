"""Minutes are told in the units of the city, exactly, and in English as many as there are."""

from datetime import date

import pytest

from tests.banks import FIXTURES, YUNZHOU
from timebank.rules import load_rule_book
from timebank.services.amounts import in_units


@pytest.fixture(scope="module")
def rules():
    return load_rule_book(FIXTURES / YUNZHOU).on(date(2026, 3, 2)).reading(date(2026, 3, 2))


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (60, "1 时间币", "1 time coin"),
        (120, "2 时间币", "2 time coins"),
        (90, "1.5 时间币", "1.5 time coins"),
        (0, "0 时间币", "0 time coins"),
        (1, "1/60 时间币", "1/60 time coins"),
    ],
)
def test_an_amount_is_exact_and_only_one_is_singular(rules, minutes, zh, en):
    said = in_units(minutes, "coin", rules)

    assert (said.zh, said.en) == (zh, en)
