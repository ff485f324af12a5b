"""What is missing of one conversation, and how it is fetched after a join or a lost connection. No I/O.

Source: https://ircv3.net/specs/extensions/chathistory (draft)
"""

from __future__ import annotations

from enum import Enum
from typing import Final, Generic, Protocol, TypeVar

from chover.client.lines import iso
from chover.client.state.entries import PLACELESS, TALK
from chover.wire.message import format_line

PAGE: Final = 100
"""Messages asked for at once while a gap is filled; a server with a smaller bound sends fewer."""
PAGES: Final = 200
"""Longest gap that is filled, in pages; of a longer one the newest page is, and the rest when somebody looks."""
SEEN: Final = 4000
"""msgids remembered for each conversation, so that nothing is shown twice."""
HELD: Final = 1000
"""Most new messages held back while older ones are fetched; of more they are fetched as well."""


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
    """``name`` is its label on the wire; ``latest`` is how many messages to fetch of it if none was ever seen."""

    def __init__(self, name: str, latest: int) -> None:
        self.name = name
        self.last = ""
        """msgid of the newest message seen."""
        self._placed_at = 0
        """Its time, as the server gave it."""
        self.last_at = 0
        """Time of the newest of anything seen, or when we first came, in milliseconds since 1970."""
        self.asked = PageRequest.NOTHING
        self.cut = False
        """More was said than is fetched: what comes now is the newest, and does not go on from what was here."""
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
        """Whether it is seen for the first time; from now on it has been."""
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
        """Keep a new message until the older ones are here; False when there is no need to."""
        if self.asked is PageRequest.NOTHING:
            return False
        if len(self._held) >= HELD:
            # They stand in the history already and come with one more page.
            self._held.clear()
            self._overflowed = True
        self._held.append(line)
        return True

    def begin(self, since: int, *, timed: bool = True) -> str:
        """The request that fetches what is missing: the gap, or the latest messages of what was never seen.

        ``since`` is when this connection began (ms since 1970). ``timed``: messages have the server's time.
        """
        self._pages = self._lines = 0
        self._since = since
        self.cut = False
        # A msgid may be gone: of a channel that was begun anew, or too old. A time leads on in any log.
        by_time = self._placed_at and timed if self.last else self.last_at
        self.asked = PageRequest.AFTER_TIME if by_time else PageRequest.AFTER_MSGID if self.last else PageRequest.LATEST
        return self._request()

    def page(self, lines: list[T]) -> tuple[list[T], str]:
        """What of a page is new and to be shown, and the next request, or "" when this was the end of it."""
        before = self.last
        if self.asked is PageRequest.LATEST and not self._latest and not self.cut:
            # What was said since we came is not old: it comes, or has come, by itself.
            lines = [line for line in lines if line.at < self._since]
        fresh = [line for line in lines if self.fresh(line)]
        self._pages += 1
        if self.asked is PageRequest.LATEST and not self.cut:
            # Where nothing old is wanted, the newest message is fetched to know where a later gap begins.
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
        """The server knows no such references: the next best request, or "" when there is none."""
        self.asked = self._next_best()
        return self._request() if self.asked is not PageRequest.NOTHING else ""

    def _next_best(self) -> PageRequest:
        """Of the two ways to go on the other one, where it was not refused before."""
        match self.asked:
            case PageRequest.AFTER_TIME if self.last and not self._pages:
                return PageRequest.AFTER_MSGID
            case PageRequest.AFTER_MSGID if self._pages and self._placed_at:
                return PageRequest.AFTER_TIME
            case PageRequest.AFTER_TIME | PageRequest.AFTER_MSGID:
                return PageRequest.LATEST
        return PageRequest.NOTHING

    def finish(self) -> tuple[list[T], int]:
        """The end: what was held back, in order, and how many older messages were shown."""
        self.asked = PageRequest.NOTHING
        self.last_at = self.last_at or self._since
        held, self._held = self._held, []
        return [line for line in held if self.fresh(line)], self._lines

    def interrupted(self) -> None:
        """The connection is gone: what was held back will come again as history."""
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
                # What is known of that millisecond comes once more, and nothing of it is missed.
                at = self._placed_at - 1 if self.last else self.last_at
                return format_line("CHATHISTORY", "AFTER", self.name, f"timestamp={iso(at)}", str(PAGE))
            case _:
                return format_line("CHATHISTORY", "AFTER", self.name, f"msgid={self.last}", str(PAGE))
