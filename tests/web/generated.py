"""A client that somebody else's program generated from our contract, called by operation."""

import importlib
import inspect
import subprocess
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from timebank.web.contract import read_contract

CONTRACT = Path(__file__).parents[2] / "core" / "timebank" / "web" / "openapi.yaml"
PACKAGE = "generated_timebank_client"


def generate(folder: Path) -> Path:
    """Let `openapi-python-client` write a client into a folder, and return the folder to import it from."""
    command = [
        sys.executable,
        "-m",
        "openapi_python_client",
        "generate",
        "--path",
        CONTRACT,
        "--meta",
        "none",
    ]
    done = subprocess.run(
        [*command, "--output-path", folder / PACKAGE, "--fail-on-warning"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


class Refused(AssertionError):
    """The bank said no; the sentence is the message."""


class Generated:
    """The generated client at one bank, in one city, under names of our choosing.

    Attributes:
        city: the city's code.
    """

    def __init__(self, url: str, city: str) -> None:
        self.city = city
        self._client = importlib.import_module(f"{PACKAGE}.client").Client(base_url=url)
        self._tags = {
            told["operationId"]: told["tags"][0]
            for item in read_contract().document["paths"].values()
            for told in item.values()
        }

    def close(self) -> None:
        """Hang up."""
        self._client.get_httpx_client().close()

    def __call__(
        self,
        operation: str,
        by: str | None = None,
        at: str | None = None,
        party: str | None = None,
        **inputs: Any,
    ) -> Any:
        """Call an operation and return what it answers, as the client models it.

        Args:
            operation: the operationId.
            by: who does it.
            at: the organisation for which staff act.
            party: the member for whom it is done.
            **inputs: of the path, the query or the body, by name.
        """
        module = importlib.import_module(f"{PACKAGE}.api.{self._tags[operation]}.{operation}")
        wanted = inspect.signature(module.sync_detailed).parameters
        given = {"city": self.city, "timebank_organisation": at, "timebank_actor": by}
        given |= {"timebank_party": party, "idempotency_key": uuid.uuid4().hex}
        given |= {name: inputs.pop(name) for name in list(inputs) if name in wanted}
        if "body" in wanted:
            given["body"] = wanted["body"].annotation.from_dict(plain(inputs))
        known = {name: value for name, value in given.items() if name in wanted and value is not None}
        answer = module.sync_detailed(client=self._client, **known)
        if answer.status_code != 200:
            raise Refused(f"{operation}: {answer.parsed.en}")
        return answer.parsed


def plain(inputs: dict[str, Any]) -> dict[str, Any]:
    """Return inputs as JSON has them."""
    return {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in inputs.items()
    }
