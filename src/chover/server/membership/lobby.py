"""The lobby for connections that are not registered users: its recent messages, and new ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from chover.engine.events import Blanked, Edited, Event, Redacted, Said
from chover.engine.ids import LogId
from chover.engine.model import Channel
from chover.engine.visibility import readable_by_anybody
from chover.ports import Direction, Selector
from chover.server.session.announcements import announce
from chover.wire import hello
from chover.wire.ctcp import as_text

if TYPE_CHECKING:
    from chover.server.session.session import Node

MESSAGES: Final = frozenset({Said, Redacted, Edited})
"""What the lobby shows to people outside."""


class Lobby:
    """The first of the channels that everybody joins, if there is one."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._tail: deque[Event] = deque(maxlen=max(1, node.config.history.replay))
        self._watchers: dict[Callable[[hello.LegacyMessage], None], None] = {}
        self._take_name()

    def _take_name(self) -> None:
        self.name = next(iter(self._node.config.channels.autojoin), "")
        # Compared with each message's channel; by_name contains nothing under the empty name.
        self._folded = self._node.chat.rules.same_channel(self.name) if self.name else ""

    @property
    def channel(self) -> Channel | None:
        return self._node.chat.by_name.get(self._folded)

    def log(self) -> LogId | None:
        return channel.log if (channel := self.channel) is not None else None

    async def read(self) -> None:
        """Load earlier messages. Raises StoreError."""
        if lobby := self.channel:
            found = await self._node.store.page(
                lobby.log, Selector(), Direction.BEFORE, self._node.config.history.replay, messages_only=True
            )
            self._tail.extend(event for event in found if isinstance(event.body, Said) and not event.body.rank)

    def resize(self) -> None:
        """The settings have changed."""
        self._take_name()
        self._tail = deque(self._tail, maxlen=max(1, self._node.config.history.replay))

    def tail(self) -> list[hello.LegacyMessage]:
        """The messages that may be shown to anybody, the oldest first."""
        return [said for event in self._tail for said in _as_said(event)] if self._open() else []

    def watch(self, receive: Callable[[hello.LegacyMessage], None]) -> Callable[[], None]:
        """Show messages from now on. Returns a function that ends it."""
        self._watchers[receive] = None
        return lambda: self._watchers.pop(receive, None)

    def notice(self, event: Event) -> None:
        """A message was sent or changed in some conversation."""
        lobby = self._node.chat.by_name.get(self._folded)
        if lobby is None or event.log != lobby.log:
            return
        body = event.body
        if isinstance(body, Said) and not body.rank:
            self._tail.append(event)
            for session in self._node.fanout.sessions.get(event.source.id, ()):
                announce(session)
            self._show(_as_said(event))
        elif isinstance(body, Redacted | Edited):
            self._change(event, body)

    def _change(self, event: Event, body: Redacted | Edited) -> None:
        for place, said in enumerate(self._tail):
            if said.seq == body.place and isinstance(said.body, Said):
                after = (
                    Blanked()
                    if isinstance(body, Redacted)
                    else msgspec.structs.replace(said.body, text=body.text, joints=body.joints)
                )
                self._tail[place] = msgspec.structs.replace(said, body=after)
        if isinstance(body, Edited) and not body.quiet and not body.status:
            self._show(_edited(event, body))

    def _show(self, said: Iterable[hello.LegacyMessage]) -> None:
        observer = self._node.observer
        for one in said if observer is not None or self._watchers else ():
            if observer is not None:
                observer.said(one)
            if self._open():
                for receive in list(self._watchers):
                    receive(one)

    def _open(self) -> bool:
        """Whether people outside may see messages."""
        lobby, node = self.channel, self._node
        return (
            lobby is not None and node.config.channels.guests_read_lobby and readable_by_anybody(lobby, node.chat.rules)
        )


def _as_said(event: Event) -> list[hello.LegacyMessage]:
    """A lobby message as the original's clients show it, line by line; what they do not show is left out (CTCP)."""
    body = event.body
    if not isinstance(body, Said):
        return []
    name = hello.shown_name(event.source.nick, body.tags)
    texts = [as_text(name, piece) for piece, _ in body.pieces() if piece]
    return [hello.LegacyMessage(name, _when(event), text) for text in texts if text]


def _edited(event: Event, body: Edited) -> list[hello.LegacyMessage]:
    nick = event.source.nick
    first, *others = [text for piece, _ in body.pieces() if (text := as_text(nick, piece))] or [""]
    changed = [f"* {nick} edited: {first.removeprefix(f'* {nick} ')}", *others] if first else []
    return [hello.LegacyMessage(nick, _when(event), text) for text in changed]


def _when(event: Event) -> datetime:
    return datetime.fromtimestamp(event.at / 1000).astimezone()
