"""Two who found a city or publish at the same instant, each with connections of its own, as two processes have."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select

from tests.banks import YUNZHOU, StoryClock
from tests.cli.conftest import House, house_in
from tests.drafting import ALL_NOTICED, CHEN, LI, START, WANG, proposed_and_signed, write_draft
from timebank.bank import open_bank
from timebank.domain.refusal import BadInput, Conflict, TimeBankError
from timebank.rules.rule_set import digest_of
from timebank.services.publishing.proposing import sign_assumptions
from timebank.services.publishing.publishing import publish_draft
from timebank.storage import rule_file_rows
from timebank.storage.engine import WRITES, open_engine
from timebank.storage.envelope import rule_files

LONG = 60


@pytest.fixture
def house(tmp_path, fresh_database_url, monkeypatch):
    monkeypatch.delenv("TIMEBANK_DATABASE_URL", raising=False)
    return house_in(tmp_path, fresh_database_url)


@pytest.fixture
def other(house, tmp_path):
    """Another machine, on the same database, whose folder holds other rules under the same name."""
    folder = tmp_path / "other"
    shutil.copytree(house.folder, folder)
    made = House(folder, house.url)
    made.edit(made.rules, "rounding: floor", "rounding: ceil")
    return made


@pytest.fixture
def open_again(house):
    banks = []

    def opened():
        banks.append(open_bank(house.config, database=house.url, clock=StoryClock()))
        return banks[-1]

    yield opened
    for bank in banks:
        bank.engine.dispose()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(2) as running:
        yield running


def came_of(future):
    """Return what a call gave, or the sentence with which it was turned down."""
    try:
        return future.result(timeout=LONG)
    except TimeBankError as error:
        return error


def opened_by(house):
    bank = open_bank(house.config, database=house.url, clock=StoryClock())
    bank.engine.dispose()
    return bank.city(YUNZHOU).book.versions[0].digest


def digests(house):
    engine = open_engine(house.url)
    with engine.connect() as connection:
        found = list(connection.execute(select(rule_files.c.digest)).scalars())
    engine.dispose()
    return found


def digest_in(house):
    return digest_of(house.rules.read_bytes())


def test_who_founds_a_city_while_another_is_founding_it_waits_and_then_has_to_follow(house, other, pool):
    engine = open_engine(house.url)
    text, day = house.rules.read_text(encoding="utf-8"), date(2026, 1, 1)
    row = rule_file_rows.row(YUNZHOU, digest_in(house), house.rules.name, day, text, StoryClock()())
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        rule_file_rows.take_turn(connection, YUNZHOU)
        rule_file_rows.add(connection, [row])
        late = pool.submit(opened_by, other)
        late_waits = not threading.Event().wait(1) and not late.done()
    engine.dispose()

    said = came_of(late)

    assert late_waits
    assert isinstance(said, BadInput)
    assert said.code == "rule_file_edited"
    assert digests(house) == [digest_in(house)]


def test_of_two_who_found_a_city_with_other_rules_at_once_one_wins_and_the_other_is_told(house, other, pool):
    start = threading.Barrier(2)

    def run(one):
        start.wait()
        return opened_by(one)

    said = [came_of(future) for future in [pool.submit(run, house), pool.submit(run, other)]]

    (won,) = digests(house)
    assert won in {digest_in(house), digest_in(other)}
    assert won in said
    (lost,) = [one for one in said if one != won]
    assert "与发布时不同" in lost.words.zh


def test_two_who_found_a_city_with_the_same_rules_at_once_both_open_it(house, pool):
    start = threading.Barrier(2)

    def run():
        start.wait()
        return opened_by(house)

    said = [came_of(future) for future in [pool.submit(run), pool.submit(run)]]

    assert said == [digest_in(house)] * 2
    assert digests(house) == [digest_in(house)]


def at_once(pool, open_again, *publications):
    """Publish at once, each with a bank of its own: both judge before either writes. Return what came of each."""
    judged = threading.Barrier(len(publications))

    def tried():
        judged.wait(timeout=LONG)
        return ALL_NOTICED

    def run(bank, draft, person):
        return publish_draft(bank, draft, person, tried)

    given = [(open_again(), draft, person) for draft, person in publications]
    return [came_of(future) for future in [pool.submit(run, *one) for one in given]]


def parted(outcomes):
    """Return those that published, and those that were turned down because another was first."""
    refused = [one for one in outcomes if isinstance(one, Conflict)]
    return [one for one in outcomes if not isinstance(one, TimeBankError)], refused


def test_of_two_drafts_published_at_once_one_is_in_force_and_the_other_judged_again(house, pool, open_again):
    bank = open_again()
    one = proposed_and_signed(bank, write_draft(house.rules))
    two = write_draft(house.rules, (f"from: {START}", "from: 2026-08-01"), name="2026-08-01.yaml")
    proposed_and_signed(bank, two)

    done, refused = parted(at_once(pool, open_again, (one, WANG), (two, WANG)))

    assert (len(done), len(refused)) == (1, 1)
    assert refused[0].code == "another_was_published"
    assert len(digests(house)) == 2
    assert sorted(draft.target.exists() for draft in (one, two)) == [False, True]
    assert sorted(draft.file.exists() for draft in (one, two)) == [False, True]


def test_a_draft_that_two_publish_at_once_is_published_once_and_its_file_is_whole(house, pool, open_again):
    bank = open_again()
    draft = proposed_and_signed(bank, write_draft(house.rules))

    done, refused = parted(at_once(pool, open_again, (draft, WANG), (draft, LI)))

    assert (len(done), len(refused)) == (1, 1)
    assert draft.target.read_bytes() == draft.content
    assert not draft.file.exists()
    assert list(draft.folder.glob(".*")) == []
    assert open_again().city(YUNZHOU).book.on(date(2026, 7, 1)).digest == draft.digest


def test_two_who_sign_at_once_leave_one_signature(house, pool, open_again):
    draft = write_draft(house.rules)
    banks, start = [open_again(), open_again()], threading.Barrier(2)

    def run(bank, person):
        start.wait()
        return sign_assumptions(bank, draft, person, ["all"])

    said = [
        came_of(future) for future in [pool.submit(run, *one) for one in zip(banks, (LI, CHEN), strict=True)]
    ]

    assert any(isinstance(one, list) and len(one) == 1 for one in said)
    assert not [one for one in said if not isinstance(one, list | Conflict)]
