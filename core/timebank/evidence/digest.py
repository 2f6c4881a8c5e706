"""The hash functions a log may be built with, and the tree's two ways to use them (RFC 6962 §2.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words

SIZE = 32
_MAKERS: dict[str, Callable[..., Any]] = {"sha256": hashlib.sha256, "sm3": partial(hashlib.new, "sm3")}


class Digest:
    """One hash function, by name.

    Attributes:
        name: ``sha256`` or ``sm3``.
        new: makes a hash object of the standard library from bytes.

    Raises:
        BadInput: no such function, or this machine's OpenSSL lacks it.
    """

    def __init__(self, name: str) -> None:
        try:
            self.name, self.new = name, _MAKERS[name]
            self.new(b"")
        except (KeyError, ValueError) as error:
            zh = f"散列算法“{name}”用不了：可选 {'、'.join(_MAKERS)}；sm3 需要本机的 OpenSSL 支持。"
            en = f"The digest “{name}” cannot be used: choose {' or '.join(_MAKERS)}; sm3 needs an OpenSSL that has it."
            raise BadInput(Words(zh, en), "no_digest") from error

    def of(self, content: bytes) -> bytes:
        """Return the plain hash, 32 bytes."""
        value: bytes = self.new(content).digest()
        return value

    def leaf(self, entry: bytes) -> bytes:
        """Return the hash of a leaf."""
        return self.of(b"\x00" + entry)

    def node(self, left: bytes, right: bytes) -> bytes:
        """Return the hash of an inner node."""
        return self.of(b"\x01" + left + right)
