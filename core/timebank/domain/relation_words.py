"""What each relation is called, for people: the kin is this member's …."""

from __future__ import annotations

from collections.abc import Mapping

from timebank.domain.member import Relation
from timebank.domain.words import Words

RELATION_WORDS: Mapping[Relation, Words] = {
    Relation.PARENT: Words("父母", "a parent"),
    Relation.CHILD: Words("子女", "a child"),
    Relation.GRANDPARENT: Words("祖父母", "a grandparent"),
    Relation.GRANDCHILD: Words("孙辈", "a grandchild"),
    Relation.SPOUSE: Words("配偶", "the spouse"),
    Relation.SIBLING: Words("兄弟姐妹", "a sibling"),
    Relation.SPOUSE_PARENT: Words("配偶的父母", "a parent of the spouse"),
    Relation.CHILD_SPOUSE: Words("子女的配偶", "the spouse of a child"),
    Relation.GUARDIAN: Words("监护人", "the guardian"),
    Relation.WARD: Words("被监护人", "a ward"),
    Relation.FRIEND: Words("朋友", "a friend"),
    Relation.NEIGHBOUR: Words("邻居", "a neighbour"),
}
