"""An outsider's books: Beancount and hledger take every city's ledger and come to the same balances as we do."""

import csv
import io
import subprocess
import sys
from collections import Counter
from decimal import Decimal

import pytest
from beancount import loader
from beancount.core.data import Open, Transaction
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from tests import scenes
from tests.banks import YUNZHOU, StoryClock, a_bank, open_test_bank
from tests.cities.told import all_demos, cities
from tests.debian import needed
from timebank.domain.account import AccountKind
from timebank.domain.refusal import NotFound
from timebank.services.desk import Bank
from timebank.services.exporting import FORMATS, export_ledger
from timebank.services.exporting.names import ROOTS, coded
from timebank.services.exporting.sheet import COLUMNS
from timebank.storage.books import accounts, postings, transfers
from timebank.storage.engine import open_engine
from timebank.stories import play

DEMOS = {told.code: told for told in all_demos()}
OWING = "a city with owed minutes and reversals"
LEDGERS = [*(pytest.param(code, marks=pytest.mark.slow) for code in sorted(DEMOS)), OWING]


class Played:
    """Ledgers by name, each played when it is first asked for, in a database of its own."""

    def __init__(self, databases):
        self.databases = databases
        self.known = {}
        self.urls = []

    def __getitem__(self, name):
        if name not in self.known:
            self.urls.append(self.databases.migrated())
            self.known[name] = owing(self.urls[-1]) if name == OWING else told(self.urls[-1], name)
        return self.known[name]

    def close(self):
        for bank, _ in self.known.values():
            bank.engine.dispose()
        for url in self.urls:
            self.databases.drop(url)


def told(url, code):
    """The ledger of a city whose story was played."""
    demo = DEMOS[code]
    bank = Bank(open_engine(url), {code: cities(demo.config)[code]}, StoryClock(), {})
    play(bank, demo.get())
    return bank, code


def owing(url):
    bank = open_test_bank(url)
    credit_taken_back(bank)
    return bank, YUNZHOU


@pytest.fixture(scope="module")
def played(databases):
    ledgers = Played(databases)
    yield ledgers
    ledgers.close()


def credit_taken_back(bank):
    elder, volunteer = scenes.an_elder_with_time(bank), scenes.a_volunteer(bank)
    visit = scenes.a_confirmed_visit(bank, volunteer, elder, "2026-03-03 14:00", 120)
    settled = scenes.settle(bank, visit)["transfer_id"]
    scenes.donate(bank, volunteer, 60)
    scenes.reverse(bank, settled)
    assert scenes.posted(bank, volunteer, "owed") < 0


def exported(ledger, form):
    bank, city = ledger
    written = io.StringIO()
    export_ledger(bank, city, FORMATS[form], written.write)
    return written.getvalue()


def file_of(ledger, form, folder):
    file = folder / f"ledger.{form}"
    file.write_text(exported(ledger, form), encoding="utf-8")
    return file


def our_balances(ledger):
    """Each account's minutes, added up from its postings by the test itself."""
    bank, city = ledger
    with bank.reading() as connection:
        sums = Counter(
            dict.fromkeys(
                connection.execute(select(accounts.c.id).where(accounts.c.city == city)).scalars(), 0
            )
        )
        for row in connection.execute(select(postings).where(postings.c.city == city)):
            sums[row.credit_id] += row.minutes
            sums[row.debit_id] -= row.minutes
    return dict(sums)


def account_id(name):
    return name.rpartition(":")[2]


# Beancount


@pytest.mark.parametrize("name", LEDGERS)
def test_bean_check_accepts_a_ledger(name, played, tmp_path):
    file = file_of(played[name], "beancount", tmp_path)

    said = subprocess.run(
        [sys.executable, "-m", "beancount.scripts.check", file], capture_output=True, text=True, check=False
    )

    assert (said.returncode, said.stdout + said.stderr) == (0, "")


@pytest.mark.parametrize("name", LEDGERS)
def test_beancount_comes_to_our_balances(name, played, tmp_path):
    entries, errors, _ = loader.load_file(str(file_of(played[name], "beancount", tmp_path)))

    sums = {account_id(entry.account): 0 for entry in entries if isinstance(entry, Open)}
    for entry in entries:
        for posting in entry.postings if isinstance(entry, Transaction) else ():
            sums[account_id(posting.account)] += posting.units.number
    assert errors == []
    assert sums == our_balances(played[name])


def test_every_transfer_says_its_day_its_kind_its_cause_and_what_it_reverses(played, tmp_path):
    bank, city = played[OWING]
    entries, _, _ = loader.load_file(str(file_of(played[OWING], "beancount", tmp_path)))
    with bank.reading() as connection:
        rows = connection.execute(select(transfers).where(transfers.c.city == city)).all()

    theirs = {
        (e.meta["transfer"], e.date, e.narration, e.meta["cause"], e.meta.get("reverses"))
        for e in entries
        if isinstance(e, Transaction)
    }
    assert theirs == {(r.id, r.day, r.kind, f"{r.cause_kind}:{r.cause_id}", r.reverses) for r in rows}
    assert {"settlement", "donation", "reversal", "grant"} <= {row.kind for row in rows}


def test_a_balance_put_up_by_hand_is_refused_by_bean_check(fresh_database_url, tmp_path):
    with a_bank(fresh_database_url) as bank:
        credit_taken_back(bank)
        with bank.engine.begin() as connection:
            connection.execute(text("UPDATE accounts SET posted = posted + 60 WHERE kind = 'savings'"))
        _, errors, _ = loader.load_file(str(file_of((bank, YUNZHOU), "beancount", tmp_path)))

    assert any("Balance failed" in error.message for error in errors)


