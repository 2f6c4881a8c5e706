"""What the cities have published of themselves, and what a bench has to assume beside it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bench.synthetic_city import Size


@dataclass(frozen=True)
class Published:
    """The size of a city.

    Attributes:
        size: how large it is to be made.
        assumed: figures of the size that nobody published; they are chosen, and shown as such.
        until: last day of service.
        levels: how many organisations of which level were published.
    """

    size: Size
    until: date
    assumed: frozenset = frozenset()
    levels: dict = field(default_factory=dict)

    def figures(self):
        """Give the figures to be met, hours as minutes; stations where they are those of the reports."""
        found = {
            "volunteers": self.size.volunteers,
            "recipients": self.size.recipients,
            "orders": self.size.orders,
            "stations": None if self.levels else self.size.stations,
            "person_times": self.size.person_times,
            "minutes": int(self.size.hours * 60),
        }
        return {name: value for name, value in found.items() if value is not None}


CITIES = {
    # 种子文章 003（2021 年初）· seed article 003, early 2021
    "nanjing": Published(
        Size(volunteers=45490, recipients=34755, orders=107141, stations=1252, hours=Decimal("53790.25")),
        until=date(2021, 2, 27),
    ),
    # 5.3 万名志愿者；2022 年底 257 个站点；2022 年 60 岁以上志愿者服务 80 万小时（报道）。服务对象与订单未公布。
    # Reports: 53,000 volunteers, 257 stations at the end of 2022, 800,000 hours by those over 60 in that year.
    "guangzhou": Published(
        Size(volunteers=53000, recipients=40000, orders=240000, stations=257, hours=Decimal(800_000)),
        until=date(2023, 12, 31),
        assumed=frozenset({"recipients", "orders"}),
    ),
    # 种子文章 002（2024-05-28）：四万多人次，取四万零一。订单与时长未公布。
    # Seed article 002: more than 40,000 person-times, so one more. Orders and hours were not published.
    "shanghai_yangpu": Published(
        Size(
            volunteers=4347,
            recipients=11709,
            orders=4000,
            stations=12,
            hours=Decimal(6000),
            person_times=40001,
            teams={"team": 16, "partner": 4},
        ),
        until=date(2024, 5, 28),
        assumed=frozenset({"orders", "minutes"}),
        levels={"branch": 12, "team": 16, "partner": 4},
    ),
}
