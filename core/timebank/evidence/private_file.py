"""A new file that its owner alone may read: never over another one, and none that was left half-written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words


@contextmanager
def new_private_file(file: Path) -> Iterator[TextIO]:
    """Open a new file to write text into; it stays only if all of it was written.

    Raises:
        BadInput: there is one of that name, or it cannot be written.
    """
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise _not_written(file, error) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
    except BaseException as error:
        file.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _not_written(file, error) from error
        raise


def _not_written(file: Path, error: OSError) -> BadInput:
    zh = f"写不进 {file}：{error.strerror}。已有的文件从不覆盖，请换一个文件名。"
    en = f"Cannot write {file}: {error.strerror}. A file is never overwritten; name another one."
    return BadInput(Words(zh, en), "file_not_written")
