"""The folder outside the database in which a city's checkpoints lie: files are added and never changed.

000000001200.checkpoint   the signed head at 1200 leaves
000000001200.leaves       the hashes of the leaves since the checkpoint before, 32 bytes each
000000001200.NAME.cosigned  that head with the co-signature which a witness gave back; put here by hand
000000000017.erasure      a signed list of leaves whose people may no longer be shown
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from timebank.domain.refusal import BadInput, Conflict
from timebank.domain.words import Words
from timebank.evidence.digest import SIZE

_CHECKPOINT, _LEAVES, _ERASURE, _COSIGNED = ".checkpoint", ".leaves", ".erasure", ".cosigned"


class FolderGone(BadInput):
    """The folder is not there: it was never made, moved away, or its disk is not mounted."""

    code = "no_folder"


class CheckpointFolder:
    """One city's folder.

    Attributes:
        path: where it is; made by hand once, for a folder that is gone is not one in which nothing lies yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def must_exist(self) -> None:
        """Do nothing where the folder is there.

        Raises:
            FolderGone: it is not.
        """
        if not self.path.is_dir():
            zh = (
                f"检查点文件夹 {self.path} 不在：第一次封存之前请建好它（mkdir -p {self.path}）；"
                "从前有过的，请查明是没有挂载还是被移走。"
            )
            en = (
                f"The folder of checkpoints {self.path} is not there. Before sealing for the first time make it "
                f"(mkdir -p {self.path}); if there was one, find out whether its disk is not mounted or who moved it."
            )
            raise FolderGone(Words(zh, en))

    def sizes(self) -> list[int]:
        """Return the sizes of which there is a checkpoint, in order.

        Raises:
            FolderGone: the folder is not there.
        """
        self.must_exist()
        return sorted(int(file.stem) for file in self.path.glob(f"*{_CHECKPOINT}") if file.stem.isdecimal())

    def note(self, size: int) -> str:
        """Return the signed note of a checkpoint.

        Raises:
            BadInput: it cannot be read.
        """
        return self._read(self._file(size, _CHECKPOINT)).decode("utf-8", "replace")

    def leaves(self, size: int) -> list[bytes] | None:
        """Return the hashes that were added with a checkpoint, or None where that file is gone or broken."""
        try:
            content = self._file(size, _LEAVES).read_bytes()
        except OSError:
            return None
        if len(content) % SIZE:
            return None
        return [content[start : start + SIZE] for start in range(0, len(content), SIZE)]

    def erasures(self) -> Iterator[str]:
        """Yield the signed notes of erasure, oldest first."""
        for file in sorted(self.path.glob(f"*{_ERASURE}")):
            yield self._read(file).decode("utf-8", "replace")

    def cosigned(self) -> Iterator[str]:
        """Yield the notes that witnesses co-signed."""
        for file in sorted(self.path.glob(f"*{_COSIGNED}")):
            yield self._read(file).decode("utf-8", "replace")

    def publish(self, size: int, note: str, leaves: list[bytes]) -> None:
        """Write a checkpoint and its leaves, so that they survive a power cut; the same again is no harm.

        Raises:
            Conflict: other content stands there.
            BadInput: they cannot be written.
        """
        self._add(self._file(size, _LEAVES), b"".join(leaves))
        self._add(self._file(size, _CHECKPOINT), note.encode())

    def publish_erasure(self, note: str) -> None:
        """Write a note of erasure, as durably."""
        number = len(list(self.path.glob(f"*{_ERASURE}"))) + 1
        self._add(self._file(number, _ERASURE), note.encode())

    def _file(self, number: int, suffix: str) -> Path:
        return self.path / f"{number:012d}{suffix}"

    def _read(self, file: Path) -> bytes:
        try:
            return file.read_bytes()
        except OSError as error:
            raise BadInput(
                Words(f"读不到 {file}：{error.strerror}。", f"Cannot read {file}: {error.strerror}."),
                "no_checkpoint",
            ) from error

    def _add(self, file: Path, content: bytes) -> None:
        """Put a file down whole under its name or not at all, and never over another one."""
        draft = file.with_name(f".{file.name}.{os.getpid()}")
        try:
            with draft.open("wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            with suppress(FileExistsError):
                os.link(draft, file)
            self._remember()
        except OSError as error:
            zh = f"检查点写不进 {file}：{error.strerror}。封存已在数据库里，修好后再运行 seal 就会补写。"
            en = (
                f"Cannot write {file}: {error.strerror}. What was sealed is kept; run seal again to write it."
            )
            raise BadInput(Words(zh, en), "folder_not_written") from error
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        if file.read_bytes() != content:
            zh = f"{file} 已有内容，而且不同：检查点从不覆盖。请查明是谁写的，再决定。"
            en = f"{file} holds something else: a checkpoint is never overwritten. Find out who wrote it first."
            raise Conflict(Words(zh, en), "checkpoint_differs")

    def _remember(self) -> None:
        """Let the folder itself survive a power cut."""
        handle = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
