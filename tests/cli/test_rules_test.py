def test_cases_that_come_out_as_they_say_are_counted(house):
    said = house.call("rules", "test", "yunzhou", "--case", "two_units_for_one_visit")

    assert said.code == 0
    assert "yunzhou：1 个用例，都与所写相符。" in said.all


def test_a_case_that_does_not_is_told_with_its_line_and_the_rules_in_both_languages(house):
    house.edit(
        house.folder / "yunzhou" / "cases" / "earning.yaml",
        "li: {savings: {coin: 60 min, point: 90 min}}",
        "li: {savings: {coin: 61 min, point: 90 min}}",
    )
    call = ("rules", "test", "yunzhou", "--case", "two_units_for_one_visit")

    chinese, english = house.call(*call), house.call(*call, language="en")

    assert (chinese.code, english.code) == (1, 1)
    assert "earning.yaml:26 two_units_for_one_visit" in chinese.all
    assert "balances.li.savings.coin 应为 61 min，实得 60 min。" in chinese.all
    assert "balances.li.savings.coin: expected 61 min, got 60 min." in english.all
    assert "2026-01-01.yaml:" in chinese.all


def test_the_same_in_json_has_the_field_and_every_path_read(house):
    house.edit(
        house.folder / "yunzhou" / "cases" / "earning.yaml",
        "li: {savings: {coin: 60 min, point: 90 min}}",
        "li: {savings: {coin: 61 min, point: 90 min}}",
    )

    (case,) = house.call("rules", "test", "yunzhou", "--case", "two_units_for_one_visit", "--json").json[
        "cases"
    ]

    assert case["differs"] == {"field": "balances.li.savings.coin", "expected": "61 min", "got": "60 min"}
    assert "credit.units.coin.quantum" in case["read"]["2026-01-01.yaml"]
    assert case["rules"]


def test_a_city_case_or_file_that_is_not_there_is_wrong_use(house):
    assert house.call("rules", "test", "nowhere").code == 2
    assert house.call("rules", "test", "yunzhou", "--case", "nobody").code == 2


def test_a_notch_names_what_no_case_noticed_where_it_stands_and_what_to_write(house):
    said = house.call("rules", "test", "yunzhou", "--case", "spent_one_by_one", "--notch")

    assert said.code == 0
    assert "yunzhou/2026-01-01.yaml:" in said.all
    assert "services.law.least  30 min → 31 min" in said.all
    assert "没有用例读到它；请写一例正好 30 分钟、一例 31 分钟" in said.all
    assert "挪一步" in said.all
