"""Every message about a rule file says, word by word and in its place, what was agreed on.

After a deliberate change: `python -m tests.rules.message_examples`, and read the difference.
"""

import pytest

from tests.rules.message_examples import recorded, said_for
from timebank.rules.messages import MESSAGES
from timebank.rules.publishing_messages import PUBLISHING

RECORDED = recorded()


def test_every_message_has_an_example_and_no_example_has_lost_its_message():
    assert list(RECORDED) == [code for code in MESSAGES if code not in PUBLISHING]


@pytest.mark.parametrize("code", RECORDED)
def test_a_message_says_what_was_agreed_on(code):
    assert said_for(code, RECORDED[code].by) == RECORDED[code]
