"""How the steps of publishing are told in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from timebank.cli.rules.near import near
from timebank.cli.session import Session
from timebank.cli.trouble import fault_line, plain
from timebank.domain.words import Words
from timebank.rules import Fault
from timebank.rules.assumptions import Assumption
from timebank.services.publishing.draft_file import DraftFile
from timebank.services.publishing.publishing import Published

NO_PROOF = Words(
    "“--as”写的姓名只是记下来，并不证明真是此人；等登录与权限建成以后才能证明。",
    "The name given by --as is kept, and proves nothing about who it was, until access control is built.",
)


def tell_proposed(session: Session, draft: DraftFile, person: str, to_sign: Sequence[Assumption]) -> None:
    """Tell that a draft was proposed, and what is still to be signed."""
    if session.as_json:
        _give(
            session,
            {"proposed": _named(draft), "drafter": person, "to_sign": [_plain(one) for one in to_sign]},
        )
        return
    session.say(
        Words(
            f"已记下：{person} 提交草案 {draft.file}（{draft.digest[:19]}…）。以后再改一个字，都须重新提交。",
            f"Kept: {person} proposed the draft {draft.file} ({draft.digest[:19]}…). "
            "Any change from now on needs proposing again.",
        ),
        "green",
    )
    if to_sign:
        session.say(
            Words(f"还有 {len(to_sign)} 条假定要签认：", f"{len(to_sign)} assumption(s) to be signed:")
        )
    for one in to_sign:
        session.say(_line(one))
    session.say(NO_PROOF, "dim")


def tell_signed(session: Session, draft: DraftFile, person: str, signed: Sequence[Assumption]) -> None:
    """Tell which assumptions were signed now."""
    if session.as_json:
        _give(session, {"signed": [_plain(one) for one in signed], "by": person, "draft": _named(draft)})
        return
    if not signed:
        session.say(Words("没有要签认的假定，或都已签认。", "Nothing to sign, or all of it is signed."))
        return
    zh = f"已记下：{person} 签认 {draft.file} 的 {len(signed)} 条假定："
    session.say(Words(zh, f"Kept: {person} signed {len(signed)} assumption(s) of {draft.file}:"), "green")
    for one in signed:
        session.say(_line(one))
    session.say(NO_PROOF, "dim")


def tell_published(session: Session, draft: DraftFile, published: Published) -> None:
    """Tell that a draft is published, was published before, or could be."""
    if session.as_json:
        figures = {
            "effective_from": str(published.effective_from),
            "drafter": published.drafter,
            "publisher": published.publisher,
            "earlier": published.earlier,
            "dry_run": published.dry,
        }
        _give(session, {"published": _named(draft) | {"file": str(draft.target)} | figures})
        return
    for words in _sentences(draft, published):
        session.say(words, "green")
    session.say(NO_PROOF, "dim")


def tell_refused(session: Session, draft: DraftFile, faults: Sequence[Fault]) -> None:
    """Tell everything that stands in the way."""
    placed = [
        replace(one, file=str(draft.file) if one.file == draft.name else near(Path(one.file)))
        for one in faults
    ]
    if session.as_json:
        session.give({"faults": plain(tuple(placed))})
        return
    for one in placed:
        session.out.print(fault_line(session, one), markup=False, soft_wrap=True)
    session.say(
        Words(
            f"{draft.file}：{len(placed)} 处不行，什么都没有写。",
            f"{draft.file}: {len(placed)} thing(s) stand in the way; nothing was written.",
        ),
        "red",
    )


def _sentences(draft: DraftFile, published: Published) -> list[Words]:
    start = published.effective_from
    if published.earlier:
        zh = f"{draft.target} 早已发布（{published.publisher or '设立城市时'}），自 {start} 起施行；文件在它的位置上。"
        by = f"by {published.publisher}" if published.publisher else "when the city was set up"
        return [
            Words(
                zh, f"{draft.target} was published before, {by}, in force from {start}; its file is in place."
            )
        ]
    if published.dry:
        zh = f"可以发布 {draft.file}，自 {start} 起施行。这次只是看看，什么都没有写。"
        return [
            Words(zh, f"{draft.file} can be published, in force from {start}. Nothing was written this time.")
        ]
    return [
        Words(
            f"已发布 {draft.target}，自 {start} 起施行。起草 {published.drafter}，发布 {published.publisher}。",
            f"Published {draft.target}, in force from {start}. Drafted by {published.drafter}, published by "
            f"{published.publisher}.",
        ),
        Words(
            f"请技术人员在 {start} 之前重启正在运行的服务：它启动时才读规则文件。",
            f"Have the running service restarted before {start}: it reads rule files when it starts.",
        ),
    ]


def _line(one: Assumption) -> Words:
    zh = f"  {one.path}（第 {one.line} 行）：{one.reason.zh}"
    return Words(zh, f"  {one.path} (line {one.line}): {one.reason.en}")


def _plain(one: Assumption) -> dict[str, Any]:
    reason = {"zh": one.reason.zh, "en": one.reason.en}
    return {"path": one.path, "line": one.line, "column": one.column, **reason}


def _named(draft: DraftFile) -> dict[str, Any]:
    return {"draft": str(draft.file), "digest": draft.digest}


def _give(session: Session, value: dict[str, Any]) -> None:
    session.give(value | {"no_proof": {"zh": NO_PROOF.zh, "en": NO_PROOF.en}})
