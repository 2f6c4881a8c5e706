"""What the kinds of transfer are called."""

from __future__ import annotations

from timebank.domain.words import Words

TRANSFERS = {
    "settlement": Words("服务结算", "settlement of a visit"),
    "grant": Words("发放赠时", "grant"),
    "gift": Words("赠与", "gift"),
    "donation": Words("捐赠", "donation"),
    "redemption": Words("兑换", "redemption"),
    "expiry": Words("到期", "expiry"),
    "reversal": Words("冲正", "reversal"),
    "import": Words("导入", "import"),
    "correction": Words("更正", "correction"),
}
