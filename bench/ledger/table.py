"""The table that is printed."""

MEBIBYTE = 1 << 20


def heading():
    """Give the two lines above the rows."""
    names = ("", "与什么比 beside", "目标 goal", "比值 ratio", "CPU µs", "达到 reached")
    return f"| {' | '.join(names)} |\n|---|---|---:|---:|---:|---|"


def line(outcome):
    """Give one outcome as a line: ratio with its least and most; cost of ours / the baseline's."""
    sign = "≤" if outcome.at_most else "≥"
    ratio = f"**{outcome.median:.2f}**"
    if outcome.least < outcome.most:
        ratio += f" ({outcome.least:.2f}–{outcome.most:.2f})"
    cells = (
        outcome.row,
        outcome.what,
        f"{sign} {outcome.goal:g}",
        ratio,
        _costs(outcome),
        "是 yes" if outcome.reached else "否 no",
    )
    return f"| {' | '.join(cells)} |"


def _costs(outcome):
    if outcome.rate is None:
        return f"{outcome.cost / MEBIBYTE:,.0f} / {outcome.cost_beside / MEBIBYTE:,.0f} MiB"
    return f"{outcome.cost:,.0f} / {outcome.cost_beside:,.0f}"
