"""``timebank evidence key`` and ``witness``: for whoever signs, in the bank or outside it; they need no bank."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click

from timebank.cli.options import common_options
from timebank.cli.session import Session
from timebank.domain.refusal import BadInput
from timebank.domain.words import Words

_FILE = click.Path(dir_okay=False, path_type=Path)
_KEY = """生成一把签名钥匙，写进一个新文件（只有本人可读），打印它的公钥。银行与见证人各有各的钥匙。

Make a signing key in a new file that only its owner can read, and print its public key. The bank and each witness have
their own.

\b
例 · Examples:
  timebank evidence key /secure/evidence.key --name timebank.example.org
  timebank evidence key audit.key --name audit.example.org --witness
"""


@click.command("key", help=_KEY, short_help="生成钥匙 · make a key")
@click.argument("file", type=_FILE)
@click.option("--name", required=True, help="谁的钥匙，最好是网址 · whose key, best an address")
@click.option("--witness", "witnesses", is_flag=True, help="打印见证用的公钥 · print the key of a witness")
@common_options
def key(session: Session, file: Path, name: str, witnesses: bool) -> None:  # noqa: FBT001 - click calls it so
    """Make a key."""
    from timebank.evidence.notes import key_of, witness_key_of  # noqa: PLC0415 - imported when the verb is called
    from timebank.evidence.signer import make_key  # noqa: PLC0415

    signer = make_key(file, name)
    public = str(witness_key_of(signer) if witnesses else key_of(signer))
    if session.as_json:
        session.give({"file": str(file), "public": public})
    else:
        zh = f"钥匙已写入 {file}：保管好，备份到另一处，不要放进数据库所在的机器的备份里。公钥："
        en = f"The key is in {file}: keep it safe, with a copy elsewhere, apart from the database's copies. Public key:"
        session.say(Words(zh, en))
        session.out.print(public, markup=False, soft_wrap=True)


_WITNESS = """见证：核对账本是从上次见证的样子长成的，才加上签名；退回或分叉就拒绝，并说明。

Witness: sign a checkpoint only if the log grew from what was witnessed last; a log that went back or forked is refused.
PROOF comes from ``timebank evidence prove CITY --from SIZE``, where SIZE is what this command said last (0 at first).

\b
例 · Example:
  timebank evidence witness growth.json --state city.json --key audit.key --log-key NAME+ID+KEY
"""


@click.command("witness", help=_WITNESS, short_help="见证 · witness")
@click.argument("proof", type=_FILE)
@click.option(
    "--state", type=_FILE, required=True, help="记住上次见证的文件 · remembers what was witnessed last"
)
@click.option("--key", "own", type=_FILE, required=True, help="见证人的钥匙 · the witness's own key")
@click.option("--log-key", required=True, help="账本的公钥，当面取得 · the log's public key, given by hand")
@common_options
def witness_log(session: Session, proof: Path, state: Path, own: Path, log_key: str) -> None:
    """Witness one checkpoint."""
    from timebank.evidence.notes import VerifierKey  # noqa: PLC0415 - imported when the verb is called
    from timebank.evidence.signer import Ed25519Signer  # noqa: PLC0415
    from timebank.evidence.witness import witness_next  # noqa: PLC0415

    try:
        given = json.loads(proof.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput(
            Words(f"读不懂 {proof}：{error}。", f"Cannot read {proof}: {error}."), "no_proof"
        ) from error
    trusted, signer = VerifierKey.of_log(log_key), Ed25519Signer.read(own)
    seen, now = witness_next(state, given, trusted, signer, int(time.time()))
    if session.as_json:
        session.give({"origin": now.origin, "size": now.size, "note": now.note})
        return
    if seen is None:
        zh = "第一次见证：没有从前可比，照所给的收下。请当面核对叶数。"
        en = "Witnessed for the first time: taken as given, for there is nothing to compare. Check the size in person."
        session.say(Words(zh, en), "yellow")
    session.say(
        Words(f"已见证 {now.origin}：{now.size} 叶。", f"Witnessed {now.origin}: {now.size} leaves."), "green"
    )
    session.out.print(now.note, markup=False, soft_wrap=True, end="")
