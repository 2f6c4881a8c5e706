"""Who signs: a key in a file outside the database. A key in a security module is another class of the same shape."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words
from timebank.evidence.private_file import new_private_file

ED25519 = b"\x01"
_PRIVATE = "PRIVATE+KEY+"


class Signer(Protocol):
    """Signs notes.

    Attributes:
        name: whose key it is: a name without spaces and ``+``, best an address such as ``timebank.example.org``.
        kind: the type byte of C2SP signed-note that says how it signs.
        public: the public key.
    """

    name: str
    kind: bytes
    public: bytes

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message."""


class Ed25519Signer:
    """A key of Ed25519 (RFC 8032), read from one line of text as the note tools of Go write it."""

    kind = ED25519

    def __init__(self, name: str, seed: bytes) -> None:
        self.name, self._seed = name, seed
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return the signature, 64 bytes."""
        return self._key.sign(message)

    def line(self) -> str:
        """Return the secret line that the file of the key holds."""
        key_id = hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]
        return f"{_PRIVATE}{self.name}+{key_id.hex()}+{base64.b64encode(ED25519 + self._seed).decode()}\n"

    @classmethod
    def read(cls, file: Path) -> Ed25519Signer:
        """Return the signer whose key a file holds.

        Raises:
            BadInput: the file cannot be read or holds no key; what it holds is never shown.
        """
        try:
            line = file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise _no_key(file, getattr(error, "strerror", None) or "不是文字 · no text") from error
        name, _, rest = line.removeprefix(_PRIVATE).partition("+")
        try:
            seed = base64.b64decode(rest.partition("+")[2], validate=True)[1:]
            signer = cls(name, seed)
        except ValueError as error:
            raise _no_key(file, "不是钥匙 · no key") from error
        if signer.line().strip() != line:
            raise _no_key(file, "钥匙被改动过 · the key was altered")
        return signer


def _no_key(file: Path, why: str) -> BadInput:
    zh = f"读不到签名钥匙 {file}：{why}。用 timebank evidence key 生成；钥匙文件只有一行，不可改动。"
    en = f"Cannot read a signing key from {file}: {why}. Make one with timebank evidence key; it is a single line."
    return BadInput(Words(zh, en), "no_key")


def make_key(file: Path, name: str) -> Ed25519Signer:
    """Make a new key in a new file that its owner alone may read.

    Raises:
        BadInput: the file is there already, cannot be written, or the name has spaces or ``+``.
    """
    if not name or "+" in name or any(letter.isspace() for letter in name):
        zh, en = (
            f"钥匙的名称“{name}”不能为空，也不能有空格和加号。",
            f"The name “{name}” may not be empty nor hold spaces or +.",
        )
        raise BadInput(Words(zh, en), "bad_key_name")
    signer = Ed25519Signer(name, os.urandom(32))
    with new_private_file(file) as out:
        out.write(signer.line())
    return signer
