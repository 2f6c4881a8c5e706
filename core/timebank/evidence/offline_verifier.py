"""Verify an export, or one proof, offline and by the standard library alone, trusting neither its maker nor his code.

    python offline_verifier.py FILE --key KEY [--key KEY] [--head CHECKPOINT]

校验封存导出或证明，不信任给出它的人。KEY 是银行的公钥，CHECKPOINT 是您留下的检查点。退出码：0 相符，1 不符，2 读不懂。
KEY is the bank's public key, CHECKPOINT a head you kept. Exit code: 0 agrees, 1 does not, 2 bad file.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from functools import reduce
from pathlib import Path
from typing import Any, TextIO

SHOWN, SIGNATURES, RULE_FILES = 20, 100, 4  # faults told; lines under a note; where rule files are named
WIDTHS = 10, 7, 6, 11, 4, 4, 1, 1, 7  # how many columns a row has: five sections of books, four of people
ED25519, COSIGNED, SIZE = 1, 4, 32  # types of keys; bytes of a hash, and of a salt
FAULTS = {
    "kept": "留存的检查点不是这个账本的，或与这里不符、无从比较 · a checkpoint kept is not this log's or not met here",
    "order": "应为第 {} 叶，却是 {} · leaf {} is due, but here is {}",
    "gone": "第 {} 叶的转账不见了 · the transfer of leaf {} is gone",
    "changed": "第 {} 叶与封存时不同 · leaf {} is not what was sealed",
    "rules": "第 {} 叶的规则文件被改或缺失 · a rule file of leaf {} was changed or is missing",
    "head": "第 0–{} 叶与您留存的检查点不符 · leaves 0–{} do not give the root of the checkpoint you kept",
    "key": "第 {} 叶处的检查点签名不对，或不是您信任的钥匙 · the checkpoint at leaf {} is not signed by a trusted key",
    "root": "第 {} 叶与其检查点不符 · leaves {} do not give the root of their checkpoint",
    "erasure": "抹除记录的签名不对 · a note of erasure is wrongly signed",
    "end": "第 {} 叶起没有检查点，或导出不完整 · no checkpoint covers leaf {} on, or the export is cut short",
    "short": "第 {} 叶起缺失：留存的检查点更长，账本被截短或退回了旧备份 · from leaf {} on it is cut off, or rolled back",
    "proof": "证明不成立 · the proof does not hold",
}
# Ed25519, verification only (RFC 8032 §5.1)
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT_OF_MINUS_1 = -121665 * pow(121666, P - 2, P) % P, pow(2, (P - 1) // 4, P)
X, Y = 15112221349535400772501151409588531511454012693041857206046113283949847762202, 4 * pow(5, P - 2, P) % P
BASE = (X, Y, 1, X * Y % P)
Point = tuple[int, int, int, int]
Key = tuple[str, bytes, int, bytes]
READ = json.JSONDecoder(  # an object that names a member twice is refused: two readers would read two things
    object_pairs_hook=lambda pairs: dict(zip(dict(pairs), (value for _, value in pairs), strict=True))
).decode


def add(one: Point, other: Point) -> Point:
    """Add two points in extended coordinates."""
    (x1, y1, z1, t1), (x2, y2, z2, t2) = one, other
    a, b, c, d = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2), 2 * t1 * t2 * D, 2 * z1 * z2
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(factor: int, point: Point) -> Point:
    """Multiply a point by a number."""
    result: Point = (0, 1, 1, 0)
    for bit in f"{factor:b}":
        result = add(result, result)
        result = add(result, point) if bit == "1" else result
    return result


def point_of(encoding: bytes) -> Point | None:
    """Return the point that 32 bytes stand for, or None."""
    sign, y = divmod(int.from_bytes(encoding, "little"), 1 << 255)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x * ROOT_OF_MINUS_1 % P if (x * x - square) % P else x
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether a signature of Ed25519 is right."""
    key, scalar = point_of(public), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or key is None or scalar >= ORDER:  # noqa: PLR2004
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    x, y, z, _ = add(times(scalar, BASE), times(ORDER - challenge, key))
    x, y = x * pow(z, P - 2, P) % P, y * pow(z, P - 2, P) % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


def key_of(line: str) -> Key:
    """Return (name, key id, type, public key) of the line of a public key (C2SP signed-note)."""
    name, key_id, content = line.strip().split("+", 2)
    decoded = base64.b64decode(content, validate=True)
    found = hashlib.sha256(name.encode() + b"\n" + decoded).digest()[:4]
    if found.hex() != key_id or len(decoded) != 33 or decoded[0] not in {ED25519, COSIGNED}:  # noqa: PLR2004
        raise ValueError(line)
    return name, found, decoded[0], decoded[1:]


