"""The made-up city with people in it: a small tree, and members made in one line."""

import uuid
from typing import Any

from tests.banks import YUNZHOU, day, do
from timebank.services import admission, members, organisations
from timebank.services.desk import Bank
from timebank.storage import organisation_rows
from timebank.storage.engine import WRITES

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


def settle_tree(bank: Bank) -> None:
    """Put down the management tree: 市 → 区 → 街道 → 团队, all open since 2020."""
    with bank.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
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
