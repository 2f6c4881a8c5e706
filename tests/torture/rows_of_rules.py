"""How every use case about publishing rule files comes about; publishing itself stands beside its own tests."""

from tests.torture.use_cases import Asked, row
from timebank.domain.identity import new_id
from timebank.rules.rule_set import digest_of


def a_draft():
    """Return the name and digest of a draft that nobody has seen before."""
    return {"file": "2027-01-01.yaml", "digest": digest_of(new_id().encode())}


@row("publishing.rule_files.propose")
def _(_bank):
    return Asked(a_draft(), by="chen")


@row("publishing.rule_files.sign")
def _(_bank):
    return Asked(a_draft() | {"paths": ["services.chat", "gifts"]}, by="li")
