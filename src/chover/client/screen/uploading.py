"""A file on its way, as a bar in the status line; its address lands in the line that is typed."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from chover.client.dial import Unreachable
from chover.client.host import NotHere
from chover.client.saying import place_of
from chover.client.trust import Untrusted
from chover.client.upload import NotUploaded, upload

if TYPE_CHECKING:
    from chover.client.screen.fullscreen import FullScreen

BAR: Final = 10


def progress_bar(name: str, sent: int, size: int) -> str:
    """``tea.png [####------] 40 %``."""
    share = sent / size if size else 1.0
    filled = int(share * BAR)
    return f"{name} [{'#' * filled}{'-' * (BAR - filled)}] {share:.0%}"


async def uploading(screen: FullScreen, path: str) -> None:
    name = PurePath(path).name
    current = screen.state.current

    def progress(sent: int, size: int) -> None:
        screen.uploads[name] = (sent, size)
        screen.refresh()

    try:
        address = await upload(screen.host, place_of(screen), path, progress)
    except (NotUploaded, NotHere, Unreachable, Untrusted) as reason:
        screen.tell(str(reason))
        return
    finally:
        screen.uploads.pop(name, None)
        screen.refresh()
    if screen.state.current is current and screen.dialog is None:
        screen.put(f"{screen.buffer.text} {address}".lstrip())
        screen.tell(f"The server has {name}; its address stands in your line, Enter sends it.")
    else:
        screen.tell(f"The server has {name}: {address}")
