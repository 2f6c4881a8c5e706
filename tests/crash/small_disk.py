"""A disk so small that it can be filled: a tmpfs of a few megabytes, which only root may mount."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

MEGABYTE = 1024 * 1024


class SmallDisk:
    """A mounted disk; `folder` is where."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self, left: int) -> None:
        """Fill it but for so many bytes, while others go on writing to it."""
        with self._ballast.open("wb") as ballast:
            while (free := shutil.disk_usage(self.folder).free) > left:
                with suppress(OSError):  # somebody else was quicker: look again how much is free
                    os.posix_fallocate(ballast.fileno(), ballast.seek(0, os.SEEK_END), free - left)

    def clear(self) -> None:
        """Make room again."""
        self._ballast.unlink()


@contextmanager
def a_small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """Mount a small disk until the block ends; where it lies is short enough for the address of a Unix socket."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only on Linux as root: nobody else may mount a disk small enough to fill")
    with TemporaryDirectory(prefix="disk-") as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], check=True)
        try:
            yield SmallDisk(Path(folder))
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)
