"""The QR code of an invitation, shown over the messages until a key is pressed."""

from __future__ import annotations

import asyncio
from typing import Protocol

from chover.client import qr
from chover.client.notifications import Linked
from chover.client.screen.appearance import Appearance
from chover.client.screen.dialogs.dialog import Dialog, DialogLine
from chover.i18n import _


class QrPanel(Dialog):
    def __init__(self, line: DialogLine, appearance: Appearance, matrix: qr.Matrix) -> None:
        super().__init__(line)
        self.prompt = _("any key closes it ❯ ")
        self._appearance = appearance
        self._matrix = matrix

    def picture(self) -> list[str]:
        layout = self._appearance.layout
        rows = qr.fitting(self._matrix, layout.messages, layout.top + layout.height)
        left = " " * ((layout.messages - len(rows[0])) // 2) if rows else ""
        return [f"{left}{row}" for row in qr.painted(rows)]

    def title(self) -> str:
        return "" if self.picture() else _("The terminal is too small for the code now")

    def changed(self, text: str) -> None:
        if text:
            self.line.close()
        if text.startswith("/"):
            # A slash begins a command, which without it would be sent as a message.
            self.line.insert(text)

    def accept(self, text: str) -> None:  # noqa: ARG002
        self.line.close()


class PanelLine(DialogLine, Protocol):
    """An input line that a panel can use."""

    dialog: Dialog | None

    def open(self, dialog: Dialog) -> None:
        """Let a dialog use the line."""


async def show_code(line: PanelLine, appearance: Appearance, notifications: Linked) -> None:
    """Show the code if there is room and colour for it; ChanServ's message has shown the link itself.

    It is drawn on a thread, because several screens may share a loop, and it takes 50 ms.
    """
    if not appearance.theme.coloured:
        return
    code = QrPanel(line, appearance, await asyncio.to_thread(qr.modules, notifications.link))
    if line.dialog is None and code.picture():
        line.open(code)
