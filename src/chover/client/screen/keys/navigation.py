"""What keys do outside the input line: going to conversations, servers and messages, what is shown, and leaving."""

from __future__ import annotations

from collections.abc import Callable

from prompt_toolkit.application import in_terminal
from prompt_toolkit.document import Document

from chover.client.local.host import NotHere
from chover.client.screen.context import ScreenContext
from chover.client.screen.dialogs.finding import Switcher
from chover.client.state import history_requests, overview
from chover.client.state.conversation import KnownMember, Thread
from chover.client.state.overview import Heading, Place
from chover.i18n import _

Do = Callable[[ScreenContext], object]


def nothing(_screen: ScreenContext) -> None: ...


# ---- leaving


def suspend(screen: ScreenContext) -> None:
    """Suspend to the shell, which continues us with ``fg`` (Ctrl-Z)."""
    try:
        screen.host.require_suspend()
    except NotHere as reason:
        screen.status.tell(str(reason))
        return
    screen.terminal.background(_suspend(screen))


async def _suspend(screen: ScreenContext) -> None:
    async with in_terminal():
        # Restore the shell's keys and title, and switch off focus reports.
        screen.terminal.end()
        screen.host.suspend()
    screen.terminal.begin(asks=screen.appearance.asks)
    screen.terminal.redraw()


def slash(screen: ScreenContext) -> None:
    """Begin a command, in any mode: its letters must not act on a selected message, or be sent."""
    close(screen)
    screen.line.insert("/")


def interrupt(screen: ScreenContext) -> None:
    """Clear the line; if it is empty, offer to quit (Ctrl-C)."""
    if screen.selecting:
        close(screen)
    elif screen.line.dialog is not None:
        screen.line.close()
    elif screen.line.buffer.text:
        screen.line.buffer.document = Document()
    else:
        end(screen)


def end(screen: ScreenContext) -> None:
    """Quit; Ctrl-D in an empty line."""
    if screen.line.buffer.text:
        screen.line.buffer.delete()
        return
    more = overview.unsent(server.state for server in screen.servers.all)
    screen.frontend.confirm(_("Leave?{more}", more=more), "/quit")


def close(screen: ScreenContext) -> None:
    """Close what is open (Esc)."""
    view = screen.viewport.view
    if view is not None and view.selected is not None:
        view.selected = None
    elif screen.line.dialog is not None:
        screen.line.close()
    elif view is not None and (view.jumped or view.conversation.detour is not None):
        view.back()


# ---- conversations


def to_number(screen: ScreenContext, at: int) -> None:
    places = screen.servers.places()
    if at < len(places):
        screen.servers.show(places[at])


def _step(screen: ScreenContext, by: int) -> None:
    stops = _stops(screen)
    if stops:
        at = next((at for at, each in enumerate(stops) if each.here), 0)
        screen.servers.show(stops[(at + by) % len(stops)])


def _stops(screen: ScreenContext) -> list[Place | Heading]:
    """The conversations, and the servers that have none."""
    return [row for row in screen.servers.rows() if isinstance(row, Place) or not row.state.conversations]


def next_conversation(screen: ScreenContext) -> None:
    if screen.line.dialog is not None:
        screen.line.dialog.move(1)
    else:
        _step(screen, 1)


def previous_conversation(screen: ScreenContext) -> None:
    if screen.line.dialog is not None:
        screen.line.dialog.move(-1)
    else:
        _step(screen, -1)


def next_activity(screen: ScreenContext) -> None:
    """Mentions first, then private messages, then anything else."""
    waiting = [place for place in screen.servers.places() if place.conversation.unread and not place.here]
    called = [place for place in waiting if place.conversation.mentions and place.conversation.channel]
    alone = [place for place in waiting if not place.conversation.channel and not place.muted]
    rest = [place for place in waiting if not place.muted]
    for place in (called + alone + rest)[:1]:
        screen.servers.show(place)


def undo(screen: ScreenContext) -> None:
    screen.frontend.obey("/undo")


def switcher(screen: ScreenContext) -> None:
    screen.line.open(Switcher(screen.line, screen.state, screen.servers.rows, screen.servers.show))


