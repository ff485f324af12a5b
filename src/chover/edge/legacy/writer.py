"""Output for a client of the original: lines are joined into writes that it can read one at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

from chover.wire.hello import writes

PACE_SECONDS: Final = 0.25
"""Between two writes. The client has no framing: writes that it finds together in one ``recv(1024)`` are cut wherever
that ends, also inside a character, and then it crashes. It reads every 0.2 s at most: so long its prompt (patch_stdout
of prompt_toolkit) rests after each text."""
MOST_BYTES: Final = 262144
"""The maximum number of waiting bytes; a client that is so far behind is disconnected."""


class LegacyWriter:
    """Collects lines and writes them at most once per loop turn and per PACE_SECONDS, starting at ``not_before``."""

    def __init__(self, transport: asyncio.Transport, not_before: float) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._next = not_before
        self._lines: list[str] = []
        self._chunks: deque[bytes] = deque()
        self._waiting = 0
        self._timer: asyncio.TimerHandle | None = None
        self._paused = False

    def put(self, lines: list[str]) -> None:
        if not lines:
            return
        self._lines += lines
        self._waiting += sum(len(line.encode()) + 1 for line in lines)
        if self.backlog() > MOST_BYTES:
            self._transport.abort()
        else:
            self._arm()

    def backlog(self) -> int:
        """Bytes that wait here and in the transport."""
        return self._waiting + self._transport.get_write_buffer_size()

    def pause(self) -> None:
        self._paused = True

    def resume(self) -> None:
        self._paused = False
        self._arm()

    def flush(self) -> None:
        """Write everything now."""
        self.stop()
        for chunk in (*self._chunks, *writes(self._lines)):
            self._transport.write(chunk)
        self._forget()

    def stop(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def unsent(self) -> list[str]:
        """The lines that were queued and not written."""
        return [*(chunk.decode() for chunk in self._chunks), *self._lines]

    def _arm(self) -> None:
        if not self._timer and not self._paused and (self._lines or self._chunks):
            self._timer = self._loop.call_at(max(self._next, self._loop.time()), self._write)

    def _write(self) -> None:
        self._timer = None
        if not self._chunks:
            self._chunks.extend(writes(self._lines))
            self._lines.clear()
        chunk = self._chunks.popleft()
        self._transport.write(chunk)
        self._waiting = max(0, self._waiting - len(chunk) - 1) if self._lines or self._chunks else 0
        self._next = self._loop.time() + PACE_SECONDS
        self._arm()

    def _forget(self) -> None:
        self._lines.clear()
        self._chunks.clear()
        self._waiting = 0
