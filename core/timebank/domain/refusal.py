"""How the bank says no: refusals, conflicts and missing things, each a sentence a clerk can act on."""

from __future__ import annotations

from dataclasses import dataclass

from timebank.domain.words import Words


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why something may not be done.

    Attributes:
        code: stable word for programs, such as ``too_young``.
        words: the sentence, in both languages.
        rule_path: the rule that says no, such as ``admission.volunteer.gate``; empty where core itself says no.
        basis: the article or assumption behind that rule, filled in by the one caller of hooks.
    """

    code: str
    words: Words
    rule_path: str = ""
    basis: Words | None = None

    def sentence(self) -> Words:
        """Return the reason with its basis."""
        if self.basis is None:
            return self.words
        return Words(f"{self.words.zh}（依据：{self.basis.zh}）", f"{self.words.en} (basis: {self.basis.en})")


class TimeBankError(Exception):
    """Anything the bank tells its caller; ``words`` is the sentence in both languages."""

    code = "error"

    def __init__(self, words: Words, code: str | None = None) -> None:
        super().__init__(f"{words.zh}\n{words.en}")
        self.words = words
        if code is not None:
            self.code = code


class Refused(TimeBankError):
    """The rules say no. Nothing was written."""

    code = "refused"

    def __init__(self, *refusals: Refusal) -> None:
        sentences = [refusal.sentence() for refusal in refusals]
        super().__init__(Words("；".join(s.zh for s in sentences), " ".join(s.en for s in sentences)))
        self.refusals = refusals
        self.code = refusals[0].code if refusals else "refused"


class NotFound(TimeBankError):
    """What was named does not exist in this city."""

    code = "not_found"


class Conflict(TimeBankError):
    """The same operation id came with other content, or somebody else was first. Nothing was written."""

    code = "conflict"


class BadInput(TimeBankError):
    """What was given cannot be read; the sentence says where and what to do."""

    code = "bad_input"


class WrongUse(BadInput):
    """The call itself is wrong: it names a file, a city or a path that is not there."""

    code = "wrong_use"


class PluginFailed(TimeBankError):
    """A city plugin broke its promise; the sentence names the plugin and the hook, ``why`` says what it did alone."""

    code = "plugin_failed"

    def __init__(
        self,
        words: Words,
        city: str,
        plugin: str,
        hook: str,
        code: str | None = None,
        why: Words | None = None,
    ) -> None:
        super().__init__(words, code)
        self.why = why or words
        self.city = city
        self.plugin = plugin
        self.hook = hook


def refuse(code: str, zh: str, en: str, rule_path: str = "") -> Refused:
    """Return the exception for one refusal by core itself."""
    return Refused(Refusal(code, Words(zh, en), rule_path))


def missing(kind: Words, name: str) -> NotFound:
    """Return the exception for something that is not there."""
    return NotFound(
        Words(
            f"没有找到{kind.zh}“{name}”。请核对编号。",
            f"There is no {kind.en} “{name}”. Check the identifier.",
        )
    )
