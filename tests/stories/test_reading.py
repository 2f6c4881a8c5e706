"""A story file is read as strictly as a rule file: every fault at its line, in both languages."""

import pytest

from timebank.stories import StoryBroken, read_stories

CASES = """\
format: timebank-cases/1
city: yunzhou
organisations:
  yz: {level: city, name: 云州市}
people:
  li: {name: 李敏, born: 1990-03-02, home: yz, roles: [volunteer]}
  wang: {name: 王秀兰, born: 1940-08-08, home: yz, roles: [recipient], savings: {coin: 10 h}}
cases:
  first:
    title: {zh: 第一例, en: The first}
    on: 2026-03-02 09:00
    steps:
      - do: orders.place
        by: wang
        with:
          service: chat
          organisation_id: yz
          recipient_id: wang
          planned_start: 2026-03-03 09:00
          planned_minutes: 60 min
          address: 家
        as: order
      - do: orders.approve
        by: yz
        with: {order_id: $order.order_id}
    then:
      orders: {order: approved}
"""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "cases.yaml"


def faults(file, text):
    file.write_text(text, encoding="utf-8")
    with pytest.raises(StoryBroken) as broken:
        read_stories(file)
    return broken.value.faults


def edited(old, new):
    assert old in CASES
    return CASES.replace(old, new)


def line_of(text, part):
    return next(number for number, line in enumerate(text.split("\n"), start=1) if part in line)


def test_a_case_is_read_with_its_lines(file):
    file.write_text(CASES, encoding="utf-8")

    (story,) = read_stories(file)

    assert story.id == "first"
    assert story.people["wang"].balances == {"savings": {"coin": 600}}
    assert [step.line for step in story.steps] == [13, 23]
    assert story.expected.lines["orders.order"] == 27


def test_an_unknown_key_is_a_fault_at_its_line(file):
    text = edited("home: yz, roles: [volunteer]", "home: yz, rolls: [volunteer]")

    (fault,) = faults(file, text)

    assert fault.line == line_of(text, "rolls")
    assert "是不是 roles？" in fault.zh
    assert "did you mean roles?" in fault.en


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ("do: orders.approve", "do: orders.aprove", "T03", "orders.approve"),
        ("do: orders.approve", "do: magic.trick", "T04", "orders.place"),
        ("{order_id: $order.order_id}", "{order: $order.order_id}", "T05", "order_id"),
        ("with: {order_id: $order.order_id}", "with: {}", "T06", "order_id"),
        ("by: wang", "by: wong", "T07", "wang"),
        ("home: yz, roles: [recipient]", "home: zy, roles: [recipient]", "T07", "yz"),
        ("  yz: {level", "  wang: {level: city, name: 王}\n  yz: {level", "T08", "wang"),
        ("$order.order_id", "$odrer.order_id", "T09", "order"),
        ("orders: {order: approved}", "orders: {other: approved}", "T09", "order"),
    ],
)
def test_what_does_not_fit_is_told_with_what_would(file, old, new, code, said):
    found = faults(file, edited(old, new))

    assert code in {fault.code for fault in found}
    assert any(said in fault.zh and said in fault.en for fault in found)


def test_a_step_that_does_nothing_is_a_fault(file):
    text = edited(
        "      - do: orders.approve\n        by: yz\n        with: {order_id: $order.order_id}",
        "      - as: nothing",
    )

    assert [fault.code for fault in faults(file, text)] == ["T01"]


def test_one_step_does_one_thing(file):
    text = edited("      - do: orders.approve", "      - run: due\n        do: orders.approve")

    assert "T02" in {fault.code for fault in faults(file, text)}


def test_a_moment_that_does_not_exist_is_a_fault(file):
    (fault,) = faults(file, edited("on: 2026-03-02 09:00", "on: 2026-02-30 09:00"))

    assert fault.path == "cases.first.on"


def test_refused_is_about_a_last_step_that_does_something(file):
    text = edited("      orders: {order: approved}", "      refused: {code: x}").replace(
        "    then:", "      - say: {zh: 完, en: The end}\n    then:"
    )

    assert [fault.code for fault in faults(file, text)] == ["T10"]


def test_every_fault_of_a_file_is_told_at_once(file):
    text = edited("by: wang", "by: wong").replace("do: orders.approve", "do: orders.aprove")

    assert len(faults(file, text)) == 2


def test_cases_lie_in_the_folder_of_their_city(tmp_path):
    folder = tmp_path / "elsewhere" / "cases"
    folder.mkdir(parents=True)

    (fault,) = faults(folder / "first.yaml", CASES)

    assert fault.code == "T11"
    assert "elsewhere" in fault.zh
