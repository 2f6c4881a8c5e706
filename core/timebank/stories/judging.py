"""Whether a story came out as written: balances, holds and states, each field by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from timebank.domain.account import OwnerKind
from timebank.services.amounts import in_units
from timebank.services.facts import facts_of
from timebank.services.honours import honour_reached
from timebank.stories import looking
from timebank.stories.bearing import rules_decided
from timebank.stories.failing import failed
from timebank.stories.story import Difference, Minutes

if TYPE_CHECKING:
    from timebank.stories.stage import Stage

_POSTED, _HELD = 0, 1
_NONE = "none"


def differences(stage: Stage) -> list[Difference]:
    """Return every field that came otherwise than expected, in the order in which they are written."""
    expected = stage.story.expected
    fields = [
        *_minutes(stage, "balances", expected.balances, _POSTED),
        *_minutes(stage, "held", expected.held, _HELD),
        *_states(stage, "orders", "order_id", looking.order_state, expected.orders),
        *_states(stage, "visits", "visit_id", looking.visit_state, expected.visits),
        *_honours(stage, expected.honours),
        *_shown(stage, expected.shown),
    ]
    return [field for field in fields if field.wanted != field.came]


def judge(stage: Stage) -> None:
    """Compare what came with what was expected.

    Raises:
        StoryFailed: names the field that differs, what was expected and what came.
    """
    for found in differences(stage)[:1]:
        line = stage.story.expected.lines.get(found.field, stage.story.line)
        raise failed(stage, line, found.words, found, rules_decided(stage, _owner_in(stage, found.field)))


def _minutes(stage: Stage, part: str, accounts: Minutes, which: int) -> Iterator[Difference]:
    for owner, kinds in accounts.items():
        owner_kind, owner_id = owner_of(stage, owner)
        with stage.bank.reading() as connection:
            found = looking.posted_and_held(connection, stage.story.city, owner_kind, owner_id)
        for kind, units in kinds.items():
            for unit, minutes in units.items():
                came = found.get((kind, unit), (0, 0))[which]
                yield Difference(f"{part}.{owner}.{kind}.{unit}", f"{minutes} min", f"{came} min")


def _states(
    stage: Stage, part: str, key: str, state_of: Callable[..., str | None], states: Mapping[str, str]
) -> Iterator[Difference]:
    for name, wanted in states.items():
        with stage.bank.reading() as connection:
            came = state_of(connection, stage.story.city, stage.cast.answers[name][key])
        yield Difference(f"{part}.{name}", wanted, str(came))


def _honours(stage: Stage, honours: Mapping[str, str]) -> Iterator[Difference]:
    for name, wanted in honours.items():
        today, rules = stage.local_now.date(), stage.rules
        with stage.bank.reading() as connection:
            facts = facts_of(connection, stage.story.city, stage.cast.member_ids[name], today)
        came = honour_reached(rules, facts.served_minutes) or _NONE
        yield Difference(f"honours.{name}", wanted, came)


def _shown(stage: Stage, owners: Mapping[str, Mapping[str, Mapping[str, str]]]) -> Iterator[Difference]:
    for owner, kinds in owners.items():
        with stage.bank.reading() as connection:
            found = looking.posted_and_held(connection, stage.story.city, *owner_of(stage, owner))
        for kind, units in kinds.items():
            for unit, wanted in units.items():
                posted, held = found.get((kind, unit), (0, 0))
                came = in_units(posted - held, unit, stage.rules).zh
                yield Difference(f"shown.{owner}.{kind}.{unit}", wanted, came)


def _owner_in(stage: Stage, field: str) -> str | None:
    """Return whose account a field such as ``balances.wang.savings.hour`` is, or None for another field."""
    part, _, rest = field.partition(".")
    return owner_of(stage, rest.split(".")[0])[1] if part in {"balances", "held"} else None


def owner_of(stage: Stage, name: str) -> tuple[OwnerKind, str]:
    """Return whose accounts a name of the story means: a person's, an organisation's, or the city's own."""
    if name in stage.cast.member_ids:
        return OwnerKind.MEMBER, stage.cast.member_ids[name]
    if name in stage.story.organisations:
        return OwnerKind.ORGANISATION, name
    return OwnerKind.CITY, stage.story.city
