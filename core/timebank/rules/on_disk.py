"""A file on the disk, read only where it is a plain file that lies where it seems to, and no more of it than may be.

A draft comes from anywhere, and its faults are told with the lines they stand on: a link may not lead to other files,
and nothing waits for a pipe or reads a device without end.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from timebank.rules.characters import MOST_BYTES
from timebank.rules.faults import Fault, fault

_START = (1, 1)


def content_of(file: Path, within: Path | None, name: str = "") -> tuple[bytes, list[Fault]]:
    """Return the bytes of a file, with a fault instead of bytes where it is not to be read.

    Args:
        file: the file.
        within: the folder it lies in, at any depth, once its links are followed; None where it may lie anywhere.
        name: what it is called in a fault; its own name unless given.

    Raises:
        OSError: it is not there, or may not be read.
    """
    called, real = name or file.name, Path(os.path.realpath(file))
    if within is not None and not real.is_relative_to(os.path.realpath(within)):
        return b"", [fault("V15", called, _START, ())]
    found = file.stat()
    if not stat.S_ISREG(found.st_mode):
        return b"", [fault("V16", called, _START, ())]
    handle = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as opened:
        content = opened.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        size = max(found.st_size, len(content))
        return b"", [fault("Y01", called, _START, (), size=size, most=MOST_BYTES)]
    return content, []
