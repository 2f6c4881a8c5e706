"""Which case would notice a move that none noticed. The clerk finds the expected outcome in the article; we never do."""

from __future__ import annotations

from timebank.domain.words import Words
from timebank.rules.in_words import InWords
from timebank.rules.notching import Move, MoveKind

_BOTH_SIDES = Words(
    "请写一例正好 {was}、一例 {now}：一个办得成，一个办不成，或两个得到的不同",
    "write one case at exactly {was} and one at {now}: one goes through and the other does not, or the amounts differ",
)
_ADVICE = {
    MoveKind.MORE: _BOTH_SIDES,
    MoveKind.LESS: _BOTH_SIDES,
    MoveKind.OTHER: Words(
        "请写一例，“{was}”与“{now}”结果不同", "write a case that “{was}” and “{now}” decide differently"
    ),
    MoveKind.WITHOUT: Words(
        "请写一例，正因为有“{item}”才是这个结果", "write a case that comes out so because “{item}” is there"
    ),
    MoveKind.WITH: Words(
        "请写一例，正因为没有“{item}”才是这个结果（多半是不予办理）",
        "write a case that comes out so because “{item}” is not there, most likely a refusal",
    ),
    MoveKind.GONE: Words(
        "请写一例，正因为有这一块才是这个结果", "write a case that comes out so because this block is there"
    ),
}


def case_to_write(move: Move, words: InWords) -> Words:
    """Return what kind of case would notice a move.

    Args:
        move: the move.
        words: the rule file, said to people.
    """
    advice, nothing = _ADVICE[move.kind], Words("", "")
    gone = move.kind is MoveKind.GONE
    was = nothing if gone else words.value(move.path, move.was)
    now = nothing if gone else words.value(move.path, move.now)
    item = nothing if move.item is None else _item(move, words)
    return Words(
        advice.zh.format(was=was.zh, now=now.zh, item=item.zh),
        advice.en.format(was=was.en, now=now.en, item=item.en),
    )


def _item(move: Move, words: InWords) -> Words:
    """Return what a list loses or gains; of a condition, the alternative."""
    if isinstance(move.item, dict):
        return words.value(move.path, [move.item])
    return words.value((*move.path, 0), move.item)
