"""Signed notes: a text, an empty line, and the lines of those who signed it (C2SP signed-note).

timebank.example.org/city
1200
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— timebank.example.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5…
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words
from timebank.evidence.signer import ED25519, Signer

COSIGNED = b"\x04"
_DASH = "—"
_PUBLIC, _KEY_ID = 32, 4


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key that everybody may know: ``name+key id+base64``.

    Attributes:
        name: whose it is.
        kind: how it signs: the type byte of C2SP signed-note.
        public: the key itself.
    """

    name: str
    kind: bytes
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Return the four bytes by which signatures name their key."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.public).digest()[:_KEY_ID]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(self.kind + self.public).decode()}"

    @classmethod
    def read(cls, text: str) -> VerifierKey:
        """Return the key a text states.

        Raises:
            BadInput: it states none.
        """
        try:
            name, _, content = text.strip().split("+", 2)
            decoded = base64.b64decode(content, validate=True)
        except ValueError:
            name, decoded = "", b""
        key = cls(name, decoded[:1], decoded[1:])
        if not name or str(key) != text.strip() or len(key.public) != _PUBLIC or key.kind not in _CHECKS:
            zh = f"“{text.strip()}”不是公钥：应为“名称+编号+base64”一行，照签发者给出的原样抄写。"
            en = f"“{text.strip()}” is no public key: it is one line, name+id+base64, exactly as its owner gave it."
            raise BadInput(Words(zh, en), "bad_key")
        return key

    @classmethod
    def of_log(cls, text: str) -> VerifierKey:
        """Return the key of a log that a text states.

        Raises:
            BadInput: it states none, or that of a witness, who signs that a log grew and never for the log.
        """
        key = cls.read(text)
        if key.kind == COSIGNED:
            zh = f"“{key}”是见证人的公钥；这里要账本的公钥，由账本的运行单位当面给出。"
            en = f"“{key}” is the key of a witness; the log's own is asked for here, given by whoever runs the log."
            raise BadInput(Words(zh, en), "witness_key")
        return key


def key_of(signer: Signer) -> VerifierKey:
    """Return the public key of a signer of notes."""
    return VerifierKey(signer.name, signer.kind, signer.public)


def witness_key_of(signer: Signer) -> VerifierKey:
    """Return the public key of a signer who witnesses."""
    return VerifierKey(signer.name, COSIGNED, signer.public)


def signed(text: str, signer: Signer) -> str:
    """Return a text with one signature."""
    return f"{text}\n{_line(key_of(signer), signer.sign(text.encode()))}"


def cosigned(note: str, signer: Signer, seconds: int) -> str:
    """Return a note with a witness's line added (C2SP cosignature/v1): at that second since 1970 it was consistent."""
    text, _ = _parted(note)
    signature = signer.sign(_witnessed(text, seconds))
    return note + _line(witness_key_of(signer), seconds.to_bytes(8, "big") + signature)


def opened(note: str, keys: Iterable[VerifierKey]) -> tuple[str, list[str]]:
    """Return the text of a note and the names of the known keys that signed it.

    Raises:
        BadInput: it is no note, a known key's signature is wrong, or none of the keys signed it.
    """
    text, lines = _parted(note)
    known: Mapping[tuple[str, bytes], VerifierKey] = {(key.name, key.key_id): key for key in keys}
    names: list[str] = []
    for name, content in lines:
        key = known.get((name, content[:_KEY_ID]))
        if key is None:
            continue
        if not _CHECKS[key.kind](key.public, text, content[_KEY_ID:]):
            zh = f"{name} 的签名不对：文字被改过，或签名的不是这把钥匙。"
            en = f"The signature of {name} is wrong: the text was changed, or another key signed it."
            raise BadInput(Words(zh, en), "bad_signature")
        names.append(name)
    if not names:
        who = "、".join(sorted(name for name, _ in lines)) or "—"
        zh = f"没有可信的签名：签名的是 {who}，不在信任的公钥之中。可能换过钥匙。"
        en = f"No trusted signature: {who} signed with a key that is not trusted here. The key may have been swapped."
        raise BadInput(Words(zh, en), "untrusted_key")
    return text, names


def _parted(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    text, _, below = note.rpartition("\n\n")
    lines = [_read(line) for line in below.splitlines()]
    if not (text and lines and all(content for _, content in lines) and below.endswith("\n")):
        zh = "这不是签名的文字：缺少签名行，或格式不对。"
        en = "This is no signed note: its lines of signature are missing or malformed."
        raise BadInput(Words(zh, en), "no_note")
    return text + "\n", lines


def _read(line: str) -> tuple[str, bytes]:
    """Return the name on a line of signature, and key id and signature; nothing where it is no such line."""
    dash, _, rest = line.partition(" ")
    name, _, content = rest.partition(" ")
    try:
        decoded = base64.b64decode(content, validate=True)
    except binascii.Error:
        return name, b""
    return name, decoded if dash == _DASH and name and len(decoded) > _KEY_ID else b""


def _line(key: VerifierKey, signature: bytes) -> str:
    return f"{_DASH} {key.name} {base64.b64encode(key.key_id + signature).decode()}\n"


def _witnessed(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _is_signed(public: bytes, text: str, signature: bytes) -> bool:
    return _is_ed25519(public, text.encode(), signature)


def _is_cosigned(public: bytes, text: str, signature: bytes) -> bool:
    return _is_ed25519(public, _witnessed(text, int.from_bytes(signature[:8], "big")), signature[8:])


def _is_ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


_CHECKS: Mapping[bytes, Callable[[bytes, str, bytes], bool]] = {ED25519: _is_signed, COSIGNED: _is_cosigned}
