"""What a check costs: as a process of its own beside one that only imports its two libraries, and within a process."""

import os
import statistics
import subprocess
import sys
import time

from bench.rules.shipped import CONFIG, check, shipped_files
from bench.rules.table import Row

LONGEST = "nanjing/2020-10-01"
_IMPORTS = (sys.executable, "-c", "import yaml, jsonschema")
_CHECK = (
    sys.executable,
    "-c",
    "import sys; from timebank.cli.main import main; sys.exit(main())",
    "rules",
    "check",
)
# As anybody's machine does, and whatever this shell says: the first run of each keeps what it compiled.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
WITHIN = 21


def measure_processes(pairs):
    """Run both in turn so many times.

    Returns the ratios of each pair by wall time, those by processor time, and the median milliseconds of ours and theirs.
    """
    ours, theirs = [], []
    file = str(CONFIG / f"{LONGEST}.yaml")
    for pair in range(pairs + 1):  # the first of each fills the machine's file cache, and does not count
        for command, kept in (((*_CHECK, file), ours), (_IMPORTS, theirs))[:: 1 if pair % 2 else -1]:
            kept.append(_run(command))
    walls, processor = (
        [mine[of] / other[of] for mine, other in zip(ours[1:], theirs[1:], strict=True)] for of in (0, 1)
    )
    return walls, processor, [1000 * statistics.median(one[0] for one in side[1:]) for side in (ours, theirs)]


def _run(command):
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=_ENVIRONMENT)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return time.perf_counter() - began, used.ru_utime + used.ru_stime


def measure_within():
    """Return the milliseconds of processor time that each of some checks takes, once warm."""
    (file,) = (one for one in shipped_files() if str(one) == LONGEST)
    check(file, file.text)
    taken = []
    for _ in range(WITHIN):
        began = time.process_time()
        check(file, file.text)
        taken.append(1000 * (time.process_time() - began))
    return taken


def rows_of_timing(pairs):
    """Give the table's rows about time."""
    walls, processor, (ours, theirs) = measure_processes(pairs)
    wall, cpu, within = (
        statistics.median(walls),
        statistics.median(processor),
        statistics.median(measure_within()),
    )
    beside = (
        "新进程检查 300 行，与只引入 yaml、jsonschema 比 · a check in a new process beside the imports alone"
    )
    return [
        Row(
            f"{beside}（{ours:,.0f} / {theirs:,.0f} ms）", "≤ 1.6 ×", f"{wall:.2f} ×", len(walls), wall <= 1.6
        ),
        Row("— 按处理器时间 · by processor time", "—", f"{cpu:.2f} ×", len(walls), None),
        Row(
            "同一进程里检查 300 行 · a check within a process",
            "< 20 ms",
            f"{within:.1f} ms",
            WITHIN,
            within < 20,
        ),
    ]