def text_of(note: str, keys: list[Key]) -> str | None:
    """Return the text of a note that one of the keys signed and none of them disowns, or None."""
    text, good = note.rpartition("\n\n")[0] + "\n", False
    lines = note[len(text) + 1 :].splitlines()
    for line in lines if len(lines) <= SIGNATURES else []:
        dash, name, content = line.split(" ")
        decoded = base64.b64decode(content, validate=True)
        for _, _, kind, public in [key for key in keys if ("—", *key[:2]) == (dash, name, decoded[:4])]:
            message, signature = text, decoded[4:]
            if kind == COSIGNED:
                seconds, signature = int.from_bytes(signature[:8], "big"), signature[8:]
                message = f"cosignature/v1\ntime {seconds}\n{text}"
            if not is_signed(public, message.encode(), signature):
                return None
            good = good or kind == ED25519
    return text if good else None


def checkpoint_of(note: str, keys: list[Key]) -> tuple[str, int, bytes] | None:
    """Return (origin, size, root) of a signed checkpoint, or None."""
    origin, size, root, rest = (text_of(note, keys) or "\n0\n\n-").split("\n", 3)
    decoded = base64.b64decode(root, validate=True)
    return None if rest or len(decoded) != SIZE else (origin, int(size), decoded)


def encoded(part: list[list[list[Any]]]) -> bytes:
    """Return the bytes of one part of a record."""
    return b"".join(b"%d;" % len(rows) + b"".join(field_of(v) for row in rows for v in row) for rows in part)


def field_of(value: str | int | None) -> bytes:
    """Return the bytes of one value: its length, a colon, its text; or a dash for nothing."""
    text = str(value).encode("utf-8", "surrogatepass")
    return b"-" if value is None else b"%d:%b" % (len(text), text)


