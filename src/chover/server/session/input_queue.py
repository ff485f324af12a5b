"""Passes on the lines of a session, one after another: not while a command runs, not faster than allowed.

Only messages do not wait for the messages before them, so that a paste is one commit. Any other line waits until they
are settled, so that a PONG means that everything before it was kept.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from chover.config import LimitSettings
from chover.ports import Sink
from chover.server.access.limits import Bucket
from chover.server.session.line_buffer import LineBuffer

WAITING_LINES: Final = 64
"""If more lines than this are waiting, nothing more is read from the peer."""
LINES_AFTER_LOSS: Final = 512
"""How many lines of a disconnected peer are still processed: a client that sends and disconnects has sent them."""


class InputQueue:
    """``handle`` is given one line at a time, ``done`` is called when it is idle again.

    ``busy``: a command is running; ``pending``: messages being written.
    """

    __slots__ = (
        "_bucket",
        "_done",
        "_handle",
        "_inbox",
        "_reading",
        "_resting",
        "_sink",
        "_waiting",
        "busy",
        "pending",
    )

    def __init__(
        self, limits: LimitSettings, sink: Sink, handle: Callable[[bytes], None], done: Callable[[], None]
    ) -> None:
        self._sink = sink
        self._handle = handle
        self._done = done
        self._inbox = LineBuffer(limits.read_queue_bytes)
        rate, burst = limits.flood_lines_per_second, limits.flood_burst
        self._bucket = Bucket(rate, burst, time.monotonic()) if limits.flood else None
        self._reading = True
        self._resting = False
        self._waiting = False
        self.busy = False
        self.pending = 0

    @property
    def idle(self) -> bool:
        """Whether nothing is running, being written, or waiting."""
        return not (self.busy or self.pending or self._inbox.lines)

    @property
    def waiting(self) -> int:
        """Lines that wait to be handled."""
        return len(self._inbox.lines)

    @property
    def unread(self) -> bytes:
        """What the peer has sent and nobody has processed, unchanged except for empty lines."""
        return self._inbox.unread

    def put(self, data: bytes) -> None:
        """Add bytes from the peer; after ``clear`` they are dropped. Raises inbox.TooMuch."""
        if self._sink is not _NOBODY:
            self._inbox.put(data)
            self.turn()

    def turn(self) -> None:
        """Pass on lines until one must wait, or the flood control delays it."""
        while (lines := self._inbox.lines) and not (self.busy or self._waiting or self._resting):
            if self._bucket is not None and (seconds := self._bucket.take(time.monotonic())):
                self._resting = True
                asyncio.get_running_loop().call_later(seconds, self._rested)
                break
            self._handle(lines.popleft())
        self._throttle()
        self._inbox.rest()
        if self.idle:
            self._done()

    def _rested(self) -> None:
        self._resting = False
        self.turn()

    def _throttle(self) -> None:
        waiting = len(self._inbox.lines)
        if self._reading and waiting > WAITING_LINES:
            self._reading = False
            self._sink.pause()
        elif not self._reading and not waiting and self._sink is not _NOBODY:
            self._reading = True
            self._sink.resume()

    def again(self, raw: bytes) -> None:
        """Process this line again when the messages before it are settled."""
        self._inbox.put_back(raw)
        self._waiting = True

    def settled(self) -> None:
        """One message is written, or never will be."""
        self.pending -= 1
        if not self.pending:
            self._waiting = False
            if self._inbox.lines:
                asyncio.get_running_loop().call_soon(self.turn)
            elif not self.busy:
                self._done()

    def last_lines(self) -> None:
        """The peer is gone: its lines are processed without delay, up to a limit."""
        self._sink = _NOBODY
        self._bucket = None
        while len(self._inbox.lines) > LINES_AFTER_LOSS:
            self._inbox.lines.pop()
        self.turn()

    def clear(self) -> None:
        """Process nothing more."""
        self._sink = _NOBODY
        self._inbox.lines.clear()


class _Nobody:
    """The sink of a peer that is gone."""

    descriptor = -1

    def write(self, data: bytes) -> None: ...

    def backlog(self) -> int:
        return 0

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def close(self) -> None: ...

    def abort(self) -> None: ...


_NOBODY: Final = _Nobody()
