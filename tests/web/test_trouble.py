"""What goes wrong behind the API is told in words, with the status that says whose turn it is."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, event, text
from webtest import TestApp

from tests.banks import YUNZHOU, a_bank, plugin, writing
from tests.scenes import STREET, a_published_order, a_volunteer, the_tree
from tests.web.served import CONTRACT, Served
from timebank.hooks import hookimpl
from timebank.services.desk import Bank
from timebank.storage.engine import WRITES
from timebank.web.app import make_app

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:9/none?connect_timeout=1"
MEMBER = {"reference": "YZ-1", "name": "李明"}


def test_a_database_that_is_away_is_told_as_such_with_when_to_try_again(bank: Bank) -> None:
    away = Served(replace(bank, engine=create_engine(NOWHERE)))

    read = away.get("/members", status=503, accept_language="en")
    written = away.post("/members", MEMBER, status=503)

    assert read.json["code"] == written.json["code"] == "database_away"
    assert "the same operation id: what was done is not done twice" in read.json["title"]
    assert read.headers["Retry-After"] == "5"


def test_health_says_that_the_database_is_away(bank: Bank) -> None:
    app = TestApp(make_app(replace(bank, engine=create_engine(NOWHERE)), contract=CONTRACT))

    answer = app.get("/health", status=503)

    assert answer.json == {"status": "unavailable", "database": False, "cities": [YUNZHOU]}
    assert answer.headers["Retry-After"] == "5"


@contextmanager
def no_room(bank: Bank):
    """Let the database grow by no page."""

    def as_large_as_it_is(dbapi, _record) -> None:
        dbapi.execute("PRAGMA max_page_count=1")

    bank.engine.dispose()
    event.listen(bank.engine, "connect", as_large_as_it_is)
    yield
    event.remove(bank.engine, "connect", as_large_as_it_is)
    bank.engine.dispose()


@pytest.mark.only_on("sqlite", reason="the crash tests fill PostgreSQL's disk")
def test_a_full_disk_is_told_as_such_and_the_same_request_is_done_with_room(
    bank: Bank, served: Served
) -> None:
    the_tree(bank)

    def register(number: int):
        body = {"reference": f"YZ-{number}", "name": "李明"}
        return served.post("/members", body, status="*", at=STREET, key=f"register-{number}")

    with no_room(bank):
        number, full = next((n, said) for n in range(200) if (said := register(n)).status_int != 200)

    assert (full.status_int, full.json["code"], full.headers["Retry-After"]) == (503, "database_full", "60")
    assert register(number).json["member_id"]


@contextmanager
def locked(bank: Bank):
    """Let somebody else write all the while, and let nobody wait for long."""

    def at_once(dbapi, _record) -> None:
        dbapi.execute("PRAGMA busy_timeout=0")

    bank.engine.dispose()
    event.listen(bank.engine, "connect", at_once)
    with bank.engine.connect().execution_options(**{WRITES: True}) as other, other.begin():
        yield
    event.remove(bank.engine, "connect", at_once)


@pytest.mark.only_on("sqlite", reason="PostgreSQL lets writers at other rows through")
def test_a_busy_database_asks_to_try_again_in_a_moment(bank: Bank, served: Served) -> None:
    the_tree(bank)

    with locked(bank):
        answer = served.post("/members", MEMBER, status=503, key="one")

    assert (answer.json["code"], answer.headers["Retry-After"]) == ("database_busy", "1")
    served.post("/members", MEMBER, key="one")


def test_a_plugin_that_breaks_its_promise_is_named_and_nothing_is_written(fresh_database_url: str) -> None:
    @hookimpl
    def timebank_check_order(case, action, rules):
        raise RuntimeError("boom")

    with a_bank(fresh_database_url) as sound:
        the_tree(sound)
        order_id = a_published_order(sound)
        volunteer = a_volunteer(sound)
    with a_bank(
        fresh_database_url, plugins={YUNZHOU: plugin(timebank_check_order=timebank_check_order)}
    ) as bank:
        answer = Served(bank).post(
            f"/orders/{order_id}/visits", {"volunteer_id": volunteer}, status=503, by=volunteer
        )
        visits = Served(bank).get(f"/orders/{order_id}/visits").json

    assert answer.json["code"] == "plugin_failed"
    assert "timebank_check_order" in answer.json["title"]
    assert answer.headers["Retry-After"] == "60"
    assert visits["items"] == []


def test_a_mistake_of_our_own_gives_a_number_for_the_log_and_no_more(
    bank: Bank, served: Served, caplog
) -> None:
    order_id = a_published_order(bank)
    with writing(bank) as connection:
        connection.execute(text("ALTER TABLE attendances RENAME TO lost"))

    answer = served.app.get(f"/v1/yunzhou/orders/{order_id}/attendances", status=500)

    assert answer.json["code"] == "internal"
    assert answer.headers["X-Request-Id"] in answer.json["title"]
    assert answer.headers["X-Request-Id"] in caplog.text
    assert "attendances" not in answer.text.replace("/attendances", "")


def test_a_write_sent_by_two_at_once_takes_effect_once(bank: Bank, served: Served) -> None:
    the_tree(bank)
    others = [Served(bank) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        sent = pool.map(
            lambda one: one.post("/members", MEMBER, key="one", at=STREET).json["member_id"], others
        )

    assert len(set(sent)) == 1
    assert len(served.get("/members").json["items"]) == 1


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/yunzhou/orders", "GET, HEAD, POST"),
        ("GET", "/v1/yunzhou/gifts", "POST"),
        ("POST", "/", "GET, HEAD"),
        ("PATCH", "/docs", "GET, HEAD"),
        ("PUT", "/health", "GET, HEAD"),
        ("OPTIONS", "/v1/yunzhou/offers/accept", "POST"),
    ],
)
def test_a_wrong_method_is_told_which_ones_there_are(
    served: Served, method: str, path: str, allowed: str
) -> None:
    answer = served.app.request(path, method=method, status=405)

    assert (answer.headers["Allow"], answer.json["code"]) == (allowed, "method_not_allowed")


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/cities/", "/v1//rules", "/v2/cities", "/v1/yunzhou/orders/", "/static/../app.py"]
)
def test_an_address_that_is_not_served_is_not_found(served: Served, path: str) -> None:
    assert served.app.get(path, status=404).json["code"] == "not_found"


def test_the_head_of_an_answer_may_be_asked_for_alone(served: Served) -> None:
    answer = served.app.head("/v1/cities", status=200)

    assert (answer.body, answer.content_type) == (b"", "application/json")
