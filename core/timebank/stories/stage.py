"""Plays a story against a real bank, step by step, through the same use cases as everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from timebank.domain.command import Channel, Command
from timebank.domain.identity import derived_id
from timebank.domain.message import Message
from timebank.domain.refusal import Refusal, Refused, TimeBankError
from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services import delivery, sweep
from timebank.services.desk import Answer, Bank
from timebank.stories import given, looking
from timebank.stories.acts import all_acts
from timebank.stories.cast import Cast
from timebank.stories.failing import failed, not_refused, refused, refused_otherwise
from timebank.stories.judging import differences, judge
from timebank.stories.outside import LetterBox, StoryClock, StoryRegistry
from timebank.stories.phrases import DUE, phrase, report_words, result, serve_words
from timebank.stories.serving import Serving
from timebank.stories.story import Outcome, Step, Story
from timebank.stories.telling import Tell, Told, ToldKind, in_silence


def play(bank: Bank, story: Story, tell: Tell = in_silence, *, strict: bool = True) -> Outcome:
    """Play a story from its beginning and see that everything came as it was written.

    Args:
        bank: a bank whose city of this story is empty, on any database.
        story: what happens.
        tell: hears everything as it happens.
        strict: whether another outcome than the written one is a failure; else it is told, as a demonstration of
            edited rules needs it.

    Raises:
        StoryFailed: a step was refused that should not be, or the other way round, or something else came of it.
    """
    stage = Stage(bank, story, tell)
    stage.set_up()
    stage.go_on()
    if strict:
        judge(stage)
    else:
        for found in differences(stage):
            stage.tell(ToldKind.DIFFERS, found.words)
    return Outcome(dict(stage.cast.member_ids), dict(stage.cast.answers), stage.refusals)


class Stage:
    """One story being played: its bank with its own clock, registers and letter box."""

    def __init__(self, bank: Bank, story: Story, tell: Tell) -> None:
        city = bank.city(story.city)
        self.story = story
        self.clock = StoryClock(story.begins.replace(tzinfo=city.book.timezone))
        self.letters = LetterBox(story.city, self._received)
        self.registries = {name: StoryRegistry(name, {}, self._reported) for name in _registers(bank, story)}
        self.city = replace(city, registries=self.registries)
        self.bank = replace(
            bank,
            clock=self.clock,
            cities={**bank.cities, story.city: self.city},
            senders=dict.fromkeys(Channel, self.letters),
        )
        self.letters.bank = self.bank
        self.cast = Cast(story, city.book.timezone, self._token)
        self.refusals: tuple[Refusal, ...] = ()
        self._tell = tell
        self._told: set[str] = set()

    @property
    def rules(self) -> RulesInForce:
        """Return the rules of the day the story has reached; before there are any, the first, for their words."""
        first = self.city.book.versions[0].effective_from
        return self.city.rules_on(max(self.local_now.date(), first))

    @property
    def local_now(self) -> datetime:
        """Return the city's local time."""
        return self.clock.now.astimezone(self.city.book.timezone)

    def set_up(self) -> None:
        """Bring in the organisations and the people, as the importer would bring a city's own."""
        given.bring_in(self)
        with self.bank.reading() as connection:
            self._told.update(looking.transfer_ids(connection, self.story.city))

    def take_over(self, before: Stage) -> None:
        """Stand where another stage of the same story stood before its first step, on the same content."""
        self.cast.member_ids.update(before.cast.member_ids)
        self._told.update(before._told)

    def go_on(self) -> None:
        """Let everything happen, from the first step to the last."""
        for number, step in enumerate(self.story.steps):
            self.step(number, step)

    def step(self, number: int, step: Step) -> None:
        """Let one thing happen."""
        if step.at is not None:
            self.move_to(self.cast.instant(step.at), step.line)
        if step.say is not None:
            self.tell(ToldKind.SAID, step.say)
        for name, answers in step.registry.items():
            self.registries[name].answers.update(answers)
        try:
            answer = self._happen(number, step)
        except TimeBankError as error:
            self._refused(step, error)
        else:
            if step.expect_refusal:
                raise not_refused(self, step)
            if step.answer_to is not None:
                self.cast.answers[step.answer_to] = answer
        self._tell_postings()

    def move_to(self, instant: datetime, line: int) -> None:
        """Move the clock on; it never goes back."""
        if instant < self.clock.now:
            now = f"{self.local_now:%Y-%m-%d %H:%M}"
            zh = f"故事已到 {now}，时间不能倒退。请改这一步的时间。"
            en = f"the story has reached {now}; time does not go back. Change the time here."
            raise failed(self, line, Words(zh, en))
        self.clock.now = instant

    def perform(
        self,
        name: str,
        key: str,
        by: str | None,
        party: str | None = None,
        channel: str | None = None,
        /,
        **inputs: Any,
    ) -> Answer:
        """Carry out one use case as a person or an organisation of the story.

        Args:
            name: the use case.
            key: tells this command from every other of the story.
            by: who does it; None for a job.
            party: the person for whom it is done.
            channel: how it comes; by what is usual for who does it unless given.
            **inputs: as the use case takes them.
        """
        actor, usual = self.cast.actor(by)
        command = Command(
            city=self.story.city,
            operation_id=derived_id("story", self.story.file, self.story.id, key),
            actor=actor,
            channel=Channel(channel) if channel is not None else usual,
            party_id=self.cast.member_ids[party] if party is not None else None,
        )
        return self.bank.carry_out(all_acts()[name].function, command, **inputs)

    def tell(
        self, kind: ToldKind, words: Words, who: Words | None = None, transfer_id: str | None = None
    ) -> None:
        """Tell one thing."""
        self._tell(Told(kind, self.local_now, words, who or Words("", ""), transfer_id))

    def _happen(self, number: int, step: Step) -> Mapping[str, Any]:
        if step.serve is not None:
            answer = Serving(self, f"{number}", step).serve()
            self.tell(ToldKind.DONE, serve_words(self, step.serve), self._who(step.serve.volunteer, None))
            return answer
        if step.run is not None:
            self.tell(ToldKind.DONE, DUE, self._who(None, None))
            sweep.run_due(self.bank, self.story.city)
            delivery.deliver(self.bank, self.story.city)
        if step.do is None:
            return {}
        return self._do(number, step, step.do)

    def _do(self, number: int, step: Step, name: str) -> Mapping[str, Any]:
        act = all_acts()[name]
        inputs = self.cast.inputs(step.inputs, act.kinds)
        words, who = phrase(self, name, inputs), self._who(step.by, step.party)
        if act.is_job:
            self.tell(ToldKind.DONE, words, who)
            act.function(self.bank, self.story.city, **inputs)
            return {}
        answer = self.perform(name, f"{number}", step.by, step.party, step.channel, **inputs)
        came = result(self, name, answer)
        if came is not None:
            words = Words(f"{words.zh} → {came.zh}", f"{words.en} → {came.en}")
        self.tell(ToldKind.DONE, words, who)
        return answer

    def _refused(self, step: Step, error: TimeBankError) -> None:
        refusals = error.refusals if isinstance(error, Refused) else (Refusal(error.code, error.words),)
        if not step.expect_refusal or refused_otherwise(step, refusals):
            raise refused(self, step, refusals) from error
        self.refusals = refusals
        done = self._tried(step)
        who = self._who(step.by or (step.serve.volunteer if step.serve else None), step.party)
        self.tell(ToldKind.DONE, done, who)
        self.tell(ToldKind.REFUSED, error.words, who)

    def _tried(self, step: Step) -> Words:
        if step.serve is not None:
            return serve_words(self, step.serve)
        if step.do is None:
            return Words("", "")
        return phrase(self, step.do, self.cast.inputs(step.inputs, all_acts()[step.do].kinds))

    def _who(self, name: str | None, party: str | None) -> Words:
        if name is None:
            return Words("系统", "the bank")
        who = self.cast.called(name)
        if party is None:
            return Words(who, who)
        return Words(f"{who}（代{self.cast.called(party)}）", f"{who} (for {self.cast.called(party)})")

    def _token(self, member_id: str) -> str | None:
        delivery.deliver(self.bank, self.story.city)
        return self.letters.tokens.get(member_id)

    def _received(self, message: Message) -> None:
        name = self.cast.person_of(message.member_id) or ""
        self.tell(ToldKind.SENT, message.words, self._who(name, None))

    def _reported(self, registry: str, kind: str, body: Mapping[str, Any]) -> None:
        self.tell(ToldKind.REPORTED, report_words(self, kind, body), Words(registry, registry))

    def _tell_postings(self) -> None:
        with self.bank.reading() as connection:
            ids = looking.transfer_ids(connection, self.story.city)
        for transfer_id in ids:
            if transfer_id not in self._told:
                self._told.add(transfer_id)
                self.tell(ToldKind.POSTED, Words("记账", "posted"), transfer_id=transfer_id)


def _registers(bank: Bank, story: Story) -> set[str]:
    named = {name for step in story.steps for name in step.registry}
    named |= {name for person in story.people.values() for name in person.registry}
    return named | set(bank.city(story.city).registries)
