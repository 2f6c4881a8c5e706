"""A delivery worker as a process of its own: `python -m tests.services.delivery_worker DATABASE REGISTER MOMENT MANY`.

It tells a register over HTTP of every event, with the delivery id as the idempotency key, and says when it begins.
"""

import sys

from tests.banks import YUNZHOU, StoryClock, a_bank, plugin
from timebank.adapters.http_registry import HttpRegistry
from timebank.hooks import hookimpl
from timebank.services.delivery import deliver


def main(url: str, register_url: str, moment: str, many: str) -> None:
    """Deliver what is due, a batch of so many at a time."""
    register = HttpRegistry(register_url, timeout_seconds=60)
    telling = plugin(
        timebank_on_event=hookimpl(lambda event: register.tell(event.id, event.kind, event.body))
    )
    with a_bank(url, plugins={YUNZHOU: telling}, clock=StoryClock(moment)) as bank:
        print("ready", flush=True)
        sys.stdin.readline()
        deliver(bank, YUNZHOU, int(many))


if __name__ == "__main__":
    main(*sys.argv[1:])
