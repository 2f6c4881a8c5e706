"""What each relation is called, for people: the kin is this member's …."""

from __future__ import annotations

from collections.abc import Mapping

from timebank.domain.member import Relation
from timebank.domain.words import Words

RELATION_WORDS: Mapping[Relation, Words] = {
    Relation.PARENT: Words("父母", "parent"),
    Relation.CHILD: Words("子女", "child"),
    Relation.GRANDPARENT: Words("祖父母、外祖父母", "grandparent"),
    Relation.GRANDCHILD: Words("孙子女、外孙子女", "grandchild"),
    Relation.SPOUSE: Words("配偶", "spouse"),
    Relation.SIBLING: Words("兄弟姐妹", "sibling"),
    Relation.SPOUSE_PARENT: Words("配偶的父母", "spouse's parent"),
    Relation.CHILD_SPOUSE: Words("子女的配偶", "child's spouse"),
    Relation.GUARDIAN: Words("监护人", "guardian"),
    Relation.WARD: Words("被监护人", "ward"),
    Relation.FRIEND: Words("朋友", "friend"),
    Relation.NEIGHBOUR: Words("邻居", "neighbour"),
}
