"""``timebank evidence``: seal the ledger, verify what was sealed, prove it to others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from timebank.cli.options import common_options, database_option
from timebank.cli.sealing import sealed_plain, sealed_words
from timebank.cli.session import Session
from timebank.cli.trouble import SAID_NO
from timebank.cli.witnessing import key, witness_log
from timebank.domain.words import Words

if TYPE_CHECKING:
    from timebank.evidence.log import Log
    from timebank.services.desk import Bank
    from timebank.services.seal_verification import SealCheck


@click.group(
    "evidence", help="封存账本，核对、证明封存过的。\n\nSeal the ledger; verify and prove what was sealed."
)
def command() -> None:
    """Hold the verbs about evidence."""


command.add_command(key)
command.add_command(witness_log)


@contextmanager
def _logs(
    session: Session, database: str | None, city: str | None, *, signs: bool = False
) -> Iterator[tuple[Bank, dict[str, Log]]]:
    """Open the bank with the log of each of its cities."""
    from timebank.bank import read_settings  # noqa: PLC0415 - imported when the verb is called
    from timebank.bank.evidence import open_log  # noqa: PLC0415
    from timebank.cli.opening import opened  # noqa: PLC0415

    settings = read_settings(session.config).evidence
    with opened(session, database, city) as bank:
        yield bank, {code: open_log(settings, code, signs=signs) for code in bank.cities}


_SEAL = """封存已提交而尚未封存的转账，签名，写检查点。重复运行没有坏处。不写城市就是每座在运行的城市。

Seal what was committed and not sealed yet, sign it, write the checkpoint. Running it again does no harm. Without CITY,
every running city.

\b
例 · Examples:
  timebank evidence seal
  timebank evidence seal CITY --everywhere
"""


@command.command("seal", help=_SEAL, short_help="封存 · seal")
@click.argument("city", required=False)
@click.option(
    "--everywhere",
    is_flag=True,
    help="在全部转账里找未封存的，不只是最近的 · look for unsealed transfers among all, not only recent ones",
)
@database_option
@common_options
def seal_ledger(session: Session, city: str | None, database: str | None, everywhere: bool) -> None:  # noqa: FBT001 - click calls it so
    """Seal one city's ledger, or all."""
    from timebank.services.sealing import seal  # noqa: PLC0415 - imported when the verb is called

    done = {}
    with _logs(session, database, city, signs=True) as (bank, logs):
        for code, log in logs.items():
            with session.progress(Words(f"封存 {code}", f"sealing {code}")) as advance:
                done[code] = seal(bank, code, log, advance, everywhere=everywhere)
    if session.as_json:
        session.give({code: sealed_plain(sealed) for code, sealed in done.items()})
    for code, sealed in done.items():
        session.say(sealed_words(code, sealed))


_VERIFY = """从业务数据重新计算每一叶，与签名的检查点核对；只读。不写城市就是每座在运行的城市。

Work out every leaf anew from the business tables and compare it with the signed checkpoints; nothing is changed.
Without CITY, every running city.

\b
例 · Examples:
  timebank evidence verify
  timebank evidence verify CITY --json
"""


@command.command("verify", help=_VERIFY, short_help="核对封存 · verify what was sealed")
@click.argument("city", required=False)
@database_option
@common_options
def verify_ledger(session: Session, city: str | None, database: str | None) -> int:
    """Verify what was sealed of one city, or of all."""
    from timebank.services.seal_verification import verify  # noqa: PLC0415 - imported when the verb is called

    found: dict[str, SealCheck] = {}
    with _logs(session, database, city) as (bank, logs):
        for code, log in logs.items():
            with session.progress(Words(f"核对 {code}", f"verifying {code}")) as advance:
                found[code] = verify(bank, code, log, advance)
    if session.as_json:
        session.give({code: check.plain() for code, check in found.items()})
    for code, check in found.items():
        _tell(session, code, check)
    return 0 if all(check.ok for check in found.values()) else SAID_NO


def _tell(session: Session, code: str, check: SealCheck) -> None:
    for fault in check.faults:
        session.say(Words(f"✘ {fault.words.zh}", f"✘ {fault.words.en}"), "red")
    zh = (
        f"{code}：核对 {check.size} 叶，{check.fault_count} 处不符；已抹除 {check.erased}，待封存 {check.unsealed}，"
        f"待写进文件夹的检查点 {check.unpublished}。"
    )
    en = (
        f"{code}: {check.size} leaves verified, {check.fault_count} faults; {check.erased} erased, "
        f"{check.unsealed} waiting to be sealed, {check.unpublished} checkpoints waiting to be written to the folder."
    )
    session.say(Words(zh, en), "green" if check.ok else "red")
    session.say(_witnesses(check))


