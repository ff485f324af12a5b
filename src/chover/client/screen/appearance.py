"""The appearance: the theme, and the layout."""

from __future__ import annotations

from chover.client.display.theme import Theme, from_environment
from chover.client.local.host import ClientHost
from chover.client.local.settings import ClientSettings
from chover.client.screen.rendering.layout import Layout
from chover.client.screen.rendering.rows import Look, look


class Appearance:
    """``layout`` is that of the next frame."""

    def __init__(self, host: ClientHost, settings: ClientSettings) -> None:
        self._host = host
        self._settings = settings
        self.layout = Layout(80, 24, 0, 0, 1)
        self.theme = self._theme()

    def read_settings(self) -> None:
        """Apply settings that have changed."""
        self.theme = self._theme()

    @property
    def look(self) -> Look:
        return look(self.layout.messages, self.theme, self._host.zone())

    def _theme(self) -> Theme:
        theme = from_environment(self._settings.get("theme"), self._host.environment)
        own = self._settings.colours if theme.coloured else {}
        return Theme(theme.name, self._settings.on("links"), own)
