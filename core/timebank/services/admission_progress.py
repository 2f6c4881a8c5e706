"""One admission as it stands: its steps in written order, by the rule file under which the member applied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from timebank.domain.admission import (
    ADMISSION_STATES,
    STEP_STATES,
    AdmissionEvent,
    AdmissionState,
    StepBy,
    StepEvent,
    StepState,
)
from timebank.domain.organisation import Power
from timebank.domain.refusal import refuse
from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.rules import RulesInForce
from timebank.services import inputs
from timebank.services.rulings import ruled_out
from timebank.storage import admission_rows

STEP = Words("加入步骤", "step of this admission")
_MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an admission, as the rule file describes it and as it stands.

    Attributes:
        path: where the rule file describes it.
        valid_until: last day on which it counts, once passed; None for ever.
    """

    id: str
    name: str
    path: str
    label: Words
    by: StepBy
    state: StepState
    valid_until: date | None

    def is_done(self, day: date) -> bool:
        """Say whether it is passed and still counts on a day."""
        return self.state is StepState.PASSED and (self.valid_until is None or self.valid_until >= day)

    def passing(self) -> StepEvent:
        """Return what passing it means now: a step that can expire is renewed."""
        lasting = self.state is not StepState.PASSED or self.valid_until is None
        return StepEvent.PASS if lasting else StepEvent.RENEW


@dataclass(frozen=True, slots=True)
class Progress:
    """An admission with its steps.

    Attributes:
        row: the admission's row.
        rules: the rule file under which the member applied, ready for one decision.
        steps: in written order; none where it was imported.
    """

    row: Row[Any]
    rules: RulesInForce
    steps: tuple[Step, ...]

    @property
    def state(self) -> AdmissionState:
        """Return where the admission stands."""
        return AdmissionState(self.row.state)

    def step(self, name: str) -> Step:
        """Return a step by its id in the rule file, or say which there are."""
        inputs.one_of(STEP, name, [step.name for step in self.steps])
        return next(step for step in self.steps if step.name == name)

    def pending(self, day: date) -> Step | None:
        """Return the first step that is not done on a day, or None."""
        return next((step for step in self.steps if not step.is_done(day)), None)

    def with_step(self, step: Step) -> Progress:
        """Return the same with one step changed."""
        return replace(self, steps=tuple(step if each.id == step.id else each for each in self.steps))

    def power(self, step: Step) -> Power:
        """Return the power an organisation needs for a step."""
        path = f"{step.path}.power"
        return Power(self.rules.text(path)) if self.rules.has(path) else Power.ADMIT_MEMBER

    def require_turn(self, step: Step, day: date) -> None:
        """Refuse a step before one written earlier is done, and name that one."""
        earlier = self.steps[: self.steps.index(step)]
        missing = next((each for each in earlier if not each.is_done(day)), None)
        if missing is None:
            return
        how = STEP_STATES.states[missing.state]
        if missing.state is StepState.PASSED:
            how = Words(f"已于 {missing.valid_until} 到期", f"expired on {missing.valid_until}")
        zh = f"须先办结“{missing.label.zh}”（{how.zh}），才能办理“{step.label.zh}”。"
        en = f"“{missing.label.en}” ({how.en}) must be passed before “{step.label.en}”."
        raise ruled_out(self.rules, "step_missing", Words(zh, en), missing.path)

    def next_state(self, step: Step, event: StepEvent) -> StepState:
        """Return the state of a step after an event, or refuse in words, as both tables say."""
        if step.state is StepState.PASSED and event is StepEvent.PASS:
            zh, en = f"“{step.label.zh}”已经通过。", f"“{step.label.en}” is passed already."
            raise refuse("wrong_state", zh, en)
        renews = event is StepEvent.RENEW and self.state is AdmissionState.ADMITTED
        ADMISSION_STATES.next(self.state, AdmissionEvent.RENEW if renews else AdmissionEvent.PROCEED)
        return STEP_STATES.next(step.state, event)


def load(
    connection: Connection, city: City, member_id: str, role: str, *, lock: bool = False
) -> Progress | None:
    """Return the admission of a member in a role, locked if wanted, or None where they never applied."""
    rows = admission_rows
    find = rows.lock if lock else rows.find
    row = find(connection, city.code, member_id, role)
    if row is None:
        return None
    rules = rules_of(city, row)
    found = {step.step: step for step in rows.steps(connection, city.code, row.id)}
    return Progress(row, rules, tuple(_steps(rules, role, found)))


def rules_of(city: City, row: Row[Any]) -> RulesInForce:
    """Return the rules under which a member applied: those of the file that the decision names."""
    decision = row.decision or {}
    rule_set = city.book.by_digest(decision["rules"]) if "rules" in decision else city.book.on(row.applied_on)
    return rule_set.reading(row.applied_on)


def _steps(rules: RulesInForce, role: str, found: dict[str, Row[Any]]) -> Iterable[Step]:
    for name in step_names(rules, role) if found else ():
        if name in found:
            path, row = step_path(role, name), found[name]
            by = StepBy(rules.text(f"{path}.by"))
            yield Step(
                row.id, name, path, rules.words(f"{path}.label"), by, StepState(row.state), row.valid_until
            )


def step_names(rules: RulesInForce, role: str) -> tuple[str, ...]:
    """Return the steps of a role in written order."""
    return rules.names(f"admission.{role}.steps")


def step_path(role: str, name: str) -> str:
    """Return where the rule file describes a step."""
    return f"admission.{role}.steps.{name}"


def last_day(rules: RulesInForce, step: Step, passed_on: date) -> date | None:
    """Return the last day on which a step counts that is passed on a day, or None for ever."""
    path = f"{step.path}.valid"
    if not rules.has(path):
        return None
    return passed_on + timedelta(days=rules.minutes(path) // _MINUTES_A_DAY)
