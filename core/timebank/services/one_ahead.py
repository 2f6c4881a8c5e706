"""Batch after batch, with the next one made ready while the last one is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Batch = TypeVar("Batch")
Result = TypeVar("Result")


def one_ahead(write: Callable[[Batch], Result], batches: Iterable[Batch]) -> Iterator[Result]:
    """Write the batches one after another, each while the next is made; yield what came of each.

    Args:
        write: opens its own transaction; runs in a thread of its own, never twice at once.
        batches: made in the caller's thread; making one must not need that the one before is written.
    """
    with ThreadPoolExecutor(max_workers=1) as writer:
        at_work: Future[Result] | None = None
        for batch in batches:
            if at_work is not None:
                yield at_work.result()
            at_work = writer.submit(write, batch)
        if at_work is not None:
            yield at_work.result()
