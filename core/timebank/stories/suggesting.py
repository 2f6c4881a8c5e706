"""Which case would notice a move that none noticed. The clerk finds the expected outcome in the article; we never do."""

from __future__ import annotations

from timebank.domain.words import Words
from timebank.rules.notching import Move, MoveKind
from timebank.rules.suggestions import written

_BOTH_SIDES = Words(
    "请写一例正好在 {was}、一例在 {now}：一个办得成，一个办不成，或两个得到的不同",
    "write one case at exactly {was} and one at {now}: one goes through and the other does not, or the amounts differ",
)
_ADVICE = {
    MoveKind.MORE: _BOTH_SIDES,
    MoveKind.LESS: _BOTH_SIDES,
    MoveKind.OTHER: Words(
        "请写一例，写 {was} 与写 {now} 结果不同", "write a case that {was} and {now} decide differently"
    ),
    MoveKind.WITHOUT: Words(
        "请写一例，正因为有 {item} 才是这个结果", "write a case that comes out so because {item} is there"
    ),
    MoveKind.WITH: Words(
        "请写一例，正因为没有 {item} 才是这个结果（多半是不予办理）",
        "write a case that comes out so because {item} is not there, most likely a refusal",
    ),
    MoveKind.GONE: Words(
        "请写一例，正因为有这一块才是这个结果", "write a case that comes out so because this block is there"
    ),
}


def case_to_write(move: Move) -> Words:
    """Return what kind of case would notice a move."""
    advice = _ADVICE[move.kind]
    facts = {"was": written(move.was), "now": written(move.now), "item": written(move.item)}
    return Words(advice.zh.format(**facts), advice.en.format(**facts))
