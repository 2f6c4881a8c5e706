"""Our verdict on the shape of a file beside check-jsonschema's, which reads YAML by its own parser."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.rules.shipped import CITIES, check, desk_for
from bench.rules.table import Row
from timebank.rules.written_schema import schema_text


@dataclass(frozen=True)
class Shape:
    """Two verdicts on one text: whether its shape is right.

    Attributes:
        what: what was done to the file.
        ours: S codes that we report.
        theirs: check-jsonschema's messages.
    """

    what: str
    ours: tuple
    theirs: tuple

    @property
    def agree(self):
        """Say whether both see a fault, or neither."""
        return bool(self.ours) == bool(self.theirs)

    def __str__(self):
        return f"{self.what}: ours {self.ours or 'nothing'}, theirs {self.theirs[:2] or 'nothing'}"


def compare_shapes(texts):
    """Give both verdicts on every text that is written without a fault of typing.

    Args:
        texts: (what was done, in the place of which shipped file, text); where the writing itself is at fault, the two
            may read different data, and shape is not asked.
    """
    judged = [(what, file, text, check(file, text)) for what, file, text in texts]
    asked = [(what, file, text, said) for what, file, text, said in judged if _is_read(said)]
    found = []
    for city in CITIES:
        of_city = [one for one in asked if one[1].city == city]
        theirs = _verdicts(city, [text for _, _, text, _ in of_city])
        for (what, _, _, said), messages in zip(of_city, theirs, strict=True):
            found.append(Shape(what, tuple(one.code for one in said if one.code[0] == "S"), messages))
    return found


def _is_read(said):
    return not any(fault.code.startswith("Y") for fault in said)


def _verdicts(city, texts):
    """Return check-jsonschema's messages on each text of one city."""
    if not texts:
        return []
    with TemporaryDirectory() as folder:
        schema = Path(folder) / "schema.json"
        schema.write_text(schema_text(city, desk_for(city).plugin_keys, "en"), encoding="utf-8")
        files = [Path(folder) / f"{number}.yaml" for number in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text, encoding="utf-8", newline="")
        told = subprocess.run(
            [sys.executable, "-m", "check_jsonschema", "-o", "json", "--schemafile", schema, *files],
            capture_output=True,
            text=True,
            check=False,
        )
        if told.returncode not in (0, 1):
            raise RuntimeError(told.stderr)
        said = json.loads(told.stdout)
    by_file = {str(file): [] for file in files}
    for error in [*said.get("errors", ()), *said.get("parse_errors", ())]:
        by_file[error["filename"]].append(error.get("message", "cannot be read"))
    return [tuple(by_file[str(file)]) for file in files]


def texts_of_planted(told):
    """Give planted faults as texts to compare."""
    return [(str(one.fault), one.fault.file, one.fault.text) for one in told]


def texts_of_slips(judged):
    """Give slips as texts to compare."""
    return [(str(one.slip), one.slip.file, one.slip.text) for one in judged]


def rows_of_shapes(shapes):
    """Give the table's row about both verdicts."""
    differ = sum(not shape.agree for shape in shapes)
    what = "样子对不对，与 check-jsonschema 判得不同 · verdicts on shape that differ from check-jsonschema's"
    return [Row(what, "0", str(differ), len(shapes), differ == 0)]
