"""The conformance kit: what every city promises, one sentence a promise, for anybody who writes a city.

It needs no network, no database and no secret. It draws cases from the city's own rule files (their services,
levels, units, ages and amounts) with dice that always fall the same way, asks every hook, and reads the answers.
A test of a city is three lines::

    @pytest.mark.parametrize("promise", promises(open_city("yunzhou", folder, plugin)), ids=str)
    def test_the_city_keeps_its_promise(promise):
        promise.check()
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.hooks.kit import answers, outside, sentences
from timebank.hooks.kit.transcript import CASES, LEAST_CASES, Breach, Transcript

__all__ = ["LEAST_CASES", "Breach", "Promise", "PromiseBroken", "promises"]

SHOWN = 3


class PromiseBroken(AssertionError):
    """A city does not keep a promise; the message says which, and where.

    Attributes:
        promise: the promise.
        breaches: the first times it was not kept.
    """

    def __init__(self, promise: Promise, breaches: list[Breach]) -> None:
        self.promise = promise
        self.breaches = tuple(breaches)
        head = f"{promise.city}：{promise.words.zh}\n{promise.words.en}"
        super().__init__("\n".join([head, *map(str, breaches)]))


@dataclass(frozen=True)
class Promise:
    """One thing a city promises the engine.

    Attributes:
        city: the city's code.
        name: a stable word for programs.
        words: the promise as a sentence.
    """

    city: str
    name: str
    words: Words
    _find: Callable[[], Iterator[Breach]] = field(repr=False, compare=False)

    def check(self) -> None:
        """Ask the city.

        Raises:
            PromiseBroken: with the first breaches.
        """
        breaches = list(islice(self._find(), SHOWN))
        if breaches:
            raise PromiseBroken(self, breaches)

    def __str__(self) -> str:
        """Return the test id: ``yunzhou: every refusal names …``."""
        return f"{self.city}: {self.words.en}"


def promises(city: City, *, seed: int = 0, cases: int = CASES) -> list[Promise]:
    """Return everything a city promises; nothing is asked before the first ``check``.

    Args:
        city: an open city, with or without a plugin.
        seed: other dice for other cases.
        cases: how many questions over all rule files, at least; never fewer than ``LEAST_CASES``.
    """
    transcript = Transcript(city, seed, cases)
    return [Promise(city.code, find.__name__, words, partial(find, transcript)) for find, words in _PROMISES]


_PROMISES: tuple[tuple[Callable[[Transcript], Iterator[Breach]], Words], ...] = (
    (
        answers.known_hooks,
        Words(
            "凡名为 timebank_ 的函数都是钩子，并写有 @hookimpl",
            "everything named like a hook is one, and is marked",
        ),
    ),
    (
        answers.every_question_answered,
        Words("每个问题都有答复，不抛异常", "every question gets an answer and no exception"),
    ),
    (answers.right_types, Words("每个答复类型正确", "every answer has the type its hook asks for")),
    (answers.exact_minutes, Words("分钟是整数或分数", "minutes are whole numbers or fractions")),
    (answers.no_floats, Words("答复里没有浮点数", "no answer holds a floating-point number")),
    (
        answers.credits_within_bounds,
        Words("只记给服务的人，数额有界", "credit goes to whoever served, within bounds"),
    ),
    (
        answers.credits_follow_rules,
        Words(
            "记入与扣除都有单位和取整的规则",
            "every credit and charge has its unit and its rounding in the file",
        ),
    ),
    (answers.everybody_ranked_once, Words("每位候选人得一次分", "every candidate is scored once")),
    (
        answers.ranking_ignores_order,
        Words("得分与候选人的排列无关", "scores do not depend on how candidates are listed"),
    ),
    (answers.inputs_unchanged, Words("不改动收到的值", "what a hook is given stays as it was")),
    (
        answers.same_answer_again,
        Words("同样的问题得到同样的答复", "the same question gets the same answer"),
    ),
    (
        answers.nothing_opened,
        Words("除给定的登记系统外不读写外界", "nothing outside is opened but the given registers"),
    ),
    (
        outside.takes_only_what_is_given,
        Words("不看时钟、不掷骰子、不读环境", "no hook looks at a clock, throws dice or reads settings"),
    ),
    (
        sentences.refusals_in_two_languages,
        Words("拒绝有代码和中英文理由", "every refusal has a code and a reason in Chinese and English"),
    ),
    (
        sentences.refusals_name_rules,
        Words("拒绝写明文件里有依据的规则", "every refusal names a rule that is in the file and has a basis"),
    ),
    (
        sentences.problems_say_where,
        Words(
            "规则文件的问题指明位置，中英文都有",
            "every problem of a rule file says where, in Chinese and English",
        ),
    ),
    (
        sentences.checked_rules_work,
        Words("检查放过的规则文件，办事时不出错", "no hook fails under a rule file that the checks let pass"),
    ),
    (
        sentences.keys_are_a_closed_schema,
        Words("插件的键是封闭的 JSON Schema", "the plugin's rule keys are a closed JSON Schema"),
    ),
    (
        sentences.keys_explain_themselves,
        Words("插件的每个键都有中英文说明", "every rule key is explained in Chinese and English"),
    ),
    (
        outside.unreachable_is_later,
        Words(
            "登记系统没有答复算“稍后”，不算“有”或“没有”",
            "a register that does not answer means later, never yes or no",
        ),
    ),
    (
        outside.registers_are_believed,
        Words("登记系统怎么说就怎么答", "a register's yes stays yes and its no stays no"),
    ),
    (
        outside.future_events_tolerated,
        Words("听到不认识的事件不出错", "an event of an unknown kind is tolerated"),
    ),
    (
        outside.told_under_one_id,
        Words(
            "转告事件用事件自己的编号，不重复发布",
            "events are passed on under their own id, so that nothing is published twice",
        ),
    ),
    (
        outside.failures_are_not_hidden,
        Words("没有送达就报错，留待再送", "what a register did not take is reported, and told again"),
    ),
)
