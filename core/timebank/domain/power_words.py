"""What each power of the management tree is called, for people."""

from __future__ import annotations

from collections.abc import Mapping

from timebank.domain.organisation import Power
from timebank.domain.words import Words

POWER_WORDS: Mapping[Power, Words] = {
    Power.ADMIT_MEMBER: Words("办理成员加入", "admit members"),
    Power.CERTIFY_TRAIT: Words("认定特征", "certify traits"),
    Power.VERIFY_KINSHIP: Words("核实亲属关系", "verify kinship"),
    Power.VERIFY_QUALIFICATION: Words("核验专业资格", "verify qualifications"),
    Power.RECORD_TRAINING: Words("登记培训", "record training"),
    Power.ORDER_FOR: Words("代为下单", "place orders for others"),
    Power.REVIEW_ORDER: Words("审核订单", "review orders"),
    Power.PUBLISH_ORDER: Words("发布订单", "publish orders"),
    Power.ACCEPT_FOR: Words("代成员接单", "take orders for members"),
    Power.CHECK_IN_FOR: Words("代为签到", "check in for others"),
    Power.CONFIRM_VISIT: Words("确认服务", "confirm visits"),
    Power.RESOLVE_EXCEPTION: Words("处理异常", "resolve exceptions"),
    Power.SETTLE_DISPUTE: Words("裁定争议", "settle disputes"),
    Power.ISSUE_GRANT: Words("发放赠时", "issue grants"),
    Power.REVERSE_TRANSFER: Words("冲正转账", "reverse transfers"),
    Power.SUSPEND_MEMBER: Words("暂停成员资格", "suspend members"),
    Power.HANDLE_DECEASED: Words("办理去世成员事项", "handle the affairs of the deceased"),
    Power.MANAGE_ORGANISATIONS: Words("管理组织", "manage organisations"),
}
