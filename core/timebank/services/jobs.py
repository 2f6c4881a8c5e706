"""One piece of a job: a command of its own, once for ever; a piece that is refused stops no other."""

from __future__ import annotations

from typing import Any

from timebank.domain.command import Actor, Channel, Command
from timebank.domain.refusal import TimeBankError
from timebank.services import authority
from timebank.services.desk import Answer, Bank, UseCase


def as_job(bank: Bank, city: str, use_case: UseCase, operation_id: str, **inputs: Any) -> Answer | None:
    """Carry out one piece of a job under an id of its own; None where somebody was faster or the rules say no.

    Args:
        bank: the bank.
        city: the city's code.
        use_case: what to do.
        operation_id: derived from what it is about, so that running the job again changes nothing.
        **inputs: what the use case takes.
    """
    actor = Actor(f"{authority.JOB}{use_case.__module__.rpartition('.')[2]}")
    try:
        return bank.carry_out(use_case, Command(city, operation_id, actor, Channel.JOB), **inputs)
    except TimeBankError:
        return None
