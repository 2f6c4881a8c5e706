"""The Merkle tree of RFC 6962: a tree that only grows, and its two proofs.

A tree is never held whole. Growing it needs its right edge alone; a proof is the roots of a few ranges of leaves,
each read once from wherever the leaves are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from timebank.evidence.digest import SIZE, Digest

Range = tuple[int, int]
Leaves = Callable[[int, int], Iterable[bytes]]


class Tree:
    """A tree that leaves are added to.

    Attributes:
        size: how many leaves it has.
        edge: roots of the full subtrees it consists of, the largest first: all that growing needs.
    """

    def __init__(self, digest: Digest, size: int = 0, edge: Iterable[bytes] = ()) -> None:
        self.digest, self.size, self.edge = digest, size, list(edge)
        if len(self.edge) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has no edge of {len(self.edge)} hashes")

    def add(self, leaf: bytes) -> None:
        """Add the hash of a leaf."""
        edge, node, left = self.edge, self.digest.node, self.size
        while left & 1:
            leaf = node(edge.pop(), leaf)
            left >>= 1
        edge.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Return the root: the hash of nothing where there are no leaves."""
        if not self.edge:
            return self.digest.of(b"")
        *others, root = self.edge
        for left in reversed(others):
            root = self.digest.node(left, root)
        return root

    def copy(self) -> Tree:
        """Return a tree of the same leaves that grows by itself."""
        return Tree(self.digest, self.size, self.edge)


def root_of(digest: Digest, leaves: Iterable[bytes]) -> bytes:
    """Return the root over hashes of leaves."""
    tree = Tree(digest)
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def inclusion_proof(digest: Digest, leaves: Leaves, index: int, size: int) -> list[bytes]:
    """Return the proof that a leaf is the one at an index of a tree, ``leaves(start, end)`` giving its hashes."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has none at {index}")
    return [root_of(digest, leaves(*part)) for part in _path(index, 0, size)]


def consistency_proof(digest: Digest, leaves: Leaves, old: int, new: int) -> list[bytes]:
    """Return the proof that a tree of ``new`` leaves begins with the ``old`` ones."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves does not contain one of {old}")
    if old == 0:
        return []
    return [root_of(digest, leaves(*part)) for part in _subproof(old, 0, new, known=True)]


def _split(start: int, end: int) -> int:
    """Return where a range of two leaves or more parts: after the largest power of two below its length."""
    return start + (1 << ((end - start - 1).bit_length() - 1))


def _path(index: int, start: int, end: int) -> Iterator[Range]:
    if end - start == 1:
        return
    middle = _split(start, end)
    if index < middle:
        yield from _path(index, start, middle)
        yield middle, end
    else:
        yield from _path(index, middle, end)
        yield start, middle


def _subproof(old: int, start: int, end: int, *, known: bool) -> Iterator[Range]:
    if old == end:
        if not known:
            yield start, end
        return
    middle = _split(start, end)
    if old <= middle:
        yield from _subproof(old, start, middle, known=known)
        yield middle, end
    else:
        yield from _subproof(old, middle, end, known=False)
        yield start, middle


def proves_inclusion(
    digest: Digest, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Say whether a proof shows that the leaf stands at an index of the tree of that size and root."""
    if not 0 <= index < size or not _are_hashes(leaf, root, *proof):
        return False
    here, last, found = index, size - 1, leaf
    for part in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = digest.node(part, found)
            here, last = _climb(here, last)
        else:
            found = digest.node(found, part)
        here, last = here >> 1, last >> 1
    return last == 0 and found == root


def proves_consistency(
    digest: Digest, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Say whether a proof shows that the new tree begins with all leaves of the old one."""
    if not 0 <= old <= new or not _are_hashes(old_root, new_root, *proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == digest.of(b"")
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    was = now = path[0]
    for part in path[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            was, now = digest.node(part, was), digest.node(part, now)
            here, last = _climb(here, last)
        else:
            now = digest.node(now, part)
        here, last = here >> 1, last >> 1
    return last == 0 and was == old_root and now == new_root


def _are_hashes(*parts: bytes) -> bool:
    """Say whether every part is as long as a hash: of parts of other lengths, what one lacks another could hold."""
    return all(len(part) == SIZE for part in parts)


def _climb(here: int, last: int) -> Range:
    """Skip the levels on which a node at the right edge has no sister."""
    while here and not here & 1:
        here, last = here >> 1, last >> 1
    return here, last
