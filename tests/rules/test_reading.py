import hashlib
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests.rules.broken import EXAMPLE
from timebank.domain.words import Words
from timebank.rules import RuleMissing, load_rule_book
from timebank.rules.basis import nearest_basis


@pytest.fixture(scope="module")
def rule_set():
    return load_rule_book(EXAMPLE.parent).on(date(2026, 5, 1))


@pytest.fixture
def rules(rule_set):
    return rule_set.reading()


def test_values_are_read_as_what_they_are(rules):
    assert rules.text("credit.basis") == "measured"
    assert rules.flag("orders.check_in.needed") is True
    assert rules.whole("traits.adult.age.from") == 18
    assert rules.decimal("credit.units.coin.rate") == Decimal(1)
    assert rules.minutes("caps.store.limit") == 90_000
    assert rules.words("units.coin.label") == Words("时间币", "time coin")
    assert rules.block("charge.request")["payer"] == "recipient"


def test_names_are_a_list_or_the_keys_of_a_block_without_its_basis(rules):
    assert rules.names("orders.taking.modes") == ("pick", "offer", "directed")
    assert rules.names("credit.units") == ("coin", "point")
    assert rules.names("charge.project") == ("payer",)
    assert rules.names("admission.recipient.gate.any.1.all") == ("aged_60_79", "low_income", "disabled")


def test_every_path_asked_for_is_noted_once_in_order(rules):
    rules.minutes("caps.store.limit")
    rules.has("grants.nothing")
    rules.text("credit.basis")
    rules.minutes("caps.store.limit")

    assert rules.paths_read == ("caps.store.limit", "grants.nothing", "credit.basis")


def test_explaining_is_not_reading(rules):
    rules.cite("caps.store.limit")
    rules.basis("caps.store.limit")

    assert rules.paths_read == ()


def test_two_decisions_do_not_share_what_they_read(rule_set):
    first, second = rule_set.reading(), rule_set.reading()
    first.text("credit.basis")

    assert second.paths_read == ()


def test_what_is_worked_out_once_is_noted_in_every_decision(rule_set):
    asked = []

    def limit(rules, cap):
        asked.append(cap)
        return rules.minutes(f"caps.{cap}.limit")

    first, second = rule_set.reading(), rule_set.reading()

    assert first.once(limit, "store") == second.once(limit, "store") == 90_000
    assert first.paths_read == second.paths_read == ("caps.store.limit",)
    assert asked == ["store"]


def test_a_reading_says_which_rules_it_is_of(rule_set, rules):
    assert (rules.city, rules.file, rules.effective_from) == ("yunzhou", "2026-01-01.yaml", date(2026, 1, 1))
    assert rules.digest == rule_set.digest
    assert rules.timezone == ZoneInfo("Asia/Shanghai")


def test_a_missing_rule_is_named_with_city_and_file(rules):
    with pytest.raises(RuleMissing) as missing:
        rules.text("credit.weather")

    assert missing.value.words == Words(
        "yunzhou 的规则文件 2026-01-01.yaml 里没有“credit.weather”。请在规则文件中补上这一项。",
        "The rule file 2026-01-01.yaml of yunzhou has no 'credit.weather'. Add it to the rule file.",
    )


@pytest.mark.parametrize("ask", ["flag", "whole", "decimal", "names", "words", "block"])
def test_a_rule_of_another_kind_than_asked_for_is_told(rules, ask):
    with pytest.raises(RuleMissing, match="应为"):
        getattr(rules, ask)("credit.basis")


def test_true_is_no_number(rules):
    with pytest.raises(RuleMissing, match="应为整数"):
        rules.whole("orders.check_in.needed")


def test_a_basis_is_the_nearest_around_a_value(rules):
    own = rules.basis("credit.units.coin.quantum")
    inherited = rules.basis("orders.taking.modes.0")

    assert (own.kind, own.text, own.path) == ("source", "mb25 第九条", "credit.units.coin")
    assert own.words == Words(
        "《云州市养老服务时间银行管理办法》第九条", "Yunzhou measures for the elder-care time bank, Article 9"
    )
    assert inherited.path == "orders.taking"


def test_an_assumption_is_called_one(rules):
    basis = rules.basis("orders.offer.answer_within")

    assert (basis.kind, basis.path) == ("assumed", "orders.offer")
    assert basis.words == Words("无明文依据，暂按：办法未规定答复期限", "assumed: 办法未规定答复期限")


def test_an_assumption_in_both_languages_is_told_in_each():
    basis = nearest_basis({"caps": {"assumed": "未见明文 · not seen in writing"}}, ("caps", "limit"))

    assert basis.words == Words("无明文依据，暂按：未见明文", "assumed: not seen in writing")


@pytest.mark.parametrize(
    ("path", "english"),
    [
        ("effective.from", "Article 30"),
        ("traits.spouse_60.kin", "Article 18"),
        ("interchange.within", "Article 20"),
        ("services.law.most", "Annex 1 (2)"),
    ],
)
def test_articles_are_cited_in_english_too(rules, path, english):
    assert rules.basis(path).words.en == f"Yunzhou measures for the elder-care time bank, {english}"


def test_a_rule_is_cited_in_one_line(rules):
    assert rules.cite("caps.store.limit") == Words(
        "caps.store.limit = 1500 h（《云州市养老服务时间银行管理办法》第十三条）",
        "caps.store.limit = 1500 h (Yunzhou measures for the elder-care time bank, Article 13)",
    )
    assert rules.cite("orders.taking.modes").zh.startswith("orders.taking.modes = [pick, offer, directed]（")
    assert rules.cite("caps.store").zh.startswith("caps.store（")


def test_a_value_without_any_basis_has_none(rules):
    with pytest.raises(RuleMissing, match="没有依据"):
        rules.basis("timezone")


def test_rules_in_force_cannot_be_changed(rule_set):
    with pytest.raises(TypeError):
        rule_set.tree["credit"]["basis"] = "planned"
    with pytest.raises(AttributeError):
        rule_set.tree["orders"]["taking"]["modes"].append("guess")
    with pytest.raises(AttributeError):
        rule_set.city = "elsewhere"


def test_the_digest_is_of_the_exact_bytes(rule_set):
    assert rule_set.digest == "sha256:" + hashlib.sha256(EXAMPLE.read_bytes()).hexdigest()
    assert rule_set.text == EXAMPLE.read_text(encoding="utf-8")


def test_every_value_knows_where_it_stands(rule_set):
    lines = rule_set.text.split("\n")
    place = rule_set.positions["caps", "store", "limit"]

    assert lines[place.line - 1][place.column - 1 : place.end_column - 1] == "1500 h"
    assert lines[place.key_line - 1][place.key_column - 1 :].startswith("limit:")
