"""Everything that is due: one run that a timer calls; running it twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from timebank.domain.words import Words
from timebank.services import admission, delivery, grants, offers, orders, settlement, visit_deadlines
from timebank.services.desk import Bank

Progress = Callable[[Words, int], None]
Jobs = tuple[tuple[str, Words, Callable[[Bank, str], int]], ...]


@dataclass
class Sweep:
    """What a run did.

    Attributes:
        done: how many of each kind of work.
        kept: visits kept for staff, with the sentence why.
        delivered: events sent, put off and given up.
    """

    done: dict[str, int] = field(default_factory=dict)
    kept: list[tuple[str, Words]] = field(default_factory=list)
    delivered: dict[str, int] = field(default_factory=dict)


def silent(_what: Words, _count: int) -> None:
    """Report no progress."""


def run_due(bank: Bank, city: str, progress: Progress = silent) -> Sweep:
    """Do everything that is due in a city: deadlines first, then settlement, then what leaves for the outside.

    Outside registers are asked last: one that is slow or down holds up nothing of the bank's own.
    """
    sweep = Sweep()
    _do_all(JOBS, bank, city, sweep, progress)
    settling = Words("结算服务记录", "settling visits")
    night = settlement.settle_due(bank, city, lambda count: progress(settling, count))
    sweep.done["settled"], sweep.kept = night.settled, night.kept
    sweep.delivered = delivery.deliver(bank, city)
    _do_all(LAST, bank, city, sweep, progress)
    return sweep


def _do_all(jobs: Jobs, bank: Bank, city: str, sweep: Sweep, progress: Progress) -> None:
    for name, words, work in jobs:
        sweep.done[name] = work(bank, city)
        progress(words, sweep.done[name])


JOBS: Jobs = (
    (
        "transitions",
        Words("按新规则处理未完成订单", "applying new rules to open orders"),
        orders.apply_transition,
    ),
    ("lapsed_offers", Words("处理逾期派单", "letting offers lapse"), offers.lapse_due),
    ("lapsed_orders", Words("处理无人接单", "letting orders lapse"), orders.lapse_due),
    ("late", Words("处理忘记签出", "closing forgotten check-outs"), visit_deadlines.close_late_due),
    (
        "unserved",
        Words("提醒无人记录", "telling of visits nobody recorded"),
        visit_deadlines.unserved_overdue,
    ),
    ("unconfirmed", Words("提醒未确认", "telling of unconfirmed visits"), visit_deadlines.confirm_overdue),
    ("granted", Words("发放赠时", "granting hours"), grants.issue_due),
)
LAST: Jobs = (
    ("look_ups", Words("再问外部登记系统", "asking outside registers again"), admission.resume_look_ups),
)
