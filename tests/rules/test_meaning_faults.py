import pytest

from tests.rules.broken import Slip, assert_one_fault, check, edited, place_in

# Each: what it is; the example's text, then the broken text; code and words of the fault; its place if elsewhere.
# fmt: off
SLIPS = [
    Slip("a unit without a basis",
         "    one: 60 min\n    source: mb25 第五条\n  point", "    one: 60 min\n  point",
         "R01", "units.coin", "units.coin", at="  ▸coin:\n"),
    Slip("the effective date has a basis too",
         "effective: {from: 2026-01-01, source: mb25 第三十条}", "▸effective: {from: 2026-01-01}",
         "R01", "effective", "effective"),
    Slip("a service without a basis",
         "    most: 4 h\n    source: mb25 附件一（1）", "    most: 4 h",
         "R01", "services.chat", "services.chat", at="  ▸chat:\n"),
    Slip("a cap without a basis",
         "over: donate, source: mb25 第十三条}", "over: donate}",
         "R01", "caps.store", "caps.store", at="  ▸store:"),
    Slip("both bases at once",
         "    one: 60 min\n", "    one: 60 min\n    ▸assumed: 暂定\n",
         "R02", "同时写了", "both source and assumed"),
    Slip("a basis that names no document",
         "source: mb25 第一条", "source: ▸《办法》 第一条",
         "R03", "《办法》", "sources does not list"),
    Slip("a basis that mistypes the document",
         "source: mb25 第一条", "source: ▸mb52 第一条",
         "R33", "是不是 mb25", "did you mean mb25"),
    Slip("a mistyped trait",
         "gate: {any: [{all: [adult]}]", "gate: {any: [{all: [▸adlt]}]",
         "R04", "特征。是不是 adult", "no trait 'adlt'"),
    Slip("a mistyped unit of a balance",
         "balance: {unit: coin,", "balance: {unit: ▸coins,",
         "R04", "是不是 coin", "did you mean coin"),
    Slip("a unit that is none",
         "  unit: coin\n  rate: 1\n", "  unit: ▸euro\n  rate: 1\n",
         "R05", "coin、point", "coin, point"),
    Slip("a credited unit that is none",
         "    point:\n      rate", "    ▸star:\n      rate",
         "R05", "“star”", "'star'"),
    Slip("a unit to choose that is none",
         "units: [coin, point], source: mb25 第十二条", "units: [coin, ▸euro], source: mb25 第十二条",
         "R05", "coin、point", "coin, point"),
    Slip("a choice of units without the usual one",
         "units: [coin, point], source: mb25 第十二条", "units: ▸[point], source: mb25 第十二条",
         "R34", "在 charge.request.units 中加上", "none the payer may choose"),
    Slip("a class that pays nothing and is none",
         "units: [coin, point], source: mb25 第十二条", "free_for: [▸hero], source: mb25 第十二条",
         "R05", "服务对象类别", "class of recipients"),
    Slip("donations to projects that nobody names",
         "  projects:\n    key_elders: {label: {zh: 重点老人关爱项目, en: care for key elders}}\n", "",
         "R16", "donations.projects", "donations.projects", at="▸donations:\n"),
    Slip("a category that is none",
         "category: advice", "category: ▸cooking",
         "R05", "服务类别", "category"),
    Slip("a level that is none",
         "    under: district", "    under: ▸county",
         "R05", "管理层级", "level"),
    Slip("a team level that is none",
         "member_of: team", "member_of: ▸club",
         "R05", "管理层级", "level"),
    Slip("a reviewer that is none",
         "of: [request], by: [street]", "of: [request], by: [▸stret]",
         "R04", "是不是 street", "did you mean street"),
    Slip("a set of relatives that is none",
         "to: immediate_family", "to: ▸immediate_famly",
         "R04", "亲属范围", "set of relatives"),
    Slip("a class of recipients that is none",
         "to: key_elder", "to: ▸hero",
         "R05", "服务对象类别", "class of recipients"),
    Slip("a qualification that is none",
         "    qualification: law", "    qualification: ▸medicine",
         "R05", "资格", "qualification"),
    Slip("a unit of gifts that is none",
         "units: [coin]\n", "units: [▸cion]\n",
         "R04", "是不是 coin", "did you mean coin"),
    Slip("a range of interchange that is none",
         "within: city", "within: ▸province",
         "R05", "管理层级", "level"),
    Slip("two levels at the top",
         "    under: district\n", "",
         "R07", "“street”", "'street'", at="  ▸street:\n"),
    Slip("levels in a circle",
         "    label: {zh: 区, en: district}\n    under: city",
         "    label: {zh: 区, en: district}\n    under: street",
         "R08", "district → street → district", "circle",
         at="  district:\n    label: {zh: 区, en: district}\n    under: ▸street"),
    Slip("a quantum of nothing",
         "      quantum: 60 min\n", "      quantum: ▸0 min\n",
         "R09", "大于零", "above zero"),
    Slip("a unit of nothing",
         "    one: 60 min", "    one: ▸0 min",
         "R09", "units.coin.one", "units.coin.one"),
    Slip("planned bounded by planned",
         "  basis: measured ", "  basis: planned ",
         "R10", "at_most", "at_most", at="  at_most: ▸planned"),
    Slip("a folder of another city",
         "city: yunzhou", "city: ▸yunzhu",
         "R11", "“yunzhou”文件夹", "folder 'yunzhou'"),
    Slip("a file of another date",
         "effective: {from: 2026-01-01", "effective: {from: ▸2026-01-02",
         "R12", "文件名 2026-01-01", "named 2026-01-01"),
    Slip("a trait judged in two ways",
         "recorded: true, source: mb25 第七条}\n  dis",
         "recorded: true, age: {from: 3}, source: mb25 第七条}\n  dis",
         "R13", "age, recorded", "exactly one", at="  ▸low_income: {"),
    Slip("a trait judged in no way",
         "recorded: true, source: mb25 第七条}\n  dis", "source: mb25 第七条}\n  dis",
         "R13", "“low_income”", "exactly one", at="  ▸low_income: {"),
    Slip("the longest shorter than the shortest",
         "    most: 4 h", "    most: ▸20 min",
         "R14", "短于最短 30 min", "shorter than least"),
    Slip("an age from above its to",
         "age: {from: 60, to: 79}", "age: {from: 60, to: ▸59}",
         "R15", "小于下限 60", "below from (60)"),
    Slip("a step of an organisation without its power",
         "by: organisation, power: admit_member,", "by: organisation,",
         "R16", "必须写 admission.volunteer.steps.training.power", "must be written", at="      ▸training:"),
    Slip("a look-up that asks nobody",
         "by: look_up, look_up: volunteer_registry,", "by: look_up,",
         "R16", "look_up", "look_up", at="      ▸registered:"),
    Slip("orders nobody pays for or is freed from",
         "  project: {payer: nobody, source: mb25 第十二条}\n", "",
         "R16", "charge.project", "charge.project", at="\n▸charge:"),
    Slip("a payer without accounts",
         "payer: recipient, accounts: [granted, savings]", "payer: recipient",
         "R16", "charge.request.accounts", "charge.request.accounts", at="  ▸request: {payer"),
    Slip("gifts of no unit",
         "  units: [coin]\n", "",
         "R16", "gifts.units", "gifts.units", at="\n▸gifts:"),
    Slip("offers without a deadline",
         "  offer: {answer_within: 24 h, message: sms, assumed: 办法未规定答复期限}\n", "",
         "R16", "orders.offer", "orders.offer", at="\n▸orders:"),
    Slip("a cap on credit without a period",
         "per: day, limit", "limit",
         "R16", "caps.day.per", "caps.day.per", at="  ▸day: {on"),
    Slip("a cap on the balance with a period",
         "limit: 1500 h", "▸per: day, limit: 1500 h",
         "R18", "不分日、月、年", "no period"),
    Slip("a time zone that is none",
         "timezone: Asia/Shanghai", "timezone: ▸Asia/Yunzhou",
         "R20", "Asia/Shanghai", "Asia/Shanghai"),
    Slip("a power no level has",
         "may: [admit_member, certify_trait", "may: [certify_trait",
         "R24", "admit_member", "no level has", at="power: ▸admit_member"),
    Slip("a reviewer without the power",
         "verify_qualification, review_order, publish_order", "verify_qualification, publish_order",
         "R25", "review_order", "lacks the power review_order", at="of: [request], by: [▸street]"),
    Slip("honours out of order",
         "from: 300 h", "from: ▸80 h",
         "R27", "从低到高", "low to high"),
    Slip("a review date before the beginning",
         "review_by: 2098-12-31", "review_by: ▸2025-12-31",
         "R29", "早于施行日期", "before 2026-01-01"),
]
# fmt: on


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_slip_of_meaning_gives_one_fault_at_its_place(slip):
    assert_one_fault(slip)


