"""Rule files on the disk: a file is there whole or not at all, and is read back before anybody believes it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words

_AFRESH = (
    os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
)  # never through a link that somebody put there


def place(file: Path, content: bytes) -> None:
    """Put a file into its folder, in the place of one of that name, so that no crash leaves half of it.

    Raises:
        BadInput: the folder cannot be written to, or what is there afterwards is not what was written.
    """
    with prepared(file, content):
        put(file, content)


@contextmanager
def prepared(file: Path, content: bytes) -> Iterator[None]:
    """Write a file down beside its place, under a name that nobody reads: whatever the disk refuses, it refuses now.

    Inside, ``put`` moves it into its place; without that nothing is left of it. Whoever else prepares a file for the same
    folder waits until the block is left.

    Raises:
        BadInput: the folder cannot be written to.
    """
    part = _part(file)
    with _alone_in(file):
        try:
            with _told(file), os.fdopen(os.open(part, _AFRESH, 0o666), "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            yield
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def put(file: Path, content: bytes) -> None:
    """Move a prepared file into its place, and read it back.

    Raises:
        BadInput: it cannot be moved, or reads otherwise than it was written.
    """
    with _told(file):
        _part(file).replace(file)
        _flush_folder(file.parent)
        found = file.read_bytes()
    if found != content:
        zh = f"写入 {file} 后读回的内容不同。请检查磁盘，然后运行 timebank rules restore {file.parent.name}。"
        en = f"{file} reads otherwise than it was written. Check the disk, then run "
        raise BadInput(Words(zh, f"{en}timebank rules restore {file.parent.name}."), "not_written")


def remove(file: Path) -> None:
    """Remove a file; it stays away once this returns."""
    with _told(file):
        file.unlink(missing_ok=True)
        _flush_folder(file.parent)


def _part(file: Path) -> Path:
    return file.with_name(f".{file.name}.part")


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone_in(file: Path) -> Iterator[None]:
    """Be the one process, and the one thread, that places files in a file's folder."""
    with _told(file):
        handle = os.open(file.parent, os.O_RDONLY)
    try:
        with _told(file):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Turn what the disk refuses into a sentence."""
    try:
        yield
    except OSError as error:
        zh = (
            f"写不进 {file.parent}（{file.name}）：{error.strerror}。请检查文件夹的权限和磁盘空间，再试一次。"
        )
        en = f"Cannot write {file.name} in {file.parent}: {error.strerror}. Check its rights and the disk; try again."
        raise BadInput(Words(zh, en), "not_written") from error
