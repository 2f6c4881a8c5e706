"""Admissions and their steps: what leads where, beside what every table has in common."""

import pytest

from timebank.domain.admission import (
    ADMISSION_STATES,
    STEP_STATES,
    AdmissionEvent,
    AdmissionState,
    StepEvent,
    StepState,
)
from timebank.domain.refusal import Refused

A, E, S, V = AdmissionState, AdmissionEvent, StepState, StepEvent
ADMISSIONS = {
    (A.APPLIED, E.PROCEED): A.APPLIED,
    (A.APPLIED, E.ADMIT): A.ADMITTED,
    (A.APPLIED, E.REJECT): A.REJECTED,
    (A.REJECTED, E.APPLY_AGAIN): A.APPLIED,
    (A.ADMITTED, E.RENEW): A.ADMITTED,
    (A.ADMITTED, E.SUSPEND): A.SUSPENDED,
    (A.SUSPENDED, E.RESUME): A.ADMITTED,
}
STEPS = {
    (S.TODO, V.WAIT): S.WAITING,
    (S.TODO, V.PASS): S.PASSED,
    (S.TODO, V.FAIL): S.FAILED,
    (S.WAITING, V.WAIT): S.WAITING,
    (S.WAITING, V.PASS): S.PASSED,
    (S.WAITING, V.FAIL): S.FAILED,
    (S.PASSED, V.RENEW): S.PASSED,
    (S.FAILED, V.RETRY): S.TODO,
}


@pytest.mark.parametrize("state", A)
@pytest.mark.parametrize("event", E)
def test_an_admission_moves_as_written_and_is_else_refused_in_words(state, event):
    if (state, event) in ADMISSIONS:
        assert ADMISSION_STATES.next(state, event) is ADMISSIONS[state, event]
        return
    with pytest.raises(Refused, match=f"加入申请处于“{ADMISSION_STATES.states[state].zh}”"):
        ADMISSION_STATES.next(state, event)


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("event", V)
def test_a_step_moves_as_written_and_is_else_refused_in_words(state, event):
    if (state, event) in STEPS:
        assert STEP_STATES.next(state, event) is STEPS[state, event]
        return
    with pytest.raises(Refused, match=f"加入步骤处于“{STEP_STATES.states[state].zh}”"):
        STEP_STATES.next(state, event)


def test_nobody_is_admitted_but_from_an_application_under_way_or_a_suspension():
    into = {before for (before, _), after in ADMISSION_STATES.moves.items() if after is A.ADMITTED}

    assert into == {A.APPLIED, A.ADMITTED, A.SUSPENDED}


def test_a_failed_step_never_passes_without_a_new_start():
    out = {event for (before, event) in STEP_STATES.moves if before is S.FAILED}

    assert out == {V.RETRY}
