def test_upgrading_makes_the_tables_once(empty_house):
    first, second = empty_house.call("db", "upgrade"), empty_house.call("db", "upgrade")

    assert (first.code, second.code) == (0, 0)
    assert "已升级：新建 →" in first.out
    assert "已是最新" in second.out


def test_upgrading_in_json_names_the_versions(empty_house):
    said = empty_house.call("db", "upgrade", "--json")

    assert said.json["before"] is None
    assert said.json["after"]


def test_a_database_without_tables_is_told_to_be_upgraded(empty_house):
    said = empty_house.call("settle")

    assert said.code == 1
    assert "请先运行 timebank db upgrade" in said.err
    assert "Run timebank db upgrade first" in empty_house.call("settle", language="en").err


def test_a_wrong_database_address_is_a_sentence_in_either_language(house):
    chinese = house.call("settle", "--database", "mysql://nowhere/db")
    english = house.call(
        "settle", "--database", "postgresql+psycopg://nobody@127.0.0.1:1/none", language="en"
    )

    assert (chinese.code, english.code) == (1, 1)
    assert "数据库打不开" in chinese.err
    assert "Cannot open the database" in english.err
    assert "Traceback" not in chinese.err + english.err


def test_a_wrong_database_address_in_json_says_both_languages(house):
    error = house.call("db", "upgrade", "--database", "sqlite:////no/such/folder/bank.db", "--json").json[
        "error"
    ]

    assert error["code"] == "bad_database_url"
    assert "数据库打不开" in error["zh"]
    assert "Cannot open the database" in error["en"]
