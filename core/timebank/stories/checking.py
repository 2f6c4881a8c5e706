"""Whether the parts of a story fit each other: its names, its use cases and their inputs, its city."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path as File
from typing import Any

from timebank.domain.words import Words
from timebank.rules import Fault
from timebank.rules.faults import Path
from timebank.rules.nodes import Reading
from timebank.rules.suggestions import choices, nearest
from timebank.stories.acts import Act, all_acts
from timebank.stories.messages import story_fault
from timebank.stories.story import Step, Story

_ONE_OF = ("do", "serve", "run")
_CITY = "city"


def faults_of_story(reading: Reading, file: File, stories: Iterable[Story]) -> list[Fault]:
    """Return what does not fit in a file whose writing and shape are right."""
    check = _Check(reading, file)
    check.people()
    for story in stories:
        path: Path = ("cases", story.id) if "cases" in check.tree else ()
        check.story(story, path)
    return check.faults


class _Check:
    """Gathers the faults of one file."""

    def __init__(self, reading: Reading, file: File) -> None:
        self.reading = reading
        self.file = file
        self.tree: dict[str, Any] = dict(reading.tree or {})
        self.faults: list[Fault] = []
        self.persons = set(self.tree.get("people", {}))
        self.organisations = set(self.tree.get("organisations", {}))

    def add(self, code: str, path: Path, **facts: str | Words) -> None:
        self.faults.append(story_fault(code, str(self.file), self.reading.place(path), path, **facts))

    def people(self) -> None:
        folder = self.file.parent.parent if self.file.parent.name == "cases" else self.file.parent
        if folder.name != self.tree["city"] and (folder / "cases").is_dir():
            self.add("T11", ("city",), name=self.tree["city"], folder=folder.name)
        for name in sorted(self.persons & self.organisations):
            self.add("T08", ("people", name), name=name)
        for name, node in self.tree.get("organisations", {}).items():
            self.known(node.get("under"), self.organisations, ("organisations", name, "under"))
        for name, node in self.tree.get("people", {}).items():
            path = ("people", name)
            self.known(node.get("home"), self.organisations, (*path, "home"))
            for kin in node.get("kin", {}):
                self.known(kin, self.persons, (*path, "kin", kin))
            for place, team in enumerate(node.get("in", ())):
                self.known(team, self.organisations, (*path, "in", place))

    def known(self, name: Any, among: set[str], path: Path) -> None:
        if name is not None and name not in among:
            self.add("T07", path, name=name, known=choices(sorted(among)))

    def story(self, story: Story, path: Path) -> None:
        named: set[str] = set()
        self.imported(story, (*path, "imported"))
        for place, step in enumerate(story.steps):
            self.step(step, (*path, "steps", place), named)
            if step.answer_to is not None:
                named.add(step.answer_to)
        last = story.steps[-1]
        if last.expect_refusal and last.do is None and last.serve is None:
            self.add("T10", (*path, "then", "refused"))
        self.then(story, (*path, "then"), named)

    def imported(self, story: Story, path: Path) -> None:
        columns = {
            "volunteer": self.persons,
            "recipient": self.persons,
            "organisation_id": self.organisations,
        }
        for place, row in enumerate(story.imported):
            for column, among in {**columns, "team": self.organisations}.items():
                self.known(row.get(column), among, (*path, place, column))

    def then(self, story: Story, path: Path, named: set[str]) -> None:
        owners = self.persons | self.organisations | {_CITY}
        expected = story.expected
        told = {"balances": expected.balances, "held": expected.held, "shown": expected.shown}
        for part, accounts in told.items():
            for owner in accounts:
                self.known(owner, owners, (*path, part, owner))
        for person in story.expected.honours:
            self.known(person, self.persons, (*path, "honours", person))
        for part, states in (("orders", story.expected.orders), ("visits", story.expected.visits)):
            for name in states:
                self.answer(name, named, (*path, part, name))

    def step(self, step: Step, path: Path, named: set[str]) -> None:
        done = [name for name in _ONE_OF if getattr(step, name) is not None]
        if len(done) > 1:
            self.add("T02", path, many=choices(done))
        if not done and step.at is None and step.say is None and not step.registry:
            self.add("T01", path)
        self.known(step.by, self.persons | self.organisations, (*path, "by"))
        self.known(step.party, self.persons, (*path, "for"))
        if step.do is not None:
            self.use_case(step, path)
        for at, text in _texts(step.inputs, (*path, "with")):
            self.reference(text, named, at)
        if step.serve is not None:
            self.served(step, (*path, "serve"))

    def served(self, step: Step, path: Path) -> None:
        serve = step.serve
        assert serve is not None  # noqa: S101 - the caller asked
        self.known(serve.volunteer, self.persons, (*path, "volunteer"))
        self.known(serve.recipient, self.persons, (*path, "for"))
        self.known(serve.organisation, self.organisations, (*path, "organisation"))
        self.known(serve.team, self.organisations, (*path, "team"))

    def use_case(self, step: Step, path: Path) -> None:
        acts = all_acts()
        name = str(step.do)
        if name not in acts:
            meant = nearest(name, acts)
            if meant is None:
                self.add("T04", (*path, "do"), name=name, known=choices(sorted(acts)))
            else:
                self.add("T03", (*path, "do"), name=name, meant=meant)
            return
        self.inputs(acts[name], step, path)

    def inputs(self, act: Act, step: Step, path: Path) -> None:
        for key in step.inputs:
            if key not in act.kinds:
                self.add("T05", (*path, "with", key), use_case=act.name, key=key, known=choices(act.kinds))
        for key in sorted(act.required - step.inputs.keys()):
            self.add("T06", (*path, "do"), use_case=act.name, key=key)

    def reference(self, text: str, named: set[str], path: Path) -> None:
        name, _, rest = text[1:].partition(".")
        if name == "token":
            self.known(rest, self.persons, path)
        else:
            self.answer(name, named, path)

    def answer(self, name: str, named: set[str], path: Path) -> None:
        if name not in named:
            self.add("T09", path, name=name, known=choices(sorted(named)) if named else "-")


def _texts(node: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield every reference such as ``$order.order_id`` below a node."""
    if isinstance(node, str) and node.startswith("$"):
        yield path, node
    elif isinstance(node, dict):
        for key, inner in node.items():
            yield from _texts(inner, (*path, key))
    elif isinstance(node, list):
        for place, inner in enumerate(node):
            yield from _texts(inner, (*path, place))
