"""The commands of publishing: propose a draft, sign what it assumes, publish it. Each is kept with who gave it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from timebank.domain.refusal import Conflict
from timebank.domain.words import Words
from timebank.rules.rule_set import digest_of
from timebank.services.desk import Answer, Desk
from timebank.storage import publishing_rows, rule_file_rows
from timebank.storage.publishing_rows import PROPOSED, PUBLISHED, SIGNED


def propose(desk: Desk, *, file: str, digest: str) -> Answer:
    """Write down who drafted exactly this draft."""
    with desk.writing() as writing:
        publishing_rows.add(
            writing.connection,
            desk.city.code,
            digest,
            PROPOSED,
            file=file,
            person=desk.command.actor.id,
            recorded_at=desk.now,
        )
        return writing.answer(file=file, digest=digest)


def sign(desk: Desk, *, file: str, digest: str, paths: Sequence[str]) -> Answer:
    """Write down who stands for assumptions of exactly this draft."""
    with desk.writing() as writing:
        for path in paths:
            publishing_rows.add(
                writing.connection,
                desk.city.code,
                digest,
                SIGNED,
                path=path,
                file=file,
                person=desk.command.actor.id,
                recorded_at=desk.now,
            )
        return writing.answer(file=file, digest=digest, paths=list(paths))


def publish(
    desk: Desk, *, file: str, text: str, effective_from: date, number: int, details: Mapping[str, Any]
) -> Answer:
    """Add a rule file to those in force.

    Args:
        desk: the command at work.
        file: its name.
        text: the whole text.
        effective_from: the first day on which it decides.
        number: which rule file of the city it is, from 1, by what was recorded when the draft was judged.
        details: what the cases noticed, and a reason that was given.

    Raises:
        Conflict: another rule file was recorded since the draft was judged.
    """
    city, digest = desk.city.code, digest_of(text.encode())
    with desk.writing() as writing:
        rule_file_rows.take_turn(writing.connection, city)
        recorded = rule_file_rows.recorded(writing.connection, city)
        if number != next_number(recorded):
            raise _another_was_first(file)
        row = rule_file_rows.row(city, digest, file, effective_from, text, desk.now)
        rule_file_rows.add(writing.connection, [row])
        publishing_rows.add(
            writing.connection,
            city,
            digest,
            PUBLISHED,
            file=file,
            person=desk.command.actor.id,
            number=number,
            details=details,
            recorded_at=desk.now,
        )
        return writing.answer(file=file, digest=digest, number=number)


def next_number(recorded: Mapping[str, Sequence[str]]) -> int:
    """Return which rule file of its city the next one is."""
    return 1 + sum(len(digests) for digests in recorded.values())


def _another_was_first(file: str) -> Conflict:
    zh = f"核对 {file} 期间，有人发布了另一个规则文件。什么都没有写入；请再运行一次，重新核对。"
    en = f"Somebody published another rule file while {file} was judged. Nothing was written; run it again."
    return Conflict(Words(zh, en), "another_was_published")
