"""What rings: the terminal's bell and the desktop, by conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chover.client.lines import key
from chover.client.notifications import PlainLine

if TYPE_CHECKING:
    from chover.client.screen.fullscreen import FullScreen


def wanted(level: str, line: PlainLine) -> bool:
    """Whether a line is to be told at this level: all, mentions or off."""
    if line.past or line.own:
        return False
    return level == "all" or (level == "mentions" and line.mentions)


def ring(screen: FullScreen, line: PlainLine) -> None:
    known = key(line.conversation)
    marks = screen.state.marks
    level = marks.notify.get(known, screen.settings.get("notify"))
    if known in marks.muted or marks.ignores(line.sender, line.account) or not wanted(level, line):
        return
    if screen.focused and screen.state.looking and known == screen.state.active:
        return
    if screen.settings.on("bell"):
        screen.app.output.bell()
        screen.app.output.flush()
    if screen.settings.on("desktop"):
        where = "" if line.private else f" in {line.conversation}"
        screen.host.notify(f"{line.sender}{where}", line.text)
