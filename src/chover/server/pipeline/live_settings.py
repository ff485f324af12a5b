"""The settings that count just now."""

from __future__ import annotations

from chover.config import Config


class LiveSettings:
    """A reload puts other settings in place of ``now``; whoever asks here has always those that count."""

    def __init__(self, config: Config) -> None:
        self.now = config
