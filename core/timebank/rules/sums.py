"""Whether the amounts of a rule file make sense together: earned, charged, capped, granted, honoured."""

from __future__ import annotations

from timebank.rules.draft import Draft
from timebank.rules.faults import Path, dotted

_ABOVE_ZERO = (
    "units.*.one", "credit.units.*.quantum", "charge.quantum", "caps.*.limit", "grants.*.minutes",
    "services.*.most",
)  # fmt: skip


def check_amounts(draft: Draft) -> None:
    """Note amounts and conditions on them that contradict each other."""
    for pattern in _ABOVE_ZERO:
        for path in draft.paths(pattern):
            if draft.minutes(*path) == 0:
                draft.add("R09", path, name=dotted(path))
    for path in draft.paths("services.*"):
        least, most = draft.minutes(*path, "least"), draft.minutes(*path, "most")
        if least is not None and most and least > most:
            draft.add("R14", (*path, "most"), least=draft.at(*path, "least"), most=draft.at(*path, "most"))
    if draft.at("credit", "at_most") == "planned" and draft.at("credit", "basis") == "planned":
        draft.add("R10", ("credit", "at_most"))
    _check_charge(draft)
    for path in draft.paths("caps.*"):
        _check_cap(draft, path)
    _check_honours(draft)


def _check_charge(draft: Draft) -> None:
    for origin in ("request", "project", "import"):
        payer = ("charge", origin, "payer")
        if draft.at(*payer) in ("recipient", "pool"):
            for key in ("basis", "unit", "rate", "quantum", "rounding"):
                draft.need(("charge",), key, payer)
        if draft.at(*payer) == "recipient":
            draft.need(("charge", origin), "accounts", payer)
        _check_choice(draft, ("charge", origin, "units"))


def _check_choice(draft: Draft, path: Path) -> None:
    """The usual unit is one of those the payer may choose from."""
    usual, chosen = draft.text("charge", "unit"), [unit for _, unit in draft.items(*path)]
    units = draft.block("units")
    if chosen and usual in units and usual not in chosen and all(unit in units for unit in chosen):
        draft.add("R34", path, unit=usual, units=dotted(path))


def _check_cap(draft: Draft, path: Path) -> None:
    on = draft.at(*path, "on")
    if on == "credit":
        draft.need(path, "per", (*path, "on"))
    if on == "balance":
        draft.need(path, "account", (*path, "on"))
        if draft.at(*path, "per") is not None:
            draft.add("R18", (*path, "per"), at_key=True)


def _check_honours(draft: Draft) -> None:
    """Honours are written from the lowest to the highest, each with more hours than the one before."""
    before: tuple[str, int] | None = None
    for name in draft.block("honours"):
        start = draft.minutes("honours", name, "from")
        if start is None:
            continue
        if before is not None and start <= before[1]:
            draft.add("R27", ("honours", name, "from"), name=name, before=before[0])
        before = (name, start)
