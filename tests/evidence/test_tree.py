"""The tree is RFC 6962's, in the bank and in the offline verifier alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.published import CT_CONSISTENCY, CT_ENTRIES, CT_INCLUSION, CT_ROOTS
from timebank.evidence.digest import Digest
from timebank.evidence.offline_verifier import Verifier
from timebank.evidence.tree import (
    Tree,
    consistency_proof,
    inclusion_proof,
    proves_consistency,
    proves_inclusion,
    root_of,
)

SHA = Digest("sha256")
CT = [SHA.leaf(entry) for entry in CT_ENTRIES]
MANY = [SHA.leaf(bytes([number])) for number in range(70)]
ROOTS = [root_of(SHA, MANY[:size]) for size in range(len(MANY) + 1)]
OFFLINE = Verifier("bank/city", [])
SIZES = st.integers(1, len(MANY))


def from_list(leaves):
    return lambda start, end: leaves[start:end]


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots_are_reached(size):
    tree = Tree(SHA)
    for leaf in CT[:size]:
        tree.add(leaf)

    assert tree.root() == CT_ROOTS[size]
    assert Verifier("bank/city", [], tuple(tree.edge)).root() == CT_ROOTS[size]


@pytest.mark.parametrize(("where", "proof"), CT_INCLUSION.items(), ids=str)
def test_the_published_proofs_of_inclusion_are_made_and_accepted(where, proof):
    index, size = where

    assert inclusion_proof(SHA, from_list(CT), index, size) == proof
    assert proves_inclusion(SHA, CT[index], index, size, proof, CT_ROOTS[size])
    assert OFFLINE.included(CT[index], index, size, proof) == CT_ROOTS[size]


@pytest.mark.parametrize(("sizes", "proof"), CT_CONSISTENCY.items(), ids=str)
def test_the_published_proofs_of_consistency_are_made_and_accepted(sizes, proof):
    old, new = sizes

    assert consistency_proof(SHA, from_list(CT), old, new) == proof
    assert proves_consistency(SHA, old, new, CT_ROOTS[old], CT_ROOTS[new], proof)
    assert OFFLINE.grown(old, new, proof, CT_ROOTS[old]) == (CT_ROOTS[old], CT_ROOTS[new])


@given(size=SIZES, data=st.data())
def test_every_leaf_is_proved_and_no_other_place_is(size, data):
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(-1, size))
    proof = inclusion_proof(SHA, from_list(MANY), index, size)

    assert proves_inclusion(SHA, MANY[index], index, size, proof, ROOTS[size])
    assert OFFLINE.included(MANY[index], index, size, proof) == ROOTS[size]
    assert proves_inclusion(SHA, MANY[index], other, size, proof, ROOTS[size]) is (other == index)


@given(first=SIZES, second=SIZES)
def test_every_growth_is_proved_and_no_shrinking(first, second):
    old, new = sorted((first, second))
    proof = consistency_proof(SHA, from_list(MANY), old, new)

    assert proves_consistency(SHA, old, new, ROOTS[old], ROOTS[new], proof)
    assert OFFLINE.grown(old, new, proof, ROOTS[old]) == (ROOTS[old], ROOTS[new])
    assert old == new or not proves_consistency(SHA, new, old, ROOTS[new], ROOTS[old], proof)


@given(first=SIZES, second=SIZES, data=st.data())
def test_a_proof_of_growth_with_anything_changed_is_refused(first, second, data):
    old, new = sorted((first, second))
    proof = consistency_proof(SHA, from_list(MANY), old, new)
    changed = data.draw(st.sampled_from(list(mangled(proof))))

    assert not proves_consistency(SHA, old, new, ROOTS[old], ROOTS[new], changed)
    assert OFFLINE.grown(old, new, changed, ROOTS[old]) != (ROOTS[old], ROOTS[new])


@given(size=SIZES, data=st.data())
def test_a_proof_of_inclusion_with_anything_changed_is_refused(size, data):
    index = data.draw(st.integers(0, size - 1))
    changed = data.draw(st.sampled_from(list(mangled(inclusion_proof(SHA, from_list(MANY), index, size)))))

    assert not proves_inclusion(SHA, MANY[index], index, size, changed, ROOTS[size])
    assert OFFLINE.included(MANY[index], index, size, changed) != ROOTS[size]


def mangled(proof):
    """Yield what somebody might make of a proof: one part more, one less, one bit turned, parts joined or split."""
    for place in range(len(proof) + 1):
        for extra in (SHA.of(b"extra"), b""):
            yield [*proof[:place], extra, *proof[place:]]
    for place, part in enumerate(proof):
        before, after = proof[:place], proof[place + 1 :]
        yield before + after
        yield [*before, bytes([part[0] ^ 8]) + part[1:], *after]
        for cut in (1, len(part) // 2):
            yield [*before, part[:cut], part[cut:], *after]
        for joined in [part + after[0], after[0] + part] if after else []:
            yield [*before, joined, *after[1:]]
            yield [b"", *before, joined, *after[1:]]
            yield [*before, b"", joined, *after[1:]]
            yield [*before, joined, b"", *after[1:]]


@given(size=st.integers(2, len(MANY)), data=st.data())
def test_a_path_that_carries_both_halves_of_a_node_proves_no_leaf_at_all(size, data):
    index = data.draw(st.integers(0, size - 1))
    sister, *above = inclusion_proof(SHA, from_list(MANY), index, size)
    for halves in (MANY[index] + sister, sister + MANY[index]):
        forged = [b"", halves, *above]

        assert OFFLINE.included(SHA.leaf(b"forged"), index, size, forged) != ROOTS[size]
        assert not proves_inclusion(SHA, SHA.leaf(b"forged"), index, size, forged, ROOTS[size])


def test_growth_into_what_is_no_tree_is_refused():
    left, junk = SHA.node(MANY[0], MANY[1]), b"anything at all"
    forged = SHA.of(b"\x01" + left + MANY[2] + SHA.of(b"\x01" + junk))
    path = [b"", junk, left + MANY[2]]

    assert not proves_consistency(SHA, 3, 4, ROOTS[3], forged, path)
    assert OFFLINE.grown(3, 4, path, ROOTS[3]) != (ROOTS[3], forged)


@given(size=st.integers(0, 70), more=st.integers(0, 70))
def test_a_tree_grows_from_its_edge_alone(size, more):
    whole, more = Tree(SHA), min(more, len(MANY) - size)
    for leaf in MANY[:size]:
        whole.add(leaf)
    grown = Tree(SHA, size, whole.edge)
    for leaf in MANY[size : size + more]:
        grown.add(leaf)

    assert grown.root() == ROOTS[size + more]


def test_sm3_takes_the_place_of_sha256():
    sm3 = Digest("sm3")
    leaves = [sm3.leaf(entry) for entry in CT_ENTRIES]
    offline = Verifier("bank/city/sm3", [])
    root = root_of(sm3, leaves)

    assert sm3.of(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert offline.included(leaves[5], 5, 8, inclusion_proof(sm3, from_list(leaves), 5, 8)) == root
    assert root != CT_ROOTS[8]
