"""A register over HTTP: a clear yes or no counts, everything else is later."""

import socket

import pytest

from tests.register_server import a_register
from timebank.adapters.http_registry import HttpRegistry, NotTaken
from timebank.domain.registry import Answer, LookedUp


@pytest.fixture
def register():
    with a_register() as running:
        yield running


@pytest.fixture
def registry(register):
    return HttpRegistry(register.url, timeout_seconds=2)


@pytest.mark.parametrize("answer", ["yes", "no", "later"])
def test_a_clear_answer_is_taken_with_its_note(register, registry, answer):
    register.answers["V1"] = answer

    assert registry.ask("volunteers", "V1") == LookedUp(Answer(answer), "R-1")


def test_the_question_names_the_register_and_the_number(register, registry):
    registry.ask("volunteers", "京 0/1?")

    assert register.asked == ["/register/volunteers/%E4%BA%AC%200%2F1%3F"]


@pytest.mark.parametrize("status", [202, 204, 301, 404, 429, 500, 503])
def test_any_other_status_than_200_is_later_even_with_a_no_inside(register, registry, status):
    register.answers["V1"] = "no"
    register.status = status

    well = status not in {429, 500, 503}
    assert registry.ask("volunteers", "V1") == LookedUp(Answer.LATER, f"HTTP {status}", reached=well)


@pytest.mark.parametrize(
    "body", ["", "不是 JSON", "[]", "{}", '{"answer": "maybe"}', '{"answer": null}', '"no"']
)
def test_an_answer_that_cannot_be_read_is_later(register, registry, body):
    register.answers["V1"] = body or " "

    assert registry.ask("volunteers", "V1").answer is Answer.LATER


def test_an_unreachable_register_is_later():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"

    said = HttpRegistry(url, timeout_seconds=0.5).ask("volunteers", "V1")

    assert (said.answer, said.reached) == (Answer.LATER, False)


def test_a_register_that_does_not_answer_in_time_is_later():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"

        assert HttpRegistry(url, timeout_seconds=0.2).ask("volunteers", "V1").answer is Answer.LATER


def test_a_register_that_hangs_up_is_later(register, registry):
    register.status = 0

    assert registry.ask("volunteers", "V1").answer is Answer.LATER


def test_an_event_carries_its_delivery_id(register, registry):
    registry.tell("delivery-1", "order.published", {"order_id": "o1", "title": "手机课堂"})

    said = {"kind": "order.published", "body": {"order_id": "o1", "title": "手机课堂"}}
    assert register.told == [("delivery-1", said)]


@pytest.mark.parametrize("status", [301, 400, 409, 500])
def test_an_event_that_is_not_taken_is_said_so(register, registry, status):
    register.status = status

    with pytest.raises(NotTaken, match=f"did not take order.published: HTTP {status}"):
        registry.tell("delivery-1", "order.published", {})


def test_a_token_goes_with_every_request(register):
    HttpRegistry(register.url, token="secret").ask("volunteers", "V1")

    assert register.headers["Authorization"] == "Bearer secret"


@pytest.mark.parametrize("url", ["ftp://somewhere", "file:///etc/passwd", "somewhere", "http://"])
def test_only_http_addresses_are_registers(url):
    with pytest.raises(ValueError, match="http"):
        HttpRegistry(url)
