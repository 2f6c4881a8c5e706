"""Identifiers are made by the engine, sort by time, and never repeat."""

import uuid

from timebank.domain.identity import derived_id, new_id


def test_later_identifiers_sort_after_earlier_ones() -> None:
    made = [new_id() for _ in range(2000)]

    assert made == sorted(made)


def test_identifiers_never_repeat() -> None:
    made = [new_id() for _ in range(2000)]

    assert len(set(made)) == len(made)


def test_an_identifier_is_a_uuid_of_version_7() -> None:
    assert uuid.UUID(new_id()).version == 7


def test_the_same_parts_always_give_the_same_identifier() -> None:
    assert derived_id("settle", "a") == derived_id("settle", "a")


def test_parts_are_kept_apart() -> None:
    assert derived_id("ab", "c") != derived_id("a", "bc")
