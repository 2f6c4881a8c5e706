"""What went wrong, told in the reader's language, and the exit code it means."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from timebank.cli.file_trouble import file_trouble
from timebank.cli.rules.near import near
from timebank.cli.session import Session
from timebank.cli.usage import WRONG_USE
from timebank.domain.refusal import PluginFailed, Refused, TimeBankError, WrongUse
from timebank.domain.words import Words
from timebank.rules import Fault, RulesBroken
from timebank.rules.faults import source_and_caret
from timebank.rules.on_disk import content_of

SAID_NO, TOOL_FAILED = 1, 3
_PLUGIN_TROUBLE = frozenset({"broken_plugin"})


def told(session: Session, error: Exception) -> int:
    """Tell what went wrong and return the exit code: 1 input or rules say no, 2 wrong use, 3 tool or plugin failed."""
    if isinstance(error, RulesBroken):
        tell_faults(session, error.faults)
        return SAID_NO
    if isinstance(error, TimeBankError):
        _tell(session, error.code, error.words, refusals=_refusals(error))
        failed = isinstance(error, PluginFailed) or error.code in _PLUGIN_TROUBLE
        return TOOL_FAILED if failed else WRONG_USE if isinstance(error, WrongUse) else SAID_NO
    if type(error).__module__.startswith("sqlalchemy"):
        return _database_trouble(session, error)
    if isinstance(error, OSError) and error.filename is not None:
        _tell(session, "file", file_trouble(error))
        return SAID_NO
    return _unexpected(session, error)


def tell_faults(session: Session, faults: tuple[Fault, ...]) -> None:
    """Tell the faults of rule files."""
    count = len(faults)
    words = Words(
        f"规则文件有 {count} 处问题，未启用。", f"The rule files have {count} fault(s) and are not in use."
    )
    if session.as_json:
        error = {"code": "rules_broken", "zh": words.zh, "en": words.en}
        session.give({"error": error, "faults": plain(tuple(map(_seen_from_here, faults)))})
        return
    for fault in map(_seen_from_here, faults):
        lines = [fault_line(session, fault), *source_and_caret(fault, _text_of(Path(fault.file)))]
        session.err.print("\n".join(lines), markup=False, soft_wrap=True)
    session.err.print(session.text(words), markup=False, soft_wrap=True, style="red")


def _seen_from_here(fault: Fault) -> Fault:
    return replace(fault, file=near(Path(fault.file)))


def _text_of(file: Path) -> str:
    """Return what a file holds that lies where it seems to, else nothing."""
    return content_of(file, file.parent)[0].decode("utf-8", "replace") if file.is_file() else ""


def fault_line(session: Session, fault: Fault) -> str:
    """Return a fault in the reader's language, its place first."""
    place = f"{fault.file}:{fault.line}:{fault.column} {fault.code}"
    return session.text(Words(f"{place} {fault.zh}", f"{place} {fault.en}"))


def plain(faults: tuple[Fault, ...]) -> list[dict[str, Any]]:
    """Return faults as plain values."""
    return [{name: getattr(fault, name) for name in Fault.__slots__} for fault in faults]


def _tell(session: Session, code: str, words: Words, **more: Any) -> None:
    if session.as_json:
        session.give({"error": {"code": code, "zh": words.zh, "en": words.en, **more}})
    else:
        session.err.print(session.text(words), markup=False, soft_wrap=True, style="red")


def _refusals(error: TimeBankError) -> list[dict[str, str]]:
    if not isinstance(error, Refused):
        return []
    return [
        {"code": r.code, "rule": r.rule_path, "zh": r.sentence().zh, "en": r.sentence().en}
        for r in error.refusals
    ]


def _database_trouble(session: Session, error: Exception) -> int:
    why = str(getattr(error, "orig", None) or error).strip()
    zh = f"数据库出错：{why}。请检查数据库是否在运行、是否已用 timebank db upgrade 升级。"
    en = f"The database failed: {why}. Check that it runs and was upgraded with timebank db upgrade."
    _tell(session, "database", Words(zh, en))
    return SAID_NO


def _unexpected(session: Session, error: Exception) -> int:
    kind = f"{type(error).__name__}: {error}"
    zh = f"程序自身出错，不是您的操作或文件的问题：{kind}。请把标准错误里的内容交给维护人员。"
    en = f"The program itself failed; neither your files nor your call are to blame: {kind}. Give this to its keepers."
    _tell(session, "internal", Words(zh, en))
    import traceback  # noqa: PLC0415 - only where the program itself failed

    session.err.print("".join(traceback.format_exception(error)), markup=False, soft_wrap=True, style="dim")
    return TOOL_FAILED
