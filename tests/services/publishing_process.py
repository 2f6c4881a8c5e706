"""Publishing as a process that dies on the way: `python -m tests.services.publishing_process CONFIG URL DRAFT CALL`.

It opens a bank on the day of the story and publishes a draft, and is gone for good just before a call to the
operating system: `fsync` (the file is being prepared), `replace` (the database is written, the file is not in its
place), `fsync_folder` (it is), or `unlink` (the draft is still there).
"""

import os
import sys
from pathlib import Path

from tests.banks import YUNZHOU, StoryClock
from tests.drafting import publish
from timebank.bank import open_bank
from timebank.services.publishing.draft_file import read_draft

KILLED = 9


def die(*_given, **_named):
    """Be gone, as if killed: nothing is closed, nothing tidied up."""
    os._exit(KILLED)


def die_at(call: str) -> None:
    """Die just before a call."""
    if call == "fsync":
        os.fsync = die
    elif call == "fsync_folder":
        flush, times = os.fsync, iter(range(9))
        os.fsync = lambda handle: flush(handle) if next(times) == 0 else die()
    else:
        setattr(Path, call, die)


def main(config: str, url: str, draft: str, call: str) -> None:
    """Publish, and die on the way."""
    bank = open_bank(Path(config), database=url, clock=StoryClock())
    file = Path(draft)
    read = read_draft(YUNZHOU, file.parent.parent, file)
    die_at(call)
    publish(bank, read)


if __name__ == "__main__":
    main(*sys.argv[1:])
