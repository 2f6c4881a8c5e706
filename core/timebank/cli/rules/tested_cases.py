"""How ``timebank rules test`` tells what came of the cases and of the moves."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from timebank.cli.rules.near import near
from timebank.cli.session import Session
from timebank.domain.words import Words
from timebank.rules.in_words import InWords
from timebank.rules.schema_file import with_slots
from timebank.stories.failing import MOST_RULES
from timebank.stories.notching import Moved, Notch
from timebank.stories.story import RuleRead
from timebank.stories.suggesting import case_to_write
from timebank.stories.testing import Tested
from timebank.stories.trying import CaseResult

_MOST_NAMED = 3


def tell_tested(session: Session, tested: Tested) -> None:
    """Print what failed, what a draft changes, which moves nobody noticed, and how many there were of each."""
    if session.as_json:
        return
    teller = _Teller(session, tested)
    for result in tested.failed:
        teller.failure("✘", result, "red")
    teller.count()
    if tested.changed:
        teller.changed()
    for notch in tested.notches:
        teller.notch(notch)


def plain_tested(found: Iterable[Tested]) -> dict[str, Any]:
    """Return it all as plain values."""
    found = list(found)
    return {
        "cases": [_plain_case(result) for tested in found for result in tested.results],
        "changed": [_plain_case(result) for tested in found for result in tested.changed],
        "notch": [_plain_notch(tested, notch) for tested in found for notch in tested.notches],
        "faults": [],
    }


class _Teller:
    def __init__(self, session: Session, tested: Tested) -> None:
        self.session = session
        self.tested = tested

    def count(self) -> None:
        city, cases, failed = self.tested.desk.city, len(self.tested.results), len(self.tested.failed)
        if failed:
            words = Words(
                f"{city}：{cases} 个用例，{failed} 个与所写不符。",
                f"{city}: {failed} of {cases} cases did not come out as they say.",
            )
        else:
            words = Words(
                f"{city}：{cases} 个用例，都与所写相符。", f"{city}: {cases} cases, all come out as they say."
            )
        self.session.say(words, "red" if failed else "green")

    def changed(self) -> None:
        number = len(self.tested.changed)
        self.session.say(
            Words(
                f"旧规定的用例，照草案办结果会变的有 {number} 个（不算错，请逐个核对是否正是新规定的意思）：",
                f"{number} case(s) of the old regulation would come out otherwise under the draft; no fault, but see "
                "that each is what the new regulation means:",
            )
        )
        for result in self.tested.changed:
            self.failure("≠", result, "yellow")

    def failure(self, mark: str, result: CaseResult, style: str) -> None:
        failure, story = result.failure, result.story
        if failure is None:
            return
        head = f"{mark} {near(Path(story.file))}:{failure.line} {story.id} “{self.session.text(story.title)}”"
        self._print(head, style)
        self._print(f"    {self.session.text(failure.said)}")
        for rule in failure.rules[:MOST_RULES]:
            self._print(f"    {self._place(rule.file, rule.line)} {rule.path} = {rule.value}", "dim")

    def notch(self, notch: Notch) -> None:
        for moved in notch.unnoticed:
            self._unnoticed(notch, moved)
        moves, noticed = len(notch.moves), notch.noticed
        share = noticed * 100 // moves if moves else 100
        words = Words(
            f"{notch.file}：挪一步 {moves} 处，用例发现 {noticed} 处（{share}%）。"
            f"另有 {notch.refused} 处挪了就通不过检查，不算。",
            f"{notch.file}: {moves} notches, {noticed} noticed by a case ({share} %). "
            f"{notch.refused} more would not pass the check and do not count.",
        )
        self.session.say(words, "green" if noticed == moves else "yellow")

    def _unnoticed(self, notch: Notch, moved: Moved) -> None:
        move = moved.move
        words = self.session.text(move.words)
        self._print(f"○ {self._place(notch.file, move.line)} {move.dotted}  {words}", "yellow")
        said, named = _in_words(self.tested, notch), ", ".join(moved.met_by[:_MOST_NAMED])
        self._print(f"    {self.session.text(said.name(move.path))}", "dim")
        met = Words("没有用例读到它", "no case reads it")
        if moved.met_by:
            many = len(moved.met_by)
            met = Words(
                f"{many} 个用例读到它而没有发现（{named}）",
                f"{many} case(s) read it and did not notice ({named})",
            )
        advice = case_to_write(move, said)
        self._print(
            f"    {self.session.text(Words(f'{met.zh}；{advice.zh}。', f'{met.en}; {advice.en}.'))}", "dim"
        )

    def _place(self, file: str, line: int) -> str:
        desk = self.tested.desk
        named = desk.file if desk.file is not None and desk.file.name == file else desk.folder / file
        return f"{near(named)}:{line}"

    def _print(self, text: str, style: str = "") -> None:
        self.session.out.print(text, style=style, markup=False, soft_wrap=True)


def _plain_case(result: CaseResult) -> dict[str, Any]:
    story, failure = result.story, result.failure
    told: dict[str, Any] = {
        "city": story.city,
        "case": story.id,
        "file": story.file,
        "line": failure.line if failure is not None else story.line,
        "title": {"zh": story.title.zh, "en": story.title.en},
        "passed": failure is None,
        "read": {file: sorted(result.asked(file)) for file in {*result.given, *result.read}},
    }
    if failure is not None:
        told["zh"], told["en"] = failure.said.zh, failure.said.en
        differs = failure.difference
        told["differs"] = (
            None
            if differs is None
            else {"field": differs.field, "expected": differs.wanted, "got": differs.came}
        )
        told["rules"] = [_plain_rule(rule) for rule in failure.rules]
    return told


def _plain_rule(rule: RuleRead) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in RuleRead.__slots__}


def _plain_notch(tested: Tested, notch: Notch) -> dict[str, Any]:
    return {
        "city": tested.desk.city,
        "file": notch.file,
        "moves": len(notch.moves),
        "noticed": notch.noticed,
        "refused_by_check": notch.refused,
        "unnoticed": [_plain_moved(moved, _in_words(tested, notch)) for moved in notch.unnoticed],
    }


def _in_words(tested: Tested, notch: Notch) -> InWords:
    return InWords(notch.rule_set.tree, with_slots(tested.desk.plugin_keys))


def _plain_moved(moved: Moved, said: InWords) -> dict[str, Any]:
    move, advice = moved.move, case_to_write(moved.move, said)
    return {
        "path": move.dotted,
        "line": move.line,
        "kind": move.kind.value,
        "zh": move.words.zh,
        "en": move.words.en,
        "read_by": list(moved.met_by),
        "advice": {"zh": advice.zh, "en": advice.en},
    }
