"""A file on its way, as a bar in the status line; its address lands in the line that is typed."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from chover.client.connection.dial import Unreachable
from chover.client.connection.trust import Untrusted
from chover.client.local.host import NotHere
from chover.client.sending import place_of
from chover.client.upload import NotUploaded, upload, upload_file

if TYPE_CHECKING:
    from chover.client.screen.fullscreen import FullScreen

BAR: Final = 10
DRAFT: Final = "text.txt"
"""The name of a draft that is uploaded."""


def progress_bar(name: str, sent: int, size: int) -> str:
    """``tea.png [####------] 40 %``."""
    share = sent / size if size else 1.0
    filled = int(share * BAR)
    return f"{name} [{'#' * filled}{'-' * (BAR - filled)}] {share:.0%}"


Progress = Callable[[int, int], None]


async def _address(screen: FullScreen, name: str, send: Callable[[Progress], Awaitable[str]]) -> str:
    """Where the server has it; "" if it does not, and the reason is told."""

    def progress(sent: int, size: int) -> None:
        screen.uploads[name] = (sent, size)
        screen.refresh()

    try:
        return await send(progress)
    except (NotUploaded, NotHere, Unreachable, Untrusted) as reason:
        screen.tell(str(reason))
        return ""
    finally:
        screen.uploads.pop(name, None)
        screen.refresh()


async def uploading_draft(screen: FullScreen, text: str) -> None:
    """What stands in the line, as a file; its address takes its place."""
    current, host, place = screen.state.current, screen.host, place_of(screen)
    file = io.BytesIO(text.encode(errors="replace"))
    address = await _address(screen, DRAFT, lambda progress: upload_file(host, place, DRAFT, file, progress))
    if address and screen.state.current is current and screen.dialog is None and screen.buffer.text == text:
        screen.put(address)
    elif address:
        screen.tell(f"The server has your text: {address}")


async def uploading(screen: FullScreen, path: str) -> None:
    name = PurePath(path).name
    current = screen.state.current
    host, place = screen.host, place_of(screen)
    address = await _address(screen, name, lambda progress: upload(host, place, path, progress))
    if not address:
        return
    if screen.state.current is current and screen.dialog is None:
        screen.put(f"{screen.buffer.text} {address}".lstrip())
        screen.tell(f"The server has {name}; its address stands in your line, Enter sends it.")
    else:
        screen.tell(f"The server has {name}: {address}")
