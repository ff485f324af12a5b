"""What is missing in a conversation, and how it is fetched after a join or a lost connection. No I/O.

Source: https://ircv3.net/specs/extensions/chathistory (draft)
"""

from __future__ import annotations

from enum import Enum
from typing import Final, Generic, Protocol, TypeVar

from chover.client.lines import iso
from chover.client.state.entries import PLACELESS, TALK
from chover.wire.message import format_line

PAGE: Final = 100
"""Messages requested at once while a gap is filled; a server with a lower limit sends fewer."""
PAGES: Final = 200
"""Longest gap that is filled, in pages. For a longer one only the newest page is fetched, and the rest on demand."""
SEEN: Final = 4000
"""msgids remembered for each conversation, so that nothing is shown twice."""
HELD: Final = 1000
"""The maximum number of new messages held back while older ones are fetched; any more are fetched, too."""


class Placed(Protocol):
    """Something with a place in a log."""

    @property
    def msgid(self) -> str: ...
    @property
    def at(self) -> int: ...
    @property
    def kind(self) -> str: ...


T = TypeVar("T", bound=Placed)


class PageRequest(Enum):
    NOTHING = "nothing"
    LATEST = "latest"
    AFTER_MSGID = "after msgid"
    AFTER_TIME = "after time"


class Gap(Generic[T]):
    """``name`` is its label on the wire; ``latest`` is how many messages to fetch if none was ever seen."""

    def __init__(self, name: str, latest: int) -> None:
        self.name = name
        self.last = ""
        """The msgid of the newest message seen."""
        self._placed_at = 0
        """Its time, as the server sent it."""
        self.last_at = 0
        """The time of the newest thing seen, or of our first join, in milliseconds since 1970."""
        self.asked = PageRequest.NOTHING
        self.cut = False
        """Whether more was said than is fetched, so that the next messages do not continue the ones here."""
        self._latest = latest
        self._since = 0
        self._seen: dict[str, None] = {}
        self._held: list[T] = []
        self._overflowed = False
        self._pages = 0
        self._lines = 0

    @property
    def asking(self) -> bool:
        return self.asked is not PageRequest.NOTHING

    def fresh(self, line: T) -> bool:
        """Whether it is seen for the first time; marks it as seen."""
        if line.msgid in self._seen:
            return False
        if line.msgid:
            self._seen[line.msgid] = None
            if line.kind not in PLACELESS:
                self.last, self._placed_at = line.msgid, line.at
            while len(self._seen) > SEEN:
                del self._seen[next(iter(self._seen))]
        self.last_at = max(self.last_at, line.at)
        return True

    def hold(self, line: T) -> bool:
        """Hold back a new message until the older ones are here. Returns False if that is not necessary."""
        if self.asked is PageRequest.NOTHING:
            return False
        if len(self._held) >= HELD:
            # They are in the history already and arrive with one more page.
            self._held.clear()
            self._overflowed = True
        self._held.append(line)
        return True

    def begin(self, since: int, *, timed: bool = True) -> str:
        """The request for what is missing: the gap, or the latest messages if none was ever seen.

        ``since`` is when this connection began (ms since 1970). ``timed``: messages have the server's time.
        """
        self._pages = self._lines = 0
        self._since = since
        self.cut = False
        # A msgid may be gone if the channel was created anew, or if it is too old. A time works in any log.
        by_time = self._placed_at and timed if self.last else self.last_at
        self.asked = PageRequest.AFTER_TIME if by_time else PageRequest.AFTER_MSGID if self.last else PageRequest.LATEST
        return self._request()

    def page(self, lines: list[T]) -> tuple[list[T], str]:
        """The new messages of a page, and the next request, or "" at the end."""
        before = self.last
        if self.asked is PageRequest.LATEST and not self._latest and not self.cut:
            # Messages since the connection began are not old: they arrive by themselves.
            lines = [line for line in lines if line.at < self._since]
        fresh = [line for line in lines if self.fresh(line)]
        self._pages += 1
        if self.asked is PageRequest.LATEST and not self.cut:
            # If nothing old is wanted, the newest message is fetched to know where a later gap begins.
            fresh = fresh[-self._latest :] if self._latest else []
        self._lines += sum(line.kind in TALK for line in fresh)
        ended = self.asked is PageRequest.LATEST or self.last == before
        if not ended and self._pages >= PAGES:
            return fresh, self._start_over()
        if ended and not self._overflowed:
            return fresh, ""
        self._overflowed = self._overflowed and not ended
        self.asked = PageRequest.AFTER_MSGID
        return fresh, self._request()

    def _start_over(self) -> str:
        self.cut, self._pages = True, 0
        self.asked = PageRequest.LATEST
        return self._request()

    def refused(self) -> str:
        """The server does not know such references. Returns the next best request, or "" if there is none."""
        self.asked = self._next_best()
        return self._request() if self.asked is not PageRequest.NOTHING else ""

    def _next_best(self) -> PageRequest:
        """The other one of the two ways to continue, unless it was refused before."""
        match self.asked:
            case PageRequest.AFTER_TIME if self.last and not self._pages:
                return PageRequest.AFTER_MSGID
            case PageRequest.AFTER_MSGID if self._pages and self._placed_at:
                return PageRequest.AFTER_TIME
            case PageRequest.AFTER_TIME | PageRequest.AFTER_MSGID:
                return PageRequest.LATEST
        return PageRequest.NOTHING

    def finish(self) -> tuple[list[T], int]:
        """End: the messages held back, in order, and the number of older ones shown."""
        self.asked = PageRequest.NOTHING
        self.last_at = self.last_at or self._since
        held, self._held = self._held, []
        return [line for line in held if self.fresh(line)], self._lines

    def interrupted(self) -> None:
        """The connection is gone: what was held back will arrive again as history."""
        if not self._latest:
            self.last_at = self.last_at or self._since
        self.asked = PageRequest.NOTHING
        self._overflowed = False
        self._held.clear()

    def _request(self) -> str:
        match self.asked:
            case PageRequest.LATEST:
                count = PAGE if self.cut else max(self._latest, 1)
                return format_line("CHATHISTORY", "LATEST", self.name, "*", str(count))
            case PageRequest.AFTER_TIME:
                # Messages of that millisecond arrive again, so none is missed.
                at = self._placed_at - 1 if self.last else self.last_at
                return format_line("CHATHISTORY", "AFTER", self.name, f"timestamp={iso(at)}", str(PAGE))
            case _:
                return format_line("CHATHISTORY", "AFTER", self.name, f"msgid={self.last}", str(PAGE))
