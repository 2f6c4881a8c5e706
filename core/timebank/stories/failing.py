"""How a story says that it did not go as written: where, what was expected, what came, and which rules were read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from timebank.domain.refusal import Refusal
from timebank.domain.words import Words
from timebank.rules import NoRulesYet, RuleBook
from timebank.stories import looking
from timebank.stories.story import Step, StoryFailed

if TYPE_CHECKING:
    from timebank.stories.stage import Stage

_MOST_PATHS = 40


def failed(stage: Stage, line: int, zh: str, en: str) -> StoryFailed:
    """Return the failure of a story at a line of its file, with the rules its decisions read so far."""
    story = stage.story
    with stage.bank.reading() as connection:
        stored = looking.decisions(connection, story.city)
    read = rules_read(stage.city.book, [(d["rules"], path) for d in stored for path in d["paths"]])
    head = f"{story.file}:{line}"
    words = Words(f"{head} “{story.title.zh}”：{zh}", f"{head} “{story.title.en}”: {en}")
    if read:
        words = Words(
            f"{words.zh}\n    读取的规则：{'；'.join(read)}", f"{words.en}\n    rules read: {'; '.join(read)}"
        )
    return StoryFailed(words)


def rules_read(book: RuleBook, read: Sequence[tuple[str, str]]) -> list[str]:
    """Return rule paths as people find them: file, line and value; blocks are left out where their values are there.

    Args:
        book: the city's rule book.
        read: (digest of the rule file, dotted path), in the order read.
    """
    found: dict[str, None] = {}
    for digest, path in read:
        try:
            rule_set = book.by_digest(digest)
        except NoRulesYet:
            continue
        steps = tuple(int(step) if step.isdecimal() else step for step in path.split("."))
        place = rule_set.positions.get(steps)
        if place is not None and place.line == place.end_line:
            value = rule_set.text.split("\n")[place.line - 1][place.column - 1 : place.end_column - 1]
            found[f"{rule_set.file}:{place.line} {path} = {value}"] = None
    return list(found)[:_MOST_PATHS]


def refused_otherwise(step: Step, refusals: Sequence[Refusal]) -> bool:
    """Say whether none of the refusals is the one the story names."""
    return not any(_is_meant(step, refusal) for refusal in refusals)


def _is_meant(step: Step, refusal: Refusal) -> bool:
    if step.code is not None and refusal.code != step.code:
        return False
    because = step.because
    return because is None or refusal.rule_path == because or refusal.rule_path.startswith(f"{because}.")


def refused_unexpectedly(step: Step) -> tuple[str, str]:
    """Say that a step went through which should have been refused."""
    wanted = " ".join(part for part in (step.code, step.because) if part)
    zh = f"这一步应被拒绝（{wanted}），却办成了。" if wanted else "这一步应被拒绝，却办成了。"
    return zh, f"this step was to be refused{f' ({wanted})' if wanted else ''}, but it was done."
