"""What the keys do: going from one conversation to another, through the past, and through what is typed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from prompt_toolkit.application import in_terminal
from prompt_toolkit.document import Document
from prompt_toolkit.keys import Keys

from chover.client.commands import help_choices
from chover.client.local.host import NotHere
from chover.client.screen import dialogs
from chover.client.screen.panels import in_order
from chover.client.screen.uploading import uploading_draft
from chover.client.state import history_requests
from chover.client.state.actions import CannotDo
from chover.client.state.conversation import KnownMember

if TYPE_CHECKING:
    from prompt_toolkit.key_binding.key_processor import KeyPress

    from chover.client.screen.fullscreen import FullScreen

BURST = 0.3
"""Seconds after a line end in the midst of other keys in which Enter is taken for a part of a paste."""


def nothing(_screen: FullScreen) -> None: ...


# ---- the line


def enter(screen: FullScreen) -> None:
    """Send; but a line end that comes with more text behind it is pasted, and pasted text is never sent by itself."""
    now = asyncio.get_running_loop().time()
    behind = screen.app.key_processor.input_queue
    if (behind and _is_text(behind[0])) or now < screen.pasting_until:
        screen.pasting_until = now + BURST
        screen.buffer.insert_text("\n")
        return
    screen.accept()


def _is_text(press: KeyPress) -> bool:
    """Nobody pastes Alt-2 or an arrow: on a slow line they come together with the Enter that was pressed before."""
    return len(press.key) == 1 or press.key in {Keys.ControlM, Keys.ControlJ, Keys.ControlI}


def newline(screen: FullScreen) -> None:
    screen.buffer.insert_text("\n")


def complete(screen: FullScreen) -> None:
    if screen.dialog is not None:
        screen.dialog.move(1)
    else:
        screen.completion.turn(1)


def complete_back(screen: FullScreen) -> None:
    if screen.dialog is not None:
        screen.dialog.move(-1)
    else:
        screen.completion.turn(-1)


def up(screen: FullScreen) -> None:
    if isinstance(screen.dialog, dialogs.Edit):
        edit_last(screen, before=screen.dialog.entry.at)
    elif screen.dialog is not None:
        screen.dialog.move(-1)
    elif screen.buffer.document.cursor_position_row > 0:
        screen.buffer.cursor_up()
    elif screen.buffer.text or not edit_last(screen):
        _recalled(screen, -1)


def down(screen: FullScreen) -> None:
    if screen.dialog is not None:
        screen.dialog.move(1)
    elif screen.buffer.document.cursor_position_row < screen.buffer.document.line_count - 1:
        screen.buffer.cursor_down()
    else:
        _recalled(screen, 1)


def _recalled(screen: FullScreen, by: int) -> None:
    """What was typed before, one line further back or forth."""
    lines = screen.typed
    at = lines.index(screen.buffer.text) if screen.buffer.text in lines else len(lines)
    if by < 0 and at > 0:
        screen.put(lines[at - 1])
    elif by > 0 and at < len(lines):
        screen.put(lines[at + 1] if at + 1 < len(lines) else "")


def edit_last(screen: FullScreen, before: int | None = None) -> bool:
    """Edit what we said last (before a time); False where that is not possible."""
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
            screen.open(dialogs.Edit(screen, current, entry))
            return True
    return False


def recall(screen: FullScreen) -> None:
    screen.open(dialogs.Recall(screen))


def editor(screen: FullScreen) -> None:
    """Have the line changed in the host's editor."""
    screen.app.create_background_task(_edit(screen))


async def _edit(screen: FullScreen) -> None:
    try:
        async with in_terminal():
            # An editor knows nothing of the focus.
            screen.frame.end()
            text = await asyncio.to_thread(screen.host.edit, screen.buffer.text)
    except NotHere as reason:
        screen.tell(str(reason))
    else:
        screen.put(text)
    screen.frame.begin()
    screen.redraw()


def upload_draft(screen: FullScreen) -> None:
    """Have the server keep what stands in the line as a file."""
    text = screen.buffer.text
    if screen.dialog is not None or not text.strip():
        raise CannotDo("There is no text in the line to upload; /upload sends a file.")
    if not screen.state.support.get("soju.im/FILEHOST"):
        raise CannotDo("This server keeps no files.")
    screen.app.create_background_task(uploading_draft(screen, text))


def suspend(screen: FullScreen) -> None:
    """Ctrl-Z: to the shell, which brings it back with ``fg``."""
    try:
        screen.host.require_suspend()
    except NotHere as reason:
        screen.tell(str(reason))
        return
    screen.app.create_background_task(_suspend(screen))


async def _suspend(screen: FullScreen) -> None:
    async with in_terminal():
        # The shell's own keys and title, and no reports of the focus.
        screen.frame.end()
        screen.host.suspend()
    screen.frame.begin()
    screen.redraw()


def slash(screen: FullScreen) -> None:
    """A command begins, whatever else was going on: its letters must not act on a selected message, or be said."""
    close(screen)
    screen.buffer.insert_text("/")


def interrupt(screen: FullScreen) -> None:
    """Ctrl-C: clear first, then ask."""
    if screen.selecting:
        close(screen)
    elif screen.dialog is not None:
        screen.close()
    elif screen.buffer.text:
        screen.buffer.document = Document()
    else:
        end(screen)


