"""The made-up city with people in it: a small tree, and members made in one line."""

import uuid
from typing import Any

from tests.banks import day, do
from timebank.services import admission, members, organisations
from timebank.services.desk import Bank

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
    """Add the management tree: 市 → 区 → 街道 → 团队."""
    for code, level, name, parent in TREE:
        do(
            bank,
            organisations.add,
            organisation_id=code,
            level=level,
            name=name,
            parent_id=parent,
            opened_on=OPENED,
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
