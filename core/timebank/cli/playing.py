"""One city's story on a terminal: told step by step, then the figures that came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.rule import Rule
from rich.text import Text

from timebank.cli.figures import city_figures, tell_figures
from timebank.cli.session import Session
from timebank.cli.wrapping import wrapped
from timebank.domain.refusal import BadInput
from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.services.desk import Bank
from timebank.services.explain import explain_transfer
from timebank.storage import bulk_rows
from timebank.stories import Outcome, Story, Told, ToldKind, play, read_stories

_MARKS = {
    ToldKind.POSTED: ("✚", "green"),
    ToldKind.REFUSED: ("✘", "red"),
    ToldKind.SENT: ("✉", "cyan"),
    ToldKind.REPORTED: ("⇄", "magenta"),
    ToldKind.DIFFERS: ("≠", "yellow"),
}
_BASIS = Words("依据：", "Basis: ")


def play_city(session: Session, bank: Bank, code: str, file: Path) -> dict[str, Any]:
    """Play a city's story, tell it, and return it as plain values."""
    (story,) = read_stories(file)
    _require_empty(bank, code)
    teller = Teller(session, bank, bank.city(code), story)
    teller.begin()
    outcome = play(bank, story, teller.tell, strict=False)
    figures = city_figures(bank, code, _names(story, outcome), teller.last.date())
    tell_figures(session, figures)
    return {"city": code, "title": _plain(story.title), "told": teller.told, "figures": figures.plain()}


def _require_empty(bank: Bank, code: str) -> None:
    with bank.reading() as connection:
        if not bulk_rows.organisations_of(connection, code):
            return
    zh = f"数据库里已经有“{code}”的组织。演示只在空的数据库里进行，以免与真实记录混在一起。"
    en = f"The database holds organisations of “{code}” already. A story is played in an empty database only."
    raise BadInput(Words(zh, en), "not_empty")


def _names(story: Story, outcome: Outcome) -> dict[str, str]:
    return {member_id: story.people[name].name for name, member_id in outcome.member_ids.items()}


def _plain(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


class Teller:
    """Prints a story as it happens."""

    def __init__(self, session: Session, bank: Bank, city: City, story: Story) -> None:
        self.session = session
        self.bank = bank
        self.city = city
        self.story = story
        self.told: list[dict[str, Any]] = []
        self.last = story.begins
        self._day = ""

    def begin(self) -> None:
        """Print the title."""
        rules = self.city.rules_on(self.story.begins.date())
        brand = Text(f" {self.session.text(rules.words('brand.name'))} ", style="bold")
        self._print(Text())
        self._print(Rule(brand, style="blue", characters="─"))
        self._row("", Text(self.session.text(self.story.title), style="bold"))

    def tell(self, told: Told) -> None:
        """Print one thing that happened, with the stored reason of every transfer."""
        self.last = told.at
        lines = self._lines(told)
        self.told.append(
            {
                "at": f"{told.at:%Y-%m-%d %H:%M}",
                "kind": told.kind.value,
                "who": _plain(told.who),
                "words": [_plain(line) for line in lines],
                "transfer_id": told.transfer_id,
            }
        )
        day = f"{told.at:%Y-%m-%d}"
        if day != self._day or told.kind is ToldKind.SAID:
            self._print(Text())
        if day != self._day:
            self._day = day
            self._print(Text(day, style="bold blue"))
        if told.kind is ToldKind.SAID:
            self._row("  ", Text(self.session.text(told.words), style="italic"))
        elif told.kind is ToldKind.DONE:
            self._done(told)
        else:
            self._marked(told, lines)

    def _lines(self, told: Told) -> tuple[Words, ...]:
        if told.transfer_id is None:
            return (told.words,)
        return explain_transfer(self.bank, self.city.code, told.transfer_id).lines

    def _done(self, told: Told) -> None:
        said = Text()
        said.append(self.session.text(told.who), style="bold")
        said.append(f" {self.session.text(told.words)}")
        self._row(f"{told.at:%H:%M} ", said)

    def _marked(self, told: Told, lines: tuple[Words, ...]) -> None:
        mark, style = _MARKS[told.kind]
        who = self.session.text(told.who)
        for number, line in enumerate(lines):
            small = told.transfer_id is not None and number == len(lines) - 1 and number > 0
            said = Text(style="dim" if small else style)
            if who and number == 0 and told.kind is not ToldKind.REFUSED:
                said.append(f"{who} ", style="bold")
            said.append(self.session.text(line))
            basis = said.plain.find(self.session.text(_BASIS))
            if basis >= 0:
                said.stylize("not bold dim default", basis)
            self._row("      " if small else f"    {mark} ", said)

    def _row(self, left: str, right: Text) -> None:
        """Print a paragraph beside its mark, its further lines under its first."""
        width = self.session.out.width - len(left)
        for number, line in enumerate(wrapped(right, width)):
            self._print(Text(left if number == 0 else " " * len(left), style="dim").append_text(line))

    def _print(self, what: Any) -> None:
        if not self.session.as_json:
            self.session.out.print(what, soft_wrap=True)
