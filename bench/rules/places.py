"""Where everything of a rule file stands, by the stock YAML parser: what a planted fault aims at."""

import re
from dataclasses import dataclass
from functools import lru_cache

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Entry:
    """A key with its value, or an item of a list; spans are offsets into the text.

    Attributes:
        path: dotted path.
        key: span of the key; of the item itself in a list.
        value: span of the value, without what follows it.
        flow: it stands inside braces or brackets.
        block: its value is written over indented lines.
        parent: offset of the key of the block around it; of the first key at the top.
    """

    path: str
    key: tuple[int, int]
    value: tuple[int, int]
    flow: bool
    block: bool
    parent: int


@lru_cache(maxsize=32)
def entries_of(text):
    """Return every entry of a whole file, in the order of the text."""
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    top = yaml.compose(text, Loader=_LOADER)
    found = []
    _walk(top, (), _span(top, starts)[0], starts, found)
    return found


def _walk(node, path, parent, starts, found):
    flow = getattr(node, "flow_style", None) is True
    if isinstance(node, yaml.MappingNode):
        inner = [(key.value, _span(key, starts), value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        inner = [(str(place), _span(item, starts), item) for place, item in enumerate(node.value)]
    else:
        return
    for step, key, value in inner:
        here = (*path, step)
        block = not isinstance(value, yaml.ScalarNode) and not value.flow_style
        found.append(Entry(".".join(here), key, _span(value, starts), flow, block, parent))
        _walk(value, here, key[0], starts, found)


def _span(node, starts):
    begin = starts[node.start_mark.line] + node.start_mark.column
    return begin, _end(node, starts)


def _end(node, starts):
    """Return where a node ends; the end of a block is the end of the last thing in it."""
    inner = node.value if isinstance(node, yaml.SequenceNode) else ()
    if isinstance(node, yaml.MappingNode):
        inner = [value for _, value in node.value]
    if not inner or node.flow_style:
        return starts[node.end_mark.line] + node.end_mark.column
    return _end(inner[-1], starts)


def matching(entries, pattern):
    """Return the entries at a dotted pattern: ``*`` is one step, ``**`` any number of them."""
    steps = [
        {"*": r"[^.]+", "**": r"[^.]+(?:[.][^.]+)*"}.get(step, re.escape(step)) for step in pattern.split(".")
    ]
    form = re.compile("[.]".join(steps))
    return [entry for entry in entries if form.fullmatch(entry.path)]
