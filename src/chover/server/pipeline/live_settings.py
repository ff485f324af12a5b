"""The settings currently in force."""

from __future__ import annotations

from chover.config import Config


class LiveSettings:
    """The settings that are in force. A reload replaces ``now``, so read it anew each time."""

    def __init__(self, config: Config) -> None:
        self.now = config
