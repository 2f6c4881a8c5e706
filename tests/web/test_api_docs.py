"""The examples of docs/api.md are typed as they stand, and answer what the page says."""

import json
import re
import shlex
import string
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.banks import StoryClock
from tests.web.over_http import over_http
from timebank.bank import open_bank, read_settings
from timebank.stories import play, read_stories

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "api.md"
CONFIG = ROOT / "config" / "timebank.yaml"
CITY = "nanjing"
SERVED_AT = "http://127.0.0.1:6543"
EXAMPLE = re.compile(r"^```console (\d+)\n(.*?)^```$(?:\n```json\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
ANYTHING = "…"


@dataclass
class Shell:
    """As much of a shell, curl and jq as the page needs: variables, pipes into `jq -r`, `-X`, `-H`, `-d`.

    Attributes:
        url: where the bank is served in place of the page's address.
        known: variables.
    """

    url: str
    known: dict[str, str] = field(default_factory=dict)

    def run(self, line: str) -> tuple[int, Any]:
        """Run one line; returns the status and the JSON of the last request."""
        name, command = self._assigned(line)
        if command is None:
            return 200, None
        command, _, path = command.partition(" | jq -r ")
        status, answer = self._curl(shlex.split(string.Template(command).substitute(self.known)))
        if name:
            assert status == 200, answer
            self.known[name] = picked(answer, path)
        return status, answer

    def _assigned(self, line: str) -> tuple[str, str | None]:
        found = re.fullmatch(r"([A-Z]+)=(?:\$\((.*)\)|(\S+))", line, re.DOTALL)
        if found is None:
            return "", line
        if found[3] is not None:
            self.known[found[1]] = found[3].replace(SERVED_AT, self.url)
        return found[1], found[2]

    def _curl(self, words: list[str]) -> tuple[int, Any]:
        assert words.pop(0) == "curl"
        method, headers, data, address = "GET", {}, None, ""
        while words:
            match words.pop(0):
                case "-s" | "-i":
                    pass
                case "-X":
                    method = words.pop(0)
                case "-H":
                    header, _, value = words.pop(0).partition(": ")
                    headers[header] = value
                case "-d":
                    data = words.pop(0).encode()
                case other:
                    address = other
        request = urllib.request.Request(address, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                content = error.read()
            return error.code, json.loads(content) if content else None


def picked(answer: Any, path: str) -> str:
    """Return what a path such as `.items[0].id` leads to."""
    for name, number in re.findall(r"(\w+)(?:\[(\d+)\])?", path):
        answer = answer[name] if not number else answer[name][int(number)]
    return str(answer)


def fits(expected: Any, given: Any) -> bool:
    """Say whether an answer is as the page shows it; `…` stands for anything, also for further members or items."""
    if expected == ANYTHING:
        return True
    if isinstance(expected, dict) and isinstance(given, dict):
        known = {name: value for name, value in expected.items() if name != ANYTHING}
        rest = ANYTHING in expected or known.keys() == given.keys()
        return rest and all(name in given and fits(value, given[name]) for name, value in known.items())
    if isinstance(expected, list) and isinstance(given, list):
        more = bool(expected) and expected[-1] == ANYTHING
        shown = expected[:-1] if more else expected
        return (more or len(shown) == len(given)) and all(map(fits, shown, given))
    return expected == given


def lines_of(body: str) -> list[str]:
    """Return the commands of a block, each without its prompt and joined over its lines."""
    return [line.replace("\\\n", " ").strip() for line in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]]


@pytest.mark.skipif(CITY not in read_settings(CONFIG).cities, reason=f"only on a house that has {CITY}")
def test_every_example_answers_as_the_page_says(fresh_database_url: str) -> None:
    settings = read_settings(CONFIG)
    clock, registries = StoryClock("2026-11-22 09:00"), {code: {} for code in settings.cities}
    bank = open_bank(CONFIG, database=fresh_database_url, clock=clock, registries=registries)
    play(bank, read_stories(settings.cities[CITY].folder / "demo.yaml")[0])
    examples = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))

    with over_http(bank) as url:
        shell = Shell(url)
        for status, body, expected in examples:
            for line in lines_of(body):
                answered, answer = shell.run(line)
            assert answered == int(status), (body, answer)
            assert not expected or fits(json.loads(expected), answer), (body, answer)
    bank.engine.dispose()

    assert len(examples) == 10


def test_every_status_that_the_page_explains_is_one_that_happens() -> None:
    told = set(re.findall(r"^\| ([\d, ]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))

    assert {status for row in told for status in row.split(", ")} == {
        "400", "404", "405", "409", "413", "415", "421", "422", "431", "500", "501", "503",
    }  # fmt: skip