# hledger


@pytest.mark.slow
@pytest.mark.parametrize("name", LEDGERS)
def test_hledger_accepts_a_ledger_strictly(name, played, tmp_path):
    file = file_of(played[name], "hledger", tmp_path)

    said = hledger(file, "check", "--strict")

    assert (said.returncode, said.stdout + said.stderr) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize("name", LEDGERS)
def test_hledger_comes_to_our_balances(name, played, tmp_path):
    file = file_of(played[name], "hledger", tmp_path)

    said = hledger(file, "balance", "--flat", "--empty", "--declared", "--no-total", "--output-format=csv")

    rows = list(csv.DictReader(io.StringIO(said.stdout)))
    sums = {account_id(row["account"]): Decimal(row["balance"].split()[0]) for row in rows}
    assert sums == our_balances(played[name])


@pytest.mark.slow
def test_a_balance_put_up_by_hand_is_refused_by_hledger(fresh_database_url, tmp_path):
    with a_bank(fresh_database_url) as bank:
        credit_taken_back(bank)
        with bank.engine.begin() as connection:
            connection.execute(text("UPDATE accounts SET posted = posted + 60 WHERE kind = 'savings'"))
        said = hledger(file_of((bank, YUNZHOU), "hledger", tmp_path), "check")

    assert said.returncode != 0
    assert "balance assertion" in said.stderr


def hledger(file, *arguments):
    return subprocess.run(
        [needed("hledger"), "--file", file, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"LC_ALL": "C.UTF-8"},
    )


# Spreadsheets


@pytest.mark.parametrize("name", LEDGERS)
def test_the_csv_has_a_row_for_each_posting(name, played):
    rows = list(csv.DictReader(io.StringIO(exported(played[name], "csv"))))
    sums = dict.fromkeys(our_balances(played[name]), 0)
    for row in rows:
        sums[account_id(row["credit_account"])] += int(row["minutes"])
        sums[account_id(row["debit_account"])] -= int(row["minutes"])

    assert tuple(rows[0]) == COLUMNS
    assert sums == our_balances(played[name])


@given(st.text())
def test_no_identifier_becomes_a_formula_or_ends_a_field(identifier):
    cell = coded(identifier)

    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠"))
    assert all(sign.isascii() and (sign.isalnum() or sign in "%:._-") for sign in cell)


def test_a_cause_with_a_formula_in_it_comes_out_harmless_in_every_format(fresh_database_url, tmp_path):
    with a_bank(fresh_database_url) as bank:
        credit_taken_back(bank)
        with bank.engine.connect() as connection, connection.begin():
            guarded = (
                "DROP TRIGGER transfers_no_update" if connection.dialect.name == "sqlite" else "SELECT 1"
            )
            connection.execute(text(guarded))
            connection.execute(
                text("UPDATE transfers SET cause_kind = '-1\"\n', cause_id = :cause"),
                {"cause": '=HYPERLINK("x"),\t;'},
            )
        ledger = (bank, YUNZHOU)
        rows = list(csv.DictReader(io.StringIO(exported(ledger, "csv"))))
        _, errors, _ = loader.load_file(str(file_of(ledger, "beancount", tmp_path)))

    assert {row["cause"] for row in rows} == {"%2D1%22%0A:%3DHYPERLINK%28%22x%22%29%2C%09%3B"}
    assert errors == []


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", LEDGERS)
def test_no_name_of_a_person_is_in_an_export(name, form, played):
    bank, city = played[name]
    written = exported(played[name], form)
    with bank.reading() as connection:
        names = connection.execute(
            text("SELECT name FROM members WHERE city = :city"), {"city": city}
        ).scalars()
        assert [each for each in names.all() if each in written] == []
    assert written.isascii()


# The whole of it, at one instant


def test_progress_is_told_and_the_transfers_counted(played):
    bank, city = played[OWING]
    told = []
    with bank.reading() as connection:
        many = connection.execute(select(func.count()).where(transfers.c.city == city)).scalar_one()

    done = export_ledger(bank, city, FORMATS["csv"], lambda _: None, lambda *counts: told.append(counts))

    assert (done, told) == (many, [(many, many)])


def test_what_is_posted_while_a_ledger_is_exported_is_in_none_of_it(fresh_database_url, tmp_path):
    with a_bank(fresh_database_url) as bank:
        credit_taken_back(bank)
        written = io.StringIO()
        late = []

        def write_and_post(part):
            written.write(part)
            if not late:  # the head is written, the accounts are still to come
                late.append(scenes.an_elder_with_time(bank))

        many = export_ledger(bank, YUNZHOU, FORMATS["beancount"], write_and_post)
        file = tmp_path / "ledger.beancount"
        file.write_text(written.getvalue(), encoding="utf-8")
        entries, errors, _ = loader.load_file(str(file))
        with bank.reading() as connection:
            stored = connection.execute(select(func.count()).select_from(transfers)).scalar_one()

    assert errors == []
    assert many == sum(isinstance(entry, Transaction) for entry in entries) < stored


def test_a_city_without_a_transfer_has_a_book_with_nothing_in_it(fresh_database_url, tmp_path):
    with a_bank(fresh_database_url) as bank:
        entries, errors, _ = loader.load_file(str(file_of((bank, YUNZHOU), "beancount", tmp_path)))

    assert (entries, errors) == ([], [])


def test_every_kind_of_account_has_a_place_in_the_books():
    assert set(ROOTS) == set(AccountKind)


def test_an_unknown_city_is_told(played):
    with pytest.raises(NotFound):
        export_ledger(played[OWING][0], "atlantis", FORMATS["csv"], lambda _: None)
