"""The members of a synthetic city: exactly as many volunteers and recipients as asked for, some of them both."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from bench.names import person

BOTH_SHARE = 0.02
TEAM_SHARE = 0.2
TRAIT_SHARE = 0.15


@dataclass
class Person:
    reference: str
    name: str
    born_on: date
    home: object
    roles: tuple
    phone: str
    joined_on: date
    traits: tuple
    team: object = None


class Pool:
    """People in order of the day they joined, of whom one can be picked who had joined by a day."""

    def __init__(self, people):
        self.people = sorted(people, key=lambda one: (one.joined_on, one.reference))
        self._days = [one.joined_on for one in self.people]

    def pick(self, random, day, other_than=None):
        """Pick somebody who had joined by a day, or None."""
        many = bisect_right(self._days, day)
        if many == 0:
            return None
        place = random.randrange(many)
        found = self.people[place]
        if found is other_than:
            found = self.people[(place + 1) % many]
        return None if found is other_than else found


def make_people(tree, book, random, size, until):
    """Make the members."""
    volunteers, recipients = size.volunteers, size.recipients
    both = min(int(min(volunteers, recipients) * BOTH_SHARE), volunteers, recipients)
    kinds = ["both"] * both + ["volunteer"] * (volunteers - both) + ["recipient"] * (recipients - both)
    random.shuffle(kinds)
    earliest = min(station.opened_on for station in tree.stations)
    first = [station for station in tree.stations if station.opened_on == earliest]
    teams, share = {}, 1 if size.teams else TEAM_SHARE
    for node in tree.teams:
        teams.setdefault(node.parent.id, []).append(node)
    begun = set()
    people = []
    for number, kind in enumerate(kinds, start=1):
        roles = ("volunteer", "recipient") if kind == "both" else (kind,)
        opening = not begun.issuperset(roles)  # somebody of each role is there on the first day
        begun.update(roles)
        home = random.choice(first if opening else tree.stations)
        joined = home.opened_on if opening else _joining(random, home, until)
        people.append(_make(random, f"{number:07d}", roles, home, joined, _recorded(book.on(joined))))
        _put_in_team(random, people[-1], teams, share)
    return people


@cache
def _recorded(rule_set):
    """Give the traits that a rule file lets be certified."""
    traits = rule_set.tree.get("traits", {})
    return [trait for trait, block in traits.items() if hasattr(block, "get") and block.get("recorded")]


def _joining(random, home, until):
    """Draw the day of joining; rather more join early."""
    days = max(0, (until - home.opened_on).days)
    return home.opened_on + timedelta(days=int(days * random.random() ** 1.2))


def _make(random, number, roles, home, joined, recorded):
    old = "recipient" in roles
    ages = (62, 76) if len(roles) == 2 else (61, 97) if old else (19, 74)
    born = date(
        home.opened_on.year - random.randrange(*ages), random.randrange(1, 13), random.randrange(1, 29)
    )
    return Person(
        reference=f"M{number}",
        name=person(random),
        born_on=born,
        home=home,
        roles=roles,
        phone=f"1000{number}",  # no such number is given to anybody
        joined_on=joined,
        traits=tuple(trait for trait in recorded if old and random.random() < TRAIT_SHARE),
    )


def _put_in_team(random, one, teams, share):
    """Let some of the volunteers who live where there is a team belong to it."""
    near = teams.get(one.home.id)
    if near and one.roles == ("volunteer",) and random.random() < share:
        one.team = near[0] if len(near) == 1 else random.choice(near)
