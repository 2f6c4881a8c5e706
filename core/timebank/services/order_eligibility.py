"""From facts to refusals: may this service be ordered here, and may this volunteer serve. Asks no database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from timebank.domain.cases import AskedBy
from timebank.domain.days import in_force
from timebank.domain.member import MemberFacts, Role
from timebank.domain.order import Order, Origin, Shape
from timebank.domain.organisation import Organisation
from timebank.domain.refusal import Refusal
from timebank.domain.words import Words, listed
from timebank.hooks.city import with_basis
from timebank.rules import RulesInForce
from timebank.rules.suggestions import nearest
from timebank.services.standing import ASKERS

PICK, OFFER, DIRECTED = "pick", "offer", "directed"
_MODES = {
    PICK: Words("自选", "picked by volunteers"),
    OFFER: Words("派单", "offered"),
    DIRECTED: Words("指定志愿者", "directed to one volunteer"),
}
_SHAPES = {
    Shape.ONE_TO_ONE: Words("一对一", "one-to-one"),
    Shape.PROJECT: Words("多人项目", "a project for many"),
}
_ORIGINS = {
    Origin.REQUEST: Words("老人一方提出的订单", "orders from the recipient's side"),
    Origin.PROJECT: Words("组织方的项目", "projects by an organiser"),
}


def service_refusals(
    rules: RulesInForce, service: str, shape: Shape, minutes: int, place: Sequence[Organisation]
) -> list[Refusal]:
    """Say why a service cannot be ordered in this shape, for this long, in this place."""
    path = f"services.{service}"
    if service not in rules.rule_set.services:
        return [unknown_service(rules, service)]
    label = rules.rule_set.tree["services"][service]["label"]
    found = []
    if shape.value not in rules.names(f"{path}.shapes"):
        able = listed([_SHAPES[Shape(known)] for known in rules.names(f"{path}.shapes")])
        zh = f"“{label['zh']}”不能以{_SHAPES[shape].zh}下单，可以：{able.zh}。"
        en = f"“{label['en']}” cannot be ordered as {_SHAPES[shape].en}; possible: {able.en}."
        found.append(Refusal("wrong_shape", Words(zh, en), f"{path}.shapes"))
    if rules.has(f"{path}.least") and minutes < rules.minutes(f"{path}.least"):
        least = rules.minutes(f"{path}.least")
        zh = f"“{label['zh']}”一次最短 {least} 分钟，所填为 {minutes} 分钟。"
        en = f"“{label['en']}” takes at least {least} minutes at a time, not {minutes}."
        found.append(Refusal("too_short", Words(zh, en), f"{path}.least"))
    if rules.has(f"{path}.most") and minutes > rules.minutes(f"{path}.most"):
        most = rules.minutes(f"{path}.most")
        zh = f"“{label['zh']}”一次最长 {most} 分钟，所填为 {minutes} 分钟。请分次下单。"
        en = (
            f"“{label['en']}” takes at most {most} minutes at a time, not {minutes}. Order it more than once."
        )
        found.append(Refusal("too_long", Words(zh, en), f"{path}.most"))
    found.extend(place_refusals(rules, path, place, Words(f"“{label['zh']}”", f"“{label['en']}”")))
    return with_basis(found, rules)


def unknown_service(rules: RulesInForce, service: str) -> Refusal:
    """Return the refusal for a service that the file does not have, with what it has."""
    catalogue = {name: rules.rule_set.tree["services"][name]["label"] for name in rules.rule_set.services}
    labels = {text: name for name, label in catalogue.items() for text in (label["zh"], label["en"])}
    guess = nearest(service, catalogue) or labels.get(nearest(service, labels) or "")
    meant = Words("", "")
    if guess is not None:
        label = catalogue[guess]
        meant = Words(f"您是不是要“{guess} {label['zh']}”？", f"Did you mean “{guess} ({label['en']})”? ")
    zh_list = "、".join(f"{name} {label['zh']}" for name, label in catalogue.items())
    en_list = ", ".join(f"{name} ({label['en']})" for name, label in catalogue.items())
    zh = f"{rules.effective_from} 起施行的规则里没有服务项目“{service}”。{meant.zh}可选：{zh_list}。"
    en = f"The rules in force from {rules.effective_from} have no service “{service}”. {meant.en}There are: {en_list}."
    return Refusal("unknown_service", Words(zh, en))


def place_refusals(
    rules: RulesInForce, path: str, place: Sequence[Organisation], what: Words
) -> list[Refusal]:
    """Say so where a block holds in some organisations only and this is neither one of them nor below one."""
    if not rules.has(f"{path}.only_in"):
        return []
    allowed = rules.names(f"{path}.only_in")
    if any(node.id in allowed for node in place):
        return []
    here = place[0].name if place else "—"
    zh = f"{what.zh}只在这些组织及其下级试行：{'、'.join(allowed)}；“{here}”不在其中。"
    en = f"{what.en} is tried out only in {', '.join(allowed)} and what stands below; “{here}” is not among them."
    return [Refusal("not_here", Words(zh, en), f"{path}.only_in")]


def placing_refusals(
    rules: RulesInForce, origin: Origin, asked_by: AskedBy, place: Sequence[Organisation]
) -> list[Refusal]:
    """Say why this kind of order may not be placed by this person in this place."""
    path, kind = f"orders.{origin.value}", _ORIGINS[origin]
    if not rules.has(path):
        zh, en = f"本市规则不办理{kind.zh}。", f"The rules here know no {kind.en}."
        return with_basis([Refusal("no_such_origin", Words(zh, en), "orders.taking")], rules)
    found = place_refusals(rules, "orders", place, Words("下单", "Ordering"))
    found += place_refusals(rules, path, place, Words(kind.zh, kind.en.capitalize()))
    placed_by = rules.names(f"{path}.placed_by")
    if asked_by.value not in placed_by:
        able = listed([ASKERS[AskedBy(known)] for known in placed_by])
        zh = f"{kind.zh}不能由{ASKERS[asked_by].zh}提出，可以由：{able.zh}。"
        en = f"{kind.en.capitalize()} may not be placed by {ASKERS[asked_by].en}; they may be by: {able.en}."
        found.append(Refusal("may_not_place", Words(zh, en), f"{path}.placed_by"))
    return with_basis(found, rules)


def mode_refusals(rules: RulesInForce, mode: str) -> list[Refusal]:
    """Say so where orders are not taken in this way."""
    modes = rules.names("orders.taking.modes")
    if mode in modes:
        return []
    able = listed([_MODES[known] for known in modes])
    zh = f"本市规则不用“{_MODES[mode].zh}”这种接单方式，可用：{able.zh}。"
    en = f"Orders here are not {_MODES[mode].en}; they are: {able.en}."
    return with_basis([Refusal("wrong_mode", Words(zh, en), "orders.taking.modes")], rules)


def serving_refusals(
    rules: RulesInForce, order: Order, volunteer: MemberFacts, team_id: str | None = None
) -> list[Refusal]:
    """Say why this volunteer may not serve in this order; whether a place is free is another question."""
    found = []
    if Role.VOLUNTEER not in volunteer.roles:
        zh = "尚未加入为志愿者，或加入的某一步已过有效期。请先办理加入。"
        en = (
            "Not an admitted volunteer, or a step of the admission has expired. Complete the admission first."
        )
        found.append(Refusal("not_admitted", Words(zh, en), "admission.volunteer"))
    if order.recipient_id == volunteer.id:
        zh, en = "志愿者不能为自己服务。", "A volunteer can't serve himself."
        found.append(Refusal("own_order", Words(zh, en)))
    if order.directed_to not in {None, volunteer.id}:
        zh = "这个订单指定了另一位志愿者，其他人不能接单。"
        found.append(Refusal("directed_elsewhere", Words(zh, "This order is directed to another volunteer.")))
    found += _qualification(rules, order, volunteer)
    if team_id is not None:
        found += _team(rules, order.service_date, volunteer, team_id)
    return with_basis(found, rules)


def _qualification(rules: RulesInForce, order: Order, volunteer: MemberFacts) -> list[Refusal]:
    path = f"services.{order.service}.qualification"
    if not rules.has(path):
        return []
    kind, day = rules.text(path), order.service_date
    held = [held for held in volunteer.qualifications if held.kind == kind]
    if any(in_force(one.valid_from, one.valid_until, day) for one in held):
        return []
    label = rules.rule_set.tree["qualifications"][kind]["label"]
    zh = f"这项服务须有经核验的“{label['zh']}”，且服务日 {day} 当天有效；目前没有。请先核验资格。"
    en = f"This service needs a verified “{label['en']}” that is valid on {day}; there is none. Have it verified first."
    ended = [one.valid_until for one in held if one.valid_until is not None and one.valid_until < day]
    if held and not ended:
        first = min(one.valid_from for one in held)
        zh = f"这项服务须有经核验的“{label['zh']}”；现有的从 {first} 起有效，服务日 {day} 还没有。请核对核验的日期。"
        en = (
            f"This service needs a verified “{label['en']}”; the one on record begins on {first}, after {day}. "
            "Check the days that were verified."
        )
    elif ended:
        last = max(ended)
        zh = f"这项服务须有经核验的“{label['zh']}”；现有的有效期至 {last}，服务日 {day} 已经过期。请先更新。"
        en = f"This service needs a verified “{label['en']}”; the one on record ends on {last}, before {day}. Renew it."
    return [Refusal("not_qualified", Words(zh, en), path)]


def _team(rules: RulesInForce, day: date, volunteer: MemberFacts, team_id: str) -> list[Refusal]:
    if not rules.has("orders.taking.team"):
        zh, en = "本市规则不办理以团队名义接单。", "Orders here are not taken for a team."
        return [Refusal("no_teams", Words(zh, en), "orders.taking")]
    joined = [tie for tie in volunteer.memberships if tie.organisation_id == team_id]
    if any(in_force(tie.valid_from, tie.valid_until, day) for tie in joined):
        return []
    zh = f"服务日 {day} 当天不是团队“{team_id}”的成员，不能以其名义接单。请先加入团队。"
    en = f"On {day} the volunteer does not belong to the team “{team_id}”. Join the team first."
    return [Refusal("not_in_team", Words(zh, en), "orders.taking.team")]
