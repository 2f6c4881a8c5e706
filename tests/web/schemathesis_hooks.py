"""What schemathesis is told about our contract: days near the present, and an operation id of its own for each case."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import schemathesis
from hypothesis import strategies

NOW = datetime.now(UTC).replace(microsecond=0)
NEAR = [NOW + timedelta(days=days, hours=hours) for days in (-400, 0, 1, 2, 3, 30) for hours in (-2, 0, 2)]
NEARLY_ALWAYS = 15


def mostly_near(far: strategies.SearchStrategy[Any], near: list[Any]) -> strategies.SearchStrategy[str]:
    """Return texts of values near the present, and now and then of any that there are."""
    often = strategies.integers(0, NEARLY_ALWAYS)
    return often.flatmap(lambda dice: strategies.sampled_from(near) if dice else far).map(
        lambda one: one.isoformat()
    )


schemathesis.openapi.format(
    "date-time", mostly_near(strategies.datetimes(timezones=strategies.just(UTC)), NEAR)
)
schemathesis.openapi.format("date", mostly_near(strategies.dates(), [one.date() for one in NEAR]))


@schemathesis.hook
def map_headers(context: Any, headers: dict[str, Any] | None) -> dict[str, Any] | None:
    """Put a new operation id in place of a good one: else most commands would be conflicts with earlier ones."""
    if headers and re.fullmatch("[!-~]{1,64}", str(headers.get("Idempotency-Key", ""))):
        return {**headers, "Idempotency-Key": uuid.uuid4().hex}
    return headers
