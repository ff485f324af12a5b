"""The current conversation on the screen: its view, the selection, and its history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chover.client.local.settings import ClientSettings
from chover.client.screen.appearance import Appearance
from chover.client.screen.pictures import ScreenPictures, WantedPicture
from chover.client.screen.rendering.attached import drawn, link_of
from chover.client.screen.rendering.dragged import Dragged
from chover.client.screen.rendering.rows import Look
from chover.client.screen.terminal import ScreenTerminal
from chover.client.screen.view import View
from chover.client.state import State, history_requests, preferences
from chover.client.state.actions import CannotDo
from chover.client.state.conversation import Conversation, Thread
from chover.client.state.entries import Entry
from chover.client.state.model.previews import CAPABILITY
from chover.i18n import _

LARGE: Final = 50
"""In a channel with more members, joins and leaves are not shown by themselves."""


class Viewport:
    def __init__(
        self,
        state: State,
        settings: ClientSettings,
        appearance: Appearance,
        terminal: ScreenTerminal,
        pictures: ScreenPictures,
    ) -> None:
        self._state = state
        self._settings = settings
        self._appearance = appearance
        self._terminal = terminal
        self.pictures = pictures
        self._views: dict[tuple[int, str], View] = {}
        """By side of a split, and key."""
        self.dragged: Dragged | None = None
        """What the mouse is being dragged over."""
        self.raised = 0
        """Rows by which the messages are painted higher, because the row of typed markup is below them."""
        self._sought = ""
        """The msgid of a message to show as soon as it is loaded."""
        self._seen: tuple[object, ...] = ()
        """What was looked around at last."""

    @property
    def view(self) -> View | None:
        """The view of the current conversation."""
        current = self._state.current
        return self._view(current, self._appearance.split.side) if current is not None else None

    def beside(self, conversation: Conversation) -> View:
        """The view of a conversation on the other side of a split."""
        return self._view(conversation, 1 - self._appearance.split.side)

    def _view(self, conversation: Conversation, side: int) -> View:
        place = side, conversation.key
        known = self._views.get(place)
        if known is None or known.conversation is not conversation:
            known = self._views[place] = View(self._state, conversation)
        events = self._settings.get("events")
        known.rows.events = events != "no" and not (events == "auto" and len(conversation.members) > LARGE)
        known.rows.folded = events in {"auto", "short"}
        known.rows.previews = self._settings.on("previews")
        known.rows.pictures = self.pictures
        return known

    def chosen(self) -> Entry | None:
        view = self.view
        return view.rows.entry(view.selected) if view is not None and view.selected is not None else None

    def select(self, number: int) -> None:
        """Select an entry, and make it visible."""
        view = self.view
        if view is not None:
            view.selected = number
            view.to(number, self._appearance.look, self._appearance.layout.height)

    def clear(self) -> None:
        if self.view is not None:
            self.view.cleared = self.view.conversation.end
            self.view.to_end()

    def scroll(self, by: int) -> None:
        """Scroll down, or up if negative; at the top the previous page is fetched."""
        if self.view is not None:
            self._scroll(self.view, by, self._appearance.look)

    def scroll_beside(self, conversation: Conversation, by: int) -> None:
        """The same on the other side of a split."""
        self._scroll(self.beside(conversation), by, self._appearance.look_beside)

    def _scroll(self, view: View, by: int, look: Look) -> None:
        if by > 0:
            view.down(by, look)
            if view.conversation.detour is not None and view.bottom is None:
                history_requests.load_newer(self._state, view.conversation)
        elif not view.up(-by, look, self._appearance.layout.height):
            history_requests.load_older(self._state, view.conversation)

    def look_at(self, conversation: Conversation, msgid: str) -> None:
        """Select a message of the current conversation as soon as it is loaded. Raises CannotDo."""
        self._sought = msgid
        if self.view is not None:
            self.view.remember()
        if not history_requests.look_at(self._state, conversation, msgid):
            raise CannotDo(_("That message is not here, and this server has no history."))

    def settle(self) -> bool:
        """Called before painting: selects a requested message that was loaded, and marks messages as read at the end.

        Returns True if something was read and the server has to be told.
        """
        view, state = self.view, self._state
        if view is not None:
            self._seek(view)
            view.settle(self._appearance.look)
        if view is not None and self._reads_thread(view):
            return True
        state.looking = view is not None and view.following and self._terminal.focused is not False
        current = state.current
        reads = state.looking and current is not None and current.unread > 0 and not current.keeps_unread
        if reads and current is not None:
            state.read(state.active)
            preferences.read_again(state, current)
        return reads

    def look_around(self) -> bool:
        """Ask for what belongs to the visible messages: pictures, and what the pages are that they link to.

        Called after painting, which must not wait for it. Returns whether the server has to be told something.
        """
        view = self.view
        if view is None or self._situation(view) == self._seen:
            return False
        self._seen = self._situation(view)
        return self._ask(view)

    def _situation(self, view: View) -> tuple[object, ...]:
        """What decides which messages are visible, and what belongs to them."""
        rows, layout = view.rows, self._appearance.layout
        folded = len(rows.without)
        where = id(view), id(rows.part), view.bottom, self._state.received, layout.height, self._appearance.look
        return *where, rows.previews, folded, self.pictures.dropped

    def _ask(self, view: View) -> bool:
        look, rows, state = self._appearance.look, view.rows, self._state
        numbers = dict.fromkeys(each.number for each in reversed(view.shown))
        seen = [entry for number in numbers if (entry := rows.entry(number)) is not None and "://" in entry.text]
        open_ones = [entry for entry in seen if entry.msgid not in rows.without]
        shown = [picture for entry in open_ones for picture in drawn(state, entry, look, self.pictures)]
        self.pictures.want([WantedPicture(picture.file.href, picture.room) for picture in shown])
        return self._ask_previews(view, seen)

    def _ask_previews(self, view: View, seen: Sequence[Entry]) -> bool:
        state, conversation = self._state, view.conversation
        if not view.rows.previews or not state.can(CAPABILITY):
            return False
        links = [(entry, link_of(state, conversation, entry)) for entry in seen]
        lines = [state.previews.ask(conversation.name, entry.msgid, link, state.now) for entry, link in links if link]
        state.lines += filter(None, lines)
        return any(lines)

    def settle_beside(self, conversation: Conversation) -> bool:
        """Called before painting for the other side of a split: what is visible there is read, too."""
        view, state = self.beside(conversation), self._state
        view.settle(self._appearance.look_beside)
        state.also_seen = conversation.key if view.following and self._terminal.focused is not False else ""
        reads = bool(state.also_seen) and conversation.unread > 0 and not conversation.keeps_unread
        if reads:
            state.read(conversation.key)
            preferences.read_again(state, conversation)
        return reads

    def turn_away(self) -> None:
        """Another server is shown: nobody sees what is said here, and what is new now will be old."""
        self._state.looking = False
        current = self._state.current
        if current is not None:
            current.new_from, current.keeps_unread = 0, False

    def _reads_thread(self, view: View) -> bool:
        """Whether the end of an open thread is visible, and was not known to be read."""
        at_end = isinstance(view.conversation.detour, Thread) and view.bottom is None
        return (
            at_end and self._terminal.focused is not False and preferences.read_thread(self._state, view.conversation)
        )

    def _seek(self, view: View) -> None:
        if not self._sought or view.conversation.find(self._sought) is None:
            return
        view.turn_to(self._appearance.look)
        number = view.rows.number_of(self._sought)
        self.raised = 0
        """Rows by which the messages are painted higher, because the row of typed markup is below them."""
        self._sought = ""
        if number is not None:
            self.select(number)
