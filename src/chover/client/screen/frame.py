"""One frame: what every panel shows now, put together and painted."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from prompt_toolkit.output import Output

from chover.client.screen import panels
from chover.client.screen.painter import HOLD, Painter, Part
from chover.client.screen.rows import TIME
from chover.client.screen.text import Clean, fit, plain
from chover.client.screen.uploading import progress_bar
from chover.client.state import leaving, sending

if TYPE_CHECKING:
    from chover.client.screen.fullscreen import FullScreen

BAR: Final = Clean("│")
MANY_LINES: Final = 4
"""Lines of a draft from which on it is said what can be done with it."""
WIDE: Final = 60
"""Columns from which on there is room to say as how many messages it goes."""
COUNTED: Final = 20_000
"""Characters of a draft up to which its messages are counted for each key."""
BEGIN: Final = "\x1b[22;2t\x1b[?1004h"
END: Final = "\x1b[?1004l\x1b[23;2t"
"""The title goes on a stack of the terminal and comes back from it (xterm, XTWINOPS)."""
EMPTY: Final = (
    "Nothing here yet.",
    "/join #channel goes into a channel, /help shows everything else.",
)


class Frame:
    def __init__(self, screen: FullScreen, output: Output) -> None:
        self._screen = screen
        self._output = output
        self._painter = Painter(output)
        self._layout = screen.layout
        self._title = ""
        self._crowd_of: tuple[object, ...] = ()
        self._members: list[str] = []
        self.first_channel = 0
        """The number of the conversation at the top of the list."""

    def begin(self) -> None:
        """Ask the terminal to keep its title and to tell of the focus."""
        self._output.write_raw(BEGIN)

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self._output.write_raw(END)
            self._output.flush()

    def forget(self) -> None:
        self._painter.forget()

    def before(self) -> None:
        """prompt_toolkit begins a screen anew after a change of size, or when an editor had the terminal."""
        renderer, size = self._screen.app.renderer, self._output.get_size()
        layout = self._screen.root.measured(size.columns, size.rows)
        if layout != self._layout and renderer.last_rendered_screen is not None:
            # prompt_toolkit knows nothing of what stands where the line is to be: it would leave it there.
            self._output.write_raw(HOLD)
            renderer.erase(leave_alternate_screen=False)
        self._layout = layout
        if renderer.last_rendered_screen is None:
            self._painter.forget()

    def paint(self) -> None:
        screen = self._screen
        if screen.app.is_done:
            return
        self._seek()
        self._look_on()
        self._painter.paint(self._parts(), always=self._new_title())

    def _seek(self) -> None:
        """A message that was looked for has come: it is marked, in sight."""
        screen = self._screen
        view = screen.view
        if screen.sought and view is not None and view.conversation.find(screen.sought) is not None:
            view.turn_to(screen.look)
            number = view.number_of(screen.sought)
            screen.sought = ""
            if number is not None:
                view.selected = number
                view.to(number, screen.look, screen.layout.height)

    def _look_on(self) -> None:
        """Whoever sees the newest line has read it."""
        screen = self._screen
        view, state = screen.view, screen.state
        state.looking = view is not None and view.following and screen.focused is not False
        if state.looking and state.current is not None and state.current.unread:
            state.read(state.active)
            screen.connection.flush()

    def _new_title(self) -> str:
        """The window's title, when it has changed (OSC 2)."""
        state = self._screen.state
        calls = sum(c.mentions for c in panels.in_order(state))
        name = state.current.name if state.current else ""
        title = plain(f"{f'({calls}) ' if calls else ''}{name} chover").strip()
        if title == self._title:
            return ""
        self._title = title
        return f"\x1b]2;{title}\x1b\\"

    def _parts(self) -> list[Part]:
        layout, screen = self._screen.layout, self._screen
        top, height, theme = layout.top, layout.height, screen.theme
        parts = []
        picture = screen.dialog.picture() if screen.dialog is not None else []
        if top:
            topic = panels.topic_row(screen.state, theme, layout.columns)
            # A picture may need the topic's row, too.
            first = " " * layout.left + picture.pop(0) if len(picture) > height else topic
            parts.append(Part(0, 0, layout.columns, 1, [first]))
        bars = [theme.paint(BAR, "rule")] * height
        if layout.channels:
            self.first_channel, rows = panels.channel_rows(screen.state, theme, layout.channels, height)
            parts += [Part(top, 0, layout.channels, height, rows), Part(top, layout.channels, 1, height, bars)]
        parts.append(Part(top, layout.left, layout.messages, height, picture or self._messages()))
        if layout.members:
            right = layout.left + layout.messages
            parts += [Part(top, right, 1, height, bars), Part(top, right + 1, layout.members, height, self._crowd())]
        parts.append(Part(layout.status, 0, layout.columns, 1, [self._status()]))
        return parts

    def _crowd(self) -> list[str]:
        """The members; ten thousand are not put in order for each key."""
        screen, layout = self._screen, self._screen.layout
        state = screen.state
        made_of = (state.active, state.received, layout, screen.theme)
        if made_of != self._crowd_of:
            self._crowd_of = made_of
            self._members = panels.member_rows(state, screen.theme, layout.members, layout.height)
        return self._members

    def _messages(self) -> list[str]:
        screen, layout = self._screen, self._screen.layout
        view = screen.view
        if view is None:
            rows = [screen.theme.paint(fit(plain(line), layout.messages), "soft") for line in EMPTY]
        else:
            seen = view.visible(screen.look, layout.height)
            rows = [self._mark(each.text) if each.number == view.selected else each.text for each in seen]
        rows = [""] * (layout.height - len(rows)) + rows
        popup = screen.dialog.popup() if screen.dialog is not None else screen.completion.popup()
        if popup is not None and layout.height > 1:
            over = panels.popup_rows(*popup, screen.theme, layout.messages, max(layout.height * 2 // 3, 2))
            rows = rows[: layout.height - len(over)] + over
        return rows

    def _mark(self, row: str) -> str:
        """A selected row has a sign between the time and the nick."""
        sign = self._screen.theme.paint(Clean("▶"), "unread")
        return f"{row}\x1b[{self._screen.layout.left + TIME}G{sign}"

    def _status(self) -> str:
        screen, state, columns = self._screen, self._screen.state, self._screen.layout.columns
        trouble = screen.trouble or ("" if state.settled else "connecting …")
        if trouble:
            return panels.bar(screen.theme, "alarm", plain(f" {trouble}"), self._waiting(), columns)
        view = screen.view
        parts = [screen.word, self._left(), self._draft(), "away" if state.away else ""]
        if view is not None and not view.following:
            parts.append(
                "PAST: Alt-End to the newest" if view.conversation.detour else "scrolled: Alt-End to the newest"
            )
        if state.current is not None:
            parts.append(panels.typing(state.current, screen.host.now()))
        parts.append(panels.activity(state))
        if not any(parts) and not screen.typed:
            # Whoever has said nothing yet may not know where to look.
            parts = ["F1 help"]
        left = plain(" " + "  ".join(part for part in parts if part))
        return panels.bar(screen.theme, "status", left, self._waiting(), columns)

    def _left(self) -> str:
        left = leaving.undoable(self._screen.state)
        return f"Left {left.name}: Alt-Z or /undo brings it back" if left is not None else ""

    def _draft(self) -> str:
        """What can be done with a text of many lines, of which not all may be in sight."""
        screen, text = self._screen, self._screen.buffer.text
        lines = text.count("\n") + 1
        if lines < MANY_LINES or screen.dialog is not None or screen.state.current is None:
            return ""
        count = len(sending.pieces(screen.state, screen.state.current.name, text)) if len(text) <= COUNTED else 0
        sent = f"sends them as {count} messages" if count > 1 and screen.layout.columns >= WIDE else "sends"
        upload = ", ^X^U uploads" if screen.host.can_connect and screen.state.support.get("soju.im/FILEHOST") else ""
        return f"{lines} lines: Enter {sent}, Ctrl-C clears{upload}"

    def _waiting(self) -> Clean:
        state = self._screen.state
        waiting, failed = len(state.outbox), len(state.failed)
        bars = [progress_bar(name, *far) for name, far in self._screen.uploads.items()]
        words = [*bars, f"{waiting} to send" if waiting else "", f"{failed} not sent" if failed else ""]
        told = ", ".join(word for word in words if word)
        return plain(f" {told} " if told else "")
