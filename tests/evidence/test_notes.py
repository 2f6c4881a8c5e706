"""Signatures are RFC 8032's and notes are C2SP's, in the bank and in the offline verifier alike."""

import stat

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evidence.published import NOTE, NOTE_KEY, NOTE_SECRET, NOTE_TEXT, RFC_8032
from timebank.domain.refusal import BadInput
from timebank.evidence import offline_verifier as offline
from timebank.evidence.checkpoint import Checkpoint, digest_of, origin_of
from timebank.evidence.digest import Digest
from timebank.evidence.notes import VerifierKey, cosigned, key_of, opened, signed, witness_key_of
from timebank.evidence.signer import Ed25519Signer, make_key

LOG = Ed25519Signer("bank.example.org", bytes(range(32)))
OTHER = Ed25519Signer("bank.example.org", bytes(32))
WITNESS = Ed25519Signer("audit.example.org", b"w" * 32)
HEAD = Checkpoint("bank.example.org/yunzhou", 12, bytes(32))
VECTORS = pytest.mark.parametrize("vector", RFC_8032.values(), ids=list(RFC_8032))


@VECTORS
def test_the_published_signatures_are_made_and_accepted(vector):
    signer = Ed25519Signer("test", vector.secret)

    assert (signer.public, signer.sign(vector.message)) == (vector.public, vector.signature)
    assert offline.is_signed(vector.public, vector.message, vector.signature)


@VECTORS
def test_a_published_signature_with_one_bit_turned_is_refused(vector):
    for place in (0, 31, 32, 63):
        turned = bytearray(vector.signature)
        turned[place] ^= 1

        assert not offline.is_signed(vector.public, vector.message, bytes(turned))
    assert not offline.is_signed(vector.public, vector.message + b"x", vector.signature)


def test_a_signature_with_a_larger_number_of_the_same_meaning_is_refused():
    vector = RFC_8032["TEST 2"]
    larger = int.from_bytes(vector.signature[32:], "little") + offline.ORDER
    signature = vector.signature[:32] + larger.to_bytes(32, "little")

    assert not offline.is_signed(vector.public, vector.message, signature)


@settings(max_examples=20)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200))
def test_the_offline_verifier_accepts_what_the_library_signs(seed, message):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)

    assert offline.is_signed(public, message, signature)
    assert not offline.is_signed(public, message + b"\x00", signature)


def test_the_published_note_is_made_byte_for_byte(tmp_path):
    file = tmp_path / "key"
    file.write_text(NOTE_SECRET + "\n", encoding="utf-8")
    signer = Ed25519Signer.read(file)

    assert str(key_of(signer)) == NOTE_KEY
    assert signed(NOTE_TEXT, signer) == NOTE
    assert opened(NOTE, [VerifierKey.read(NOTE_KEY)]) == (NOTE_TEXT, ["PeterNeumann"])
    assert offline.text_of(NOTE, [offline.key_of(NOTE_KEY)]) == NOTE_TEXT


def test_a_checkpoint_is_read_back_with_its_key():
    note = signed(HEAD.text(), LOG)

    assert Checkpoint.read(note, [key_of(LOG)]) == HEAD
    assert offline.checkpoint_of(note, [offline.key_of(str(key_of(LOG)))]) == (HEAD.origin, 12, bytes(32))


def test_another_key_of_the_same_name_is_not_trusted():
    note = signed(HEAD.text(), OTHER)

    with pytest.raises(BadInput, match="换过钥匙"):
        Checkpoint.read(note, [key_of(LOG)])
    assert offline.checkpoint_of(note, [offline.key_of(str(key_of(LOG)))]) is None


def test_a_changed_text_is_noticed():
    note = signed(HEAD.text(), LOG).replace("\n12\n", "\n13\n")

    with pytest.raises(BadInput, match="文字被改过"):
        Checkpoint.read(note, [key_of(LOG)])
    assert offline.checkpoint_of(note, [offline.key_of(str(key_of(LOG)))]) is None


@pytest.mark.parametrize(
    "text", ["a\n1\n", "a\n-1\n" + "A" * 43 + "=\n", HEAD.text() + "more\n", "a\nx\ny\n"]
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(text):
    with pytest.raises(BadInput, match="不是检查点"):
        Checkpoint.read(signed(text, LOG), [key_of(LOG)])


def test_a_witness_adds_a_line_with_its_time():
    note = cosigned(signed(HEAD.text(), LOG), WITNESS, 1_772_000_000)
    keys = [key_of(LOG), witness_key_of(WITNESS)]

    assert opened(note, keys) == (HEAD.text(), ["bank.example.org", "audit.example.org"])
    assert offline.text_of(note, [offline.key_of(str(key)) for key in keys]) == HEAD.text()


def test_a_witness_alone_does_not_sign_for_the_log():
    note = cosigned(signed(HEAD.text(), OTHER), WITNESS, 1_772_000_000)

    assert offline.text_of(note, [offline.key_of(str(witness_key_of(WITNESS)))]) is None


def test_a_key_file_is_its_owners_alone_and_never_overwritten(tmp_path):
    file = tmp_path / "evidence.key"
    made = make_key(file, "bank.example.org")

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Ed25519Signer.read(file).public == made.public
    with pytest.raises(BadInput, match="从不覆盖"):
        make_key(file, "bank.example.org")


@pytest.mark.parametrize("name", ["", "two words", "a+b"])
def test_a_key_needs_a_name_that_a_note_can_carry(tmp_path, name):
    with pytest.raises(BadInput, match="名称"):
        make_key(tmp_path / "key", name)


@pytest.mark.parametrize("content", ["", "nonsense", NOTE_SECRET.replace("c74f", "c74e"), NOTE_SECRET[:-4]])
def test_a_broken_key_file_is_told_without_showing_it(tmp_path, content):
    file = tmp_path / "key"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(BadInput, match="读不到签名钥匙") as said:
        Ed25519Signer.read(file)
    assert not content or content not in str(said.value)


@pytest.mark.parametrize("line", ["", "a+b", NOTE_KEY[:-4], NOTE_KEY.replace("c74f", "c74e"), NOTE_SECRET])
def test_what_is_no_public_key_is_refused(line):
    with pytest.raises(BadInput, match="不是公钥"):
        VerifierKey.read(line)
    with pytest.raises(ValueError, match=r".*"):
        offline.key_of(line)


def test_the_key_of_a_witness_is_not_taken_for_that_of_a_log():
    witness = str(witness_key_of(Ed25519Signer("witness.example.org", bytes(32))))
    assert VerifierKey.of_log(NOTE_KEY) == VerifierKey.read(NOTE_KEY)

    with pytest.raises(BadInput, match="见证人的公钥") as said:
        VerifierKey.of_log(witness)

    assert said.value.code == "witness_key"


@pytest.mark.parametrize("digest", ["sha256", "sm3"])
def test_the_name_of_a_log_tells_its_digest(digest):
    assert digest_of(origin_of("bank.example.org", "yunzhou", Digest(digest))).name == digest


def test_an_unknown_digest_is_refused():
    with pytest.raises(BadInput, match="md5"):
        Digest("md5")
