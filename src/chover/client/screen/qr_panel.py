"""The QR code of an invitation over the messages, until a key is pressed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from chover.client import qr
from chover.client.notifications import Linked
from chover.client.screen.dialogs import Dialog

if TYPE_CHECKING:
    from chover.client.screen.fullscreen import FullScreen


class QrPanel(Dialog):
    prompt = "any key closes it ❯ "

    def __init__(self, screen: FullScreen, matrix: qr.Matrix) -> None:
        super().__init__(screen)
        self._matrix = matrix

    def picture(self) -> list[str]:
        layout = self.screen.layout
        rows = qr.fitting(self._matrix, layout.messages, layout.top + layout.height)
        left = " " * ((layout.messages - len(rows[0])) // 2) if rows else ""
        return [f"{left}{row}" for row in qr.painted(rows)]

    def title(self) -> str:
        return "" if self.picture() else "There is no room for the code any more"

    def changed(self, text: str) -> None:
        if text:
            self.screen.close()
        if text.startswith("/"):
            # A command begins: without its slash it would be said.
            self.screen.buffer.insert_text(text)

    def accept(self, text: str) -> None:  # noqa: ARG002
        self.screen.close()


async def show_code(screen: FullScreen, notifications: Linked) -> None:
    """Where there is room and colour for it; the link itself has been shown as what ChanServ said.

    Drawn by a thread: several screens may share a loop, and it takes 50 ms.
    """
    if not screen.theme.coloured:
        return
    code = QrPanel(screen, await asyncio.to_thread(qr.modules, notifications.link))
    if screen.dialog is None and code.picture():
        screen.open(code)
