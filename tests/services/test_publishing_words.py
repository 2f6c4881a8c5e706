"""What stands in the way of publishing, word by word, each message provoked by a real draft.

After a deliberate change write `publishing_words.yaml` anew from what the failing test shows, and read the difference.
"""

from pathlib import Path

import pytest
import yaml

from tests.banks import StoryClock
from tests.cli.conftest import house_in
from tests.drafting import ALL_NOTICED, CHEN, START, WANG, proposed_and_signed, publish, write_draft
from timebank.bank import open_bank
from timebank.bank.rule_desk import desk_of
from timebank.rules import RulesBroken
from timebank.rules.publishing_messages import PUBLISHING
from timebank.services.publishing.gate import Tried
from timebank.services.publishing.proposing import propose_draft
from timebank.stories.trying_drafts import try_draft

GOLDEN = Path(__file__).with_name("publishing_words.yaml")
CORRECTION = """effective: {from: 2026-01-01, source: mb25 第三十条}
corrects: 2026-01-01
known_from: 2026-03-01
reason: {zh: 笔误, en: a slip}
"""


@pytest.fixture
def house(tmp_path, fresh_database_url, monkeypatch):
    monkeypatch.delenv("TIMEBANK_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    made = house_in(tmp_path, fresh_database_url)
    made.rules = made.rules.relative_to(tmp_path)
    return made


@pytest.fixture
def bank(house):
    opened = open_bank(house.config, database=house.url, clock=StoryClock())
    yield opened
    opened.engine.dispose()


def unproposed(house, bank):
    return write_draft(house.rules), CHEN, ALL_NOTICED


def of_today(house, bank):
    return (
        write_draft(house.rules, (f"from: {START}", "from: 2026-03-02"), name="2026-03-02.yaml"),
        WANG,
        ALL_NOTICED,
    )


def a_late_correction(house, bank):
    return write_draft(house.rules, name="2026-01-01.c1.yaml", begins=CORRECTION), WANG, ALL_NOTICED


def changed_since(house, bank):
    propose_draft(bank, write_draft(house.rules), CHEN)
    return write_draft(house.rules, ("limit: 8 h", "limit: 7 h")), WANG, ALL_NOTICED


def by_its_drafter(house, bank):
    return proposed_and_signed(bank, write_draft(house.rules)), CHEN, ALL_NOTICED


def a_failing_case(house, bank):
    house.edit(house.rules.parent / "cases" / "earning.yaml", "on: 2026-", "on: 2027-")
    (house.rules.parent / "cases" / "joining.yaml").unlink()
    draft = write_draft(house.rules, ("rounding: floor", "rounding: ceil"))
    return draft, WANG, try_draft(desk_of(str(draft.file), house.config))


def hardly_noticed(house, bank):
    return write_draft(house.rules), WANG, Tried((), 40, 80)


def published_before(house, bank):
    publish(bank, proposed_and_signed(bank, write_draft(house.rules)))
    return write_draft(house.rules, ("limit: 8 h", "limit: 7 h")), WANG, ALL_NOTICED


def another_in_its_place(house, bank):
    draft = write_draft(house.rules)
    draft.target.write_text("", encoding="utf-8")
    return draft, WANG, ALL_NOTICED


def without_cases(house, bank):
    for case in (house.rules.parent / "cases").glob("*.yaml"):
        case.unlink()
    draft = write_draft(house.rules)
    return draft, WANG, try_draft(desk_of(str(draft.file), house.config))


def saved_while_judged(house, bank):
    draft = proposed_and_signed(bank, write_draft(house.rules))
    write_draft(house.rules, ("limit: 8 h", "limit: 7 h"))
    return draft, WANG, ALL_NOTICED


TOLD_OF_FOLDERS = ["D12", "D13", "D14", "D16"]  # see test_rule_files_in_force
SCENES = {
    "D01": of_today,
    "D02": a_late_correction,
    "D03": unproposed,
    "D04": unproposed,
    "D05": changed_since,
    "D06": by_its_drafter,
    "D07": a_failing_case,
    "D08": hardly_noticed,
    "D09": published_before,
    "D10": another_in_its_place,
    "D11": without_cases,
    "D15": saved_while_judged,
}


def test_every_message_has_its_scene():
    assert sorted([*SCENES, *TOLD_OF_FOLDERS]) == list(PUBLISHING)


@pytest.mark.parametrize("code", SCENES)
def test_a_message_says_what_was_agreed_on(code, house, bank):
    draft, person, tried = SCENES[code](house, bank)
    with pytest.raises(RulesBroken) as broken:
        publish(bank, draft, person, tried)

    found = next(one for one in broken.value.faults if one.code == code)

    told = {"file": found.file, "line": found.line, "column": found.column, "zh": found.zh, "en": found.en}
    told = {
        name: text.replace(f"{house.folder.parent}/", "") if isinstance(text, str) else text
        for name, text in told.items()
    }
    assert told == yaml.safe_load(GOLDEN.read_text(encoding="utf-8")).get(code)
