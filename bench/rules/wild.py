"""Edits without sense: does the check stand them, quickly and in little memory, and never pass what is wrong?"""

import random
import signal
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.rules.shipped import check, shipped_files
from bench.rules.slips import slips
from bench.rules.stock import data_of, has_the_shape
from bench.rules.table import Row
from timebank.rules import check_text

MOST_SECONDS = 1.0
MOST_BYTES = 256 << 20
_STRANGE = (
    "：，“”‘’｛｝［］（）＃　、。\ufeff\u200b\u202e\u00a0\x00\x85\u2028\ud800🧓\t\r\n&*!|>%@`?-:,[]{}\"'#~"
)


class TooSlow(Exception):
    """A check took more than a second of processor time."""


@dataclass(frozen=True)
class Failed:
    """An edited file that the check did not stand.

    Attributes:
        how: what happened.
        content: the file's bytes.
    """

    how: str
    content: bytes

    def __str__(self):
        return f"{self.how}: {self.content[:2000]!r}"


def peak_memory():
    """Return the most bytes this program had in memory; `ru_maxrss` would count what started it as well."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def try_edits(seed, many):
    """Check so many files with edits drawn from a seed.

    Returns what failed, the most memory that the process ever had, in bytes, and how many were checked.
    """
    drawn = random.Random(f"wild/{seed}")
    failed = []
    for _ in range(many):
        file = drawn.choice(shipped_files())
        content = drawn.choices(_EDITS, (5, 4, 3, 2, 1))[0](drawn, file)
        failure = how(file, content)
        if failure:
            failed.append(Failed(failure, content))
    return failed, peak_memory(), many


def how(file, content):
    """Say how the check of a file with this content failed, or nothing.

    It is slow where it took too long twice: what others do on the same cores costs even processor time.
    """
    try:
        try:
            faults = _in_time(file, content)
        except TooSlow:
            faults = _in_time(file, content)
    except TooSlow:
        return "slow"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        return f"crash: {error!r}"
    if any(fault.line < 1 or fault.column < 1 or not fault.zh or not fault.en for fault in faults):
        return "a fault without its place or its sentence"
    return "" if faults else _wrong(file, content.decode())


def _in_time(file, content):
    with _no_longer_than(MOST_SECONDS):
        return check(file, content)


def _wrong(file, text):
    """Say what is wrong with a file that passed, by the stock parser and validator."""
    data = data_of(text)
    if data is None:
        return "passed, and the stock parser cannot read it"
    if not has_the_shape(file.city, data):
        return "passed, and the stock validator says no"
    if _plain(check_text(text, f"{file.stem}.yaml").tree) != _plain(data):
        return "passed, and is read as something else"
    return ""


def _plain(data):
    """Return data with every number as its kind and its exact text, so that 1 and true and 1.0 differ."""
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_plain(value) for value in data]
    return data if isinstance(data, str | bool) else float(data)


@contextmanager
def _no_longer_than(seconds):
    """Raise TooSlow once so much processor time has gone; how busy the machine is does not count."""

    def stop(_signal, _frame):
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _bytes(text):
    return text.encode("utf-8", "surrogatepass")


def _one_slip(drawn, _):
    (slip,) = slips(drawn.random(), 1)
    return _bytes(slip.text)


def _characters(drawn, file):
    text = list(file.text)
    for _ in range(drawn.randint(1, 8)):
        place = drawn.randrange(len(text))
        text[place] = drawn.choice(
            ["", text[place] * 2, drawn.choice(_STRANGE), text[place] + drawn.choice(_STRANGE)]
        )
    return _bytes("".join(text))


def _lines_about(drawn, file):
    lines = file.text.split("\n")
    for _ in range(drawn.randint(1, 6)):
        one, other = drawn.randrange(len(lines)), drawn.randrange(len(lines))
        edit = drawn.randrange(4)
        if edit == 0:
            del lines[one : one + drawn.randint(1, 20)]
            lines = lines or [""]
        elif edit == 1:
            lines[one], lines[other] = lines[other], lines[one]
        elif edit == 2:
            lines.insert(other, lines[one])
        else:
            lines[one] = " " * drawn.randint(0, 9) + lines[one].strip()
    return _bytes("\n".join(lines))


def _pieces(drawn, file):
    """Put a piece of some file into another place, again and again."""
    text = file.text
    for _ in range(drawn.randint(1, 3)):
        other = drawn.choice(shipped_files()).text
        begin, place = drawn.randrange(len(other)), drawn.randrange(len(text))
        piece = other[begin : begin + drawn.randint(1, 400)] * drawn.choice((1, 1, 1, 50))
        text = text[:place] + piece + text[place + drawn.randint(0, 200) :]
    return _bytes(text)


def _garbage(drawn, file):
    content = bytearray(file.text.encode())
    for _ in range(drawn.randint(1, 40)):
        content[drawn.randrange(len(content))] = drawn.randrange(256)
    kept = drawn.choice((len(content), drawn.randrange(len(content))))
    return drawn.choice((bytes(content[:kept]), drawn.randbytes(drawn.randint(0, 3000))))


_EDITS = (_one_slip, _characters, _lines_about, _pieces, _garbage)


def rows_of_wild(results):
    """Give the table's rows about edits without sense; `results` are those of `try_edits`, with how many were tried."""
    failed = [one for batch, _, _ in results for one in batch]
    memory = max(most for _, most, _ in results)
    tried = sum(many for _, _, many in results)
    what = "乱改：崩溃、超过一秒、错了却通过 · random edits that crash, take over 1 s, or pass while wrong"
    return [
        Row(what, "0", str(len(failed)), tried, not failed),
        Row("— 峰值内存 · peak memory", "≤ 256 MB", f"{memory >> 20} MB", tried, memory <= MOST_BYTES),
    ]
