"""A folder of three CSV files as a city hands it over: sound rows, of which a test changes what it is about."""

import csv

ORGANISATIONS = [
    {"id": "yunzhou", "level": "city", "name": "云州市", "parent_id": "", "opened_on": "2026-01-01"},
    {"id": "east", "level": "district", "name": "东区", "parent_id": "yunzhou", "opened_on": "2026-01-01"},
    {"id": "west", "level": "district", "name": "西区", "parent_id": "yunzhou", "opened_on": "2026-01-01"},
    {"id": "east-1", "level": "street", "name": "东一街道", "parent_id": "east", "opened_on": "2026-01-01"},
    {"id": "east-2", "level": "street", "name": "东二街道", "parent_id": "east", "opened_on": "2026-01-01"},
    {"id": "west-1", "level": "street", "name": "西一街道", "parent_id": "west", "opened_on": "2026-01-01"},
    {"id": "team-1", "level": "team", "name": "晨光队", "parent_id": "east-1", "opened_on": "2026-01-05"},
]
MEMBER = {
    "reference": "V1",
    "name": "志愿者甲",
    "born_on": "1990-05-01",
    "home_id": "east-1",
    "roles": "volunteer",
    "phone": "10000000001",
    "joined_on": "2026-01-06",
    "traits": "",
    "team": "team-1",
}
MEMBERS = [
    MEMBER,
    {**MEMBER, "reference": "V2", "name": "志愿者乙", "home_id": "west-1", "team": ""},
    {
        **MEMBER,
        "reference": "R1",
        "name": "老人丙",
        "born_on": "1940-02-03",
        "roles": "recipient",
        "traits": "low_income;disabled",
        "team": "",
    },
    {**MEMBER, "reference": "B1", "name": "两者丁", "born_on": "1960-02-03", "roles": "both", "team": ""},
]
SERVICE = {
    "reference": "S1",
    "service": "chat",
    "organisation_id": "east-1",
    "volunteer": "V1",
    "recipient": "R1",
    "planned_start": "2026-02-01 09:00",
    "planned_minutes": "60",
    "checked_in": "2026-02-01 09:00",
    "checked_out": "2026-02-01 10:00",
    "confirmed_by": "recipient",
    "confirmed_proof": "pin_card",
    "team": "",
}
SERVICES = [
    SERVICE,
    {
        **SERVICE,
        "reference": "S2",
        "organisation_id": "west-1",
        "volunteer": "V2",
        "planned_start": "2026-02-02 14:00",
        "planned_minutes": "120",
        "checked_in": "2026-02-02 14:00",
        "checked_out": "2026-02-02 16:00",
    },
]


def hand_over(folder, organisations=ORGANISATIONS, members=MEMBERS, services=SERVICES, encoding="utf-8"):
    """Write the files; None leaves one out. Give the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("organisations", organisations), ("members", members), ("services", services)):
        if rows is not None:
            write(folder / f"{name}.csv", rows, encoding)
    return folder


def write(file, rows, encoding="utf-8"):
    """Write one file with the columns of its first row."""
    with file.open("w", encoding=encoding, newline="") as opened:
        writer = csv.DictWriter(opened, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def service(**changes):
    """Give one service with something changed."""
    return {**SERVICE, **changes}


def member(**changes):
    """Give one member with something changed."""
    return {**MEMBER, **changes}
