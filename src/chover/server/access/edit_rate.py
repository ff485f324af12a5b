"""How often an author's edits are announced to clients that do not support edits."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from chover.config import LimitSettings
from chover.server.access.limits import Bucket

AUTHORS: Final = 4096
"""How many authors' rates are remembered."""


class EditRate:
    """How often each author's edits are announced to clients that do not support edits."""

    def __init__(self, limits: Callable[[], LimitSettings]) -> None:
        self._limits = limits
        self._authors: dict[str, Bucket] = {}

    def allows(self, author: str) -> bool:
        """Whether one more may be announced now; it counts."""
        minute = self._limits().edits_told_per_minute
        if not minute:
            return False
        if len(self._authors) >= AUTHORS:
            self._authors.clear()
        now = time.monotonic()
        bucket = self._authors.setdefault(author, Bucket(minute / 60, max(1.0, minute), now))
        return not bucket.take(now)
