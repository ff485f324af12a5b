"""Yields the interpreter lock to the threads of the store.

A busy loop releases the interpreter lock only for the microseconds of its system calls. A thread that waits for it
wakes up too late and starts to wait again, so it never requests the lock: commits took up to 2 s beside a busy loop. So
while the threads have work, the loop sleeps for a moment every millisecond; commits then take 5 ms.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final

EVERY: Final = 0.001
MOMENT: Final = 0.000_001
"""In seconds, like EVERY. The system makes some 60 µs of it, time for a thread to wake up: 6 % of a busy loop."""
BUSY: Final = 0.5
"""The share of EVERY from which the loop is busy. A loop that waits for its sockets has given the lock already."""


class LockYielding:
    """Counts the work that threads have been given. For the thread of the loop only."""

    def __init__(self) -> None:
        self._under_way = 0
        self._armed = False
        self._used = 0.0

    def begin(self) -> None:
        """A thread was given work; ``end`` is called when the loop has the result."""
        self._under_way += 1
        if not self._armed:
            self._arm()

    def end(self) -> None:
        self._under_way -= 1

    def _arm(self) -> None:
        self._armed = True
        self._used = time.thread_time()
        asyncio.get_running_loop().call_later(EVERY, self._give)

    def _give(self) -> None:
        self._armed = False
        if self._under_way:
            if time.thread_time() - self._used > BUSY * EVERY:
                time.sleep(MOMENT)
            self._arm()
