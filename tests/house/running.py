"""Running the project as a reader would: in a folder of its own, in a process of its own."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.house.source import ROOT

TIMEBANK = [sys.executable, "-c", "from timebank.cli.main import main; main()"]
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
PIP = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]
UV = [
    "uv",
    "pip",
    "install",
    "--offline",
    "--python",
    sys.executable,
]  # its environments have no pip of their own
OFFLINE = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet"]


def run(command, folder, *places, **environment):
    """Run a command in a folder; `places` go before everything that is installed.

    Returns:
        What it printed. A command that fails makes the test fail with what it printed.
    """
    path = os.pathsep.join(str(place) for place in places)
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TIMEBANK_"))
    }
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**kept, "PYTHONPATH": path, "LANG": "zh_CN.UTF-8", "COLUMNS": "1000", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def timebank(folder, *arguments, config="config/timebank.yaml", places=(ROOT / "core",)):
    """Run `timebank` on a configuration; return what it printed, line ends and columns apart."""
    return flat(run([*TIMEBANK, "--config", config, *arguments], folder, *places))


def flat(text):
    """Return a text with every run of spaces and line ends as one space, as it was before it was set in columns."""
    return " ".join(text.split())


def install(folder: Path, target: Path):
    """Build a city's package from its folder and install it into another, with no network."""
    tool = UV if importlib.util.find_spec("pip") is None and shutil.which("uv") else PIP
    run([*tool, *OFFLINE, "--target", target, folder], folder)