class Verifier:
    """Reads about one log line by line; keeps the tree's right edge, the heads still to be met, and the faults."""

    def __init__(self, origin: str, keys: list[Key], edge: tuple[bytes, ...] = ()) -> None:
        """Begin with the leaves of an edge, as a rule none."""
        self.origin, self.keys, self.edge = origin, keys, list(edge)
        self.heads: dict[int, bytes] = {}
        self.erased, self.texts = set[int](), set[str]()
        self.faults, self.shown = list[str](), list[str]()
        self.size = self.signed = 0

    def hash(self, content: bytes) -> bytes:
        """Return the hash of this log: its name says which."""
        return hashlib.new("sm3" if self.origin.endswith("/sm3") else "sha256", content).digest()

    def node(self, left: bytes, right: bytes) -> bytes:
        """Return the hash of an inner node; nothing where a half is no hash: a path's parts could be shifted else."""
        return self.hash(b"\x01" + left + right) if len(left) == len(right) == SIZE else b""

    def root(self) -> bytes:
        """Return the root of all leaves so far."""
        return reduce(lambda root, left: self.node(left, root), reversed(self.edge or [self.hash(b"")]))

    def leaf_of(self, item: dict[str, Any], *, erased: bool) -> bytes:
        """Work out the leaf of a record; without its salt and its people only where they were erased."""
        books, people, stored = item["books"], item["people"], bytes.fromhex(item["commitment"])
        salt = bytes.fromhex(item["salt"] or "")
        sections = zip([*books, *(people or [])], WIDTHS, strict=False)
        whole = all(type(row) is list and len(row) == width for rows, width in sections for row in rows)
        named = all(row[1] == item["transfer"] for rows in books[:1] for row in rows)
        allowed = erased and item["salt"] is None if people is None else len(salt) == SIZE
        commitment = stored if people is None else self.hash(b"\x03" + salt + encoded(people))
        if not (whole and named and allowed) or (item["version"], commitment) != (1, stored):
            return b""
        return self.hash(b"\x00timebank-entry/1\n" + self.hash(b"\x02" + encoded(books)) + commitment)

    def included(self, leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
        """Return the root to which a leaf leads along its path."""
        if size == 1:
            return leaf if not path and index == 0 else b""
        middle, path, last = 1 << ((size - 1).bit_length() - 1), path[:-1], b"".join(path[-1:])
        if index < middle:
            return self.node(self.included(leaf, index, middle, path), last)
        return self.node(last, self.included(leaf, index - middle, size - middle, path))

    def grown(self, old: int, size: int, path: list[bytes], known: bytes) -> tuple[bytes, bytes]:
        """Return the roots of the old and the new tree to which a path leads; the old root, while it is a subtree."""
        if old == size:
            root = b"".join([known, *path]) if len(path) == (not known) else b""
            return root, root
        middle, path, last = 1 << ((size - 1).bit_length() - 1), path[:-1], b"".join(path[-1:])
        if old <= middle:
            was, now = self.grown(old, middle, path, known)
            return was, self.node(now, last)
        was, now = self.grown(old - middle, size - middle, path, b"")
        return self.node(last, was), self.node(last, now)

    def fault(self, code: str, *what: object) -> None:
        """Note what does not agree."""
        self.faults.append("✘ " + FAULTS[code].format(*what, *what))

    def keep(self, note: str) -> None:
        """Take a head that was kept elsewhere."""
        head = checkpoint_of(note, self.keys)
        if head is None or head[0] != self.origin or self.heads.setdefault(head[1], head[2]) != head[2]:
            self.fault("kept")

    def read(self, lines: TextIO) -> None:
        """Read the lines of an export below its first."""
        last: dict[str, Any] = {}
        for last in map(READ, lines):
            if "leaf" in last:
                self.leaf(last)
            elif "checkpoint" in last:
                self.checkpoint(last["checkpoint"])
            elif "erasure" in last:
                self.erasure(last["erasure"])
            elif "rule_file" in last:
                digest = hashlib.sha256(last["text"].encode()).hexdigest()
                self.texts |= {"sha256:" + digest} & {last["rule_file"]}
        if {last.get("end"), self.signed} != {self.size} or not self.size:
            self.fault("end", self.signed)
        if self.heads:
            self.fault("short", self.size)

    def leaf(self, item: dict[str, Any]) -> None:
        """Work out a leaf from the business rows, compare it with what was sealed, add that to the tree."""
        sealed, where = bytes.fromhex(item["sealed"]), f"{item['leaf']} ({item['transfer']})"
        if item["leaf"] != self.size:
            self.fault("order", self.size, where)
        elif not item["books"] or self.leaf_of(item, erased=self.size in self.erased) != sealed:
            self.fault("changed" if item["books"] else "gone", where)
        elif {row[0] for row in item["books"][RULE_FILES]} - self.texts:
            self.fault("rules", where)
        left, self.size = self.size, self.size + 1
        while left & 1:
            sealed, left = self.node(self.edge.pop(), sealed), left >> 1
        self.edge.append(sealed)
        if self.size in self.heads and self.heads.pop(self.size) != self.root():
            self.fault("head", self.size - 1)

    def checkpoint(self, note: str) -> None:
        """Compare a signed head with the leaves before it."""
        head = checkpoint_of(note, self.keys)
        if head != (self.origin, self.size, self.root()):
            self.fault("root" if head else "key", f"{self.signed}–{self.size - 1}")
        self.signed = self.size

    def erasure(self, note: str) -> None:
        """Take note of leaves whose people may no longer be shown."""
        first, _, rest = (text_of(note, self.keys) or "").partition("\n")
        mine = first == f"{self.origin} erasure"
        self.erased.update(map(int, rest.split())) if mine else self.fault("erasure")

    def proof(self, proof: dict[str, Any]) -> None:
        """Test a single proof: that a leaf stands in the tree, or that a tree grew from an older one."""
        origin, size, root = checkpoint_of(proof["checkpoint"], self.keys) or ("", 0, b"")
        path, roots, self.size = [bytes.fromhex(part) for part in proof["path"]], {size: root}, size
        if "leaf" in proof:
            leaf, index = self.leaf_of(proof["leaf"], erased=True), proof["leaf"]["leaf"]
            good = 0 <= index < size and leaf and self.included(leaf, index, size, path) == root
            self.shown.append(f"✔ 第 {index} 叶 · leaf {index}: {proof['leaf']['books'][:2]}")
        else:
            old = proof["old"]["size"]
            was = roots[old] = bytes.fromhex(proof["old"]["root"])
            good = 0 < old <= size and self.grown(old, size, path, was) == (was, root)
        if not (good and origin == self.origin):
            self.fault("proof")
        if self.heads.items() - roots.items():
            self.fault("kept")


def readable(line: str) -> str:
    """Return a line without what would steer the terminal or what it cannot show: an export may come from anybody."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in line)
    return shown.encode(sys.stdout.encoding or "utf-8", "replace").decode(sys.stdout.encoding or "utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Verify a file, say what came of it, and return the exit code."""
    parser = argparse.ArgumentParser(description="校验封存导出或证明 · verify an export or a proof")
    parser.add_argument("file", type=Path)
    parser.add_argument("--key", action="append", required=True, help="公钥 · a public key: name+id+base64")
    parser.add_argument("--head", action="append", default=[], type=Path, help="留存的检查点 · a kept one")
    given = parser.parse_args(arguments)
    try:
        with given.file.open(encoding="utf-8") as lines:
            first = next(lines, "")
            header = READ(first if first.startswith('{"format"') else first + lines.read())
            log = Verifier(header["origin"], [key_of(line) for line in given.key])
            for file in given.head:
                log.keep(file.read_text(encoding="utf-8"))
            is_proof = {"timebank-proof/1": True, "timebank-evidence/1": False}[header["format"]]
            log.proof(header) if is_proof else log.read(lines)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        print(readable(f"读不懂 · cannot be read: {type(error).__name__}: {error}"[:200]), file=sys.stderr)  # noqa: T201
        return 2
    said = f"{log.origin}: {log.size} 叶 · leaves, {len(log.erased)} 已抹除 · erased, {len(log.faults)} 处不符 · faults"
    print("\n".join(map(readable, [*(log.faults[:SHOWN] or log.shown), said])))  # noqa: T201
    return 1 if log.faults else 0


if __name__ == "__main__":
    sys.exit(main())
