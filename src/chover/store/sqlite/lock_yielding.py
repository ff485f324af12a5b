"""Gives the interpreter lock to the threads of the store.

A loop with always something to do gives the interpreter lock away only for the microseconds of its system calls. A
thread that waits for it is woken, comes too late, and starts to wait afresh, so that it never asks for the lock
either: commits were seen to take 2 s beside a busy loop. So the loop, as long as it has given the threads something,
sleeps a moment every millisecond; commits take 5 ms then.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final

EVERY: Final = 0.001
MOMENT: Final = 0.000_001
"""In seconds, as EVERY. The system makes some 60 µs of it, time for a thread to wake up: 6 % of a busy loop."""


class LockYielding:
    """Counts what the threads have been given. For the thread of the loop."""

    def __init__(self) -> None:
        self._under_way = 0
        self._armed = False

    def begin(self) -> None:
        """A thread was given something to do; ``end`` is called when the loop has the answer."""
        self._under_way += 1
        if not self._armed:
            self._arm()

    def end(self) -> None:
        self._under_way -= 1

    def _arm(self) -> None:
        self._armed = True
        asyncio.get_running_loop().call_later(EVERY, self._give)

    def _give(self) -> None:
        self._armed = False
        if self._under_way:
            time.sleep(MOMENT)
            self._arm()
