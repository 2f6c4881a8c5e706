"""What a transfer hashes to never changes: the vectors are frozen, and two encoders agree on them."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.evidence import offline_verifier as offline
from timebank.evidence.digest import Digest
from timebank.evidence.entry import commitment_of, encoded, leaf_of, one_form, rules_named

VECTORS = json.loads((Path(__file__).parent / "vectors" / "entry_1.json").read_text(encoding="utf-8"))
VALUES = st.none() | st.integers(-(2**63), 2**63) | st.text()
PARTS = st.lists(st.lists(st.lists(VALUES, min_size=2, max_size=2), max_size=3), min_size=2, max_size=2)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["case"] for vector in VECTORS])
def test_the_bytes_of_version_one_are_what_they_were(vector):
    for part in ("books", "people"):
        assert encoded(vector[part]).hex() == vector[f"{part}_bytes"]
        assert offline.encoded(vector[part]).hex() == vector[f"{part}_bytes"]


@pytest.mark.parametrize("name", ["sha256", "sm3"])
@pytest.mark.parametrize("vector", VECTORS, ids=[vector["case"] for vector in VECTORS])
def test_the_leaves_of_version_one_are_what_they_were(vector, name):
    digest, expected = Digest(name), vector[name]
    commitment = commitment_of(digest, bytes.fromhex(vector["salt"]), vector["people"])
    log = offline.Verifier("bank/city" + ("/sm3" if name == "sm3" else ""), [])
    item = {**vector, "version": 1, "commitment": expected["commitment"], "transfer": None}
    for row in (row for rows in vector["books"][:1] for row in rows):
        item["transfer"] = row[1]

    assert commitment.hex() == expected["commitment"]
    assert leaf_of(digest, vector["books"], commitment).hex() == expected["leaf"]
    assert log.leaf_of(item, erased=False).hex() == expected["leaf"]


def test_no_two_vectors_share_a_leaf():
    leaves = [vector[name]["leaf"] for vector in VECTORS for name in ("sha256", "sm3")]

    assert len(set(leaves)) == 2 * len(VECTORS) == 18


@given(part=PARTS)
def test_the_two_encoders_agree(part):
    assert encoded(part) == offline.encoded(part)


@given(one=PARTS, other=PARTS)
def test_different_parts_have_different_bytes(one, other):
    assert (encoded(one) == encoded(other)) is (as_text(one) == as_text(other))


def as_text(part):
    """A number and the same digits as text are one value: a column is always either."""
    return [[[None if v is None else str(v) for v in row] for row in rows] for rows in part]


@given(people=PARTS)
def test_nothing_of_the_people_can_be_moved_into_the_salt(people):
    digest, salt = Digest("sha256"), bytes(32)
    longer = salt + encoded(people)

    assert commitment_of(digest, longer, []) not in {commitment_of(digest, salt, people), digest.of(b"")}
    assert commitment_of(digest, salt[1:], people) == b""


@given(value=JSON, indent=st.sampled_from([None, 2]), ascii_only=st.booleans())
def test_json_has_one_form_however_it_was_stored(value, indent, ascii_only):
    stored = json.dumps(value, indent=indent, ensure_ascii=ascii_only)

    form, read = one_form(stored)

    assert (form, value) == (one_form(json.dumps(value))[0], read)
    assert json.loads(form) == value
    assert one_form(form) == (form, value)


@pytest.mark.parametrize("text", ['{"minutes": 1.0}', '{"minutes": NaN}', "no json", '{"a":'])
def test_what_is_no_json_of_ours_stays_as_it_is(text):
    assert one_form(text) == (text, None)


@pytest.mark.parametrize(
    ("decision", "named"),
    [
        ({"rules": "b", "charge_rules": "a"}, ["a", "b"]),
        ({"rules": "a", "charge_rules": "a"}, ["a"]),
        ({"rules": 5}, []),
        ([], []),
        (None, []),
    ],
)
def test_a_decision_names_its_rule_files(decision, named):
    assert list(rules_named(decision)) == named
