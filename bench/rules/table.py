"""The table that is printed: what was tried, what is to be reached, what was."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """One line.

    Attributes:
        what: in both languages.
        goal: what is to be reached, as written in the table.
        found: what was found, as written in the table.
        tried: how many were tried.
        reached: whether the goal is; None where there is none.
    """

    what: str
    goal: str
    found: str
    tried: int
    reached: bool | None

    def plain(self):
        return asdict(self)


def share(part, whole):
    """Write a share so that only all of it reads 100 %."""
    return f"{100 * part // whole if whole else 0} %" if part in (0, whole) else f"{100 * part / whole:.2f} %"


def lines(rows):
    """Give the table's lines."""
    yield "| 量什么 what | 目标 goal | 结果 result | 次数 tried | 达到 reached |"
    yield "|---|---:|---:|---:|---|"
    for row in rows:
        reached = {None: "—", True: "是 yes", False: "否 no"}[row.reached]
        yield f"| {row.what} | {row.goal} | **{row.found}** | {row.tried:,} | {reached} |"
