"""What keys do in the input line: sending, completing, recalling, editing."""

from __future__ import annotations

import asyncio

from prompt_toolkit.application import in_terminal
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys

from chover.client.commands import is_secret
from chover.client.guard import looks_like_a_password
from chover.client.local.host import NotHere
from chover.client.screen.context import ScreenContext
from chover.client.screen.dialogs.messages import Edit
from chover.client.screen.dialogs.questions import Recall
from chover.client.state.actions import CannotDo
from chover.i18n import _

BURST = 0.3
"""Seconds after a line end within other input in which Enter counts as part of a paste."""


def enter(screen: ScreenContext) -> None:
    """Send the line. A line end followed by more text was pasted, and pasted text is never sent automatically."""
    now = asyncio.get_running_loop().time()
    behind = screen.terminal.next_key()
    if (behind is not None and _is_text(behind)) or now < screen.line.pasting_until:
        screen.line.pasting_until = now + BURST
        screen.line.insert("\n")
    elif screen.line.dialog is not None:
        screen.line.dialog.accept(screen.line.buffer.text)
    elif screen.line.buffer.text.strip():
        _say(screen)


def _say(screen: ScreenContext) -> None:
    text = screen.line.buffer.text
    screen.line.take(secret=is_secret(text) or looks_like_a_password(text))
    if not screen.frontend.obey(text) and not screen.line.buffer.text and _is_work(text) and not is_secret(text):
        # Nothing that was typed is lost, so a mistake can be corrected.
        screen.line.put(text)


def _is_work(text: str) -> bool:
    """Whether it contains text worth keeping: commands and nicks are quickly typed again."""
    return not text.startswith("/") or len(text.split()) > 2


def _is_text(press: KeyPress) -> bool:
    """Nobody pastes Alt-2 or an arrow: on a slow line they arrive together with an earlier Enter."""
    return len(press.key) == 1 or press.key in {Keys.ControlM, Keys.ControlJ, Keys.ControlI}


def newline(screen: ScreenContext) -> None:
    screen.line.insert("\n")


def complete(screen: ScreenContext) -> None:
    if screen.line.dialog is not None:
        screen.line.dialog.move(1)
    else:
        screen.line.completion.turn(1)


def complete_back(screen: ScreenContext) -> None:
    if screen.line.dialog is not None:
        screen.line.dialog.move(-1)
    else:
        screen.line.completion.turn(-1)


def up(screen: ScreenContext) -> None:
    if isinstance(screen.line.dialog, Edit):
        edit_last(screen, before=screen.line.dialog.entry.at)
    elif screen.line.dialog is not None:
        screen.line.dialog.move(-1)
    elif screen.line.buffer.document.cursor_position_row > 0:
        screen.line.buffer.cursor_up()
    elif screen.line.buffer.text or not edit_last(screen):
        _recalled(screen, -1)


def down(screen: ScreenContext) -> None:
    if screen.line.dialog is not None:
        screen.line.dialog.move(1)
    elif screen.line.buffer.document.cursor_position_row < screen.line.buffer.document.line_count - 1:
        screen.line.buffer.cursor_down()
    else:
        _recalled(screen, 1)


def _recalled(screen: ScreenContext, by: int) -> None:
    """Go one line back or forth in earlier input."""
    lines = screen.line.typed
    at = lines.index(screen.line.buffer.text) if screen.line.buffer.text in lines else len(lines)
    if by < 0 and at > 0:
        screen.line.put(lines[at - 1])
    elif by > 0 and at < len(lines):
        screen.line.put(lines[at + 1] if at + 1 < len(lines) else "")


def edit_last(screen: ScreenContext, before: int | None = None) -> bool:
    """Edit our last message (before a time). Returns False if that is not possible."""
    current = screen.state.current
    if current is None or not screen.state.can("chover.chat/edit"):
        return False
    for entry in reversed(current.entries):
        if (
            entry.own
            and entry.kind == "message"
            and entry.msgid
            and not entry.deleted
            and (before is None or entry.at < before)
        ):
            screen.line.open(Edit(screen.line, screen.state, current, entry))
            return True
    return False


def recall(screen: ScreenContext) -> None:
    screen.line.open(Recall(screen.line, screen.line.typed))


def editor(screen: ScreenContext) -> None:
    """Edit the line in the host's editor."""
    screen.terminal.background(_edit(screen))


async def _edit(screen: ScreenContext) -> None:
    try:
        async with in_terminal():
            # An editor does not expect focus reports.
            screen.terminal.end()
            text = await asyncio.to_thread(screen.host.edit, screen.line.buffer.text)
    except NotHere as reason:
        screen.status.tell(str(reason))
    else:
        screen.line.put(text)
    screen.terminal.begin(asks=screen.appearance.asks)
    screen.terminal.redraw()


def upload_draft(screen: ScreenContext) -> None:
    """Upload the text of the line as a file."""
    text = screen.line.buffer.text
    if screen.line.dialog is not None or not text.strip():
        raise CannotDo(_("There is no text in the line to upload; /upload sends a file."))
    if not screen.state.support.get("soju.im/FILEHOST"):
        raise CannotDo(_("This server does not store files."))
    screen.terminal.background(screen.uploads.draft(text))
