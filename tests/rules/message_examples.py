"""Every message about a rule file, provoked from a real file, and the words it had when they were last agreed on.

    python -m tests.rules.message_examples    # 有意改了说法之后，重写 golden/messages.yaml · after a deliberate change

Most come from the kinds of fault that are planted in the cities' own files; the few that take more than one edit of one
text are written out here. `test_message_words.py` compares what is written down word by word.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import yaml

from bench.rules.kinds import all_kinds
from bench.rules.planting import planted
from bench.rules.seeded import tell
from bench.rules.shipped import check, shipped_files
from tests.banks import FIXTURES
from timebank.bank.rule_checking import checked
from timebank.bank.rule_desk import RuleDesk
from timebank.domain.refusal import PluginFailed
from timebank.hooks.markers import hookimpl
from timebank.hooks.opening import open_asker
from timebank.rules import check_text
from timebank.rules.messages import MESSAGES
from timebank.rules.publishing_messages import PUBLISHING

GOLDEN = Path(__file__).parent / "golden" / "messages.yaml"
CITY = "yunzhou"
FILE = FIXTURES / CITY / "2026-01-01.yaml"
SEED = 0


@dataclass(frozen=True)
class Said:
    """One message as people meet it: where, and the words of both languages."""

    by: str
    at: str
    zh: str
    en: str
    hint: str = ""


def said_for(code, by):
    """Return what an example says under a code, or None.

    Args:
        code: of the message.
        by: the example, as `golden/messages.yaml` names it: a kind of fault that is planted, or one of `OTHERS`.
    """
    if by in OTHERS:
        return next((Said(by, *one[1:]) for one in OTHERS[by]() if one[0] == code), None)
    kinds = [kind for kind in all_kinds() if kind.name == by]
    return next((said for kind in kinds for found, said in _of_kind(kind).items() if found == code), None)


@cache
def _of_kind(kind):
    """Return what a kind says under each code, at its first place."""
    (fault,) = planted(kind, SEED, 1)
    return {found[0]: Said(kind.name, *found[1:]) for found in map(_told, reversed(tell(fault).said))}


def _told(fault):
    return (fault.code, f"{fault.file}:{fault.line}:{fault.column}", fault.zh, fault.en, fault.hint)


def _bytes(content: bytes):
    return [_told(fault) for fault in check(shipped_files()[0], content)]


def _strange_plugin_key():
    text = FILE.read_text(encoding="utf-8") + "\nextensions:\n  star: {every: 7, source: mb25 第一条}\n"
    schema = {"type": "object", "properties": {"every": {"multipleOf": 5}, "source": {"type": "string"}}}
    return [_told(fault) for fault in check_text(text, FILE.name, {"star": schema}, CITY).faults]


def _edited(old, new):
    """Return what the example of the fictional city says with one edit."""
    text = FILE.read_text(encoding="utf-8")
    assert old in text, f"the example no longer has {old!r}"
    return [_told(fault) for fault in check_text(text.replace(old, new, 1), FILE.name, {}, CITY).faults]


def _beside_a_broken_file():
    text = FILE.read_text(encoding="utf-8")
    with TemporaryDirectory() as above:
        folder = Path(above) / CITY
        folder.mkdir()
        (folder / FILE.name).write_text(text.replace("label:", "label：", 1), encoding="utf-8")
        later = folder / "2027-01-01.yaml"
        later.write_text(text.replace("from: 2026-01-01", "from: 2027-01-01", 1), encoding="utf-8")
        found = checked(RuleDesk(CITY, folder, later)).faults
        return [_told(replace(fault, file=Path(fault.file).name)) for fault in found]


def _not_reviewed():
    desk = RuleDesk(CITY, FIXTURES / CITY, FILE)
    found = checked(desk, date(2099, 1, 1)).faults
    return [_told(replace(fault, file=Path(fault.file).name)) for fault in found]


def _failing_plugin():
    def fail(rules):
        raise ZeroDivisionError("division by zero")

    failing = ModuleType("failing")
    failing.timebank_check_rules = hookimpl(fail)
    desk = RuleDesk(CITY, FIXTURES / CITY, FILE)
    vars(desk)["asker"] = open_asker(CITY, ("failing", failing, "1"))
    return [_told(replace(fault, file=Path(fault.file).name)) for fault in checked(desk).faults]


def _in_folder(files, draft=""):
    """Return what the desk says of a folder with these texts, the one at `draft` being a draft."""
    with TemporaryDirectory() as above:
        folder = Path(above) / CITY
        (folder / "drafts").mkdir(parents=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        desk = RuleDesk(CITY, folder, folder / draft if draft else None)
        return [
            (code, at.replace(f"{above}/", ""), *rest) for code, at, *rest in map(_told, desk.versions()[1])
        ]


def _correction(number, known_from):
    text = FILE.read_text(encoding="utf-8")
    names = "2026-01-01" if number == 1 else f"2026-01-01.c{number - 1}"
    told = f"corrects: {names}\nknown_from: {known_from}\nreason: {{zh: 误写, en: a slip}}\n"
    return text.replace("timezone:", f"{told}timezone:", 1)


def _known_too_early():
    names = {1: "2026-03-01", 2: "2026-02-01"}
    corrections = {f"2026-01-01.c{number}.yaml": _correction(number, day) for number, day in names.items()}
    return _in_folder({FILE.name: FILE.read_text(encoding="utf-8"), **corrections})


def _twice_the_same_day():
    text = FILE.read_text(encoding="utf-8")
    return _in_folder({FILE.name: text, f"drafts/{FILE.name}": text + "# 又一份\n"}, f"drafts/{FILE.name}")


def _plugin_with_keys(code, key):
    """Return what the desk says of a plugin whose one key is explained so."""
    named = ModuleType("silent" if code == "P02" else "odd")
    named.timebank_rule_keys = hookimpl(lambda: {"properties": {"level": key}})
    desk = RuleDesk(CITY, FIXTURES / CITY)
    vars(desk)["asker"] = open_asker(CITY, (named.__name__, named, "1"))
    try:
        raise AssertionError(f"a plugin with such keys is let in: {desk.plugin_keys}")
    except PluginFailed as failed:
        return [(failed.code, "", failed.words.zh, failed.words.en, "")]


def _in_place_of_a_file(put):
    with TemporaryDirectory() as above:
        folder = Path(above) / CITY
        folder.mkdir()
        put(folder / FILE.name)
        return [
            _told(replace(fault, file=Path(fault.file).name))
            for fault in checked(RuleDesk(CITY, folder)).faults
        ]


def _misnamed(*, named):
    """Return what is said of a file that bears no day for a name, itself named or met in its city's folder."""
    with TemporaryDirectory() as above:
        folder = Path(above) / CITY
        folder.mkdir()
        for name in (FILE.name, "2026-1-1.yaml"):
            (folder / name).write_bytes(FILE.read_bytes())
        file = folder / "2026-1-1.yaml" if named else None
        found = checked(RuleDesk(CITY, folder, file)).faults
        return [_told(replace(fault, file=Path(fault.file).name)) for fault in found]