def thread(screen: ScreenContext) -> None:
    """Open the thread of the selected message or the last one of the conversation; in a thread, go back."""
    view = screen.viewport.view
    if view is not None and isinstance(view.conversation.detour, Thread):
        view.back()
    else:
        screen.frontend.obey("/thread")


def mentions(screen: ScreenContext) -> None:
    """List the messages of all channels that mention us."""
    screen.frontend.obey("/mentions")


def search(screen: ScreenContext) -> None:
    screen.frontend.look_for("")


def catch_up(screen: ScreenContext) -> None:
    screen.frontend.obey("/catchup")


def split(screen: ScreenContext) -> None:
    """Show two conversations side by side, or one again."""
    screen.frontend.obey("/split off" if screen.servers.other_side() is not None else "/split")


def other_side(screen: ScreenContext) -> None:
    """Write to the conversation on the other side; without a split, make one."""
    if screen.servers.other_side() is None:
        screen.frontend.obey("/split")
    else:
        screen.servers.turn_side()


# ---- through the past


def page_up(screen: ScreenContext) -> None:
    if screen.line.dialog is not None:
        screen.line.dialog.move(-max(screen.appearance.layout.height // 2, 1))
    else:
        screen.viewport.scroll(-_page(screen))


def page_down(screen: ScreenContext) -> None:
    if screen.line.dialog is not None:
        screen.line.dialog.move(max(screen.appearance.layout.height // 2, 1))
    else:
        screen.viewport.scroll(_page(screen))


def _page(screen: ScreenContext) -> int:
    """One row stays visible, for orientation."""
    return max(screen.appearance.layout.height - 1, 1)


def oldest(screen: ScreenContext) -> None:
    if screen.viewport.view is not None:
        screen.viewport.view.to_top(screen.appearance.look, screen.appearance.layout.height)
        history_requests.load_older(screen.state, screen.viewport.view.conversation)


def newest(screen: ScreenContext) -> None:
    if screen.viewport.view is not None:
        screen.viewport.view.conversation.detour = None
        screen.viewport.view.to_end()


def first_unread(screen: ScreenContext) -> None:
    view = screen.viewport.view
    number = view.conversation.first_unread() if view is not None else None
    if view is None or number is None:
        screen.status.tell(_("Nothing new here."))
    else:
        view.to(number, screen.appearance.look, screen.appearance.layout.height)


def _mention(screen: ScreenContext, by: int) -> None:
    view = screen.viewport.view
    if view is None:
        return
    source = view.rows.part
    seen = view.visible(screen.appearance.look, screen.appearance.layout.height)
    at = view.selected if view.selected is not None else (seen[-1].number + 1 if seen and by < 0 else source.end)
    number = at + by
    while source.first <= number < source.end:
        entry = view.rows.entry(number)
        if entry is not None and entry.mentions and view.conversation.counts(entry):
            view.selected = number
            view.to(number, screen.appearance.look, screen.appearance.layout.height)
            return
        number += by
    if by < 0 and source.older is KnownMember.UNKNOWN and history_requests.load_older(screen.state, view.conversation):
        return
    view.selected = None
    if by > 0:
        view.to_end()


def next_mention(screen: ScreenContext) -> None:
    _mention(screen, 1)


def previous_mention(screen: ScreenContext) -> None:
    _mention(screen, -1)


# ---- what is shown


def channels(screen: ScreenContext) -> None:
    _toggle(screen, "channels", shown=bool(screen.appearance.layout.channels))


def members(screen: ScreenContext) -> None:
    _toggle(screen, "members", shown=bool(screen.appearance.layout.members))


def _toggle(screen: ScreenContext, name: str, *, shown: bool) -> None:
    screen.settings.set(name, "no" if shown else "yes")
    screen.terminal.redraw()


def filters(screen: ScreenContext) -> None:
    screen.frontend.obey(f"/filter {'off' if screen.settings.on('filter') else 'on'}")


def mouse(screen: ScreenContext) -> None:
    after = "no" if screen.settings.on("mouse") else "yes"
    screen.settings.set("mouse", after)
    screen.status.tell(_("The mouse is on.") if after == "yes" else _("The mouse is off."))


def redraw(screen: ScreenContext) -> None:
    screen.terminal.redraw()
