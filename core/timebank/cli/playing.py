"""One city's story on a terminal: told step by step, then the figures that came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from timebank.cli.figures import city_figures, tell_figures
from timebank.cli.session import Session
from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.services.desk import Bank
from timebank.services.explain import explain_transfer
from timebank.stories import Outcome, Story, Told, ToldKind, play, read_stories

_MARKS = {
    ToldKind.POSTED: ("✚", "green"),
    ToldKind.REFUSED: ("✘", "red"),
    ToldKind.SENT: ("✉", "cyan"),
    ToldKind.REPORTED: ("⇄", "magenta"),
    ToldKind.DIFFERS: ("≠", "yellow"),
}
_INDENT = 7


def play_city(session: Session, bank: Bank, code: str, file: Path) -> dict[str, Any]:
    """Play a city's story, tell it, and return it as plain values."""
    (story,) = read_stories(file)
    teller = Teller(session, bank, bank.city(code), story)
    teller.begin()
    outcome = play(bank, story, teller.tell, strict=False)
    figures = city_figures(bank, code, _names(story, outcome))
    tell_figures(session, figures)
    return {"city": code, "title": _plain(story.title), "told": teller.told, "figures": figures.plain()}


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
        self._day = ""

    def begin(self) -> None:
        """Print the title."""
        rules = self.city.rules_on(self.story.begins.date())
        brand = self.session.text(rules.words("brand.name"))
        title = Text(f" {brand} ", style="bold")
        title.append(f"· {self.session.text(self.story.title)} ", style="bold")
        self._print(Text())
        self._print(Rule(title, style="blue", characters="─"))

    def tell(self, told: Told) -> None:
        """Print one thing that happened, with the stored reason of every transfer."""
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
        if day != self._day:
            self._day = day
            self._print(Text(f"\n{day}", style="bold blue"))
        if told.kind is ToldKind.SAID:
            self._print(Padding(Text(self.session.text(told.words), style="italic"), (0, 0, 0, 2)))
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
        said.append(" ")
        said.append(self.session.text(told.words))
        self._row(Text(f"{told.at:%H:%M}", style="dim"), said, width=_INDENT - 2)

    def _marked(self, told: Told, lines: tuple[Words, ...]) -> None:
        mark, style = _MARKS[told.kind]
        who = self.session.text(told.who)
        for number, line in enumerate(lines):
            said = Text()
            if who and number == 0 and told.kind is not ToldKind.REFUSED:
                said.append(f"{who} ", style="bold")
            last = told.transfer_id is not None and number == len(lines) - 1
            said.append(self.session.text(line), style="dim" if last and number else style)
            self._row(
                Text(f"{' ' * (_INDENT - 3)}{mark if not last or not number else ' '}", style=style), said
            )

    def _row(self, left: Text, right: Text, width: int = _INDENT - 1) -> None:
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(width=width, no_wrap=True)
        grid.add_column(overflow="fold")
        grid.add_row(left, right)
        self._print(grid)

    def _print(self, what: Any) -> None:
        if not self.session.as_json:
            self.session.out.print(what)