def test_the_example_of_every_block_has_no_fault():
    assert check(edited()) == ()


def test_orders_need_somebody_who_may_place_them():
    text = edited()
    for origin in ("request", "project"):
        start = text.index(f"  {origin}:              #")
        text = text[:start] + text[text.index("\n  ", text.index("source:", start)) + 1 :]

    assert [fault.code for fault in check(text)] == ["R23", "R28"]


def test_a_block_may_rest_on_the_block_around_it():
    assert check(edited(("units: [coin, point], source: mb25 第十二条}", "units: [coin, point]}"))) == ()


def test_a_draft_in_no_folder_and_of_another_name_is_not_held_to_either():
    assert check(edited(("city: yunzhou", "city: elsewhere")), file="draft.yaml", city=None) == ()


def test_a_file_named_as_a_correction_says_what_it_corrects():
    (fault,) = check(edited(), file="2026-01-01.c1.yaml")

    assert (fault.code, fault.line, fault.column) == ("V06", *place_in(edited(), "▸format:"))
    assert ".c1" in fault.zh


def test_a_correction_is_named_as_one():
    mended = "corrects: 2026-01-01\nknown_from: 2026-02-01\nreason: {zh: 笔误, en: a slip}\nreview_by"
    text = edited(("review_by", mended))

    (fault,) = check(text)

    assert (fault.code, fault.line, fault.column) == ("V12", *place_in(text, "▸corrects:"))


def test_an_undeclared_optional_block_is_named():
    declared = "  law: {label: {zh: 法律职业资格, en: legal profession licence}, source: mb25 第八条}\n"

    (fault,) = check(edited(("qualifications:\n" + declared, "")))

    assert (fault.code, fault.path) == ("R06", "services.law.qualification")