OTHERS: dict[str, Callable[[], list]] = {
    "(too large a file)": lambda: _bytes(b"#" * (300 << 10)),
    "(too many lines)": lambda: _bytes(shipped_files()[0].text.encode() + b"#\n" * 5000),
    "(too long a line)": lambda: _bytes(f"{shipped_files()[0].text}# {'附' * 2000}\n".encode()),
    "(too many things)": lambda: _bytes(shipped_files()[0].text.encode() + b"k: [a, a, a, a, a]\n" * 4000),
    "(hundreds of keys that nobody knows)": lambda: _bytes(
        shipped_files()[0].text.encode() + b"".join(b"k%d: v\n" % number for number in range(300))
    ),
    "(hundreds of things that do not fit)": lambda: _edited(
        "traits:\n",
        "traits:\n"
        + "".join(f"  t{n}: {{label: {{zh: 甲, en: a}}, member_of: nowhere{n}}}\n" for n in range(300)),
    ),
    "(not UTF-8)": lambda: _bytes(shipped_files()[0].text.encode("gb18030")),
    "(a plugin's schema with a keyword of its own)": _strange_plugin_key,
    "(an empty folder)": lambda: _in_folder({}),
    "(a second correction known before the first)": _known_too_early,
    "(a draft for the day of a published file)": _twice_the_same_day,
    "(a plugin that does not explain its keys)": lambda: _plugin_with_keys("P02", {"type": "string"}),
    "(a plugin whose keys are no schema)": lambda: _plugin_with_keys("P04", {"type": "strin"}),
    "(a plugin that fails)": _failing_plugin,
    "(a file beside a broken one)": _beside_a_broken_file,
    "(a link out of the folder)": lambda: _in_place_of_a_file(lambda file: file.symlink_to(FILE.resolve())),
    "(a folder named like a file)": lambda: _in_place_of_a_file(Path.mkdir),
    "(a file that was not reviewed in time)": _not_reviewed,
    "(a file that bears no day for a name)": lambda: _misnamed(named=True),
    "(such a file in a city's folder)": lambda: _misnamed(named=False),
    "(a reason that says nothing)": lambda: _edited("assumed: 办法只提倡评价", "assumed: 无"),
    "(a key after a list)": lambda: [_told(fault) for fault in check_text("- a\nb: c\n", FILE.name).faults],
    "(a tag that does not end)": lambda: _edited("zh: 时间币", "zh: !<币"),
    "(a backslash)": lambda: _edited("zh: 云州市民政局", 'zh: "云州\\民政局"'),
    "(text on several lines)": lambda: _edited("number: 云民发", "number: |\n      云民发"),
    "(a dash after a colon)": lambda: _edited("number: 云民发", "number: - 云民发"),
    "(a bracket in braces)": lambda: _edited("zh: 云州市民政局", "zh: 云州市[民政局]"),
    "(a merge that nobody finished)": lambda: _edited(
        "    one: 60 min\n", "<<<<<<< HEAD\n    one: 60 min\n=======\n    one: 30 min\n>>>>>>> draft\n"
    ),
    "(a comment of another language)": lambda: _edited("# 计量单位", "// 计量单位"),
    "(a word processor's dash)": lambda: _edited(
        "shapes: [one_to_one, project]", "shapes:\n      – one_to_one\n      - project"
    ),
    "(a sentence of the regulation)": lambda: _edited("units:\n", "时间银行以小时计。\nunits:\n"),
    "(a comma in a name)": lambda: _edited("en: time coin}", "en: time coin, or hour}"),
    "(a day with a time)": lambda: _edited("from: 2026-01-01", "from: 2026-01-01 00:00"),
    "(blanks of a word processor)": lambda: _edited(
        "    label: {zh: 时间币, en: time coin}\n    plural:",
        "\u00a0\u00a0\u00a0\u00a0label: {zh: 时间币, en: time coin}\n\u00a0\u00a0\u00a0\u00a0plural:",
    ),
    "(a spreadsheet)": lambda: _bytes(b"PK\x03\x04\x14\x00\xff\xfe"),
    "(a number in quotes)": lambda: _edited("rate: 1", "rate: '1'"),
    "(two keys on one line)": lambda: _edited("    one: 60 min\n    source", "    one: 60 min source"),
}


def recorded():
    """Return what was agreed on, by code."""
    told = yaml.load(GOLDEN.read_text(encoding="utf-8"), Loader=yaml.BaseLoader) if GOLDEN.exists() else {}
    return {code: Said(**facts) for code, facts in (told or {}).items()}


def example_for(code, known):
    """Return what the recorded example of a code says now; where it says nothing any more, what the first other one does.

    Raises:
        LookupError: no example gives this code.
    """
    names = [known[code].by] if code in known else []
    for by in (*names, *OTHERS, *(kind.name for kind in all_kinds())):
        if (said := said_for(code, by)) is not None:
            return said
    raise LookupError(
        f"no example says {code}: plant a kind of fault in bench/rules/kinds, or write one out here"
    )


def main():
    """Write down what every example says now."""
    known = recorded()
    told = {code: asdict(example_for(code, known)) for code in MESSAGES if code not in PUBLISHING}
    heading = "# 由 python -m tests.rules.message_examples 写成 · written by that command\n"
    GOLDEN.write_text(
        heading + yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=1000), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
