"""Putting a city's rule files back as they were recorded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from timebank.domain.refusal import missing
from timebank.domain.words import Words
from timebank.rules.on_disk import content_of
from timebank.rules.rule_set import digest_of
from timebank.services.publishing.placing import place
from timebank.services.publishing.recorded import kept_content
from timebank.storage import rule_file_rows


@dataclass(frozen=True, slots=True)
class Restored:
    """One rule file that was put back.

    Attributes:
        file: where it lies again.
        set_aside: where the edited file lies now, or None where there was none.
    """

    file: Path
    set_aside: Path | None


def restore(connection: Connection, city: str, folder: Path) -> list[Restored]:
    """Put back what is gone or was edited of a city's recorded rule files; nothing is lost.

    Args:
        connection: for reading the database.
        city: the city's code.
        folder: its folder.

    Raises:
        NotFound: the city was never set up in this database.
        BadInput: the database's own copy was changed.
    """
    recorded = rule_file_rows.recorded(connection, city)
    if not recorded:
        raise missing(Words("在此数据库里设立过的城市", "city set up in this database"), city)
    done = []
    for name, digests in sorted(recorded.items()):
        file = folder / name
        found = _lying(file, folder)
        if found is not None and digest_of(found) in digests:
            continue
        content = kept_content(connection, city, digests[-1])
        set_aside = _set_aside(file, found) if found is not None else None
        place(file, content)
        done.append(Restored(file, set_aside))
    return done


def _lying(file: Path, folder: Path) -> bytes | None:
    """Return what lies in a rule file's place, or None: nothing, or something that is not to be read."""
    if not file.exists():
        return None
    content, faults = content_of(file, folder)
    return None if faults else content


def _set_aside(file: Path, content: bytes) -> Path:
    """Keep an edited file among the drafts, under a name that is free."""
    drafts = file.parent / "drafts"
    drafts.mkdir(exist_ok=True)
    number = 1
    while (kept := drafts / f"{file.stem}.edited{number}.yaml").exists():
        number += 1
    place(kept, content)
    return kept
