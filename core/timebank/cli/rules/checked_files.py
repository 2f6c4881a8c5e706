"""How repairs and assumptions of rule files are told and given as plain values."""

from __future__ import annotations

import re
from typing import Any

from timebank.bank.rule_checking import Checked, Mended
from timebank.cli.rules.near import near
from timebank.cli.session import Session
from timebank.domain.words import Words
from timebank.rules.assumptions import assumptions

_SEEN = {" ": "·", "\t": "→"}
_OTHER_BLANK = "□"


def tell_repairs(session: Session, one: Mended) -> None:
    """Tell every line that was mended, or that it would not have helped."""
    name = near(one.file)
    if one.repairs and not one.written:
        zh = f"{name}：改了也不会少一处问题，没有改动。请照下面的说明改。"
        en = f"{name}: mending would leave no fewer faults; nothing was changed. Mend it as told below."
        session.write(session.text(Words(zh, en)))
        return
    for repair in one.repairs:
        place = f"{name}:{repair.line}"
        session.write(session.text(Words(f"{place} 已改：", f"{place} mended:")))
        before, after = repair.before.strip(), repair.after.strip()
        if before == after:  # blanks at its ends alone: shown as they stand
            before, after = _with_blanks(repair.before), _with_blanks(repair.after)
        session.write(f"    - {before}\n    + {after}")


def _with_blanks(line: str) -> str:
    """Return a line with a mark for every blank at its ends, each kind its own."""
    return re.sub(r"^\s+|\s+$", lambda found: "".join(_SEEN.get(one, _OTHER_BLANK) for one in found[0]), line)


def plain_repairs(one: Mended) -> list[dict[str, Any]]:
    """Return the lines that were mended as plain values."""
    return [
        {"file": near(one.file), "line": repair.line, "before": repair.before, "after": repair.after}
        for repair in (one.repairs if one.written else ())
    ]


def tell_assumptions(session: Session, found: Checked) -> None:
    """Tell what the files assume, and how many of them cannot be asked for their faults."""
    told = plain_assumptions(found)
    for one in told:
        reason = session.text(Words(one["zh"], one["en"]))
        session.write(f"{one['file']}:{one['line']}:{one['column']} {one['path']}  {reason}")
    session.write(session.text(Words(f"{len(told)} 处假定。", f"{len(told)} assumption(s).")))
    unread = len(found.files) - len(found.read)
    if unread:
        zh, en = f"{unread} 个文件有错，未列出它的假定。", f"{unread} file(s) with faults are left out."
        session.write(session.text(Words(zh, en)))


def plain_assumptions(found: Checked) -> list[dict[str, Any]]:
    """Return what the files assume as plain values."""
    return [
        {
            "file": near(file),
            "line": one.line,
            "column": one.column,
            "path": one.path,
            "zh": one.reason.zh,
            "en": one.reason.en,
        }
        for file, rule_set in found.read
        for one in assumptions(rule_set)
    ]
