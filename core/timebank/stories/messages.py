"""Every sentence about a story file beyond those about its writing and shape: one template per code and language."""

from __future__ import annotations

from timebank.domain.words import Words
from timebank.rules import Fault, Place
from timebank.rules.faults import Path, dotted

MESSAGES = {
    "T01": (
        "这一步什么都没有做。请写 do、serve、run、registry、say、at 之一。",
        "this step does nothing; write one of do, serve, run, registry, say, at.",
    ),
    "T02": (
        "一步只能做一件事，这里写了{many}。请分成几步。",
        "one step does one thing; this has {many}; divide it.",
    ),
    "T03": ("没有 {name} 这件事。是不是 {meant}？", "there is no use case {name}; did you mean {meant}?"),
    "T04": (
        "没有 {name} 这件事。可以写的有：{known}。",
        "there is no use case {name}; one may write {known}.",
    ),
    "T05": (
        "{use_case} 没有“{key}”这一项。可以写的有：{known}。",
        "{use_case} takes no '{key}'; one may write: {known}.",
    ),
    "T06": ("{use_case} 缺少 {key}。请写在 with 里。", "{use_case} lacks {key}; write it under 'with'."),
    "T07": (
        "故事里没有“{name}”。已有的人物和组织：{known}。",
        "nobody here is called '{name}'; there are {known}.",
    ),
    "T08": (
        "“{name}”既是人物又是组织。请改一个名字。",
        "'{name}' is both a person and an organisation; rename one.",
    ),
    "T09": (
        "前面没有哪一步用 as 起名“{name}”。已起的名字：{known}。",
        "no step before this is named '{name}' by 'as'; there are {known}.",
    ),
    "T10": (
        "then 里写了 refused，最后一步就必须是 do 或 serve。请把应被拒绝的一步放在最后。",
        "'refused' is about the last step, which must be a 'do' or 'serve'.",
    ),
    "T11": (
        "实例属于城市“{name}”，文件却放在“{folder}”文件夹里。请改成同名。",
        "the file says city '{name}' but lies in the folder '{folder}'; make them agree.",
    ),
}


def story_fault(code: str, file: str, place: Place, path: Path, **facts: str | Words) -> Fault:
    """Return the fault with this code at a place, its sentences filled in with the facts."""
    zh, en = MESSAGES[code]
    zh_facts = {name: fact.zh if isinstance(fact, Words) else fact for name, fact in facts.items()}
    en_facts = {name: fact.en if isinstance(fact, Words) else fact for name, fact in facts.items()}
    line, column = place.key
    return Fault(code, file, line, column, dotted(path), zh.format(**zh_facts), en.format(**en_facts))