def _witnesses(check: SealCheck) -> Words:
    """Say who co-signed, each up to how many leaves."""
    many, by = len(check.witnessed), sorted(check.witnessed.items())
    if not many:
        return Words("没有见证人加签。", "No witness co-signed.")
    zh = "、".join(f"{name}（至第 {size} 叶）" for name, size in by)
    en = ", ".join(f"{name} (up to {size} leaves)" for name, size in by)
    return Words(f"{many} 个见证人加签：{zh}。", f"{many} witness(es) co-signed: {en}.")


_PROVE = """给出一份 JSON 证明：一笔转账在最新的检查点之中；或最新的检查点由从前的长成（给见证人）。

Give a proof as JSON: that a transfer stands in the newest checkpoint, or that the newest checkpoint grew from an older
one (for a witness).

\b
例 · Examples:
  timebank evidence prove CITY --transfer 0190c0de-0000-7000-8000-000000000000 > proof.json
  timebank evidence prove CITY --from 1200 > growth.json
"""


@command.command("prove", help=_PROVE, short_help="给出证明 · give a proof")
@click.argument("city")
@click.option("--transfer", metavar="ID", help="哪一笔转账 · which transfer")
@click.option("--from", "old", type=int, metavar="SIZE", help="从前的叶数 · how many leaves there were")
@database_option
@common_options
def prove(session: Session, city: str, transfer: str | None, old: int | None, database: str | None) -> None:
    """Print one proof."""
    from timebank.services.seal_proofs import prove_growth, prove_transfer  # noqa: PLC0415 - when it is called

    if (transfer is None) == (old is None):
        raise click.UsageError(
            "--transfer ID 或 --from SIZE，二者取一 · give either --transfer ID or --from SIZE"
        )
    with _logs(session, database, city) as (bank, logs):
        if transfer is not None:
            session.give(prove_transfer(bank, city, logs[city], transfer))
        elif old is not None:
            session.give(prove_growth(bank, city, logs[city], old))


_EXPORT = """把封存过的一切写成一个文件，外人用 offline_verifier.py 独自核对。里面有个人信息的线索，只交给有权的人；
文件只有您自己能读，已有的文件不覆盖。

Write all that was sealed into one new file, which an outsider verifies alone with offline_verifier.py. It points at
persons: only you can read it, and hand it only to those who may see that. A file that is there is never overwritten.

\b
例 · Example:
  timebank evidence export CITY evidence.jsonl
"""


@command.command("export", help=_EXPORT, short_help="导出供外人核对 · export for an outsider")
@click.argument("city")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@database_option
@common_options
def export_ledger(session: Session, city: str, file: Path, database: str | None) -> None:
    """Write an export."""
    from timebank.evidence.private_file import new_private_file  # noqa: PLC0415 - imported when the verb is called
    from timebank.services.seal_proofs import export  # noqa: PLC0415 - likewise

    with _logs(session, database, city) as (bank, logs), new_private_file(file) as out:
        for line in export(bank, city, logs[city]):
            out.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
    session.say(Words(f"已写入 {file}。", f"Written to {file}."))


_ERASE = """销毁几笔转账的盐：此后谁也不能证明它们的叶里关于人写了什么；检查点与证明照旧成立。不能撤回。

Destroy the salts of transfers: nobody can show any more what their leaves say about people; heads and proofs stay
valid. It cannot be undone.

\b
例 · Example:
  timebank evidence erase CITY 0190c0de-0000-7000-8000-000000000000
"""


@command.command("erase", help=_ERASE, short_help="抹除关于人的部分 · erase what is about people")
@click.argument("city")
@click.argument("transfers", nargs=-1, required=True)
@database_option
@common_options
def erase_people(session: Session, city: str, transfers: tuple[str, ...], database: str | None) -> None:
    """Erase what the leaves of transfers say about people."""
    from timebank.services.sealing import erase  # noqa: PLC0415 - imported when the verb is called

    with _logs(session, database, city, signs=True) as (bank, logs):
        indexes = erase(bank, city, logs[city], transfers)
    if session.as_json:
        session.give({"erased": indexes})
    session.say(
        Words(
            f"已抹除 {len(indexes)} 叶关于人的部分。", f"Erased what {len(indexes)} leaves say about people."
        )
    )
