"""The management tree of a synthetic city: as many stations as asked for, at the levels of the city's rule file."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle, zip_longest

from bench.names import COMMUNITY_WORDS, STREET_WORDS, districts_of, place

STATIONS_A_STREET = 12
STATIONS_A_TEAM = 25
LATE_DAYS = 90


@dataclass
class Node:
    id: str
    level: str
    name: str
    parent: "Node | None"
    opened_on: object
    children: list = field(default_factory=list)

    def path(self):
        node = self
        while node is not None:
            yield node
            node = node.parent


@dataclass
class MadeTree:
    """All organisations from the top down; the stations and teams among them."""

    nodes: list
    stations: list
    teams: list


def chain_of(levels, apart=()):
    """Give the longest chain of levels that have powers, from the top; and a level without powers below it.

    Args:
        levels: of the rule file.
        apart: levels that are no part of the chain, whatever their powers.
    """
    powerful = {name: block for name, block in levels.items() if block.get("may") and name not in apart}

    def chain(level):
        upper = levels[level].get("under")
        return [*chain(upper), level] if upper else [level]

    longest = max((chain(level) for level in powerful), key=len)
    teams = [
        name for name, block in levels.items() if not block.get("may") and block.get("under") == longest[-1]
    ]
    return longest, (teams or [None])[0]


def confined(book):
    """Give the organisations that any rule file confines orders or services to, as written."""
    found = {}
    for version in book.versions:
        blocks = [version.tree["orders"], *version.tree["services"].values()]
        for block in blocks:
            if hasattr(block, "get"):
                found.update(dict.fromkeys(block.get("only_in", ())))
    return list(found)


def make_tree(city, book, random, stations, teams=None):
    """Make the tree. An organisation that the rule file names `a-b` stands under `a`."""
    first = book.versions[0]
    chain, team_level = chain_of(first.tree["levels"], teams or ())
    start, last_start = first.effective_from, book.versions[-1].effective_from
    top = Node(city, chain[0], f"{city} 管理中心", None, start)
    nodes, rank, named = [top], [top], confined(book)
    wanted = _counts(len(chain) - 1, stations, named, len(districts_of(city)))
    for depth, (level, count) in enumerate(zip(chain[1:], wanted, strict=True), start=1):
        rank = _make_rank(random, depth, level, count, rank, named)
        for node in rank:
            node.opened_on = _opening(random, node, named, start, last_start)
        nodes += rank
    made = _so_many(teams, rank) if teams else _here_and_there(team_level, rank)
    return MadeTree([*nodes, *made], rank, made)


def _so_many(teams, stations):
    """Make so many teams of each level, taking turns among the stations."""
    turn = cycle(stations)
    return [
        _team(level, home, f"{home.id}-{level}{number}")
        for level, count in teams.items()
        for number, home in zip(range(1, count + 1), turn, strict=False)
    ]


def _here_and_there(level, stations):
    """Make a team for every so many stations, where the city has any."""
    return [_team(level, home, f"{home.id}-t") for home in stations[::STATIONS_A_TEAM]] if level else []


def _team(level, home, code):
    return Node(code, level, f"{home.name}志愿服务队", home, home.opened_on)


def _counts(ranks, stations, named, districts):
    """Say how many nodes each rank below the top has, the last being the stations."""
    counts = [stations]
    for left in range(ranks - 1, 0, -1):
        wanted = districts if left == 1 else max(len(named), round(stations / STATIONS_A_STREET))
        counts.append(max(1, min(counts[-1], wanted)))
    return counts[::-1]


def _make_rank(random, depth, level, count, above, named):
    """Make one rank; what the rule file names comes first, the others are spread evenly."""
    made = (
        _districts(level, count, above[0], named) if depth == 1 else _named(depth, level, count, above, named)
    )
    empty = [node for node in above if not node.children]
    words, ending = (STREET_WORDS, "街道") if depth == 2 else (COMMUNITY_WORDS, "社区")
    while len(made) < count:
        parent = empty.pop(0) if empty else above[len(made) % len(above)]
        code = f"{parent.id}-{len(made):04d}" if depth > 1 else f"x{len(made):02d}"
        made.append(_below(parent, code, level, place(random, words, ending)))
    return made


def _below(parent, code, level, name):
    node = Node(code, level, name, parent, None)
    parent.children.append(node)
    return node


def _districts(level, count, top, named):
    known = districts_of(top.id)
    codes = list(dict.fromkeys([*(name.split("-")[0] for name in named), *known]))
    return [_below(top, code, level, known.get(code, code)) for code in codes[:count]]


def _named(depth, level, count, above, named):
    """Make what the rule file names at this depth, taking turns among what stands above."""
    upper = {node.id: node for node in above}
    turns = {}
    for name in named:
        parent = name.rpartition("-")[0]
        if name.count("-") == depth - 1 and parent in upper:
            turns.setdefault(parent, []).append(name)
    in_turn = [name for turn in zip_longest(*turns.values()) for name in turn if name is not None]
    return [_below(upper[n.rpartition("-")[0]], n, level, n.rpartition("-")[2]) for n in in_turn[:count]]


def _opening(random, node, named, start, last_start):
    """Open at once what the first rule file confines orders to and what holds it; the rest not long before the last."""
    early = not named or node.parent.parent is None or any(above.id in named for above in node.path())
    if early:
        return max(start, node.parent.opened_on)
    before = min((last_start - start).days, LATE_DAYS)
    return max(last_start - timedelta(days=random.randrange(before + 1)), node.parent.opened_on)
