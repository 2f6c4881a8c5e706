"""Work cut into batches, each with its own seed, over processes that are started afresh."""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

A_BATCH = 500


def in_batches(work, seed, many, jobs=None):
    """Yield ``work(seed of the batch, how many)`` of every batch, until so many are done.

    Args:
        work: a function of a module.
        seed: the first batch's; each next one has the next.
        many: how many pieces in all.
        jobs: how many processes; one for each processor unless given.
    """
    sizes = [min(A_BATCH, many - done) for done in range(0, many, A_BATCH)]
    seeds = [f"{seed}/{place}" for place in range(len(sizes))]
    with ProcessPoolExecutor(jobs or os.cpu_count(), mp_context=get_context("spawn")) as pool:
        yield from pool.map(work, seeds, sizes)
