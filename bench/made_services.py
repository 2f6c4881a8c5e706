"""The history of a synthetic city: so many orders that last so many hours in all, to the minute."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import lcm

from bench.made_people import Pool
from timebank.rules.amounts import minutes_of

GROWTH = 2.5
GROUP_SHARE = 0.02
SMALLEST_GROUP, USUAL_GROUP, LARGEST_GROUP = 3, 16, 60
USUAL_QUANTA = (1, 2, 2, 3, 4)
OPEN_FROM, OPEN_UNTIL = 8 * 60, 18 * 60
QUARTER = 15
DAY = 24 * 60


@dataclass
class Service:
    reference: str
    service: str
    station: object
    volunteer: object
    recipient: object
    head_count: int
    fewest: int
    largest: int
    day: date
    start: int
    minutes: int
    least: int
    most: int
    measured: bool
    confirmed_by: str
    proof: str
    team: object


class TooTight(Exception):
    """The hours asked for cannot be reached with so many orders."""


def step_of(book):
    """Give the least number of minutes whose credit is whole in every unit of every file."""
    step = QUARTER
    for version in book.versions:
        for block in version.tree["credit"]["units"].values():
            if hasattr(block, "get"):
                rate = Fraction(str(block["rate"]))
                step = lcm(step, minutes_of(block["quantum"]) * rate.denominator // 1)
    return step


def make_services(tree, people, book, random, size, until):
    """Make the orders, in order of time, and stretch them until they last, and are come to, exactly as asked."""
    start = book.versions[0].effective_from
    step = step_of(book)
    pools = _Pools(tree, people)
    days = sorted(
        start + timedelta(days=int((until - start).days * random.random() ** (1 / GROWTH)))
        for _ in range(size.orders)
    )
    made = []
    catalogues = {}
    for number, day in enumerate(days, start=1):
        rule_set = book.on(day)
        if rule_set.digest not in catalogues:
            catalogues[rule_set.digest] = _Catalogue(rule_set, step)
        made.append(_make(random, number, day, catalogues[rule_set.digest], pools, step))
    _stretch(random, made, int(size.hours * 60), _Measure("minutes", step, "least", "most"))
    if size.person_times is not None:
        _stretch(random, made, size.person_times, _Measure("head_count", 1, "fewest", "largest"))
    _one_after_another(made)
    return made


def _one_after_another(made):
    """Let nobody serve in two places at once: what overlaps on a day begins when the one before has ended."""
    days = {}
    for one in made:
        days.setdefault((one.volunteer.reference, one.day), []).append(one)
    for (who, day), some in days.items():
        some.sort(key=lambda one: one.start)
        ahead = sum(one.minutes for one in some)
        if ahead > DAY:
            raise TooTight(f"{who} would serve {ahead} minutes on {day}")
        free = 0
        for one in some:
            one.start = min(max(one.start, free), DAY - ahead)
            free, ahead = one.start + one.minutes, ahead - one.minutes


class _Catalogue:
    """What one rule file allows, as far as the making of orders needs it."""

    def __init__(self, rule_set, step):
        tree = rule_set.tree
        self.services = [
            (
                name,
                _round_up(block.get("least", "15 min"), step),
                _round_down(block.get("most", "4 h"), step),
                block,
            )
            for name, block in tree["services"].items()
            if hasattr(block, "get")
        ]
        self.services = [entry for entry in self.services if entry[1] <= entry[2]]
        self.only_in = tree["orders"].get("only_in")
        self.confirmed_by = tree["orders"]["confirmation"]["by"]
        self.proofs = tree["orders"]["confirmation"].get("proof", ("",))
        self.measured = tree["credit"]["basis"] == "measured" or tree["orders"]["check_in"]["needed"]
        self._allowed = {}

    def allowed(self, station):
        """Give the services that may be done at a station; none where orders are confined elsewhere."""
        if station.id not in self._allowed:
            path = {node.id for node in station.path()}
            here = not self.only_in or not path.isdisjoint(self.only_in)
            self._allowed[station.id] = [
                entry
                for entry in self.services
                if here and (not entry[3].get("only_in") or not path.isdisjoint(entry[3]["only_in"]))
            ]
        return self._allowed[station.id]


class _Pools:
    """Who may serve and be served where."""

    def __init__(self, tree, people):
        volunteers = [one for one in people if "volunteer" in one.roles]
        self.recipients = Pool([one for one in people if "recipient" in one.roles])
        self.volunteers = Pool(volunteers)
        near = {}
        for one in volunteers:
            near.setdefault(district(one.home), []).append(one)
        self.near = {code: Pool(some) for code, some in near.items()}


def district(node):
    """Give the node just below the top above a node."""
    return [above.id for above in node.path()][-2:][0]


def _make(random, number, day, catalogue, pools, step):
    recipient, entries = _recipient(random, day, catalogue, pools)
    station = recipient.home
    near = pools.near.get(district(station))
    volunteer = near.pick(random, day, recipient) if near else None
    volunteer = volunteer or pools.volunteers.pick(random, day, recipient)
    if volunteer is None:
        raise TooTight(f"nobody had joined by {day} to serve")
    name, least, most, block = random.choice(entries)
    shapes = block.get("shapes", ("one_to_one",))
    group = "project" in shapes and ("one_to_one" not in shapes or random.random() < GROUP_SHARE)
    minutes = min(max(step * random.choice(USUAL_QUANTA), least), most)
    team = volunteer.team if volunteer.team and random.random() < 0.5 else None
    return Service(
        reference=f"S{number:08d}",
        service=name,
        station=station,
        volunteer=volunteer,
        recipient=None if group else recipient,
        head_count=random.randrange(SMALLEST_GROUP, USUAL_GROUP) if group else 1,
        fewest=SMALLEST_GROUP if group else 1,
        largest=LARGEST_GROUP if group else 1,
        day=day,
        start=random.randrange(OPEN_FROM, OPEN_UNTIL - min(most, 8 * 60) + 1, QUARTER),
        minutes=minutes,
        least=least,
        most=most,
        measured=catalogue.measured,
        confirmed_by=random.choice(catalogue.confirmed_by),
        proof=random.choice(catalogue.proofs),
        team=team,
    )


def _recipient(random, day, catalogue, pools):
    """Pick a recipient at whose station something may be done on that day."""
    for _ in range(10_000):
        found = pools.recipients.pick(random, day)
        if found is None:
            break
        entries = catalogue.allowed(found.home)
        if entries:
            return found, entries
    raise TooTight(f"nobody had joined by {day} where service was possible")


@dataclass(frozen=True)
class _Measure:
    """What of an order may be stretched: its name, the step, and the names of its bounds."""

    name: str
    step: int
    least: str
    most: str

    def total(self, made, name=None):
        return sum(getattr(one, name or self.name) for one in made)

    def stretch(self, one, change):
        """Change one order by a step where its bounds allow it; tell by how much."""
        value = getattr(one, self.name) + change
        if not getattr(one, self.least) <= value <= getattr(one, self.most):
            return 0
        setattr(one, self.name, value)
        return change


def _stretch(random, made, wanted, measure):
    """Stretch or shrink orders by one step, here and there, until the sum is right."""
    if wanted % measure.step:
        raise TooTight(f"{wanted} {measure.name} are no multiple of {measure.step}")
    least, most = measure.total(made, measure.least), measure.total(made, measure.most)
    if not least <= wanted <= most:
        raise TooTight(f"{len(made)} orders have between {least} and {most} {measure.name}, not {wanted}")
    missing = wanted - measure.total(made)
    order = list(range(len(made)))
    while missing:
        random.shuffle(order)
        for place in order:
            if missing:
                missing -= measure.stretch(made[place], measure.step if missing > 0 else -measure.step)


def _round_up(text, step):
    return -(-minutes_of(text) // step) * step


def _round_down(text, step):
    return minutes_of(text) // step * step
