"""A frame: the contents of all panels, composed and painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from chover.client.display.message import one_line
from chover.client.display.text import Clean, fit, plain
from chover.client.screen.context import ScreenContext
from chover.client.screen.rendering import panels
from chover.client.screen.rendering.layout import Layout
from chover.client.screen.rendering.painter import HOLD, PanelPart
from chover.client.screen.rendering.rows import welcome_rows
from chover.client.screen.rendering.typed import preview_row
from chover.client.screen.uploading import progress_bar
from chover.client.screen.view import View
from chover.client.state import State, leaving, sending
from chover.client.state.conversation import Thread
from chover.client.state.overview import Heading, Place
from chover.i18n import N_, _, language, ngettext

BAR: Final = Clean("│")
WELCOME: Final = 7
"""From so many free rows, the first lines of a channel are shown."""
READABLE: Final = 4
"""With fewer rows of messages, none is given to what is being typed."""
MANY_LINES: Final = 4
"""From this many lines, a draft gets a hint about what can be done with it."""
WIDE: Final = 60
"""From this many columns, there is room for the number of messages."""
COUNTED: Final = 20_000
"""Up to this many characters, the messages of a draft are counted after each key."""
EMPTY: Final = (
    N_("Nothing here yet."),
    N_("/join #channel joins a channel, /help shows everything else."),
)


def short(key: str) -> str:
    """A key in a hint: ``^X^U`` for Ctrl-X Ctrl-U."""
    return key.replace("Ctrl-", "^").replace(" ", "")


class Frame:
    """``active`` is the server that is shown, ``measured`` the layout of a terminal of some size."""

    def __init__(self, active: Callable[[], ScreenContext], measured: Callable[[int, int], Layout]) -> None:
        self._active = active
        self._measured = measured
        self._app = active().terminal.app
        self._title = ""
        self._rows: Sequence[Place | Heading] = ()
        """The list of the frame that is being painted; making it for each part of it would be slow."""
        self._crowd_of: tuple[object, ...] = ()
        self._members: list[str] = []

    @property
    def _screen(self) -> ScreenContext:
        return self._active()

    def settle(self) -> bool:
        """Update what depends on the picture being seen, after keys and notifications and before painting.

        Returns True if the server has to be told.
        """
        read_beside = self._screen.servers.settle_side()
        self._measure()
        if self._app.is_done:
            return False
        reads = self._screen.viewport.settle()
        if self._screen.line.dialog is not None:
            self._screen.line.dialog.settle()
        return reads or read_beside

    def _measure(self) -> None:
        """prompt_toolkit starts a new screen after a change of size, or when an editor has used the terminal."""
        renderer, size = self._app.renderer, self._screen.terminal.output.get_size()
        before = self._screen.appearance.layout
        layout = self._screen.appearance.layout = self._measured(size.columns, size.rows)
        if layout != before and renderer.last_rendered_screen is not None:
            # prompt_toolkit does not know what is displayed at the input line's place, and would leave it there.
            self._screen.terminal.output.write_raw(HOLD)
            renderer.erase(leave_alternate_screen=False)
        if renderer.last_rendered_screen is None:
            self._screen.terminal.painter.forget()

    def paint(self) -> None:
        """Paint what has changed since the last time. Painting changes nothing that is shown."""
        if not self._app.is_done:
            self._rows = self._screen.servers.rows()
            self._screen.terminal.painter.paint(self.parts(), always=self._new_title())

    def _new_title(self) -> str:
        """The window's title, if it has changed (OSC 2)."""
        state = self._screen.state
        calls = sum(row.conversation.mentions for row in self._rows if isinstance(row, Place))
        name = state.current.name if state.current else ""
        title = plain(f"{f'({calls}) ' if calls else ''}{name} chover").strip()
        if title == self._title:
            return ""
        self._title = title
        return f"\x1b]2;{title}\x1b\\"

    def parts(self) -> list[PanelPart]:
        """The contents of all panels."""
        layout, screen = self._screen.appearance.layout, self._screen
        top, height, theme = layout.top, layout.height, screen.appearance.theme
        parts = []
        picture = screen.line.dialog.picture() if screen.line.dialog is not None else []
        if top and len(picture) > height:
            # A picture may need the topic's row, too.
            parts.append(PanelPart(0, 0, layout.columns, 1, [" " * layout.left + picture.pop(0)]))
        elif top:
            parts += self._heads()
        bars = [theme.paint(BAR, "rule")] * height
        if layout.channels:
            parts += [
                PanelPart(top, 0, layout.channels, height, self._list(height)),
                PanelPart(top, layout.channels, 1, height, bars),
            ]
        parts.append(PanelPart(top, layout.left, layout.messages, height, picture or self._messages()))
        parts += self._beside(bars)
        if layout.members:
            right = layout.columns - layout.members - 1
            parts += [
                PanelPart(top, right, 1, height, bars),
                PanelPart(top, right + 1, layout.members, height, self._crowd()),
            ]
        parts.append(PanelPart(layout.status, 0, layout.columns, 1, [self._status()]))
        return parts

    def _heads(self) -> list[PanelPart]:
        """What the conversations are about: a row for each, of which that of the other side is quiet."""
        screen, layout = self._screen, self._screen.appearance.layout
        theme, beside = screen.appearance.theme, screen.servers.other_side()
        label = screen.servers.label(screen.server)
        if beside is None or not layout.beside:
            row = panels.topic_row(screen.state, screen.state.current, theme, layout.columns, label)
            return [PanelPart(0, 0, layout.columns, 1, [row])]
        server, other = beside
        middle = max(layout.left, layout.beside_left)
        places = ((0, middle), (middle, layout.columns - middle))
        here, there = places if not layout.on_right else places[::-1]
        quiet = panels.quiet_topic(other, theme, there[1], screen.servers.label(server))
        row = panels.topic_row(screen.state, screen.state.current, theme, here[1], label)
        return [PanelPart(0, here[0], here[1], 1, [row]), PanelPart(0, there[0], there[1], 1, [quiet])]

    def _beside(self, bars: list[str]) -> list[PanelPart]:
        """The conversation on the other side, and the line between the two."""
        screen, layout = self._screen, self._screen.appearance.layout
        beside = screen.servers.other_side()
        if beside is None or not layout.beside:
            return []
        server, conversation = beside
        seen = server.viewport.beside(conversation).visible(screen.appearance.look_beside, layout.height)
        rows = [""] * (layout.height - len(seen)) + [each.text for each in seen]
        return [
            PanelPart(layout.top, max(layout.left, layout.beside_left) - 1, 1, layout.height, bars),
            PanelPart(layout.top, layout.beside_left, layout.beside, layout.height, rows),
        ]

    def _list(self, height: int) -> list[str]:
        """The conversations, with a row for the mentions of all channels above if that is wanted."""
        screen, columns = self._screen, self._screen.appearance.layout.channels
        theme, above = screen.appearance.theme, screen.settings.on("mentions")
        rows = panels.channel_rows(self._rows, theme, columns, height - above)
        return [panels.mentions_row(screen.state, theme, columns), *rows] if above else rows

    def _crowd(self) -> list[str]:
        """The members; ten thousand of them are not sorted again for each key."""
        screen, layout = self._screen, self._screen.appearance.layout
        state = screen.state
        made_of = (state, state.active, state.received, layout, screen.appearance.theme, language())
        if made_of != self._crowd_of:
            self._crowd_of = made_of
            self._members = panels.member_rows(state, screen.appearance.theme, layout.members, layout.height)
        return self._members

    def _messages(self) -> list[str]:
        screen, layout = self._screen, self._screen.appearance.layout
        view = screen.viewport.view
        if view is None:
            rows = [screen.appearance.theme.paint(fit(plain(_(line)), layout.messages), "soft") for line in EMPTY]
        else:
            seen = view.visible(screen.appearance.look, layout.height)
            rows = [self._mark(each.text) if each.number == view.selected else each.text for each in seen]
        rows = self._welcome(layout.height - len(rows)) + rows
        popup = screen.line.dialog.popup() if screen.line.dialog is not None else screen.line.completion.popup()
        screen.viewport.raised = 0
        if popup is not None and layout.height > 1:
            over = panels.popup_rows(*popup, screen.appearance.theme, layout.messages, max(layout.height * 2 // 3, 2))
            return rows[: layout.height - len(over)] + over
        typed = self._typed() if layout.height >= READABLE else ""
        screen.viewport.raised = int(bool(typed))
        rows = [*rows[1:], typed] if typed else rows
        dragged, theme = screen.viewport.dragged, screen.appearance.theme
        if dragged is None:
            return rows
        return [dragged.marked(at, row, layout.messages, theme) for at, row in enumerate(rows)]

    def _typed(self) -> str:
        """What the line's markup will look like."""
        screen, line = self._screen, self._screen.line
        writes = line.dialog is None or line.dialog.answers
        if not writes or not screen.settings.on("markup"):
            return ""
        look, document = screen.appearance.look, line.buffer.document
        return preview_row(document.text, document.cursor_position, look.theme, look.columns)

    def _welcome(self, height: int) -> list[str]:
        """What stands above all that was said in a channel, if there is room for it."""
        screen, current = self._screen, self._screen.state.current
        blank = [""] * max(height, 0)
        view = screen.viewport.view
        if height < WELCOME or current is None or not current.joined or view is None or not view.following:
            return blank
        key = self._key("keys")
        hint = _("Write below and press Enter. /invite nick brings somebody in, {key} shows everything else.", key=key)
        about = _("Topic: {topic}", topic=one_line(current.topic)) if current.topic else ""
        rows = welcome_rows(current.name, about, panels.present(current), hint, screen.appearance.look)
        return (blank + rows)[len(rows) :]

    def _mark(self, row: str) -> str:
        """A selected row has a marker between the time and the nick."""
        sign = self._screen.appearance.theme.paint(Clean("▶"), "unread")
        look, left = self._screen.appearance.look, self._screen.appearance.layout.left
        return f"{row}\x1b[{left + max(look.time, 1)}G{sign}"

    def _status(self) -> str:
        screen, state, columns = self._screen, self._screen.state, self._screen.appearance.layout.columns
        trouble = screen.status.trouble or ("" if state.settled else _("connecting …"))
        if trouble:
            return panels.bar(screen.appearance.theme, "alarm", plain(f" {trouble}"), self._waiting(), columns)
        view = screen.viewport.view
        parts = [screen.status.word, _left(state, self._key("undo")), self._draft(), _("away") if state.away else ""]
        if view is not None and not view.following:
            parts.append(self._where(view))
        if state.current is not None:
            parts.append(panels.typing(state.current, screen.host.now()))
        parts.append(panels.activity([row for row in self._rows if isinstance(row, Place)]))
        if not any(parts) and not screen.line.typed:
            # Somebody who has not sent anything yet may not know where to look.
            parts = [_("{key} help", key=self._key("keys"))]
        left = plain(" " + "  ".join(part for part in parts if part))
        return panels.bar(screen.appearance.theme, "status", left, self._waiting(), columns)

    def _where(self, view: View) -> str:
        """What is shown in place of the newest messages, and the way back."""
        back, newest = self._key("dismiss"), self._key("newest")
        if isinstance(view.conversation.detour, Thread):
            return _("THREAD: what you write replies to it, {back} goes back", back=back)
        where = _("PAST") if view.conversation.detour else _("scrolled")
        return (
            _("{where}: {back} back to where you were, {newest} to the newest", where=where, back=back, newest=newest)
            if view.jumped
            else _("{where}: {newest} to the newest", where=where, newest=newest)
        )

    def _key(self, action: str) -> str:
        return self._screen.appearance.keys.main.shown(action)

    def _draft(self) -> str:
        """What can be done with a text of many lines, of which only some may be visible."""
        screen, text = self._screen, self._screen.line.buffer.text
        lines = text.count("\n") + 1
        if lines < MANY_LINES or screen.line.dialog is not None or screen.state.current is None:
            return ""
        count = len(sending.pieces(screen.state, screen.state.current.name, text)) if len(text) <= COUNTED else 0
        several = count > 1 and screen.appearance.layout.columns >= WIDE
        sent = ngettext("sends them as {n} message", "sends them as {n} messages", count) if several else _("sends")
        upload = (
            _(", {key} uploads", key=short(self._key("upload-text")))
            if screen.host.can_connect and screen.state.support.get("soju.im/FILEHOST")
            else ""
        )
        return _("{n} lines: Enter {sends}, Ctrl-C clears{upload}", n=lines, sends=sent, upload=upload)

    def _waiting(self) -> Clean:
        state = self._screen.state
        waiting, failed = len(state.outbox), len(state.failed)
        bars = [progress_bar(name, *far) for name, far in self._screen.status.uploads.items()]
        words = [
            *bars,
            _("{n} to send", n=waiting) if waiting else "",
            _("{n} not sent", n=failed) if failed else "",
        ]
        told = ", ".join(word for word in words if word)
        return plain(f" {told} " if told else "")


def _left(state: State, key: str) -> str:
    """What was left a moment ago, and how to come back."""
    left = leaving.undoable(state)
    return _("Left {name}: {key} or /undo brings it back", name=left.name, key=key) if left is not None else ""
