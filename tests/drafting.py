"""A draft for Yunzhou, and the three steps with it, as tests take them."""

from pathlib import Path

from tests.banks import YUNZHOU
from tests.scenes import BEGINS, changed
from timebank.services.publishing.draft_file import DraftFile, read_draft
from timebank.services.publishing.gate import Tried
from timebank.services.publishing.proposing import propose_draft, sign_assumptions
from timebank.services.publishing.publishing import Published, publish_draft

START = "2026-07-01"
CHEN, LI, WANG = "陈晨", "李力", "王文"
NEXT = f"""effective: {{from: {START}, source: mb25 第三十条}}
replaces: 2026-01-01
transition: {{open_orders: finish, assumed: 待市民政局确认}}
"""
ALL_NOTICED = Tried((), 100, 100)


def write_draft(
    rules: Path, *edits: tuple[str, str], name: str = f"{START}.yaml", begins: str = NEXT
) -> DraftFile:
    """Write the rule file in force, with another beginning and edits, among the drafts beside it; return it read."""
    drafts = rules.parent / "drafts"
    drafts.mkdir(exist_ok=True)
    text = changed(rules.read_text(encoding="utf-8"), (BEGINS, begins), *edits)
    (drafts / name).write_text(text, encoding="utf-8")
    return read_draft(YUNZHOU, rules.parent, drafts / name)


def proposed_and_signed(bank, draft: DraftFile) -> DraftFile:
    """Have Chen propose a draft and Li sign what it assumes."""
    propose_draft(bank, draft, CHEN)
    sign_assumptions(bank, draft, LI, ["all"])
    return draft


def publish(bank, draft: DraftFile, person: str = WANG, tried: Tried = ALL_NOTICED, **how) -> Published:
    """Publish a draft with what its cases said."""
    return publish_draft(bank, draft, person, lambda: tried, **how)
