"""The settings currently in force, and the lines that change only with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chover.config import Config


class LiveSettings:
    """The settings that are in force. A reload replaces ``now``, so read it anew each time."""

    def __init__(self, config: Config) -> None:
        self.now = config


class FixedLines:
    """Lines of one node that are written once for all readers, by the function that writes them."""

    def __init__(self) -> None:
        self._config: Config | None = None
        self._lines: dict[Callable[[Any], str], str] = {}

    def of(self, node: Any, write: Callable[[Any], str]) -> str:
        """What ``write`` has made of the node; it is asked again when the node has other settings."""
        # By identity: to compare all settings would take longer than to write the lines.
        if node.config is not self._config:
            self._config = node.config
            self._lines.clear()
        lines = self._lines.get(write)
        if lines is None:
            lines = self._lines[write] = write(node)
        return lines
