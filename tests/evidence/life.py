"""A little life: transfers of several kinds, for something to be sealed."""

from tests.scenes import (
    a_confirmed_visit,
    a_member,
    a_volunteer,
    an_elder_with_time,
    donate,
    give,
    redeem,
    reverse,
    settle,
    verified_child,
    with_credit,
)


def live(bank):
    """Let people serve, give, donate, redeem, be granted hours, and have a mistake reversed."""
    child, parent = a_volunteer(bank, "王芳"), a_member(bank, "王奶奶", "1950-01-01")
    verified_child(bank, parent, child)
    with_credit(bank, child, 960)
    give(bank, child, parent, 60)
    donate(bank, child, 30)
    redeem(bank, child, 60)
    elder = an_elder_with_time(bank)
    settle(bank, a_confirmed_visit(bank, recipient=elder))
    wrong = settle(bank, a_confirmed_visit(bank, recipient=elder, start="2026-03-04 09:00"))
    reverse(bank, wrong["transfer_id"])
