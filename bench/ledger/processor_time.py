"""How much processor time programs have used, as Linux counts it."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def of_tree(root):
    """Return the seconds of processor time of a process and of all that it started, the ended ones included."""
    return sum(_ticks(fields) for fields in _tree(root)) / TICKS


def peak_memory(pid):
    """Return the most memory that a process ever had, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def _tree(root):
    """Give the fields after the name in `stat`, of a process and of everything below it."""
    known = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            text = (folder / "stat").read_text()
        except OSError:  # it has just ended, and its parent now counts its time
            continue
        known[int(folder.name)] = text.rpartition(")")[2].split()
    below = {root}
    grown = True
    while grown:
        children = {pid for pid, fields in known.items() if int(fields[1]) in below}
        grown = not children <= below
        below |= children
    return [known[pid] for pid in below if pid in known]


def _ticks(fields):
    return sum(int(fields[place]) for place in (11, 12, 13, 14))  # own user, system; ended children's
