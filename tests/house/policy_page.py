"""Does what `docs/policy-staff.md` says, and writes down what came of it.

After a deliberate change: `python -m tests.house.policy_page`, and read the difference.

A block ```console holds commands, each on a line that begins with `$ `, and what they print; a line `……` stands for
any lines. A block ```diff changes the file named first; a block ```yaml is saved as the file its first line names.
"""

import contextlib
import re
import shlex
import tempfile
from pathlib import Path

import time_machine

from tests.cli.calling import call
from tests.house.source import ROOT

PAGE = ROOT / "docs" / "policy-staff.md"
MORNING = "2026-11-25T09:00:00+08:00"
LEFT_OUT = "……"
_BLOCK = re.compile(r"^```(console|diff|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def played(page: str) -> str:
    """Return a page with what its commands print when they are run one after the other in an empty folder."""
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.chdir(folder),
        time_machine.travel(MORNING, tick=False),
    ):
        return _BLOCK.sub(lambda found: f"```{found[1]}\n{_done(found[1], found[2])}```", page)


def _done(kind: str, block: str) -> str:
    if kind == "diff":
        _edit(block)
    elif kind == "yaml":
        first, _, _ = block.partition("\n")
        Path(first.removeprefix("# ")).write_text(block, encoding="utf-8")
    else:
        return "".join(map(_run, re.split(r"^(?=\$ )", block, flags=re.MULTILINE)[1:]))
    return block


def _run(written: str) -> str:
    """Run one command and return it with what it printed; as it was written, where only left-out lines differ."""
    line, _, expected = written.partition("\n")
    program, *arguments = shlex.split(line.removeprefix("$ "))
    assert program == "timebank", line
    said = call(*arguments)
    printed = "".join(f"{text.rstrip()}\n" for text in (said.out + said.err).splitlines())
    pattern = "".join(
        r"(?:.*\n)*" if text == LEFT_OUT else re.escape(f"{text}\n") for text in expected.splitlines()
    )
    return written if re.fullmatch(pattern, printed) else f"{line}\n{printed}"


def _edit(block: str) -> None:
    """Change a file: each run of `-` lines becomes the `+` lines after it."""
    head, _, changes = block.partition("\n")
    file = Path(head.removeprefix("--- "))
    text = file.read_text(encoding="utf-8")
    for old, new in re.findall(r"((?:^-.*\n)+)((?:^\+.*\n)+)", changes, re.MULTILINE):
        before, after = (re.sub(r"^[-+]", "", part, flags=re.MULTILINE) for part in (old, new))
        assert text.count(before) == 1, f"{file} has not once: {before}"
        text = text.replace(before, after)
    file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    PAGE.write_text(played(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
