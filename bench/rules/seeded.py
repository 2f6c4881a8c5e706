"""Every kind of fault planted at seeded places: is it reported on its line, by its code, in one message?"""

from dataclasses import dataclass

from bench.rules.kinds import all_kinds
from bench.rules.planting import Planted, planted
from bench.rules.shipped import check
from bench.rules.table import Row, share

SEED = 20261125


@dataclass(frozen=True)
class Told:
    """A planted fault and what the check said of it.

    Attributes:
        fault: what was planted.
        said: every fault reported.
    """

    fault: Planted
    said: tuple

    @property
    def on_line(self):
        """Say whether something is reported on the line where it was planted."""
        return any(said.line == self.fault.line for said in self.said)

    @property
    def by_code(self):
        """Say whether it is named there for what it is."""
        return any(said.line == self.fault.line and self.fault.kind.named_by(said.code) for said in self.said)

    @property
    def in_one(self):
        """Say whether there is one message and no more."""
        return len(self.said) == 1

    def __str__(self):
        told = "; ".join(f"{said.line}:{said.column} {said.code}" for said in self.said[:4])
        return f"{self.fault} {'|'.join(self.fault.kind.code)} -> {told or 'nothing'}"


def tell(fault):
    """Check a file with a planted fault."""
    return Told(fault, check(fault.file, fault.text, name=fault.name, folder=fault.kind.folder or None))


def run_seeded(seed=SEED, most=8, kinds=None):
    """Plant every kind, or those given, and check.

    Args:
        seed: decides the places.
        most: at how many places each kind is planted.
        kinds: which; all unless given.
    """
    return [tell(fault) for kind in kinds or all_kinds() for fault in planted(kind, seed, most)]


def rows_of_seeded(told):
    """Give the table's rows about planted faults."""
    whole = len(told)
    kinds = len({one.fault.kind.name for one in told})
    on_line, by_code, in_one = (
        sum(getattr(one, name) for one in told) for name in ("on_line", "by_code", "in_one")
    )
    return [
        Row(f"种下的错（{kinds} 种）报在那一行 · planted faults reported on their line",
            "100 %", share(on_line, whole), whole, on_line == whole),
        Row("且说得出是什么错 · and named for what they are", "—", share(by_code, whole), whole, None),
        Row("各报一条 · one message each", "≥ 95 %", share(in_one, whole), whole, in_one >= 0.95 * whole),
    ]  # fmt: skip
