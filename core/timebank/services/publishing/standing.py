"""What the database knows of a draft, and writing down the next step with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from timebank.domain.command import Actor, Channel, Command
from timebank.domain.identity import derived_id
from timebank.domain.refusal import BadInput
from timebank.domain.words import Words
from timebank.services.desk import Answer, Bank, UseCase
from timebank.services.publishing.draft_file import DraftFile
from timebank.storage import publishing_rows, rule_file_rows


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database knows of a draft's name.

    Attributes:
        recorded: the digests recorded under each file name of the city.
        steps: who proposed, signed and published files of this name, the oldest first.
    """

    recorded: Mapping[str, Sequence[str]]
    steps: Sequence[Any]

    def person(self, draft: DraftFile, step: str) -> str | None:
        """Return who took a step with exactly this draft."""
        return next(
            (row.person for row in self.steps if (row.digest, row.step) == (draft.digest, step)), None
        )


def standing_of(bank: Bank, draft: DraftFile) -> Standing:
    """Return what the database knows of a draft.

    Raises:
        BadInput: the database is older than publishing.
    """
    with bank.reading() as connection:
        if not publishing_rows.ready(connection):
            zh = "数据库还不能记录发布。请先运行 timebank db upgrade。"
            en = "The database cannot keep publications yet. Run timebank db upgrade first."
            raise BadInput(Words(zh, en), "not_upgraded")
        return Standing(
            rule_file_rows.recorded(connection, draft.city),
            publishing_rows.steps_of_file(connection, draft.city, draft.name),
        )


def take_step(
    bank: Bank, draft: DraftFile, person: str, use_case: UseCase, what: str = "", **inputs: Any
) -> Answer:
    """Carry out one command about a draft, once for ever by its bytes.

    Args:
        bank: the bank.
        draft: the draft.
        person: who takes the step.
        use_case: which step.
        what: tells it from other steps of the same kind with the same draft.
        **inputs: as the use case takes them.
    """
    operation = derived_id("rule_files", use_case.__name__, draft.digest, what)
    return bank.carry_out(use_case, Command(draft.city, operation, Actor(person), Channel.DESK), **inputs)
