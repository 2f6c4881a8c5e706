"""The kinds of fault that are planted, as `kinds/*.yaml` tell them: where, which edit, on which line, by which code."""

from dataclasses import dataclass, fields
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "kinds"
EDITS = ("value", "key", "colon", "drop", "before", "after", "indent", "write", "append", "prepend")


@dataclass(frozen=True)
class Kind:
    """One kind of fault; `kinds/README.md` tells what each field may hold.

    Attributes:
        name: what it is, in words.
        group: the file it stands in.
        code: the codes that name it; a bare letter stands for all of its codes.
        where, like, style: which entries it is planted at.
        find: which parts of the text it is planted at.
        edit: the one edit, by its name.
        line: where it is to be reported.
        also: edits made before it, which alone are no fault.
        files: which shipped files it is planted in.
        rename, folder: the name of the file and of its folder, where they are part of the fault.
    """

    name: str
    group: str
    code: tuple[str, ...]
    edit: tuple[str, str]
    where: str = ""
    like: str = ""
    style: str = ""
    find: str = ""
    line: str = "edit"
    also: tuple["Kind", ...] = ()
    files: tuple[str, ...] = ("*",)
    rename: str = ""
    folder: str = ""

    def fits(self, file):
        """Say whether it is planted in a shipped file."""
        return any(fnmatch(str(file), pattern) for pattern in self.files)

    def named_by(self, code):
        """Say whether a code names it."""
        return any(code == known or (len(known) == 1 and code.startswith(known)) for known in self.code)


@cache
def all_kinds():
    """Return every kind, in the order of the files.

    Raises:
        ValueError: a kind with a field nobody knows, without an edit or with two, or a name used twice.
    """
    kinds = [
        _kind_of(told, file.stem)
        for file in sorted(FOLDER.glob("*.yaml"))
        for told in yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # all is text
    ]
    names = [kind.name for kind in kinds]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"two kinds have one name: {twice}")
    return tuple(kinds)


def _kind_of(told, group):
    edits = [name for name in EDITS if name in told]
    rest = {
        name: value for name, value in told.items() if name not in (*EDITS, "kind", "code", "also", "files")
    }
    known = {one.name for one in fields(Kind)}
    if len(edits) != 1 or not set(rest) <= known:
        raise ValueError(f"{group}: {told}: one edit, and no field but {sorted(known)}")
    return Kind(
        name=told.get("kind", ""),
        group=group,
        code=_listed(told.get("code", ())),
        edit=(edits[0], told[edits[0]]),
        also=tuple(_kind_of(one, group) for one in told.get("also", ())),
        files=_listed(told.get("files", "*")),
        **rest,
    )


def _listed(value):
    return (value,) if isinstance(value, str) else tuple(value)
