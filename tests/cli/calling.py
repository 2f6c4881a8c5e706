"""Calling the command line as a person does, and reading what it said."""

import io
import json
from dataclasses import dataclass
from pathlib import Path

from timebank.cli.main import run
from timebank.cli.session import Session

WIDTH = 80


@dataclass(frozen=True)
class Said:
    """What one call said."""

    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        """Everything it said, without the line breaks of the terminal."""
        return "".join(line.strip() for line in (self.out + self.err).splitlines())

    @property
    def json(self):
        """The one JSON value it gave."""
        return json.loads(self.out)


def call(*arguments: str, language: str = "zh", config: Path = Path("config/timebank.yaml")) -> Said:
    """Call `timebank` with arguments, in a language, with a configuration."""
    out, err = io.StringIO(), io.StringIO()
    session = Session(language, config, stdout=out, stderr=err, width=WIDTH)
    code = run(arguments, session)
    return Said(code, out.getvalue(), err.getvalue())
