"""The PostgreSQL of a test session leaves nothing behind, however the session ends."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.databases import CHOICE, POSTGRES_URL
from tests.postgres import PostgresServer, libpq_url

SESSION = """
from tests.postgres import PostgresServer
import time
server = PostgresServer()
server.start()
print(server.url, flush=True)
time.sleep(600)
"""


def answers(url):
    try:
        psycopg.connect(libpq_url(url)).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.slow
def test_a_stopped_server_leaves_no_files():
    server = PostgresServer()
    server.start()
    assert answers(server.url)

    server.stop()

    assert not answers(server.url)
    assert not server.folder.exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux: a process can ask to die with its parent")
def test_a_server_dies_with_a_session_killed_outright_and_the_next_one_sweeps_up(project_root):
    environment = {name: value for name, value in os.environ.items() if name not in {CHOICE, POSTGRES_URL}}
    session = subprocess.Popen(
        [sys.executable, "-c", SESSION], cwd=project_root, env=environment, stdout=subprocess.PIPE, text=True
    )
    with session:
        url = session.stdout.readline().strip()
        assert answers(url)
        session.kill()
    deadline = time.monotonic() + 30
    while answers(url) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not answers(url)

    next_server = PostgresServer()
    next_server.stop()

    assert not Path(url.partition("host=")[2]).exists()
