"""Watches: sessions that are told when a nick comes and goes (https://ircv3.net/specs/extensions/monitor)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Generic

from chover.engine.events import Arrived, Event, Quit, Renamed
from chover.engine.state import ChatState
from chover.server.delivery.recipient import R
from chover.server.delivery.send_queue import SendQueue
from chover.wire.message import format_line
from chover.wire.numerics import Rpl

MOST: Final = 100
"""The maximum number of nicks that a session may watch."""


class Monitor(Generic[R]):
    """The watchers of each folded nick, with the nick as the session wrote it."""

    def __init__(self, chat: ChatState, outbox: SendQueue[R]) -> None:
        self._chat = chat
        self._outbox = outbox
        self._watchers: dict[str, dict[R, None]] = {}
        self._lists: dict[R, dict[str, str]] = {}

    def watched(self, session: R) -> dict[str, str]:
        """The nicks that a session watches, as it wrote them, by folded nick."""
        return self._lists.get(session, {})

    def watch(self, session: R, folded: str, nick: str) -> None:
        self._lists.setdefault(session, {}).setdefault(folded, nick)
        self._watchers.setdefault(folded, {})[session] = None

    def unwatch(self, session: R, folded: str) -> None:
        held = self._lists.get(session, {})
        if held.pop(folded, None) is not None:
            if not held:
                del self._lists[session]
            watchers = self._watchers[folded]
            del watchers[session]
            if not watchers:
                del self._watchers[folded]

    def clear(self, session: R) -> None:
        for folded in list(self.watched(session)):
            self.unwatch(session, folded)

    def watchers(self, folded: str) -> Iterable[R]:
        return self._watchers.get(folded, ())

    def notice(self, event: Event) -> None:
        """Tell watchers that a nick is online, or is not any more.

        Departures and new nicks are reported while the user still has the old one.
        """
        body, source = event.body, event.source
        if isinstance(body, Arrived):
            self._tell(self._fold(source.nick), Rpl.MONONLINE, source.mask)
        elif isinstance(body, Quit):
            self._tell(self._fold(source.nick), Rpl.MONOFFLINE, source.nick)
        elif isinstance(body, Renamed) and self._fold(body.nick) != self._fold(source.nick):
            self._tell(self._fold(source.nick), Rpl.MONOFFLINE, source.nick)
            self._tell(self._fold(body.nick), Rpl.MONONLINE, f"{body.nick}!{source.user}@{source.host}")

    @property
    def _fold(self) -> Callable[[str], str]:
        return self._chat.rules.same_nick

    def _tell(self, folded: str, numeric: Rpl, who: str) -> None:
        for session in self.watchers(folded):
            line = format_line(numeric.value, session.nick_or_star, who, source=session.server)
            self._outbox.put(session, f"{line}\r\n".encode())
