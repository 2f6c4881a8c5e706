"""How much is tried: enough to say something in CI, far more in a soak. Every size stands here and nowhere else.

A soak's sizes are such that two cores come once through all of it, on both databases, in some three hours (the limits
alone, at 300 rounds, take an hour and more); an hour comes to a part, and a longer soak begins again with new seeds.

`TIMEBANK_TORTURE=soak` chooses the soak's sizes. `TIMEBANK_SEED` chooses what is drawn: CI draws the same at
every run, a soak something new, and says what it drew with, so that a fault can be played again.
"""

import os
import secrets
from dataclasses import dataclass

CHOICE = "TIMEBANK_TORTURE"
SEED = "TIMEBANK_SEED"
CI_SEED = 20260301


@dataclass(frozen=True)
class Sizes:
    """The sizes of one run.

    Attributes:
        seed: what every random choice is drawn with.
        clients: how many work on one bank at the same time.
        processes: over how many processes they are spread.
        hot_accounts: members whom everybody wants at once.
        cold_accounts: members whom hardly anybody wants.
        operations: acknowledged operations without which the bank test says nothing.
        reads: snapshots of the whole bank without which it says nothing.
        patience: seconds after which the bank test stops, whatever it has reached.
        claimants: how many claim the same thing at the same moment, one number after the other, again and again.
        rounds: how often each rule is raced for, over all numbers of claimants.
        twins: how many send the same operation at once.
        runs: stories drawn at random and told to the bank and the model.
        steps: the longest story.
        crash_clients: how many send operations while programs are killed.
        crash_visits: visits that wait to be settled meanwhile.
        acked: acknowledged operations without which a crash test says nothing.
        kills: kills without which it says nothing.
        crash_patience: seconds after which it stops, whatever it has reached.
        back_within: seconds within which whatever was killed must serve again; CI's machines may be busy.
        failing_writes: at the n-th write of a file for n up to this, the disk fails.
        failing_flushes: at the n-th flush likewise.
    """

    seed: int
    clients: int
    processes: int
    hot_accounts: int
    cold_accounts: int
    operations: int
    reads: int
    patience: int
    claimants: tuple[int, ...]
    rounds: int
    twins: int
    runs: int
    steps: int
    crash_clients: int
    crash_visits: int
    acked: int
    kills: int
    crash_patience: int
    back_within: int
    failing_writes: int
    failing_flushes: int


def soaking() -> bool:
    """Say whether this run is a soak."""
    choice = os.environ.get(CHOICE, "ci")
    if choice not in {"ci", "soak"}:
        raise ValueError(f"{CHOICE} is ci or soak, not {choice!r}")
    return choice == "soak"


def _seed() -> int:
    given = os.environ.get(SEED)
    return int(given) if given else secrets.randbelow(2**32) if soaking() else CI_SEED


CI = {
    "clients": 16,
    "processes": 4,
    "hot_accounts": 8,
    "cold_accounts": 200,
    "operations": 3_000,
    "reads": 500,
    "patience": 300,
    "claimants": (8, 8, 16, 8, 8, 16, 8, 8, 16, 64),
    "rounds": 30,
    "twins": 50,
    "runs": 40,
    "steps": 50,
    "crash_clients": 32,
    "crash_visits": 2_000,
    "acked": 5_000,
    "kills": 20,
    "crash_patience": 240,
    "back_within": 60,
    "failing_writes": 40,
    "failing_flushes": 20,
}
SOAK = {
    "clients": 48,
    "processes": 8,
    "hot_accounts": 8,
    "cold_accounts": 1_000,
    "operations": 10_000,
    "reads": 5_000,
    "patience": 3_600,
    "claimants": (8, 16, 32, 8, 16, 64),
    "rounds": 300,
    "twins": 50,
    "runs": 300,
    "steps": 50,
    "crash_clients": 32,
    "crash_visits": 5_000,
    "acked": 10_000,
    "kills": 40,
    "crash_patience": 1_800,
    "back_within": 30,
    "failing_writes": 200,
    "failing_flushes": 100,
}

SIZES = Sizes(seed=_seed(), **(SOAK if soaking() else CI))
