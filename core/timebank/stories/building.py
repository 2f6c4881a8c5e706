"""From a story file's tree, whose shape is right, to stories."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path as File
from typing import Any

from timebank.domain.words import Words
from timebank.rules import minutes_of
from timebank.rules.faults import Path, dotted
from timebank.rules.nodes import Reading
from timebank.stories.story import Expected, Origin, Person, Serve, Step, Story

_ACCOUNTS = ("savings", "granted", "donation_only")


class Builder:
    """Builds the stories of one file."""

    def __init__(self, reading: Reading, file: File) -> None:
        self.reading = reading
        self.file = file
        self.tree: Mapping[str, Any] = reading.tree or {}

    def stories(self) -> list[Story]:
        """Return the file's cases, or its one story."""
        if "cases" not in self.tree:
            return [self._story(self.file.stem, self.tree, ())]
        return [self._story(name, case, ("cases", name)) for name, case in self.tree["cases"].items()]

    def _story(self, name: str, told: Mapping[str, Any], path: Path) -> Story:
        steps = [self._step(step, (*path, "steps", place)) for place, step in enumerate(told["steps"])]
        expected = told.get("then", {})
        if "refused" in expected:
            steps[-1] = self._to_be_refused(told["steps"][-1], steps[-1], expected["refused"])
        return Story(
            id=name,
            city=self.tree["city"],
            title=_words(told["title"]),
            file=str(self.file),
            line=self._line(path) if path else 1,
            begins=datetime.fromisoformat(told["on"]),
            organisations={
                key: _origin(key, node) for key, node in self.tree.get("organisations", {}).items()
            },
            people={key: _person(key, node) for key, node in self.tree.get("people", {}).items()},
            steps=steps,
            expected=self._expected(expected, (*path, "then")),
            imported=told.get("imported", ()),
        )

    def _line(self, path: Path) -> int:
        return self.reading.place(path).key_line

    def _step(self, step: Mapping[str, Any], path: Path) -> Step:
        inputs = step.get("with", {})
        serve = step.get("serve")
        return Step(
            line=self._line(path),
            at=datetime.fromisoformat(step["at"]) if "at" in step else None,
            say=_words(step["say"]) if "say" in step else None,
            do=step.get("do"),
            by=step.get("by"),
            party=step.get("for"),
            channel=step.get("channel"),
            inputs=inputs,
            lines={key: self._line((*path, "with", key)) for key in inputs},
            answer_to=step.get("as") or (serve or {}).get("as"),
            serve=_serve(serve) if serve is not None else None,
            run=step.get("run"),
            registry=step.get("registry", {}),
            expect_refusal="expect" in step,
            code=step.get("code"),
            because=step.get("because"),
        )

    def _to_be_refused(self, written: Mapping[str, Any], step: Step, refused: Mapping[str, Any]) -> Step:
        return Step(
            **{name: getattr(step, name) for name in Step.__slots__ if name not in _REFUSAL},
            expect_refusal=True,
            code=refused.get("code", written.get("code")),
            because=refused.get("because", written.get("because")),
        )

    def _expected(self, then: Mapping[str, Any], path: Path) -> Expected:
        lines = {
            dotted(place[len(path) :]): where.key_line
            for place, where in self.reading.positions.items()
            if place[: len(path)] == path and len(place) > len(path)
        }
        return Expected(
            balances=_all_minutes(then.get("balances", {})),
            held=_all_minutes(then.get("held", {})),
            orders=then.get("orders", {}),
            visits=then.get("visits", {}),
            honours=then.get("honours", {}),
            shown=then.get("shown", {}),
            lines=lines,
        )


_REFUSAL = ("expect_refusal", "code", "because")


def signed_minutes(written: str | int) -> int:
    """Return a duration in whole minutes; one may lie below nothing."""
    if isinstance(written, int):
        return written
    return -minutes_of(written[1:]) if written.startswith("-") else minutes_of(written)


def _all_minutes(accounts: Mapping[str, Any]) -> dict[str, dict[str, dict[str, int]]]:
    return {
        owner: {
            kind: {unit: signed_minutes(text) for unit, text in units.items()}
            for kind, units in kinds.items()
        }
        for owner, kinds in accounts.items()
    }


def _words(node: Mapping[str, str]) -> Words:
    return Words(node["zh"], node["en"])


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _origin(name: str, node: Mapping[str, Any]) -> Origin:
    return Origin(name, node["level"], node["name"], node.get("under"), _day(node.get("opened")))


def _person(name: str, node: Mapping[str, Any]) -> Person:
    balances = {
        kind: {unit: minutes_of(text) for unit, text in node[kind].items()}
        for kind in _ACCOUNTS
        if kind in node
    }
    return Person(
        id=name,
        name=node["name"],
        born=_day(node.get("born")),
        home=node.get("home"),
        phone=node.get("phone"),
        roles=tuple(node.get("roles", ())),
        traits=tuple(node.get("traits", ())),
        qualifications={
            kind: date.fromisoformat(day) for kind, day in node.get("qualifications", {}).items()
        },
        balances=balances,
        served=minutes_of(node["served"]) if "served" in node else 0,
        kin=node.get("kin", {}),
        registry=node.get("registry", {}),
        joined=tuple(node.get("in", ())),
    )


def _serve(node: Mapping[str, Any]) -> Serve:
    minutes = signed_minutes(node["minutes"])
    return Serve(
        volunteer=node["volunteer"],
        service=node["service"],
        minutes=minutes,
        planned=signed_minutes(node.get("planned", minutes)),
        recipient=node.get("for"),
        organisation=node.get("organisation"),
        start=datetime.fromisoformat(node["start"]) if "start" in node else None,
        team=node.get("team"),
    )
