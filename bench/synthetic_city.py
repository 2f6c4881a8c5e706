"""合成一座城市：三个 CSV 文件，规模任选，同一种子结果相同 · make a city of any size, the same for the same seed.

    python bench/synthetic_city.py --city nanjing --seed 7 --out FOLDER \\
        --volunteers 45490 --recipients 34755 --orders 107141 --stations 1252 --hours 53790.25

层级、服务目录、确认方式都读自该市的规则文件；人是编的。Levels, catalogue and confirmation are read from the city's
rule files; the people are made up. `timebank import CITY FOLDER` takes what it makes.
"""

import argparse
import csv
import random
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.made_people import make_people  # noqa: E402
from bench.made_services import TooTight, make_services  # noqa: E402
from bench.made_tree import make_tree  # noqa: E402
from timebank.bank import open_cities, read_settings  # noqa: E402

CONFIG = ROOT / "config" / "timebank.yaml"
SPAN_DAYS = 454
FILES = {
    "organisations.csv": ("id", "level", "name", "parent_id", "opened_on"),
    "members.csv": (
        "reference",
        "name",
        "born_on",
        "home_id",
        "roles",
        "phone",
        "joined_on",
        "traits",
        "team",
    ),
    "services.csv": (
        "reference",
        "service",
        "organisation_id",
        "volunteer",
        "recipient",
        "planned_start",
        "planned_minutes",
        "checked_in",
        "checked_out",
        "confirmed_by",
        "confirmed_proof",
        "team",
        "head_count",
    ),
}


@dataclass(frozen=True)
class Size:
    """How large a city is to be: how many of what, and how many hours all orders last together.

    Attributes:
        stations: where members live and orders stand.
        person_times: how many come to all orders together; without, as it falls.
        teams: organisations below the stations, by level, which every volunteer near one joins; without, one team
            for every so many stations.
    """

    volunteers: int
    recipients: int
    orders: int
    stations: int
    hours: Decimal
    person_times: int | None = None
    teams: Mapping[str, int] | None = None


def make_city(book, city, out, size, *, seed=7, until=None):
    """Make the three files; the same seed gives the same bytes.

    Args:
        book: the city's rule book.
        city: its code, which is also the id of the top organisation.
        out: the folder to write into; made if it is not there.
        size: how large.
        seed: any whole number.
        until: last day of service; without, as many days after the first rule file as the reports of 2021 cover.
    """
    minutes = size.hours * 60
    if minutes != minutes.to_integral_value():
        raise TooTight(f"{size.hours} hours are no whole number of minutes")
    made = random.Random(seed)
    last = until or book.versions[0].effective_from + timedelta(days=SPAN_DAYS)
    tree = make_tree(city, book, made, size.stations, size.teams)
    people = make_people(tree, book, made, size, last)
    services = make_services(tree, people, book, made, size, last)
    out.mkdir(parents=True, exist_ok=True)
    _write(out / "organisations.csv", map(_organisation, tree.nodes))
    _write(out / "members.csv", map(_member, people))
    _write(out / "services.csv", map(_service, services))


def _organisation(node):
    return node.id, node.level, node.name, node.parent.id if node.parent else "", node.opened_on


def _member(one):
    roles = "both" if len(one.roles) == 2 else one.roles[0]
    team = one.team.id if one.team else ""
    return (
        one.reference,
        one.name,
        one.born_on,
        one.home.id,
        roles,
        one.phone,
        one.joined_on,
        ";".join(one.traits),
        team,
    )


def _service(one):
    clock = (
        (_moment(one.day, one.start), _moment(one.day, one.start + one.minutes)) if one.measured else ("", "")
    )
    return (
        one.reference,
        one.service,
        one.station.id,
        one.volunteer.reference,
        one.recipient.reference if one.recipient else "",
        _moment(one.day, one.start),
        one.minutes,
        *clock,
        one.confirmed_by,
        one.proof,
        one.team.id if one.team else "",
        one.head_count,
    )


def _moment(day, minute):
    return f"{day} {minute // 60:02d}:{minute % 60:02d}"


def _write(file, rows):
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(FILES[file.name])
        writer.writerows(rows)


def book_of(city, config=CONFIG):
    """Read a city's rule book as the bank reads it."""
    return open_cities(read_settings(config), {city: {}}, only=city)[city].book


def main():
    """Make a city as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--city", required=True, help="城市代码 · the city's code, such as nanjing")
    parser.add_argument("--seed", type=int, default=7, help="随机种子 · the same seed gives the same city")
    parser.add_argument("--out", type=Path, required=True, help="写到哪个文件夹 · the folder to write into")
    parser.add_argument("--until", type=date.fromisoformat, help="最后一天 · last day of service, YYYY-MM-DD")
    for name in ("volunteers", "recipients", "orders", "stations"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument(
        "--hours", type=Decimal, required=True, help="总时长 · all hours together, such as 53790.25"
    )
    parser.add_argument("--person-times", type=int, help="总人次 · how many come to all orders together")
    parser.add_argument(
        "--team", action="append", metavar="LEVEL=COUNT", help="站点之下的团队 · teams below the stations"
    )
    given = vars(parser.parse_args())
    city, teams = given.pop("city"), given.pop("team") or ()
    given["teams"] = {level: int(count) for level, _, count in (team.partition("=") for team in teams)}
    try:
        out, seed, until = given.pop("out"), given.pop("seed"), given.pop("until")
        make_city(book_of(city), city, out, Size(**given), seed=seed, until=until)
    except TooTight as error:
        sys.exit(f"合成不了这样一座城市 · no such city can be made: {error}")


if __name__ == "__main__":
    main()
