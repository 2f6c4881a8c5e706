"""The names of the checks, in the order in which they are asked and shown."""

from __future__ import annotations

from collections.abc import Mapping

from timebank.domain.words import Words

NAMES: Mapping[str, Words] = {
    "posting_amounts": Words(
        "每条分录都是两个账户之间的正整数分钟",
        "every posting moves whole, positive minutes between two accounts",
    ),
    "transfers_are_whole": Words("每笔转账的分录齐全", "every transfer has all its lines"),
    "conservation": Words("每种单位全部账户合计为零", "all accounts of a unit sum to nothing"),
    "balances": Words("每个账户余额等于其分录之和", "every balance is the sum of its postings"),
    "balances_follow_each_other": Words(
        "每个账户的余额逐笔相接", "the balances after an account's postings follow each other"
    ),
    "held": Words("每个账户的预扣等于未结预扣之和", "what every account holds is the sum of its open holds"),
    "carried": Words("零头只结转在可记入的账户上", "minutes are carried only where service is credited"),
    "floors": Words("没有账户透支", "no account gives what it has not"),
    "postings_carry_balances": Words(
        "每条分录都记有过账后的余额", "every posting carries the balance after it"
    ),
    "issued_for_a_cause": Words(
        "时间只因服务、赠时、导入或更正而产生", "minutes are born only for a named cause"
    ),
    "kinds_fit_their_causes": Words("转账的种类与起因相配", "a transfer's kind fits its kind of cause"),
    "transfers_have_a_command": Words(
        "每笔转账都有已存的操作，操作的答复正是它",
        "every transfer was asked for by a stored command that answers with it",
    ),
    "one_city_and_unit": Words("分录不跨城市、不跨单位", "postings stay within one city and one unit"),
    "holds_resolved_once": Words(
        "每笔预扣只了结一次且不超额", "every hold is resolved once, within its amount"
    ),
    "holds_pay_what_was_posted": Words("预扣了结数与过账数相符", "holds gave just what was posted"),
    "reversals_undo_once": Words(
        "冲正只冲一次，且不冲冲正", "a transfer is reversed once, and no reversal is"
    ),
    "reversals_give_back_all": Words("冲正如数退回", "a reversal gives all of it back"),
    "reversals_come_out_again": Words(
        "每笔冲正与所冲的转账逐笔相反，只少公共时间池已用完的",
        "every reversal gives back each posting of what it reverses, but for what the pool had spent",
    ),
    "decisions_name_a_rule_file": Words(
        "每笔转账依据的规则文件都在", "the rule file behind every transfer is kept"
    ),
    "rule_files_are_unchanged": Words("存档的规则文件未被改动", "the kept rule files are unchanged"),
    "rule_files_are_not_edited": Words(
        "作过决定的规则文件没有改过", "no rule file that has decided was edited"
    ),
    "no_rules_for_the_past": Words(
        "没有规则文件倒追已决定的日子", "no rule file reaches back to days that were decided"
    ),
    "rule_files_have_two_people": Words(
        "发布的规则文件由另一人起草", "every published rule file was drafted by somebody else"
    ),
    "operations_are_unique": Words("同一操作号只办过一次", "an operation id was carried out once"),
    "events_have_a_cause": Words("每个事件都有已存的操作", "every event comes of a stored command"),
    "one_grant_a_period": Words("同一赠时一期只发一次", "a grant is made once a period"),
    "closed_members_are_left_alone": Words(
        "销户以后账户不再收付", "nothing moves for members after their last day"
    ),
    "settlements_have_a_visit": Words(
        "每笔结算都对应服务记录", "every settlement is for a visit of its order"
    ),
    "settlements_credit_who_served": Words(
        "结算的时间记给提供服务的人或团队", "a settlement credits whoever served, or the team"
    ),
    "settlements_count_what_was_recognised": Words(
        "结算依据的时长与认定时长相符", "a settlement counts the minutes recognised"
    ),
    "one_settlement_a_visit": Words("一条服务记录只结算一次", "a visit is settled once"),
    "settled_visits_are_posted": Words("已结算的服务记录都已记账", "every settled visit is posted"),
    "settlements_come_out_again": Words(
        "每笔结算按存下的决定重算，结果相同", "every settlement comes out again from its stored decision"
    ),
    "exchanges_come_out_again": Words(
        "每笔赠与、捐赠、兑换、赠时按存下的决定重算，结果相同",
        "every gift, donation, redemption and grant comes out again from its stored decision",
    ),
    "caps_hold": Words("没有人超过当时规则的上限", "nobody is above a cap of the rules of the time"),
    "carried_comes_out_again": Words(
        "每个账户的零头等于历次结算与冲正所余",
        "the minutes that wait are what settlements and reversals left",
    ),
    "void_visits_are_reversed": Words(
        "作废与冲正相符", "a settlement is reversed just where its visit is void"
    ),
    "recognised_within_bounds": Words(
        "认定时长不超过计划与实测", "no more is recognised than was planned or measured"
    ),
    "clocks_run_forward": Words("签出不早于签到", "nobody checks out before checking in"),
    "nobody_serves_in_two_places": Words(
        "没有人同时在两处服务", "nobody serves in two places at once, by the clock"
    ),
    "places": Words("已占名额与服务记录、派单相符", "places taken are those of visits and offers"),
    "one_visit_a_place": Words("一个名额至多一条服务记录", "a place is held by one visit at most"),
    "nobody_serves_himself": Words("无人为自己服务", "nobody serves themselves"),
    "settled_orders_are_done": Words("已结算订单没有未办结的服务", "a settled order has no open visit"),
    "admitted_since_a_day": Words("每个已加入的角色都有加入日期", "whoever is admitted is so since a day"),
    "one_place_in_the_tree": Words(
        "每个组织同一天只有一个上级", "an organisation stands under one other at a time"
    ),
}
