"""Slips of people who edit a rule file, drawn anew from a seed."""

import random

from bench.rules.line_slips import LINES
from bench.rules.shipped import shipped_files
from bench.rules.typed_slips import TYPED

SLIPS = TYPED | LINES  # of each: how often, beside the others, and how it is drawn


def slips(seed, many):
    """Return slips drawn from a seed; each is another text than the shipped one."""
    drawn = random.Random(seed)
    found = []
    while len(found) < many:
        file = drawn.choice(shipped_files())
        kind = drawn.choices(list(SLIPS), [weight for weight, _ in SLIPS.values()])[0]
        slip = SLIPS[kind][1](drawn, kind, file)
        if slip is not None and slip.text != file.text:
            found.append(slip)
    return found
