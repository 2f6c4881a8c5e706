"""How a member comes into a role: the states of an admission and of its steps, and the tables of both."""

from __future__ import annotations

import enum

from timebank.domain.states import StateTable
from timebank.domain.words import Words


class AdmissionState(enum.StrEnum):
    """Where an admission stands."""

    APPLIED = "applied"
    ADMITTED = "admitted"
    REJECTED = "rejected"
    SUSPENDED = "suspended"


class AdmissionEvent(enum.StrEnum):
    """What can happen to an admission."""

    APPLY_AGAIN = "apply_again"
    PROCEED = "proceed"
    ADMIT = "admit"
    REJECT = "reject"
    RENEW = "renew"
    SUSPEND = "suspend"
    RESUME = "resume"


class StepState(enum.StrEnum):
    """Where one step of an admission stands; waiting is for an outside register."""

    TODO = "todo"
    WAITING = "waiting"
    PASSED = "passed"
    FAILED = "failed"


class StepEvent(enum.StrEnum):
    """What can happen to a step."""

    WAIT = "wait"
    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    RENEW = "renew"
    RETRY = "retry"


class StepBy(enum.StrEnum):
    """Who does a step."""

    MEMBER = "member"
    ORGANISATION = "organisation"
    LOOK_UP = "look_up"


_S, _E = AdmissionState, AdmissionEvent

ADMISSION_STATES: StateTable[AdmissionState, AdmissionEvent] = StateTable(
    subject=Words("加入申请", "admission"),
    states={
        _S.APPLIED: Words("办理中", "under way"),
        _S.ADMITTED: Words("已加入", "admitted"),
        _S.REJECTED: Words("未通过", "rejected"),
        _S.SUSPENDED: Words("已暂停", "suspended"),
    },
    events={
        _E.APPLY_AGAIN: Words("重新申请", "apply again"),
        _E.PROCEED: Words("办理步骤", "proceed with a step"),
        _E.ADMIT: Words("准予加入", "admit the member"),
        _E.REJECT: Words("不予通过", "reject it"),
        _E.RENEW: Words("续期", "renew a step"),
        _E.SUSPEND: Words("暂停", "suspend it"),
        _E.RESUME: Words("恢复", "resume it"),
    },
    moves={
        (_S.APPLIED, _E.PROCEED): _S.APPLIED,
        (_S.APPLIED, _E.ADMIT): _S.ADMITTED,
        (_S.APPLIED, _E.REJECT): _S.REJECTED,
        (_S.REJECTED, _E.APPLY_AGAIN): _S.APPLIED,
        (_S.ADMITTED, _E.RENEW): _S.ADMITTED,
        (_S.ADMITTED, _E.SUSPEND): _S.SUSPENDED,
        (_S.SUSPENDED, _E.RESUME): _S.ADMITTED,
    },
)

_T, _V = StepState, StepEvent

STEP_STATES: StateTable[StepState, StepEvent] = StateTable(
    subject=Words("加入步骤", "step of an admission"),
    states={
        _T.TODO: Words("待办", "to be done"),
        _T.WAITING: Words("等待外部系统答复", "waiting for an outside register"),
        _T.PASSED: Words("已通过", "passed"),
        _T.FAILED: Words("未通过", "failed"),
    },
    events={
        _V.WAIT: Words("等待外部系统", "wait for an outside register"),
        _V.PASS: Words("通过", "pass it"),
        _V.FAIL: Words("不予通过", "fail it"),
        _V.RENEW: Words("续期", "renew it"),
        _V.RETRY: Words("重新办理", "start it again"),
    },
    moves={
        (_T.TODO, _V.WAIT): _T.WAITING,
        (_T.TODO, _V.PASS): _T.PASSED,
        (_T.TODO, _V.FAIL): _T.FAILED,
        (_T.WAITING, _V.WAIT): _T.WAITING,
        (_T.WAITING, _V.PASS): _T.PASSED,
        (_T.WAITING, _V.FAIL): _T.FAILED,
        (_T.PASSED, _V.RENEW): _T.PASSED,
        (_T.FAILED, _V.RETRY): _T.TODO,
    },
)
