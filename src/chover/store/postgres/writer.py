"""The task through which every append goes, and the queue in front of it.

Whatever was given while a transaction was being written is the next transaction (group commit). While the database is
away appends wait, a bounded time and in a bounded number; what may have been committed is looked for before it is
written again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from chover.ports import Append, Failed, Outcome
from chover.store.postgres.faults import Interrupted
from chover.store.postgres.log.appender import PostgresAppender, Uncertain

TOGETHER: Final = 2048
"""Events after which a transaction takes no further group."""
WAITING: Final = 100_000
"""Events that may wait, about 100 MB of the longest messages."""
PATIENCE_SECONDS: Final = 10.0
"""So long an append waits for a database that is away, from when it was given."""
FIRST_PAUSE_SECONDS: Final = 0.05
LONGEST_PAUSE_SECONDS: Final = 1.0

_BUSY: Final = Failed("the database is too slow for the messages: try again in a moment; nothing was sent")
_STOPPED: Final = Failed("the server is stopping: try again when it is back; nothing was sent")
_NOTHING: Final = "nothing was sent"
_PERHAPS: Final = "it may have been sent: look before you send it again"

_logger: Final = logging.getLogger(__name__)
Done = Callable[[list[Outcome]], None]


class WaitingGroup(msgspec.Struct):
    """Appends that are in one transaction, and whom to tell. ``since`` by the loop's clock. A ``refusal`` has none."""

    appends: Sequence[Append]
    done: Done
    since: float
    events: int = 0
    refusal: list[Outcome] | None = None


class PostgresWriter:
    """Takes groups from the loop that it was made on."""

    def __init__(self, appender: PostgresAppender, patience: float = PATIENCE_SECONDS) -> None:
        self._appender = appender
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[WaitingGroup | None] = asyncio.Queue()
        self._waiting = 0
        self._stopped = False
        self.committed: Callable[[Sequence[Append]], None] | None = None
        """Told what was written, before those who gave it are."""
        self._task = self._loop.create_task(self._run())

    def append(self, appends: Sequence[Append], done: Done) -> None:
        """Queue a group. Whatever is given while too much waits, or after ``stop``, fails."""
        if self._stopped:
            outcomes: list[Outcome] = [_STOPPED] * len(appends)
            self._loop.call_soon(_tell, done, outcomes)
            return
        events = sum(len(append.events) for append in appends)
        refused = self._waiting + events > max(WAITING, events)
        group = WaitingGroup(appends, done, self._loop.time(), events)
        if refused:
            group = WaitingGroup([], done, group.since, 0, [_BUSY] * len(appends))
        self._waiting += group.events
        self._queue.put_nowait(group)

    async def reach(self) -> None:
        """Wait until everything that was given before is told."""
        reached: asyncio.Future[list[Outcome]] = self._loop.create_future()
        self.append([], reached.set_result)
        await reached

    async def stop(self) -> None:
        """Finish what was given."""
        if not self._stopped:
            self._stopped = True
            self._queue.put_nowait(None)
        await self._task

    async def _run(self) -> None:
        while (first := await self._queue.get()) is not None:
            groups, last = self._gathered(first)
            await self._keep(groups)
            if last:
                return

    def _gathered(self, first: WaitingGroup) -> tuple[list[WaitingGroup], bool]:
        """It and what waits behind it; whether nothing comes any more."""
        groups, events = [first], first.events
        while events < TOGETHER and not self._queue.empty():
            group = self._queue.get_nowait()
            if group is None:
                return groups, True
            groups.append(group)
            events += group.events
        return groups, False

    async def _keep(self, groups: list[WaitingGroup]) -> None:
        again, pause = False, FIRST_PAUSE_SECONDS
        while groups:
            appends = [append for group in groups for append in group.appends]
            try:
                outcomes = await self._appender.keep(appends, again=again)
            except Interrupted as error:
                _logger.warning("appends wait for the database: %s", error)
                again = again or isinstance(error, Uncertain)
                groups = self._still_waiting(groups, f"{error}; {_PERHAPS if again else _NOTHING}")
            else:
                if self.committed is not None:
                    self.committed(appends)
                self._told(groups, outcomes)
                return
            if groups:
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _still_waiting(self, groups: list[WaitingGroup], reason: str) -> list[WaitingGroup]:
        """Those that may wait longer; the others are told that it failed."""
        oldest = self._loop.time() - self._patience
        over = [group for group in groups if group.since <= oldest]
        if over:
            _logger.error("%d appends failed: %s", sum(len(group.appends) for group in over), reason)
        failed: Outcome = Failed(reason)
        for group in over:
            self._told([group], [failed] * len(group.appends))
        return [group for group in groups if group.since > oldest]

    def _told(self, groups: Iterable[WaitingGroup], outcomes: Iterable[Outcome]) -> None:
        results = iter(outcomes)
        for group in groups:
            self._waiting -= group.events
            _tell(group.done, group.refusal or [next(results) for _ in group.appends])


def _tell(done: Done, outcomes: list[Outcome]) -> None:
    try:
        done(outcomes)
    except Exception:
        # The groups behind it are still owed theirs.
        _logger.exception("the outcome of a group could not be handled")
