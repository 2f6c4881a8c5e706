"""The two things done with a visit over HTTP: the service point confirms it, then it is settled."""

from functools import partial

from bench.ledger.world import STATION
from timebank.domain.command import Actor, Channel, Command
from timebank.services.settlement import settle
from timebank.services.visits import confirm

CLERK = Actor("clerk", STATION)
CALLED_BACK = [{"kind": "call_back", "note": ""}]


def steps(city, visit_id):
    """Return both, as functions that take a bank."""
    return [partial(_confirm, city, visit_id), partial(_settle, city, visit_id)]


def _confirm(city, visit_id, bank):
    command = Command(city, f"confirm:{visit_id}", CLERK, Channel.DESK)
    return bank.carry_out(confirm, command, visit_id=visit_id, claims=CALLED_BACK)


def _settle(city, visit_id, bank):
    command = Command(city, f"settle:{visit_id}", CLERK, Channel.DESK)
    return bank.carry_out(settle, command, visit_id=visit_id)
