"""``timebank rules``: what policy staff do with rule files, from draft to publication."""

from __future__ import annotations

import click

from timebank.cli.lazy_verbs import LazyVerbs, Verbs
from timebank.domain.words import Words

_VERBS: Verbs = {
    "check": ("check", Words("检查规则文件", "check rule files")),
    "test": ("test", Words("演用例，看规则守得住守不住", "play the worked cases")),
    "new": ("new", Words("写新的规则文件", "write new rule files")),
    "schema": ("schema", Words("写出编辑器用的格式说明", "write the schema for editors")),
    "explain": (
        "explain",
        Words("说明一条规则、一个决定或一条消息", "explain a rule, a decision or a message"),
    ),
    "diff": ("diff", Words("按含义比较两版规则", "compare two versions by meaning")),
    "publish": ("publish", Words("提交、签认、发布草案", "propose, sign and publish a draft")),
    "restore": ("restore", Words("放回已发布的规则文件", "put published rule files back")),
    "replay": ("replay", Words("把真实的历史重新结算", "settle real history again")),
}


@click.group(
    "rules", cls=LazyVerbs, verbs=_VERBS, within="timebank.cli.rules", help="规则文件。\n\nRule files."
)
def command() -> None:
    """Hold the verbs about rule files."""
