"""The table that is printed."""


def heading():
    """Give the two lines above the rows."""
    names = (
        "",
        "比什么 what",
        "目标 goal",
        "比值 ratio",
        "最小–最大 min–max",
        "每秒 a second",
        "CPU µs",
        "达到 reached",
    )
    return f"| {' | '.join(names)} |\n|---|---|---:|---:|---:|---:|---:|---|"


def line(outcome):
    """Give one outcome as a line: ours / the baseline's where there are two figures."""
    sign = "≤" if outcome.at_most else "≥"
    cells = (
        outcome.row,
        outcome.what,
        f"{sign} {outcome.goal:g}",
        f"**{outcome.median:.2f}**",
        f"{outcome.least:.2f}–{outcome.most:.2f}",
        f"{outcome.rate:,.0f} / {outcome.rate_beside:,.0f}",
        f"{outcome.cpu * 1e6:,.0f} / {outcome.cpu_beside * 1e6:,.0f}",
        "是 yes" if outcome.reached else "否 no",
    )
    return f"| {' | '.join(cells)} |"
