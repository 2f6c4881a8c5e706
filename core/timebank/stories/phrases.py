"""What a use case is called when a story tells of it: a few words and whatever of its inputs a reader wants to know."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from timebank.domain.words import Words
from timebank.stories.showing import shown
from timebank.stories.story import Serve

if TYPE_CHECKING:
    from timebank.stories.stage import Stage

_WHAT = Words(
    "{service}，{planned_start} 起 {planned_minutes}", "{service}, {planned_start}, {planned_minutes}"
)
_FOR = Words("为{recipient_id}", "for {recipient_id}")
_PLACES = Words("{places} 个名额", "{places} places")
_DIRECTED = Words("指定{directed_to}", "to {directed_to}")
_MEMBER = Words("{member_id}", "{member_id}")
_ROLE = Words("作为{role}", "as {role}")
_AMOUNT = Words("{minutes}", "{minutes}")
_REASON = Words("原因：{reason}", "because: {reason}")
_MINUTES = Words("认定 {minutes}", "recognising {minutes}")

# use case → what it is called, then details; a detail of which an input is missing is left out.
_PHRASES: Mapping[str, tuple[Words, ...]] = {
    "organisations.add": (Words("设立组织", "adds an organisation"), Words("{name}", "{name}")),
    "organisations.move": (
        Words("调整组织", "moves an organisation"),
        Words("{organisation_id}", "{organisation_id}"),
    ),
    "organisations.close": (
        Words("撤销组织", "closes an organisation"),
        Words("{organisation_id}", "{organisation_id}"),
    ),
    "members.register": (Words("登记成员", "registers a member"), Words("{name}", "{name}")),
    "members.certify_trait": (Words("认定特征", "certifies a trait"), _MEMBER, Words("{trait}", "{trait}")),
    "members.verify_tie": (
        Words("核实亲属关系", "verifies kinship"),
        Words("{kin_id}是{member_id}的{relation}", "{kin_id} is {relation} of {member_id}"),
    ),
    "members.verify_qualification": (
        Words("核验资格", "verifies a qualification"),
        _MEMBER,
        Words("{kind}", "{kind}"),
    ),
    "members.join_organisation": (
        Words("加入组织", "joins an organisation"),
        _MEMBER,
        Words("{organisation_id}", "{organisation_id}"),
    ),
    "members.leave_organisation": (
        Words("退出组织", "leaves an organisation"),
        _MEMBER,
        Words("{organisation_id}", "{organisation_id}"),
    ),
    "members.close": (Words("办理成员退出", "closes a membership"), _MEMBER, _REASON),
    "admission.apply": (Words("申请加入", "applies"), _ROLE),
    "admission.pass_step": (
        Words("办结加入步骤", "passes a step of admission"),
        _MEMBER,
        Words("{step}", "{step}"),
    ),
    "admission.fail_step": (
        Words("加入步骤未通过", "fails a step of admission"),
        _MEMBER,
        Words("{step}", "{step}"),
        _REASON,
    ),
    "admission.look_up": (Words("查询登记系统", "asks the register"), _MEMBER),
    "admission.suspend": (Words("暂停成员资格", "suspends a member"), _MEMBER, _REASON),
    "admission.resume": (Words("恢复成员资格", "restores a member"), _MEMBER),
    "orders.place": (Words("下单", "places an order"), _FOR, _WHAT, _PLACES, _DIRECTED),
    "orders.approve": (Words("审核通过订单", "approves the order"),),
    "orders.reject": (Words("退回订单", "rejects the order"), _REASON),
    "orders.publish": (Words("发布订单", "publishes the order"),),
    "orders.cancel": (Words("取消订单", "cancels the order"), _REASON),
    "orders.lapse": (Words("订单因无人接单失效", "lets the order lapse"),),
    "offers.give_availability": (
        Words("我要接单", "offers to serve"),
        Words("{free_from} 至 {free_until}", "{free_from} to {free_until}"),
        Words("{services}", "{services}"),
    ),
    "offers.withdraw_availability": (Words("撤回接单意向", "withdraws the offer to serve"),),
    "offers.send": (Words("自动匹配并派单", "matches and sends offers"),),
    "offers.accept": (Words("凭短信口令接受派单", "accepts the offer by its token"),),
    "offers.decline": (Words("谢绝派单", "declines the offer"),),
    "visits.accept": (Words("接单", "takes the order"), Words("以{team_id}名义", "for {team_id}")),
    "visits.check_in": (Words("签到", "checks in"),),
    "visits.check_out": (Words("签出", "checks out"),),
    "visits.report_done": (Words("报告服务完成", "reports the service done"),),
    "visits.resolve": (Words("处理异常", "resolves the exception"), _MINUTES, Words("{note}", "{note}")),
    "visits.confirm": (
        Words("确认服务", "confirms the service"),
        _MINUTES,
        Words("凭{claims}", "by {claims}"),
    ),
    "visits.miss": (Words("记为未到场", "records a no-show"),),
    "visits.cancel": (Words("取消服务", "cancels the visit"), _REASON),
    "visits.dispute": (Words("提出争议", "disputes the visit"), _REASON),
    "visits.uphold": (Words("维持服务记录", "upholds the visit"), _MINUTES),
    "visits.void": (Words("作废服务记录", "makes the visit void"), Words("{note}", "{note}")),
    "visits.rate": (
        Words("评价服务", "rates the service"),
        Words("{stars} 星", "{stars} stars"),
        Words("{note}", "{note}"),
    ),
    "team_acceptance.accept_for_team": (
        Words("为团队接单", "takes the order for a team"),
        Words("{team_id}", "{team_id}"),
        Words("{member_ids}", "{member_ids}"),
    ),
    "team_acceptance.check_in_team": (Words("为全队签到", "checks in for the team"),),
    "team_acceptance.check_out_team": (Words("为全队签出", "checks out for the team"),),
    "team_acceptance.confirm_team": (
        Words("确认全队的服务", "confirms the team's service"),
        Words("凭{claims}", "by {claims}"),
    ),
    "attendances.add": (Words("登记受益人", "adds an attendance"), Words("{recipient_id}", "{recipient_id}")),
    "attendances.came": (Words("登记到场", "records who came"), Words("{count} 人", "{count} people")),
    "settlement.settle": (Words("结算", "settles the visit"),),
    "exchange.give": (Words("赠与", "gives"), Words("给{receiver_id}", "to {receiver_id}"), _AMOUNT),
    "exchange.donate": (Words("捐赠", "donates"), Words("用于{target}", "for {target}"), _AMOUNT),
    "exchange.redeem": (Words("兑换", "redeems"), Words("{target}", "{target}"), _AMOUNT),
    "grants.issue_due": (Words("发放到期的赠时", "issues the grants that are due"),),
    "admission.resume_look_ups": (Words("再问外部登记系统", "asks outside registers again"),),
    "settlement.settle_due": (Words("结算到期的服务", "settles what is due"),),
    "offers.lapse_due": (Words("处理逾期派单", "lets offers lapse that are due"),),
    "visit_deadlines.close_late_due": (Words("处理忘记签出", "closes forgotten check-outs"),),
    "grants.issue": (Words("发放赠时", "issues a grant"), Words("{plan}", "{plan}"), _MEMBER),
    "reversal.reverse": (Words("冲正", "reverses a transfer"), _REASON),
}
# What of an answer a reader wants to know.
_RESULTS: Mapping[str, Words] = {
    "admission.look_up": Words("答复：{answer}", "it answers: {answer}"),
    "visits.check_out": Words("实测 {measured_minutes}", "{measured_minutes} by the clock"),
    "visits.confirm": Words("认定 {recognised_minutes}", "{recognised_minutes} recognised"),
}
DUE = Words("办理到期事项，送出消息", "does what is due and delivers messages")
_EVENTS = {
    "order.published": Words("收到项目发布信息", "hears that an order was published"),
    "visit.settled": Words("收到服务时长", "hears of the hours served"),
}


def phrase(stage: Stage, name: str, inputs: Mapping[str, Any]) -> Words:
    """Return what a use case does, in a few words, with those of its inputs that a reader wants to know."""
    what, *details = _PHRASES.get(name, (Words(name, name),))
    values = {
        key: shown(stage, key, value, inputs) for key, value in inputs.items() if value not in (None, "", [])
    }
    told = [detail for detail in details if _fields(detail) <= values.keys()]
    parts = [_filled(detail, values) for detail in told]
    if not parts:
        return what
    return Words(
        f"{what.zh}：{'，'.join(p.zh for p in parts)}", f"{what.en}: {', '.join(p.en for p in parts)}"
    )


def result(stage: Stage, name: str, answer: Mapping[str, Any]) -> Words | None:
    """Return what came of a use case, where a reader wants to know it."""
    template = _RESULTS.get(name)
    if template is None or any(answer.get(field) is None for field in _fields(template)):
        return None
    return _filled(template, {key: shown(stage, key, answer[key], answer) for key in _fields(template)})


def serve_words(stage: Stage, serve: Serve) -> Words:
    """Return a whole service in a few words."""
    service = shown(stage, "service", serve.service, {})
    minutes = shown(stage, "minutes", serve.minutes, {})
    if serve.recipient is None:
        return Words(f"完成服务：{service.zh}，{minutes.zh}", f"serves: {service.en}, {minutes.en}")
    name = stage.cast.called(serve.recipient)
    return Words(f"为{name}服务：{service.zh}，{minutes.zh}", f"serves {name}: {service.en}, {minutes.en}")


def report_words(stage: Stage, kind: str, body: Mapping[str, Any]) -> Words:
    """Return what an outside register was told."""
    what = _EVENTS.get(kind, Words(f"收到 {kind}", f"hears of {kind}"))
    if "service" not in body:
        return what
    service = shown(stage, "service", body["service"], {})
    return Words(f"{what.zh}：{service.zh}", f"{what.en}: {service.en}")


def _fields(template: Words) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(template.zh) if field}


def _filled(template: Words, values: Mapping[str, Words]) -> Words:
    zh = template.zh.format_map({key: value.zh for key, value in values.items()})
    return Words(zh, template.en.format_map({key: value.en for key, value in values.items()}))
