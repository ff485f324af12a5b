"""Lines that change only with the settings: written once, not for each reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from chover.config import Config


class HasSettings(Protocol):
    """A node, as far as its settings are concerned."""

    @property
    def config(self) -> Config: ...


N = TypeVar("N", bound=HasSettings)


class FixedLines(Generic[N]):
    """The lines of one node, by the function that writes them."""

    def __init__(self) -> None:
        self._config: Config | None = None
        self._lines: dict[Callable[[N], str], str] = {}

    def of(self, node: N, write: Callable[[N], str]) -> str:
        """What ``write`` has made of the node; it is asked again when the node has other settings."""
        # By identity: to compare all settings would take longer than to write the lines.
        if node.config is not self._config:
            self._config = node.config
            self._lines.clear()
        lines = self._lines.get(write)
        if lines is None:
            lines = self._lines[write] = write(node)
        return lines
