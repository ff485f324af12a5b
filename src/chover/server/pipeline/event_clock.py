"""The time of events: the machine's clock, except that it never goes back."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from chover.server.pipeline.clock_doubt import BELIEVED_SECONDS, ClockDoubt, synchronised

_log = logging.getLogger(__name__)

BEHIND_MS: Final = 5000
"""A clock that is further behind the newest event is reported."""
LOOK_MS: Final = 1000
"""While the clock runs, it is compared with the monotonic one at most this often."""
AHEAD_MS: Final = 60_000
"""A clock that has jumped ahead by more than this is reported, too."""
TOLD_SECONDS: Final = 3600.0
"""How long a jump ahead is a warning, and longer while it is in doubt: only people know which time was wrong."""

_FIX: Final = "timedatectl set-ntp true, or: chronyc makestep"


def machine_clock() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def steady_clock() -> float:
    """Seconds of a monotonic clock; if the system has it, one that includes time while suspended."""
    return time.clock_gettime(_BOOTTIME) if _BOOTTIME is not None else time.monotonic()


_BOOTTIME: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", None)


class EventClock:
    """Gives each event a time that is not before any other, and notices a clock that was set.

    While the clock is behind, each of its milliseconds becomes the next one after the newest event. So events keep
    their distances, a busy server does not get further ahead, and the clock catches up whenever nothing happens.
    """

    __slots__ = ("_ahead", "_behind_told", "_doubt", "_jumped_at", "_seen", "_seen_at", "_steady", "newest", "read")

    def __init__(
        self,
        read: Callable[[], int] = machine_clock,
        steady: Callable[[], float] = steady_clock,
        synchronised: Callable[[], bool | None] = synchronised,
    ) -> None:
        self.read, self._steady = read, steady
        self._doubt = ClockDoubt(steady, synchronised)
        self.newest = 0
        """The time of the newest event, in ms since 1970."""
        self._seen, self._seen_at = read(), steady()
        self._behind_told = False
        self._ahead, self._jumped_at = 0, 0.0

    def begin(self, newest: int) -> None:
        """Continue after the events of earlier runs."""
        self.newest = max(self.newest, newest)
        read = self.read()
        self._look(read)
        if newest:
            self._doubt.began(read - newest)

    def advance(self, read: int) -> int:
        """The time of an event when the clock shows ``read``, which differs from what it showed last."""
        if self.newest < read < self._seen + LOOK_MS and not self._behind_told:
            # Nothing worth reporting can have happened since the last check; this is on the path of every message.
            self.newest = read
            return read
        self._look(read)
        self.newest = at = max(read, self.newest + 1)
        return at

    def now(self) -> int:
        """The time now, not before any event."""
        return max(self.read(), self.newest)

    def confirmed(self) -> int:
        """The time by which what is old may be deleted: a jump ahead counts once NTP or a day has confirmed it."""
        read = self.read()
        self._look(read)
        return read - self._doubt.ms()

    def warning(self) -> str:
        """What is wrong with the clock and what to do, in one line; empty if nothing is."""
        read = self.read()
        self._look(read)
        if self.newest - read > BEHIND_MS:
            return _behind(read, self.newest)
        told = self._steady() - self._jumped_at < TOLD_SECONDS or self._doubt.ms()
        return _jumped(self._ahead) if self._ahead and told else ""

    def _look(self, read: int) -> None:
        steady = self._steady()
        leap = read - self._seen - int((steady - self._seen_at) * 1000)
        self._seen, self._seen_at = read, steady
        if abs(leap) > AHEAD_MS:
            self._doubt.jumped(leap)
        if leap > AHEAD_MS and read > self.newest:
            self._ahead, self._jumped_at = leap, steady
            _log.warning("%s", _jumped(leap))
        if self.newest - read > BEHIND_MS:
            self._tell_behind(read)
        elif self._behind_told and read >= self.newest:
            self._behind_told = False
            _log.info("the clock has caught up with the newest message")

    def _tell_behind(self, read: int) -> None:
        self._ahead = 0
        if not self._behind_told:
            self._behind_told = True
            _log.warning("%s", _behind(read, self.newest))


def _behind(read: int, newest: int) -> str:
    return (
        f"the clock is {(newest - read) // 1000} s behind the newest message ({_day(newest)}): until it has caught up, "
        f"new messages get times just after that one. If the clock is wrong, set it: {_FIX}. If it was ahead when that "
        "was said, and you cannot wait, restore a backup of before"
    )


def _jumped(ms: int) -> str:
    return (
        f"the clock jumped ahead by {ms // 1000} s. If it is wrong now, set it before more is said: {_FIX}. "
        f"{_NOTHING_DELETED}"
    )


_NOTHING_DELETED: Final = (
    "Nothing is deleted for its age by the new time until NTP confirms it, or it has stood for "
    f"{BELIEVED_SECONDS / 3600:g} hours"
)


def _day(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"
