"""How one hook is asked: each implementation apart, its answer checked, its failure named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from timebank.domain.refusal import PluginFailed, Refusal, TimeBankError
from timebank.domain.words import Words

if TYPE_CHECKING:
    import pluggy

    from timebank.domain.decision import HookAnswer

T = TypeVar("T")
LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Asked(Generic[T]):
    """What came of asking a hook: the value, and who said what."""

    value: T
    answers: tuple[HookAnswer, ...]


@dataclass(frozen=True)
class Asker:
    """Asks the implementations of one city's plugin manager, one by one."""

    city: str
    manager: pluggy.PluginManager
    versions: Mapping[str, str]

    def answers(self, hook: str) -> bool:
        """Say whether any plugin implements a hook."""
        return bool(self._implementations(hook))

    def each(self, hook: str, given: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """Return (plugin, answer) of every implementation in pluggy's order."""
        return [(impl.plugin_name, self._call(hook, impl, given)) for impl in self._implementations(hook)]

    def first(self, hook: str, given: Mapping[str, Any], check: Callable[[Any], Words | None]) -> Asked[Any]:
        """Return the first answer that is not None, after checking it."""
        for impl in self._implementations(hook):
            answer = self._call(hook, impl, given)
            if answer is None:
                continue
            fault = self._fault(hook, impl.plugin_name, answer, check)
            if fault is not None:
                raise self._failed(hook, impl.plugin_name, fault)
            return Asked(answer, (self._noted(hook, impl.plugin_name, answer),))
        return Asked(None, ())

    def refusals(self, hook: str, given: Mapping[str, Any]) -> Asked[tuple[Refusal, ...]]:
        """Return all refusals of all implementations."""
        found: list[Refusal] = []
        answers: list[HookAnswer] = []
        for plugin, answer in self.each(hook, given):
            said = self._many(hook, plugin, answer)
            for refusal in said:
                if not isinstance(refusal, Refusal) or not isinstance(refusal.words, Words):
                    raise self._failed(hook, plugin, is_not(refusal, "Refusal"))
            found.extend(said)
            answers.append(self._noted(hook, plugin, [refusal.code for refusal in said]))
        return Asked(tuple(found), tuple(answers))

    def all_of(self, hook: str, given: Mapping[str, Any], kind: type[T]) -> list[T]:
        """Return every value that any implementation gives, all of one kind."""
        found: list[T] = []
        for plugin, answer in self.each(hook, given):
            for value in self._many(hook, plugin, answer):
                if not isinstance(value, kind):
                    raise self._failed(hook, plugin, is_not(value, kind.__name__))
                found.append(value)
        return found

    def mappings(self, hook: str, given: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
        """Return what each plugin gives, by plugin: a mapping, and not an empty one."""
        answers = {plugin: answer for plugin, answer in self.each(hook, given) if answer}
        for plugin, answer in answers.items():
            if not isinstance(answer, Mapping):
                raise self._failed(hook, plugin, is_not(answer, Mapping.__name__))
        return answers

    def _fault(
        self, hook: str, plugin: str, answer: Any, check: Callable[[Any], Words | None]
    ) -> Words | None:
        try:
            return check(answer)
        except TimeBankError:
            raise
        except Exception as error:  # an answer of a class so odd that even looking at it fails
            raise self._failed(hook, plugin, repr(error)) from error

    def _many(self, hook: str, plugin: str, answer: Any) -> list[Any]:
        if answer is None:
            return []
        try:
            return list(answer)
        except Exception as error:
            raise self._failed(hook, plugin, repr(error)) from error

    def _implementations(self, hook: str) -> list[Any]:
        return list(reversed(getattr(self.manager.hook, hook).get_hookimpls()))

    def _call(self, hook: str, impl: Any, given: Mapping[str, Any]) -> Any:
        try:
            return impl.function(*(given[name] for name in impl.argnames))
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:  # a plugin's sys.exit() must not end the bank
            raise self._failed(hook, impl.plugin_name, f"{type(error).__name__}: {error}") from error

    def _noted(self, hook: str, plugin: str, answer: Any) -> HookAnswer:
        from timebank.domain.decision import HookAnswer  # noqa: PLC0415 - a check of rule files notes no answer

        return HookAnswer(hook, plugin, self.versions.get(plugin, ""), plain_form(answer))

    def _failed(self, hook: str, plugin: str, fault: str | Words) -> PluginFailed:
        why = Words(fault, fault) if isinstance(fault, str) else fault
        zh = (
            f"城市“{self.city}”的插件“{plugin}”在 {hook} 出错：{why.zh}。什么都没有记账，已留待工作人员处理。"
        )
        en = (
            f"Plugin “{plugin}” of city “{self.city}” failed in {hook}: {why.en}. "
            "Nothing was posted; the case is kept for staff."
        )
        return PluginFailed(Words(zh, en), self.city, plugin, hook, why=why)


def is_not(answer: Any, kind: str) -> Words:
    """Say that a plugin's answer is of another kind than it should be."""
    found = shown(answer)
    return Words(f"答复 {found} 不是 {kind}", f"the answer {found} is not a {kind}")


def plain_form(answer: Any) -> Any:
    """Return an answer as plain values for the stored decision: figures and codes only."""
    if isinstance(answer, str | int | bool | None):
        return answer
    if isinstance(answer, list | tuple):
        return [plain_form(part) for part in answer]
    if hasattr(answer, "plain"):
        return answer.plain()
    return str(answer)


def shown(value: Any) -> str:
    """Return a value as text for a message: short, and whatever a plugin's own class does when it is shown."""
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - a message about a broken answer must not break too
        return f"something of the type {type(value).__name__}"
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
