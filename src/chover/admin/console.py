"""The console of the original server: it prints who joins, what is said in the lobby, and who leaves."""

from __future__ import annotations

import queue
import sys
import threading
from typing import Final, TextIO

from chover.plurals import counted
from chover.ports import Peer
from chover.wire import hello
from chover.wire.plain import harmless

WAITING: Final = 10_000
"""The maximum number of lines that wait for a blocked terminal; beyond it the number of lost lines is printed."""
CLOSE_SECONDS: Final = 2.0
"""Longest wait for the terminal at the end."""


class Console:
    """A ports.Observer that prints. A thread writes the lines: a stopped terminal must not stop the server."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._lines: queue.Queue[str | None] = queue.Queue(WAITING)
        self._missed = 0
        self._stopping = False
        self._thread = threading.Thread(target=self._write_all, name="console", daemon=True)
        self._thread.start()

    def connected(self, peer: Peer, nick: str, version: str) -> None:
        self.tell(f"[+] Connected: {_who(peer, nick, version)}.")

    def said(self, said: hello.LegacyMessage) -> None:
        at = said.at.astimezone() if said.at.tzinfo else said.at
        self.tell(hello.chat_line(hello.LegacyMessage(harmless(said.username), at, harmless(said.text))))

    def disconnected(self, peer: Peer, nick: str, version: str) -> None:
        self.tell(f"[-] Disconnected: {_who(peer, nick, version)}.")

    def listening(self, local_address: str, host: str, port: int) -> None:
        """Print the address; an empty ``host`` means every interface."""
        self.tell(f"[*] Server <{local_address}>: listening on {host or '0.0.0.0'}:{port}...")  # noqa: S104 - shown

    def stopping(self) -> None:
        """Print that the server is stopping, once."""
        if not self._stopping:
            self._stopping = True
            self.tell("\n[!] Server shutting down...")

    def stopped(self) -> None:
        """Print that the server has stopped; returns when everything is printed, or after ``CLOSE_SECONDS``."""
        self.stopping()
        self.tell("[i] Done.")
        self.close()

    def close(self) -> None:
        """Print what is left, for at most ``CLOSE_SECONDS``."""
        if not self._thread.is_alive():
            return
        try:
            if self._missed:
                self._lines.put(self._complaint(), timeout=CLOSE_SECONDS)
            self._lines.put(None, timeout=CLOSE_SECONDS)
        except queue.Full:
            return
        self._thread.join(CLOSE_SECONDS)

    def tell(self, line: str) -> None:
        """Print a line soon; never blocks."""
        try:
            if self._missed:
                self._lines.put_nowait(self._complaint())
                self._missed = 0
            self._lines.put_nowait(line)
        except queue.Full:
            self._missed += 1

    def _complaint(self) -> str:
        return f"[!] {counted(self._missed, 'line')} not shown."

    def _write_all(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                print(line, file=self._out, flush=True)
            except UnicodeEncodeError:
                print(line.encode("ascii", "replace").decode(), file=self._out, flush=True)
            except (OSError, ValueError):
                return  # the terminal is gone, the server stays


def _who(peer: Peer, nick: str, version: str) -> str:
    shown = harmless(version) or hello.UNKNOWN_VERSION
    return f"{peer.address}:{peer.port} username: {harmless(nick)} (ver. {shown})"
