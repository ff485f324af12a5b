"""Uploads, shown as a bar in the status line; the address is put into the input line."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from pathlib import PurePath
from typing import Final

from chover.client.connection.connection import Connection
from chover.client.connection.dial import Unreachable
from chover.client.connection.trust import Untrusted
from chover.client.local.host import ClientHost, NotHere
from chover.client.screen.status import ScreenStatus
from chover.client.screen.writing.line import Line
from chover.client.sending import place_of
from chover.client.state import drafts
from chover.client.state.model.drafts import LocalDraft
from chover.client.upload import NotUploaded, upload, upload_file
from chover.i18n import _

BAR: Final = 10
DRAFT: Final = "text.txt"
"""The file name of an uploaded draft."""


def progress_bar(name: str, sent: int, size: int) -> str:
    """``tea.png [####------] 40 %``."""
    share = sent / size if size else 1.0
    filled = int(share * BAR)
    return f"{name} [{'#' * filled}{'-' * (BAR - filled)}] {share:.0%}"


Progress = Callable[[int, int], None]


class ScreenUploads:
    def __init__(
        self,
        host: ClientHost,
        connection: Connection,
        line: Line,
        status: ScreenStatus,
        refresh: Callable[[], None],
    ) -> None:
        self.host = host
        self.connection = connection
        self.state = connection.state
        self._line = line
        self._status = status
        self._refresh = refresh

    async def _address(self, name: str, send: Callable[[Progress], Awaitable[str]]) -> str:
        """The address on the server; "" if it failed, and the reason has been shown."""

        def progress(sent: int, size: int) -> None:
            self._status.uploads[name] = (sent, size)
            self._refresh()

        try:
            return await send(progress)
        except (NotUploaded, NotHere, Unreachable, Untrusted) as reason:
            self._status.tell(str(reason))
            return ""
        finally:
            self._status.uploads.pop(name, None)
            self._refresh()

    async def draft(self, text: str) -> None:
        """Upload the text of the line; its address takes the text's place."""
        current, place, line = self.state.current, place_of(self), self._line
        file = io.BytesIO(text.encode(errors="replace"))
        address = await self._address(DRAFT, lambda progress: upload_file(self.host, place, DRAFT, file, progress))
        if address and self.state.current is current and line.dialog is None and line.buffer.text == text:
            line.put(address)
        elif address:
            self._status.tell(_("The server has your text: {address}", address=address))

    async def file(self, path: str) -> None:
        name, line = PurePath(path).name, self._line
        current, place = self.state.current, place_of(self)
        address = await self._address(name, lambda progress: upload(self.host, place, path, progress))
        if not address:
            return
        if self.state.current is current and line.dialog is None:
            line.put(f"{line.buffer.text} {address}".lstrip())
            self._status.tell(_("The server has {name}; its address is in your input line, Enter sends it.", name=name))
        elif current is not None and line.dialog is None:
            # They have gone elsewhere meanwhile: it waits in the line of the conversation that it is for.
            row = self.state.drafts.rows.get(current.key, LocalDraft(""))
            drafts.write(self.state, current.name, f"{row.text} {address}".lstrip(), row.reply)
            self._status.tell(
                _(
                    "The server has {name}; its address is in the line of {other}, Enter there sends it.",
                    name=name,
                    other=current.name,
                )
            )
        else:
            self._status.tell(_("The server has {name}: {address}", name=name, address=address))