def end(screen: FullScreen) -> None:
    """Ctrl-D in an empty line."""
    if screen.buffer.text:
        screen.buffer.delete()
        return
    waiting = len(screen.state.outbox)
    more = f" {waiting} messages are not sent yet; they will be when you come back." if waiting else ""
    screen.confirm(f"Leave?{more}", "/quit")


def close(screen: FullScreen) -> None:
    """Esc."""
    view = screen.view
    if view is not None and view.selected is not None:
        view.selected = None
    elif screen.dialog is not None:
        screen.close()
    elif view is not None and view.conversation.detour is not None:
        view.conversation.detour = None


def help_(screen: FullScreen) -> None:
    from chover.client.screen.keys import help_rows  # noqa: PLC0415 - it imports this

    screen.choose("Keys and commands", [(row, "") for row in help_rows()] + [("", ""), *help_choices(screen.kind)])


# ---- conversations


def to_number(screen: FullScreen, at: int) -> None:
    ordered = in_order(screen.state)
    if at < len(ordered):
        screen.show(ordered[at])


def _step(screen: FullScreen, by: int) -> None:
    ordered = in_order(screen.state)
    if ordered:
        at = next((at for at, each in enumerate(ordered) if each.key == screen.state.active), 0)
        screen.show(ordered[(at + by) % len(ordered)])


def next_conversation(screen: FullScreen) -> None:
    if screen.dialog is not None:
        screen.dialog.move(1)
    else:
        _step(screen, 1)


def previous_conversation(screen: FullScreen) -> None:
    if screen.dialog is not None:
        screen.dialog.move(-1)
    else:
        _step(screen, -1)


def next_activity(screen: FullScreen) -> None:
    """Mentions, then what was said to us alone, then anything."""
    muted = screen.state.marks.muted
    waiting = [c for c in in_order(screen.state) if c.unread and c.key != screen.state.active]
    called = [c for c in waiting if c.mentions and c.channel]
    alone = [c for c in waiting if not c.channel and c.key not in muted]
    rest = [c for c in waiting if c.key not in muted]
    for conversation in (called + alone + rest)[:1]:
        screen.show(conversation)


def undo(screen: FullScreen) -> None:
    screen.obey("/undo")


def switcher(screen: FullScreen) -> None:
    screen.open(dialogs.Switcher(screen))


def search(screen: FullScreen) -> None:
    screen.open(dialogs.SearchBox(screen))


def catch_up(screen: FullScreen) -> None:
    screen.obey("/catchup")


# ---- through the past


def page_up(screen: FullScreen) -> None:
    if screen.dialog is not None:
        screen.dialog.move(-max(screen.layout.height // 2, 1))
    else:
        screen.scroll(-_page(screen))


def page_down(screen: FullScreen) -> None:
    if screen.dialog is not None:
        screen.dialog.move(max(screen.layout.height // 2, 1))
    else:
        screen.scroll(_page(screen))


def _page(screen: FullScreen) -> int:
    """One row stays, so that the eye finds its place."""
    return max(screen.layout.height - 1, 1)


def oldest(screen: FullScreen) -> None:
    if screen.view is not None:
        screen.view.to_top(screen.look, screen.layout.height)
        history_requests.load_older(screen.state, screen.view.conversation)


def newest(screen: FullScreen) -> None:
    if screen.view is not None:
        screen.view.conversation.detour = None
        screen.view.to_end()


def first_unread(screen: FullScreen) -> None:
    view = screen.view
    number = view.conversation.first_unread() if view is not None else None
    if view is None or number is None:
        screen.tell("Nothing new here.")
    else:
        view.to(number, screen.look, screen.layout.height)


def _mention(screen: FullScreen, by: int) -> None:
    view = screen.view
    if view is None:
        return
    source = view.source
    seen = view.visible(screen.look, screen.layout.height)
    at = view.selected if view.selected is not None else (seen[-1].number + 1 if seen and by < 0 else source.end)
    number = at + by
    while source.first <= number < source.end:
        entry = view.entry(number)
        if entry is not None and entry.mentions and view.conversation.counts(entry):
            view.selected = number
            view.to(number, screen.look, screen.layout.height)
            return
        number += by
    if by < 0 and source.older is KnownMember.UNKNOWN and history_requests.load_older(screen.state, view.conversation):
        return
    view.selected = None
    if by > 0:
        view.to_end()


def next_mention(screen: FullScreen) -> None:
    _mention(screen, 1)


def previous_mention(screen: FullScreen) -> None:
    _mention(screen, -1)


# ---- what is shown


def channels(screen: FullScreen) -> None:
    _toggle(screen, "channels", shown=bool(screen.layout.channels))


def members(screen: FullScreen) -> None:
    _toggle(screen, "members", shown=bool(screen.layout.members))


def _toggle(screen: FullScreen, name: str, *, shown: bool) -> None:
    screen.settings.set(name, "no" if shown else "yes")
    screen.redraw()


def mouse(screen: FullScreen) -> None:
    after = "no" if screen.settings.on("mouse") else "yes"
    screen.settings.set("mouse", after)
    screen.tell(f"The mouse is {'on' if after == 'yes' else 'off'}.")


def redraw(screen: FullScreen) -> None:
    screen.redraw()
