"""A wire to PostgreSQL that can be cut in the middle of a commit: before it arrives, or before its answer comes back."""

import enum
import socket
import threading
from contextlib import suppress
from pathlib import Path

SOCKET = ".s.PGSQL.5432"
WRITES, COMMIT = b"INSERT INTO commands", b"COMMIT"


class Cut(enum.Enum):
    """Where the next commit of a command is lost."""

    NOWHERE = enum.auto()
    BEFORE_THE_SERVER = enum.auto()
    BEFORE_THE_ANSWER = enum.auto()


class Wire:
    """Listens in one folder as PostgreSQL would, and passes everything on to the server that listens in another.

    Attributes:
        cut: what happens to the next commit; afterwards nothing more is cut.
        down: whether nobody gets through at all; a cut leaves it down if `stays_down`.
        stays_down: see above.
    """

    def __init__(self, folder: Path, server_folder: Path) -> None:
        self.cut, self.down, self.stays_down = Cut.NOWHERE, False, False
        self._server = str(server_folder / SOCKET)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / SOCKET))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        with client, server:
            if self.down:
                return
            server.connect(self._server)
            threading.Thread(target=_pass_on, args=(server, client), daemon=True).start()
            self._watch(client, server)

    def _watch(self, client: socket.socket, server: socket.socket) -> None:
        """Pass on what the client says, until the commit of a command is to be lost."""
        wrote = False
        while True:
            said = client.recv(65536)
            if not said:
                return
            wrote = wrote or WRITES in said
            cut = self.cut if wrote and COMMIT in said else Cut.NOWHERE
            wrote = wrote and COMMIT not in said
            if cut is not Cut.NOWHERE:
                self.cut, self.down = Cut.NOWHERE, self.stays_down
                client.shutdown(socket.SHUT_RDWR)
            if cut is not Cut.BEFORE_THE_SERVER:
                server.sendall(said)
            if cut is not Cut.NOWHERE:
                server.shutdown(socket.SHUT_WR)
                return


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):  # cut
        while True:
            said = source.recv(65536)
            if not said:
                return
            target.sendall(said)
