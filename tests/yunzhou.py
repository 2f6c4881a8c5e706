"""The made-up city with people in it: a small tree, and members made in one line."""

import uuid
from typing import Any

from sqlalchemy import Connection, insert

from tests.banks import YUNZHOU, day, do, local, writing
from timebank.domain.identity import new_id
from timebank.services import admission, members, organisations
from timebank.services.desk import Bank
from timebank.storage import organisation_rows
from timebank.storage.work import orders, visits

TREE = (
    ("yz", "city", "云州市民政局", None),
    ("east", "district", "城东区", "yz"),
    ("west", "district", "城西区", "yz"),
    ("east-1", "street", "东一街道", "east"),
    ("east-2", "street", "东二街道", "east"),
    ("west-1", "street", "西一街道", "west"),
    ("team-a", "team", "晨光服务队", "east-1"),
)
OPENED = day("2020-01-01")

NOW = local("2026-03-02 09:00")
ORDER = {
    "city": YUNZHOU,
    "service": "chat",
    "origin": "request",
    "shape": "one_to_one",
    "state": "published",
    "organisation_id": "east-1",
    "asked_by": "organisation",
    "placed_by": "li",
    "channel": "desk",
    "address": "东一街道",
    "planned_start": NOW,
    "planned_minutes": 60,
    "places": 1,
    "places_taken": 0,
    "head_count": 1,
    "placed_on": day("2026-03-02"),
    "service_date": day("2026-03-02"),
}
VISIT = {"city": YUNZHOU, "place": 1, "state": "planned", "planned_minutes": 60, "accepted_at": NOW}


def settle_tree(bank: Bank) -> None:
    """Put down the management tree: 市 → 区 → 街道 → 团队, all open since 2020."""
    with writing(bank) as connection:
        organisation_rows.add(
            connection,
            [
                {"city": YUNZHOU, "id": code, "level": level, "name": name, "opened_on": OPENED}
                for code, level, name, _ in TREE
            ],
        )
        organisation_rows.place(
            connection,
            [organisations.placement(YUNZHOU, code, parent, OPENED) for code, _, _, parent in TREE],
        )


def a_member(
    bank: Bank,
    name: str = "张三",
    born: str | None = "1990-05-01",
    home: str | None = "east-1",
    reference: str | None = None,
    **more: Any,
) -> str:
    """Register a member and return their id."""
    answer = do(
        bank,
        members.register,
        reference=reference or f"YZ{uuid.uuid4().hex[:12]}",
        name=name,
        born_on=day(born) if born else None,
        home_id=home,
        **more,
    )
    return str(answer["member_id"])


def an_elder(bank: Bank, name: str = "王奶奶", born: str = "1940-02-02", home: str = "east-1") -> str:
    """Register somebody over eighty and admit them as a recipient."""
    elder = a_member(bank, name, born, home)
    do(bank, admission.apply, by=elder, member_id=elder, role="recipient")
    return elder


def an_order_row(connection: Connection, **columns: Any) -> str:
    """Put down the row of an order, as it is, for tests of what looks at it."""
    row = ORDER | {"id": new_id()} | columns
    connection.execute(insert(orders), [row])
    return str(row["id"])


def a_visit_row(connection: Connection, volunteer: str, **columns: Any) -> str:
    """Put down the row of a visit of an order of its own."""
    row = VISIT | {"id": new_id(), "volunteer_id": volunteer, "order_id": an_order_row(connection)} | columns
    connection.execute(insert(visits), [row])
    return str(row["id"])
