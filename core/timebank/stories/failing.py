"""How a story says that it did not go as written: where, what was expected, what came, and which rules bear on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from timebank.domain.refusal import Refusal
from timebank.domain.words import Words
from timebank.stories.bearing import rules_decided, rules_named
from timebank.stories.story import Difference, RuleRead, Step, StoryFailed

if TYPE_CHECKING:
    from timebank.stories.stage import Stage

MOST_RULES = 5
_REFUSED = "refused"


def failed(
    stage: Stage,
    line: int,
    said: Words,
    difference: Difference | None = None,
    rules: Sequence[RuleRead] = (),
) -> StoryFailed:
    """Return the failure of a story at a line of its file.

    Args:
        stage: where it was played.
        line: of the story's file.
        said: what happened.
        difference: the one field that differs.
        rules: the rules that bear on it, the nearest first; the sentence names a handful of them.
    """
    story = stage.story
    head = f"{story.file}:{line}"
    words = Words(f"{head} “{story.title.zh}”：{said.zh}", f"{head} “{story.title.en}”: {said.en}")
    read = [str(rule) for rule in rules[:MOST_RULES]]
    if read:
        words = Words(
            f"{words.zh}\n    读取的规则：{'；'.join(read)}", f"{words.en}\n    rules read: {'; '.join(read)}"
        )
    return StoryFailed(words, line, said, difference, rules)


def refused_otherwise(step: Step, refusals: Sequence[Refusal]) -> bool:
    """Say whether none of the refusals is the one the story names."""
    return not any(_is_meant(step, refusal) for refusal in refusals)


def _is_meant(step: Step, refusal: Refusal) -> bool:
    if step.code is not None and refusal.code != step.code:
        return False
    because = step.because
    return because is None or refusal.rule_path == because or refusal.rule_path.startswith(f"{because}.")


def not_refused(stage: Stage, step: Step) -> StoryFailed:
    """Return the failure of a step that went through and should have been refused."""
    wanted = _wanted(step)
    said = Words(
        f"这一步应被拒绝（{wanted}），却办成了。" if wanted else "这一步应被拒绝，却办成了。",
        f"this step was to be refused{f' ({wanted})' if wanted else ''}, but it was done.",
    )
    rules = rules_named(stage, [step.because]) if step.because else rules_decided(stage)
    return failed(stage, step.line, said, Difference(_REFUSED, wanted or "yes", "no"), rules)


def refused(stage: Stage, step: Step, refusals: Sequence[Refusal]) -> StoryFailed:
    """Return the failure of a step that was refused and should not be, or for another reason than was written."""
    sentences = [refusal.sentence() for refusal in refusals]
    came = ", ".join(f"{refusal.code} {refusal.rule_path}".strip() for refusal in refusals)
    zh, en = "；".join(s.zh for s in sentences), " ".join(s.en for s in sentences)
    rules = rules_named(stage, [refusal.rule_path for refusal in refusals if refusal.rule_path])
    if not step.expect_refusal:
        said = Words(
            f"这一步不应被拒绝，却被拒绝了（{came}）：{zh}",
            f"this step was refused and should not be ({came}): {en}",
        )
        return failed(stage, step.line, said, Difference(_REFUSED, "no", came), rules)
    wanted = _wanted(step)
    said = Words(
        f"应因 {wanted} 被拒绝，实际是 {came}：{zh}", f"to be refused for {wanted}, but it was {came}: {en}"
    )
    return failed(stage, step.line, said, Difference(_REFUSED, wanted, came), rules)


def _wanted(step: Step) -> str:
    return " ".join(part for part in (step.code, step.because) if part)
