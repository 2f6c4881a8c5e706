"""Do the cases of each city guard its rules: is nearly every value, moved one step, noticed by one of them?"""

import pytest

from tests.cities.told import CONFIGS
from timebank.bank.rule_desk import every_desk
from timebank.bank.settings import read_settings
from timebank.stories import share_noticed, try_rules

ENOUGH = 0.95
CONFIG = CONFIGS[0]
CITIES = tuple(read_settings(CONFIG).cities)


@pytest.mark.slow
@pytest.mark.only_on(
    "sqlite", reason="the cases are played in a throw-away SQLite database, whatever the bank's is"
)
@pytest.mark.parametrize("city", CITIES)
def test_the_cases_of_a_city_notice_nearly_every_notch(city):
    (desk,) = (desk for desk in every_desk(CONFIG) if desk.city == city)

    tried = try_rules(desk, notched=True)

    unnoticed = [f"{n.file} {m.move.dotted} {m.move.words.en}" for n in tried.notches for m in n.unnoticed]
    assert tried.passed
    assert share_noticed(tried.notches) >= ENOUGH, "\n".join(unnoticed)
