"""The appearance: the theme, the layout, and the keys that hints name."""

from __future__ import annotations

from typing import Final

from chover.client.display.kitty import NUMBERS, has_placeholders
from chover.client.display.theme import Theme, background, from_environment, is_plain
from chover.client.keys.keymap import KeyMaps
from chover.client.local.host import ClientHost
from chover.client.local.settings import ClientSettings
from chover.client.screen.rendering.layout import Layout
from chover.client.screen.rendering.pictures import HalfBlocks, PictureWay, Placeholders
from chover.client.screen.rendering.rows import Look, Shape, look
from chover.client.screen.rendering.split import Split

PICTURE_ROWS: Final = 10
"""A picture has at most so many in a conversation."""


class Appearance:
    """``layout`` is that of the next frame."""

    def __init__(self, host: ClientHost, settings: ClientSettings) -> None:
        self._host = host
        self._settings = settings
        self._ground = ""
        self.layout = Layout(80, 24, 0, 0, 1)
        self.theme = self._theme()
        self._shape = self._chosen_shape()
        self.split = Split()
        self.keys = KeyMaps(settings.bound)
        self._revision = settings.revision
        true_colour = host.environment.get("COLORTERM") in {"truecolor", "24bit"}
        self._half_blocks = HalfBlocks(true_colour=true_colour)
        self._placeholders = Placeholders(host.now() & NUMBERS)

    def read_settings(self) -> None:
        """Apply settings that have changed."""
        self.theme = self._theme()
        self._shape = self._chosen_shape()
        if self._settings.revision != self._revision:
            self._revision, self.keys = self._settings.revision, KeyMaps(self._settings.bound)

    @property
    def asks(self) -> bool:
        """Whether the terminal has to be asked for its background. The console of Linux has no answer."""
        return not is_plain(self._host.environment) and self._host.environment.get("TERM") != "linux"

    def heard(self, report: str) -> bool:
        """The terminal has answered. Returns whether that changes the theme."""
        before, self._ground = self.theme.name, background(report) or self._ground
        self.theme = self._theme()
        return self.theme.name != before

    def complaints(self) -> list[str]:
        """What is wrong with the keys in the file, one line each."""
        return [
            f"{self._settings.place(table.table, key)}: {wrong}"
            for table in self.keys.both
            for key, wrong in table.complaints
        ]

    @property
    def look(self) -> Look:
        return look(self.layout.messages, self.theme, self._host.zone(), self._shape, self._picture_rows())

    @property
    def picture_way(self) -> PictureWay:
        """How pictures are drawn."""
        blocks = self._settings.get("pictures") == "blocks" or not has_placeholders(self._host.environment)
        return self._half_blocks if blocks else self._placeholders

    def _picture_rows(self) -> int:
        """The most rows of a picture, which leaves room for what is said about it; 0 where none are shown."""
        shown = self._settings.get("pictures") != "off" and self.theme.coloured and not self._host.no_pictures
        return min(PICTURE_ROWS, self.layout.height // 2) if shown else 0

    @property
    def look_beside(self) -> Look:
        """That of the second conversation."""
        return look(self.layout.beside, self.theme, self._host.zone(), self._shape)

    def _chosen_shape(self) -> Shape:
        get = self._settings.get
        return Shape(get("time"), get("nicks"), get("align") == "left")

    def _theme(self) -> Theme:
        theme = from_environment(self._settings.get("theme"), self._host.environment, self._ground)
        own = self._settings.colours if theme.coloured else {}
        return Theme(theme.name, self._settings.on("links"), own)
