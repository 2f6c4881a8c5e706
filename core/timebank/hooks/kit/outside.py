"""Promises about the outside: registers are asked and told as they are given, and nothing is lost or made up."""

from __future__ import annotations

from collections.abc import Iterator

from timebank.domain.registry import Answer, LookedUp
from timebank.domain.words import Words
from timebank.hooks.kit.asking import Asking
from timebank.hooks.kit.deck import UNHEARD_OF
from timebank.hooks.kit.register import NotTaken
from timebank.hooks.kit.transcript import Breach, Transcript
from timebank.hooks.kit.watch import strangers_in


def unreachable_is_later(city: Transcript) -> Iterator[Breach]:
    """Find look-ups that make yes or no of a register that did not answer."""
    for one in city.of("timebank_look_up"):
        register = one.registries.get(one.given["kind"])
        silent = register is None or register.answer is Answer.LATER
        if silent and _said(one) in {Answer.YES, Answer.NO}:
            yield _breach(
                one, f"没有得到答复，却答 {_said(one)}", f"no answer came, and it said {_said(one)}"
            )


def registers_are_believed(city: Transcript) -> Iterator[Breach]:
    """Find look-ups that turn a register's yes into no, or its no into yes, or answer without asking."""
    for one in city.of("timebank_look_up"):
        register = one.registries.get(one.given["kind"])
        said = _said(one)
        if register is None or register.answer is Answer.LATER or said in {None, Answer.LATER}:
            continue
        if said is not register.answer or not register.asked:
            zh = f"登记系统说 {register.answer}，它答 {said}"
            yield _breach(one, zh, f"the register says {register.answer}, it said {said}")


def _said(one: Asking) -> Answer | None:
    return one.answer.answer if isinstance(one.answer, LookedUp) else None


def future_events_tolerated(city: Transcript) -> Iterator[Breach]:
    """Find listeners that fail on an event of a kind that does not exist yet."""
    for one in city.askings:
        unheard = one.question.hook == "timebank_on_event" and one.given["event"].kind == UNHEARD_OF
        if unheard and one.failed is not None and not isinstance(one.failed, NotTaken):
            yield _breach(
                one, f"遇到不认识的事件，抛出 {one.failed!r}", f"raised {one.failed!r} at an unknown event"
            )


def told_under_one_id(city: Transcript) -> Iterator[Breach]:
    """Find listeners that pass an event on under another id than its own."""
    for one in city.askings:
        if one.question.hook != "timebank_on_event":
            continue
        told = [entry for register in one.registries.values() for entry in register.told]
        if any(delivery_id != one.given["event"].id for delivery_id, _ in told):
            yield _breach(one, "转告时换了编号", "passed it on under another id")


def failures_are_not_hidden(city: Transcript) -> Iterator[Breach]:
    """Find listeners that keep quiet when a register took nothing, so that the event is lost."""
    for one in city.of("timebank_on_event"):
        if any(register.fails and register.told for register in one.registries.values()):
            yield _breach(
                one, "登记系统没有收下，却没有报错", "the register took nothing, and no error was raised"
            )


def takes_only_what_is_given(city: Transcript) -> Iterator[Breach]:
    """Find clocks, dice and settings that the plugin's own code names."""
    for name, plugin in city.city.asker.manager.list_name_plugin():
        for stranger in strangers_in(plugin) if plugin is not None else ():
            yield Breach(f"{name}: {stranger}", Words("时刻、随机数与设置不从别处取", "not given to it"))


def _breach(one: Asking, zh: str, en: str) -> Breach:
    return Breach(str(one), Words(zh, en))
