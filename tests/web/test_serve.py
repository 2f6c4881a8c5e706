"""`timebank serve` and `timebank demo --serve`, as a person runs them: in a process of their own, until Ctrl-C."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.banks import FIXTURES
from tests.cli.calling import call

# A job in the background is told to ignore Ctrl-C, and so is whatever it starts: hear it, as at a terminal.
HEAR = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
TIMEBANK = [sys.executable, "-c", f"{HEAR}; from timebank.cli.main import main; main()"]
ADDRESS = re.compile(r"http://\S+?(?=/? )")
PATIENCE = 60
MOST_OF_HEADERS = 262_144  # waitress's own limit


@pytest.fixture
def config(tmp_path: Path, fresh_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration of the made-up city on a migrated database."""
    monkeypatch.delenv("TIMEBANK_DATABASE_URL", raising=False)
    shutil.copytree(FIXTURES, tmp_path / "config")
    file = tmp_path / "config" / "timebank.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("sqlite:///timebank.db", fresh_database_url), encoding="utf-8")
    return file


@contextmanager
def running(config: Path, *arguments: str, ended_by: signal.Signals = signal.SIGINT) -> Iterator[str]:
    """Run `timebank` meanwhile and give the address it names; it ends well at Ctrl-C, or as a service manager asks."""
    environment = {**os.environ, "LANG": "en_GB.UTF-8", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [*TIMEBANK, "--config", str(config), *arguments, "--port", "0"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            said = next((line for line in process.stderr if "Serving" in line), "")
            yield ADDRESS.search(said)[0]  # type: ignore[index]
        finally:
            process.send_signal(ended_by)
            try:
                rest = process.communicate(timeout=PATIENCE)[1]
            except subprocess.TimeoutExpired:
                process.kill()
                raise
    assert process.returncode == 0, rest
    assert "Traceback" not in rest


def got(address: str, **headers: str) -> str:
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=PATIENCE) as answer:
        return str(answer.read().decode())


def test_serving_answers_on_this_machine_until_it_is_interrupted(config: Path) -> None:
    with running(config, "serve") as address:
        assert address.startswith("http://127.0.0.1:")
        assert json.loads(got(f"{address}/health"))["status"] == "ok"
        assert "API reference" in got(f"{address}/docs?lang=en")
        with pytest.raises(urllib.error.HTTPError, match="421"):
            got(f"{address}/health", Host="example.org")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "example.org", ""])
def test_an_address_that_others_could_reach_is_refused_in_words(config: Path, host: str) -> None:
    zh, en = (call("serve", "--host", host, config=config, language=language) for language in ("zh", "en"))

    assert (zh.code, en.code) == (1, 1)
    assert "还没有访问控制，只能在本机" in zh.err
    assert "without access control only this machine may be served" in en.err


def test_a_port_that_is_taken_is_told_in_words(config: Path) -> None:
    with running(config, "serve") as address:
        said = call("--config", str(config), "serve", "--port", address.rpartition(":")[2], language="en")

    assert (said.code, "Choose another with --port" in said.err) == (1, True)


def test_the_demonstration_is_served_when_its_stories_are_told(config: Path) -> None:
    with running(config, "demo", "--serve", ended_by=signal.SIGTERM) as address:
        start = got(f"{address}/?lang=zh")
        transfers = json.loads(got(f"{address}/v1/yunzhou/transfers"))["items"]

    assert "云州时光" in start
    assert "服务结算" in start
    assert transfers


def answered(address: str, request: bytes) -> tuple[int, dict[str, Any]]:
    """Send bytes as they are; return the status and the problem document."""
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), PATIENCE) as connection:
        connection.sendall(request)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.headers["Content-Type"] == "application/problem+json"
        return answer.status, json.loads(answer.read())


def test_what_the_server_does_not_read_is_told_in_words_too(config: Path) -> None:
    begun = b"POST /v1/yunzhou/members HTTP/1.1\r\nHost: localhost\r\nAccept-Language: en\r\n"
    with running(config, "serve") as address:
        told = {
            line: answered(address, request)
            for line, request in {
                "a body of two million bytes": begun + b"Content-Length: 2000000\r\n\r\n",
                "an encoding nobody knows": begun + b"Transfer-Encoding: gzip\r\n\r\n",
                "headers without an end": begun + b"X-A: " + b"1" * MOST_OF_HEADERS,
                "an address that is not ASCII": "GET /v1/云州 HTTP/1.1\r\n\r\n".encode(),
                "no HTTP at all": b"\x16\x03\x01\r\n\r\n",
            }.items()
        }

    assert {line: status for line, (status, _) in told.items()} == {
        "a body of two million bytes": 413,
        "an encoding nobody knows": 501,
        "headers without an end": 431,
        "an address that is not ASCII": 400,
        "no HTTP at all": 400,
    }
    assert told["a body of two million bytes"][1]["title"] == "The body is too long and was not read."
    assert "百分号编码" in told["an address that is not ASCII"][1]["title"]
