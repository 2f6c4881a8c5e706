"""Whether a story came out as written: balances, holds and states, each field by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from timebank.domain.account import OwnerKind
from timebank.stories import looking
from timebank.stories.failing import failed
from timebank.stories.story import Minutes

if TYPE_CHECKING:
    from timebank.stories.stage import Stage

_POSTED, _HELD = 0, 1


def judge(stage: Stage) -> None:
    """Compare what came with what was expected.

    Raises:
        StoryFailed: names the one field that differs, what was expected and what came.
    """
    expected = stage.story.expected
    _judge_minutes(stage, "balances", expected.balances, _POSTED)
    _judge_minutes(stage, "held", expected.held, _HELD)
    with stage.bank.reading() as connection:
        for name, state in expected.orders.items():
            order_id = stage.cast.answers[name]["order_id"]
            came = looking.order_state(connection, stage.story.city, order_id)
            _compare(stage, f"orders.{name}", state, str(came))
        for name, state in expected.visits.items():
            visit_id = stage.cast.answers[name]["visit_id"]
            came = looking.visit_state(connection, stage.story.city, visit_id)
            _compare(stage, f"visits.{name}", state, str(came))


def _judge_minutes(stage: Stage, part: str, accounts: Minutes, which: int) -> None:
    for owner, kinds in accounts.items():
        owner_kind, owner_id = owner_of(stage, owner)
        with stage.bank.reading() as connection:
            found = looking.posted_and_held(connection, stage.story.city, owner_kind, owner_id)
        for kind, units in kinds.items():
            for unit, minutes in units.items():
                came = found.get((kind, unit), (0, 0))[which]
                _compare(stage, f"{part}.{owner}.{kind}.{unit}", f"{minutes} min", f"{came} min")


def owner_of(stage: Stage, name: str) -> tuple[OwnerKind, str]:
    """Return whose accounts a name of the story means: a person's, an organisation's, or the city's own."""
    if name in stage.cast.member_ids:
        return OwnerKind.MEMBER, stage.cast.member_ids[name]
    if name in stage.story.organisations:
        return OwnerKind.ORGANISATION, name
    return OwnerKind.CITY, stage.story.city


def _compare(stage: Stage, field: str, wanted: str, came: str) -> None:
    if wanted == came:
        return
    line = stage.story.expected.lines.get(field, stage.story.line)
    raise failed(
        stage, line, f"{field} 应为 {wanted}，实得 {came}。", f"{field}: expected {wanted}, got {came}."
    )
