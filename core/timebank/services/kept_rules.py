"""The rules that decided something, even when their file is no longer in the city's folder."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from timebank.hooks.city import City
from timebank.rules import NoRulesYet, RulesInForce
from timebank.rules.nodes import read_nodes
from timebank.rules.rule_set import rule_set_of
from timebank.services.desk import Bank
from timebank.storage import rule_file_rows


def rules_that_decided(bank: Bank, city: City, digest: str, day: date | None = None) -> RulesInForce:
    """Return the rules with a digest, as ``rules_by_digest`` does, in a transaction of its own."""
    with bank.reading() as connection:
        return rules_by_digest(connection, city, digest, day)


def rules_by_digest(connection: Connection, city: City, digest: str, day: date | None = None) -> RulesInForce:
    """Return the rules with a digest: from the folder, else from the copy the bank kept when it ran with them.

    Raises:
        NoRulesYet: neither has them.
    """
    try:
        return city.book.by_digest(digest).reading(day)
    except NoRulesYet:
        kept = rule_file_rows.kept(connection, city.code, digest)
        if kept is None:
            raise
    reading = read_nodes(kept.text, kept.file)
    return rule_set_of(kept.file, kept.text.encode(), reading.tree or {}, reading.positions).reading(day)
