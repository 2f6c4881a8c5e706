"""A witness: somebody outside who remembers the last head, signs the next only if it grew from it, and says so."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from timebank.domain.refusal import BadInput, Conflict
from timebank.domain.words import Words
from timebank.evidence.checkpoint import Checkpoint, digest_of
from timebank.evidence.digest import SIZE
from timebank.evidence.notes import VerifierKey, cosigned
from timebank.evidence.signer import Signer
from timebank.evidence.tree import proves_consistency


@dataclass(frozen=True, slots=True)
class Remembered:
    """The last head that a witness signed.

    Attributes:
        origin: of which log.
        size: how many leaves.
        root: its root, as hexadecimal digits.
        note: the note with the witness's own signature.
    """

    origin: str
    size: int
    root: str
    note: str


def witness_next(
    file: Path, proof: Mapping[str, Any], key: VerifierKey, signer: Signer, seconds: int
) -> tuple[Remembered | None, Remembered]:
    """Witness the head of a proof by a state file; return what was remembered before, and what is now.

    It is remembered before anybody gets to see the signature; of two who witness at once the second begins with what
    the first remembered, so that no two stories are signed. Arguments and errors are those of ``witness``.

    Raises:
        BadInput: the state file cannot be read or written.
    """
    with _one_at_a_time(file):
        seen = recall(file)
        now = witness(proof, seen, key, signer, seconds)
        remember(file, now)
    return seen, now


def witness(
    proof: Mapping[str, Any], seen: Remembered | None, key: VerifierKey, signer: Signer, seconds: int
) -> Remembered:
    """Return the head of a proof with the witness's signature, if it grew from the head seen before.

    Args:
        proof: what ``timebank evidence prove --from SIZE`` gave.
        seen: the last head signed; None at the first time, when the head is taken as it is.
        key: the public key of the log, which the witness was given by hand.
        signer: the witness's own key.
        seconds: the time of the signature, since 1970.

    Raises:
        BadInput: it is no proof, or not signed with the log's key.
        Conflict: the log shrank, or shows another history than before: nothing is signed.
    """
    try:
        note, path = str(proof["checkpoint"]), [bytes.fromhex(part) for part in proof["path"]]
        start = int(proof["old"]["size"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        zh, en = (
            "这不是增长的证明。请用 prove --from 生成。",
            "This is no proof of growth. Make one with prove --from.",
        )
        raise BadInput(Words(zh, en), "no_proof") from error
    head = Checkpoint.read(note, [key])
    if seen is not None:
        _grew(head, seen, start, path)
    return Remembered(head.origin, head.size, head.root.hex(), cosigned(note, signer, seconds))


def _grew(head: Checkpoint, seen: Remembered, start: int, path: list[bytes]) -> None:
    if head.origin != seen.origin:
        zh = f"这是另一个账本 {head.origin}；这里见证的是 {seen.origin}。每个账本用自己的状态文件。"
        en = f"This is another log, {head.origin}; {seen.origin} is witnessed here. Keep a state file for each log."
        raise BadInput(Words(zh, en), "other_log")
    if head.size < seen.size:
        zh = f"账本退回去了：上次见证时有 {seen.size} 叶，现在只有 {head.size} 叶。不签名；请立即报告。"
        en = f"The log went back: {seen.size} leaves when last witnessed, {head.size} now. Not signed; report it at once."
        raise Conflict(Words(zh, en), "rolled_back")
    if start != seen.size:
        zh = (
            f"证明应从上次见证的 {seen.size} 叶开始，这份从 {start} 叶开始。请运行 prove --from {seen.size}。"
        )
        en = f"The proof should begin at the {seen.size} leaves seen last, not at {start}. Run prove --from {seen.size}."
        raise BadInput(Words(zh, en), "other_start")
    digest, root = digest_of(seen.origin), bytes.fromhex(seen.root)
    if not proves_consistency(digest, seen.size, head.size, root, head.root, path):
        zh = f"账本分叉了：这份检查点不含上次见证的前 {seen.size} 叶，历史被改写，或两边所见不同。不签名；请立即报告。"
        en = (
            f"The log forked: this checkpoint does not contain the {seen.size} leaves seen last; history was rewritten, "
            "or others are shown another one. Not signed; report it at once."
        )
        raise Conflict(Words(zh, en), "forked")


@contextmanager
def _one_at_a_time(file: Path) -> Iterator[None]:
    try:
        handle = os.open(file.parent, os.O_RDONLY)
    except OSError as error:
        raise _not_written(file, error) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def recall(file: Path) -> Remembered | None:
    """Return what a state file remembers; None where there is none yet.

    Raises:
        BadInput: it is there and cannot be read: a witness does not forget silently.
    """
    try:
        seen = Remembered(**json.loads(file.read_text(encoding="utf-8")))
        whole = (
            all(type(part) is str for part in (seen.origin, seen.root, seen.note)) and type(seen.size) is int
        )
        if not whole or len(bytes.fromhex(seen.root)) != SIZE:
            raise ValueError(seen)  # noqa: TRY301 - told below, like whatever else is wrong with it
        return seen  # noqa: TRY300 - read whole
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, RecursionError) as error:
        zh = f"状态文件 {file} 读不懂：从备份找回它；不要删掉重来，那等于忘记见证过什么。"
        en = f"The state file {file} cannot be read: bring it back from a copy. Without it nothing is remembered."
        raise BadInput(Words(zh, en), "bad_state") from error


def remember(file: Path, seen: Remembered) -> None:
    """Write a state file, so that it survives a power cut: the old one or the new one, never half of it."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8") as out:
            json.dump(asdict(seen), out, ensure_ascii=False, indent=2)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise _not_written(file, error) from error


def _not_written(file: Path, error: OSError) -> BadInput:
    zh, en = (
        f"状态文件写不进 {file}：{error.strerror}。",
        f"Cannot write the state file {file}: {error.strerror}.",
    )
    return BadInput(Words(zh, en), "state_not_written")
