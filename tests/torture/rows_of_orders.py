"""How every use case about orders, who comes to them, and offers comes about."""

from datetime import timedelta

from tests.banks import do
from tests.scenes import STREET, a_recipient, a_volunteer, an_elder_with_time
from tests.torture.rows_of_visits import AVisit, a_project, tomorrow
from tests.torture.use_cases import Asked, row
from tests.working import bodies
from timebank.services import offers, orders


@row("orders.place")
def _(bank):
    elder, start = an_elder_with_time(bank), bank.clock() + timedelta(days=1)
    asked = {"service": "chat", "organisation_id": STREET, "planned_start": start, "planned_minutes": 60}
    return Asked(asked | {"address": "幸福路1号", "recipient_id": elder}, by=elder)


def _requested(bank):
    elder = an_elder_with_time(bank)
    asked = {"service": "chat", "organisation_id": STREET, "planned_minutes": 60, "address": "幸福路1号"}
    start = bank.clock() + timedelta(days=1)
    placed = do(bank, orders.place, by=elder, recipient_id=elder, planned_start=start, **asked)
    return {"order_id": placed["order_id"]}


@row("orders.approve")
def _(bank):
    return Asked(_requested(bank))


@row("orders.reject")
def _(bank):
    return Asked(_requested(bank) | {"reason": "地址不清"})


@row("orders.publish")
def _(bank):
    order = _requested(bank)
    do(bank, orders.approve, **order)
    return Asked(order)


@row("orders.cancel")
def _(bank):
    return Asked(_requested(bank) | {"reason": "住院"})


@row("orders.lapse")
def _(bank):
    order = _requested(bank)
    bank.clock.forward(days=1)
    return Asked(order)


@row("attendances.add")
def _(bank):
    return Asked({"order_id": a_project(bank), "recipient_id": a_recipient(bank)})


@row("attendances.came")
def _(bank):
    order = AVisit(bank)
    bank.clock.set(order.start)
    return Asked({"order_id": order.order, "count": 1, "recipient_id": order.elder})


def _available(bank, start):
    member, free = a_volunteer(bank), bank.clock() + timedelta(days=1)
    asked = {"member_id": member, "organisation_id": STREET, "free_from": free - timedelta(hours=12)}
    return asked | {"free_until": free + timedelta(hours=12)}


@row("offers.give_availability")
def _(bank):
    return Asked(_available(bank, tomorrow(bank)))


@row("offers.withdraw_availability")
def _(bank):
    given = do(bank, offers.give_availability, **_available(bank, tomorrow(bank)))
    return Asked({"availability_id": given["availability_id"]})


def _to_offer(bank):
    order = a_project(bank, places=1)
    do(bank, offers.give_availability, **_available(bank, tomorrow(bank)))
    return {"order_id": order}


def an_offer(bank):
    """Return what the message of an offer says."""
    sent = do(bank, offers.send, **_to_offer(bank))
    told = [one for one in bodies(bank, "message.offer") if one["offer_id"] == sent["offer_ids"][0]]
    return told[0]


@row("offers.send")
def _(bank):
    return Asked(_to_offer(bank))


@row("offers.accept")
def _(bank):
    told = an_offer(bank)
    return Asked({"token": told["token"]}, by=told["volunteer_id"])


@row("offers.decline")
def _(bank):
    told = an_offer(bank)
    return Asked({"token": told["token"]}, by=told["volunteer_id"])


@row("offers.lapse")
def _(bank):
    told = an_offer(bank)
    bank.clock.forward(hours=25)
    return Asked({"offer_id": told["offer_id"]})
