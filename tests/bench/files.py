"""Reading what was made."""

import csv


def rows(folder, name):
    """Give the rows of one of the files."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
