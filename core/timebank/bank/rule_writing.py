"""Writing files beside rule files: all of them or none, and none half-written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from timebank.bank.naming import DRAFTS
from timebank.bank.rule_desk import RuleDesk
from timebank.domain.refusal import WrongUse
from timebank.domain.words import Words
from timebank.rules.written_schema import LANGUAGES, schema_file_name, schema_of_drafts, schema_text


def schema_files(desk: RuleDesk, folder: Path | None = None) -> dict[Path, str]:
    """Return the written schemas of a city as texts by file: one for each language, and those beside its drafts.

    Args:
        desk: the city's desk.
        folder: where they are to lie; the city's own folder unless given.
    """
    there = desk.folder if folder is None else folder
    texts = {
        there / schema_file_name(language): schema_text(desk.city, desk.plugin_keys, language)
        for language in LANGUAGES
    }
    return {**texts, **draft_schema_files(there)} if (there / DRAFTS).is_dir() else texts


def draft_schema_files(folder: Path) -> dict[Path, str]:
    """Return the schemas that lie beside the drafts of a city's folder, as texts by file."""
    return {
        folder / DRAFTS / schema_file_name(language): schema_of_drafts(language) for language in LANGUAGES
    }


def write_new(texts: Mapping[Path, str]) -> None:
    """Write files that are not there yet.

    Args:
        texts: the text of each file; folders that are missing are made.

    Raises:
        WrongUse: one of them is there; none is written.
    """
    for file in texts:
        if file.exists():
            zh = f"{file} 已经有了，不会覆盖。请先把它移走，或接着改它。"
            en = f"{file} is there already and is never written over. Move it away first, or go on with it."
            raise WrongUse(Words(zh, en))
    write_files(texts)


def write_files(texts: Mapping[Path, str]) -> None:
    """Write files in the place of older ones: each is whole before it takes its name.

    Args:
        texts: the text of each file; folders that are missing are made.
    """
    drafts = {file: file.with_name(f".{file.name}.{os.getpid()}") for file in texts}
    try:
        for file, text in texts.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            drafts[file].unlink(
                missing_ok=True
            )  # whatever lies there is no business of ours, least of all a link
            with drafts[file].open("x", encoding="utf-8", newline="") as out:
                out.write(text)
        for file, draft in drafts.items():
            draft.replace(file)
    finally:
        for draft in drafts.values():
            with suppress(OSError):  # what went wrong before is what is told
                draft.unlink(missing_ok=True)
