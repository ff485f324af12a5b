"""Which messages were looked at for pushes, which pushes are under way, and how far all of it is finished."""

from __future__ import annotations

from typing import Final, NamedTuple

from chover.engine.ids import LogId
from chover.ports.push import PushCursor, PushPlace

SAVE_MS: Final = 30_000
"""So often it is saved that nothing has to be pushed."""


class LogLook(NamedTuple):
    """``at``: when the logs were looked at (ms since 1970). ``mark``: of LogHeads.moved."""

    at: int
    mark: str = ""


class PushPlaces:
    """What another node needs to go on: everything up to a look is finished, and in some logs what came later."""

    def __init__(self, look: LogLook) -> None:
        self.taken: dict[LogId, int] = {}
        """The last place of a log that was looked at."""
        self.look = look
        """Everything that was to be seen then has been looked at, except in logs that are awaited."""
        self._open: dict[LogId, dict[int, LogLook]] = {}
        """The messages that are being pushed, in their order, and the look before them."""
        self.awaited: dict[LogId, int] = {}
        """The heads of logs whose events have not all been looked at."""
        self._before: dict[LogId, LogLook] = {}
        self._finished: dict[LogId, PushPlace] = {}
        self._saved = look.at

    def take(self, log: LogId, seq: int) -> None:
        """Pushes about a message begin."""
        self.taken[log] = seq
        self._open.setdefault(log, {})[seq] = self._before.get(log, self.look)

    def finish(self, log: LogId, seq: int, now: int) -> None:
        """All pushes about a message are finished."""
        under_way = self._open[log]
        first = next(iter(under_way))
        del under_way[seq]
        if not under_way:
            del self._open[log]
        if seq == first:
            place = next(iter(under_way)) - 1 if under_way else self.taken[log]
            self._finished[log] = PushPlace(place, now)

    def await_rest(self, log: LogId, head: int) -> None:
        """There is more in a log than could be looked at."""
        self.awaited[log] = head
        self._before.setdefault(log, self.look)

    def caught_up(self, log: LogId) -> None:
        self.awaited.pop(log, None)
        self._before.pop(log, None)

    @property
    def under_way(self) -> int:
        return sum(map(len, self._open.values()))

    def unsaved(self) -> PushCursor | None:
        """What is to be saved now; None if there is nothing new."""
        pending = [next(iter(looks.values())) for looks in self._open.values()]
        sure = min([self.look, *pending, *self._before.values()])
        if not self._finished and sure.at - self._saved < SAVE_MS:
            return None
        finished, self._finished = self._finished, {}
        self._saved = sure.at
        return PushCursor(sure.at, sure.mark, finished)

    def not_saved(self, cursor: PushCursor) -> None:
        """It could not be saved: it is to be saved later."""
        self._finished = {**cursor.places, **self._finished}
