"""A story goes through the same use cases as everybody, and says exactly where it went otherwise."""

import pytest

from tests.banks import a_bank
from timebank.stories import StoryBroken, StoryFailed, ToldKind, play, read_stories

HEAD = """\
format: timebank-cases/1
city: yunzhou
organisations:
  yz: {level: city, name: 云州市}
  east: {level: district, name: 东区, under: yz}
  east-1: {level: street, name: 东一街道, under: east}
people:
  li: {name: 李敏, born: 1990-03-02, home: east-1, roles: [volunteer], served: 100 h}
  wang: {name: 王秀兰, born: 1940-08-08, home: east-1, roles: [recipient], savings: {coin: 10 h}, granted: {coin: 1 h}}
  chen: {name: 陈一, born: 2015-01-01, home: east-1}
cases:
  it:
    title: {zh: 这一例, en: This case}
    on: 2026-03-02 09:00
"""


@pytest.fixture
def played(tmp_path, fresh_database_url):
    def play_case(body, **how):
        file = tmp_path / "cases.yaml"
        file.write_text(HEAD + body, encoding="utf-8")
        (story,) = read_stories(file)
        with a_bank(fresh_database_url) as bank:
            return play(bank, story, **how)

    return play_case


def test_what_is_given_stands_before_the_first_step(played):
    played("""\
    steps:
      - say: {zh: 什么都没发生, en: Nothing happens}
    then:
      balances:
        wang: {savings: {coin: 10 h}, granted: {coin: 60 min}}
        li: {savings: {coin: 0 min}}
""")


def test_a_differing_balance_names_case_field_both_figures_and_the_rules_read(played):
    with pytest.raises(StoryFailed) as failure:
        played("""\
    steps:
      - serve: {volunteer: li, service: chat, minutes: 90, for: wang}
    then:
      balances:
        li: {savings: {coin: 90 min}}
""")
    zh, en = failure.value.words.zh, failure.value.words.en
    assert "cases.yaml:19 “这一例”：balances.li.savings.coin 应为 90 min，实得 60 min。" in zh
    assert "balances.li.savings.coin: expected 90 min, got 60 min." in en
    assert "credit.units.coin.quantum = 60 min" in zh
    assert "2026-01-01.yaml:" in zh


def test_a_step_that_is_refused_fails_the_case_with_the_sentence_and_its_line(played):
    with pytest.raises(StoryFailed) as failure:
        played("""\
    steps:
      - do: admission.apply
        by: chen
        with: {member_id: chen, role: volunteer}
    then:
      balances: {}
""")
    assert "cases.yaml:16" in failure.value.words.zh
    assert "admission.volunteer.gate" in failure.value.words.zh
    assert "《云州市养老服务时间银行管理办法》第六条" in failure.value.words.zh


def test_a_step_that_should_be_refused_and_is_not_fails_the_case(played):
    with pytest.raises(StoryFailed) as failure:
        played("""\
    steps:
      - do: admission.apply
        by: east-1
        for: chen
        with: {member_id: chen, role: recipient}
        expect: refused
        code: too_rich
    then:
      balances: {}
""")
    assert "too_rich" in failure.value.words.zh


def test_time_does_not_go_back(played):
    with pytest.raises(StoryFailed) as failure:
        played("""\
    steps:
      - at: 2026-03-01 09:00
    then:
      balances: {}
""")
    assert "时间不能倒退" in failure.value.words.zh
    assert "time does not go back" in failure.value.words.en


def test_a_story_tells_what_was_done_posted_and_refused(played):
    told = []
    outcome = played(
        """\
    steps:
      - serve: {volunteer: li, service: chat, minutes: 90, for: wang, as: visit}
      - do: admission.apply
        by: chen
        with: {member_id: chen, role: volunteer}
    then:
      refused: {because: admission.volunteer.gate}
""",
        tell=told.append,
    )

    assert [one.kind for one in told] == [ToldKind.DONE, ToldKind.POSTED, ToldKind.DONE, ToldKind.REFUSED]
    assert told[0].words.zh == "为王秀兰服务：陪伴聊天，1 小时 30 分钟"
    assert told[1].transfer_id == outcome.answers["visit"]["transfer_id"]
    assert [refusal.rule_path for refusal in outcome.refusals] == ["admission.volunteer.gate"]


def test_a_demonstration_of_edited_rules_tells_what_differs_and_goes_on(played):
    told = []
    played(
        """\
    steps:
      - serve: {volunteer: li, service: chat, minutes: 90, for: wang}
    then:
      balances:
        li: {savings: {coin: 90 min}}
""",
        tell=told.append,
        strict=False,
    )

    assert told[-1].kind is ToldKind.DIFFERS
    assert told[-1].words.zh == "balances.li.savings.coin 应为 90 min，实得 60 min。"


def test_hours_served_before_count_for_honours_and_traits(played):
    played("""\
    steps:
      - serve: {volunteer: li, service: chat, minutes: 60, for: wang}
    then:
      balances: {li: {savings: {coin: 60 min}}}
      honours: {li: star_1, wang: none}
      shown: {li: {savings: {coin: 1 时间币, point: 1 积分}}, wang: {savings: {coin: 10 时间币}}}
""")


def test_imported_service_is_settled_as_history_and_charges_as_the_file_says(played):
    played("""\
    imported:
      - service: chat
        organisation_id: east-1
        volunteer: li
        recipient: wang
        planned_start: 2026-03-02 06:00
        planned_minutes: 60
        checked_in: 2026-03-02 06:00
        checked_out: 2026-03-02 07:00
        confirmed_by: recipient
        confirmed_proof: app
    steps:
      - do: settlement.settle_due
    then:
      balances: {li: {savings: {coin: 60 min}}, wang: {savings: {coin: 10 h}, granted: {coin: 1 h}}}
""")


def test_imported_service_by_somebody_unknown_is_told(played):
    with pytest.raises(StoryBroken) as broken:
        played("""\
    imported:
      - service: chat
        organisation_id: east-1
        volunteer: lee
        planned_start: 2026-03-02 06:00
        planned_minutes: 60
        confirmed_by: organisation
    steps:
      - run: due
    then:
      balances: {}
""")
    assert [(fault.code, fault.path) for fault in broken.value.faults] == [
        ("T07", "cases.it.imported.0.volunteer")
    ]


def test_the_day_before_there_are_rules_a_story_is_refused_and_can_say_so(tmp_path, fresh_database_url):
    file = tmp_path / "cases.yaml"
    file.write_text(
        """\
format: timebank-cases/1
city: yunzhou
organisations: {}
people:
  li: {name: 李敏, born: 1990-03-02}
cases:
  it:
    title: {zh: 这一例, en: This case}
    on: 2025-12-31 23:59
    steps:
      - do: admission.apply
        by: li
        with: {member_id: li, role: volunteer}
    then: {refused: {code: no_rules}}
""",
        encoding="utf-8",
    )
    (story,) = read_stories(file)

    with a_bank(fresh_database_url) as bank:
        play(bank, story)
