"""A picture as large as the screen, over the messages until a key is pressed; the other ones are beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from chover.client.display.half_blocks import Room, room_for
from chover.client.display.own_files import OwnFile
from chover.client.display.text import Clean, fit, plain, width
from chover.client.screen.appearance import Appearance
from chover.client.screen.dialogs.dialog import Dialog, DialogLine
from chover.i18n import _


class LargePictures(Protocol):
    """Where a large picture comes from."""

    def enlarge(self, file: OwnFile, room: Room) -> None:
        """Load it before all others."""

    def rows(self, file: OwnFile, room: Room) -> Sequence[str]: ...
    def reason(self, file: OwnFile, room: Room) -> Clean: ...


class PicturePanel(Dialog):
    """``shown`` are the pictures of a conversation, the oldest first, and ``at`` is the number of the first to show."""

    def __init__(
        self, line: DialogLine, appearance: Appearance, pictures: LargePictures, shown: Sequence[OwnFile], at: int
    ) -> None:
        super().__init__(line)
        self.prompt = _("n next, p previous, any other key closes ❯ ")
        self._appearance = appearance
        self._pictures = pictures
        self._shown = shown
        self._at = at

    @property
    def _file(self) -> OwnFile:
        return self._shown[self._at]

    def _room(self) -> Room:
        layout = self._appearance.layout
        return room_for(self._file.width, self._file.height, layout.messages, max(layout.height - 1, 1))

    def settle(self) -> None:
        self._pictures.enlarge(self._file, self._room())

    def picture(self) -> list[str]:
        layout, room = self._appearance.layout, self._room()
        left = " " * ((layout.messages - room.columns) // 2)
        rows = [left + row for row in self._pictures.rows(self._file, room)]
        blank = [""] * ((layout.height - 1 - len(rows)) // 2)
        return [self._heading(), *blank, *rows]

    def _heading(self) -> str:
        """Its name, its place among the others, and why it is not there."""
        columns, reason = self._appearance.layout.messages, self._pictures.reason(self._file, self._room())
        count = len(self._shown)
        where = _("  {at} of {count}", at=self._at + 1, count=count) if count > 1 else ""
        rest = plain(f"{where}{f'  {reason}' if reason else ''}")
        name = fit(self._file.name, max(columns - width(rest), columns // 3))
        return self._appearance.theme.paint(fit(Clean(name + rest), columns), "soft")

    def changed(self, text: str) -> None:
        step = {"n": 1, "p": -1}.get(text, 0)
        if step:
            self._at = min(max(self._at + step, 0), len(self._shown) - 1)
            self.line.put("")
        elif text:
            self.line.close()
            if text.startswith("/"):
                # A slash begins a command, which without it would be sent as a message.
                self.line.insert(text)

    def accept(self, text: str) -> None:  # noqa: ARG002
        self.line.close()
