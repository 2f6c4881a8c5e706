"""Reading the management tree as it stood on a day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from timebank.domain.organisation import Organisation, Tree
from timebank.domain.refusal import missing
from timebank.domain.words import Words
from timebank.storage.organisation_rows import tree_on
from timebank.web.paging import paged
from timebank.web.reads import Asked, Reading

ORGANISATION = Words("组织", "organisation")


def organisations(asked: Asked) -> dict[str, Any]:
    """Return a page of the tree, in order of code."""
    tree = _tree(asked)
    after = asked.query.get("cursor", "")
    later = sorted(node_id for node_id in tree.nodes if node_id > after)
    return paged([tree.nodes[node_id] for node_id in later[: asked.many + 1]], asked.many, _node)


def organisation(asked: Asked) -> dict[str, Any]:
    """Return one organisation with what stands above it, nearest first, and the codes directly below."""
    tree, organisation_id = _tree(asked), asked.path["organisation_id"]
    path = tree.path(organisation_id)
    if not path:
        raise missing(ORGANISATION, organisation_id)
    node, *above = path
    below = [child.id for child in tree.children(organisation_id)]
    return {**_node(node), "above": [_node(one) for one in above], "below": below}


def with_below(tree: Tree, organisation_id: str) -> list[str]:
    """Return an organisation and everything below it.

    Raises:
        NotFound: it does not stand in the tree.
    """
    if organisation_id not in tree.nodes:
        raise missing(ORGANISATION, organisation_id)
    children: dict[str | None, list[str]] = {}
    for node in tree.nodes.values():
        children.setdefault(node.parent_id, []).append(node.id)
    found, waiting = [], [organisation_id]
    while waiting:
        found.append(waiting.pop())
        waiting.extend(children.get(found[-1], ()))
    return found


def _tree(asked: Asked) -> Tree:
    with asked.bank.reading() as connection:
        return tree_on(connection, asked.city.code, asked.day)


def _node(node: Organisation) -> dict[str, Any]:
    return {"id": node.id, "level": node.level, "name": node.name, "parent_id": node.parent_id}


ANSWERS: Mapping[str, Reading] = {
    "organisations_list": organisations,
    "organisations_show": organisation,
}
