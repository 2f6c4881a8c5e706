"""Which comments differ between two rule files: they decide nothing, and often hold the article that somebody copied."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import yaml

from timebank.rules.rule_set import RuleSet


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment that the other file lacks.

    Attributes:
        file: the file it stands in.
        line: its line, from 1.
        text: the comment, from its # on.
    """

    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class CommentChanges:
    """The comments that two files do not share, each in the order of lines; one that only moved is none.

    Attributes:
        gone: those of the file before alone.
        new: those of the file after alone.
    """

    gone: tuple[Comment, ...]
    new: tuple[Comment, ...]


def comment_changes(before: RuleSet, after: RuleSet) -> CommentChanges:
    """Return the comments that differ between two rule files without fault."""
    was, now = _comments(before), _comments(after)
    return CommentChanges(_only_in(was, now), _only_in(now, was))


def _only_in(mine: list[Comment], others: list[Comment]) -> tuple[Comment, ...]:
    left = Counter(comment.text for comment in others)
    found = []
    for comment in mine:
        left[comment.text] -= 1
        if left[comment.text] < 0:
            found.append(comment)
    return tuple(found)


def _comments(rules: RuleSet) -> list[Comment]:
    """Return the comments of a file: what follows the last token of a line, from its # on."""
    ends: dict[int, int] = {}
    for token in yaml.scan(rules.text, yaml.SafeLoader):
        if token.start_mark.index < token.end_mark.index:  # the end of a block has no place of its own
            ends[token.end_mark.line] = token.end_mark.column
    found = []
    for number, line in enumerate(rules.text.splitlines()):
        text = line[ends.get(number, 0) :].strip()
        if text.startswith("#"):
            found.append(Comment(rules.file, number + 1, text))
    return found
