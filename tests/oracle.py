"""What is true of a bank after whatever a test did to it."""

from timebank.services.desk import Bank
from timebank.services.redeciding import (
    caps_hold,
    exchanges_come_out_again,
    reversals_come_out_again,
    settlements_come_out_again,
)
from timebank.services.replaying import ALL_DAYS, replay
from timebank.services.verification import verify


def assert_all_is_well(bank: Bank) -> None:
    """Assert that after whatever tests did every law of the ledger holds, and the past comes out again."""
    for code in bank.cities:
        assert [result.plain() for result in verify(bank, code) if not result.ok] == []
    assert_the_past_comes_out_again(bank)


def assert_the_past_comes_out_again(bank: Bank) -> None:
    """Assert that whatever a test did can be decided again from what was stored."""
    with bank.snapshot() as connection:
        for city in bank.cities.values():
            again = [
                *settlements_come_out_again(connection, city),
                *exchanges_come_out_again(connection, city),
                *reversals_come_out_again(connection, city),
            ]
            assert [*again, *caps_hold(connection, city)] == []
            assert replay(connection, city, ALL_DAYS).differences == []
