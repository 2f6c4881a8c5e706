"""Applying a patch by its words alone: wherever they stand now, as long as they stand there once."""

from dataclasses import dataclass
from pathlib import Path


@dataclass
class Hunk:
    """One place that a patch changes: the words that stand there, and those that come instead."""

    file: str
    old: str = ""
    new: str = ""


def hunks(patch: Path) -> list[Hunk]:
    """Read a unified diff."""
    found: list[Hunk] = []
    file = ""
    for line in patch.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.startswith("+++ b/"):
            file = line.removeprefix("+++ b/").strip()
        elif line.startswith("@@"):
            found.append(Hunk(file))
        elif not line.startswith("--- "):
            found[-1].old += line[1:] if line[0] != "+" else ""
            found[-1].new += line[1:] if line[0] != "-" else ""
    return found


def misfits(patch: Path, project: Path) -> list[str]:
    """Return the places of a patch that no longer stand in the project exactly once."""
    wrong = []
    for hunk in hunks(patch):
        times = (project / hunk.file).read_text(encoding="utf-8").count(hunk.old)
        if times != 1:
            wrong.append(f"{hunk.file} has {times} times: {hunk.old}")
    return wrong


def plant(patch: Path, project: Path) -> str:
    """Apply a patch to a copy of the project; return what did not fit, and then nothing was changed."""
    wrong = misfits(patch, project)
    for hunk in [] if wrong else hunks(patch):
        file = project / hunk.file
        file.write_text(file.read_text(encoding="utf-8").replace(hunk.old, hunk.new), encoding="utf-8")
    return "its patch does not fit: " + "; ".join(wrong) if wrong else ""
