"""What the three files say the figures must be, added up here without anything of the bank."""

import csv
from collections import Counter


def expected_figures(folder):
    """Give the figures of every organisation with everything below it, by id, from the files alone."""
    organisations = _rows(folder / "organisations.csv")
    parents = {row["id"]: row["parent_id"] for row in organisations}
    figures = {organisation: Counter() for organisation in parents}

    def count(organisation, **what):
        while organisation:
            figures[organisation].update(what)
            organisation = parents[organisation]

    for row in _rows(folder / "members.csv"):
        both = row["roles"] == "both"
        count(row["home_id"], volunteers=int(both or row["roles"] == "volunteer"))
        count(row["home_id"], recipients=int(both or row["roles"] == "recipient"))
    for row in _rows(folder / "services.csv"):
        people = int(row["head_count"] or 1)
        count(row["organisation_id"], orders=1, minutes=int(row["planned_minutes"]), person_times=people)
    return figures


def _rows(file):
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))
