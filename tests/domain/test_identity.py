"""Identifiers are made by the engine, sort by time, and never repeat."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from timebank.domain.identity import _DERIVED, dashed, derived_id, new_id


def test_later_identifiers_sort_after_earlier_ones() -> None:
    made = [new_id() for _ in range(2000)]

    assert made == sorted(made)


@pytest.mark.usefixtures("own_ticks")
@pytest.mark.parametrize(
    "step", [timedelta(seconds=1), timedelta(hours=1), timedelta(days=1), timedelta(days=3653)]
)
def test_identifiers_keep_their_order_when_the_clock_is_set_back(step: timedelta) -> None:
    start = datetime.now(UTC) + timedelta(days=1)
    with time_machine.travel(start, tick=False) as travel:
        before = new_id()
        travel.move_to(start - step)
        after = [new_id() for _ in range(5)]

    assert [before, *after] == sorted([before, *after])


def test_identifiers_never_repeat() -> None:
    made = [new_id() for _ in range(2000)]

    assert len(set(made)) == len(made)


def test_an_identifier_is_a_uuid_of_version_7() -> None:
    assert uuid.UUID(new_id()).version == 7


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_a_derived_identifier_is_a_uuid_of_version_5(parts: list[str]) -> None:
    assert derived_id(*parts) == str(uuid.uuid5(_DERIVED, "\x1f".join(parts)))


@given(st.uuids())
def test_an_identifier_is_written_as_uuids_are(any_id: uuid.UUID) -> None:
    assert dashed(any_id.hex) == str(any_id)


def test_the_same_parts_always_give_the_same_identifier() -> None:
    assert derived_id("settle", "a") == derived_id("settle", "a")


def test_parts_are_kept_apart() -> None:
    assert derived_id("ab", "c") != derived_id("a", "bc")
