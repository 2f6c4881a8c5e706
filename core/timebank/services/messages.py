"""The texts that go to people."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from timebank.domain.command import Channel
from timebank.domain.message import Message
from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.rules import RulesInForce
from timebank.services.desk import Bank
from timebank.storage.people import members
from timebank.storage.work import orders


def message_for(bank: Bank, city: City, row: Row[Any]) -> Message:
    """Return the message of an outbox row: ``message.<template>`` with a volunteer_id in its body."""
    template = row.kind.partition(".")[2]
    member_id = row.body["volunteer_id"]
    with bank.reading() as connection:
        member = connection.execute(
            select(members.c.phone).where(members.c.city == city.code, members.c.id == member_id)
        ).one()
        order = connection.execute(
            select(orders).where(orders.c.city == city.code, orders.c.id == row.body["order_id"])
        ).one()
    rules = city.rules_for(order.service, order.service_date)
    words = _offer_text(city, rules, order, row.body)
    return Message(row.id, member_id, member.phone, template, words, _channel(rules))


def _channel(rules: RulesInForce) -> Channel:
    path = "orders.offer.message"
    return Channel(rules.text(path)) if rules.has(path) else Channel.SMS


def _offer_text(city: City, rules: RulesInForce, order: Row[Any], body: dict[str, Any]) -> Words:
    start = order.planned_start.astimezone(city.book.timezone)
    brand, service = rules.words("brand.name"), rules.words(f"services.{order.service}.label")
    zh = (
        f"【{brand.zh}】为您匹配到：{service.zh}，{start:%m月%d日 %H:%M}，{order.planned_minutes} 分钟，{order.address}。"
        f"请凭口令 {body['token']} 答复接受或谢绝。"
    )
    en = (
        f"[{brand.en}] A place is kept for you: {service.en}, {start:%d %b %H:%M}, {order.planned_minutes} minutes, "
        f"{order.address}. Accept or decline with the token {body['token']}."
    )
    return Words(zh, en)
