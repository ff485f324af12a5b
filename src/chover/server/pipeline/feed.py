"""Order: events from the bus are applied in the order of their logs, each once, with gaps filled from the store."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from chover.engine.events import Event
from chover.engine.ids import LogId
from chover.ports import Store, StoreError

_log = logging.getLogger(__name__)

HELD: Final = 1024
"""Events kept for a log while its gap is filled; any more are dropped and read from the store later."""
POLL_SECONDS: Final = 1.0
"""How often the store is asked for what a lossy bus has lost: the delay of messages while the bus is down."""
UNDER_WAY_SECONDS: Final = 0.05
"""For so long after its commit an event may still be on the bus; later it is read from the store."""
PIECE: Final = 1000
"""How many events are read from the store at once."""


def _nobody_waits() -> None:
    """The default of ``Feed.advanced``."""


class Feed:
    """Passes the events of all logs to ``apply``. ``applied`` has the last place that was applied, for each log."""

    def __init__(self, store: Store, apply: Callable[[Event], None]) -> None:
        self._store = store
        self._apply = apply
        self.applied: dict[LogId, int] = {}
        self.advanced: Callable[[], None] = _nobody_waits
        """Called after events were applied, except by ``receive``."""
        self._held: dict[LogId, dict[int, Event]] = {}
        self._filling: dict[LogId, asyncio.Task[None]] = {}
        self._mark = ""
        self._unreadable = False
        self.lag_events = 0
        """How many events of other nodes it does not have yet, as of the last poll."""
        self._complete_at = 0.0

    async def survey(self) -> None:
        """Start after the events that are in the store now. Raises StoreError.

        Events of private conversations and closed channels are not gaps to fill: they have been delivered already.
        """
        heads, self._mark = await self._store.moved("")
        self.applied.update(heads)

    def begin(self, restored: Mapping[LogId, int]) -> None:
        """``restored`` are the places up to which the state was read from the store, after the survey."""
        self.applied.update(restored)

    @property
    def lag_seconds(self) -> float:
        """For how long it has not been sure to have everything, beyond the usual time between two polls."""
        return max(0.0, time.monotonic() - self._complete_at - POLL_SECONDS) if self._complete_at else 0.0

    # ---- what the bus brings -----------------------------------------------------------------------------------------

    def receive(self, events: Iterable[Event]) -> None:
        """Receive events from the bus: in any order, more than once, with gaps."""
        for event in events:
            if event.kept:
                self._place(event)
            else:
                self._apply(event)

    def hear(self, events: Iterable[Event]) -> None:
        """Receive events from a lossy bus, and notify those who wait for them."""
        self.receive(events)
        self.advanced()

    def _place(self, event: Event) -> None:
        log, seq = event.log, event.seq
        due = self.applied.get(log, 0) + 1
        if seq == due and log not in self._held:
            self.applied[log] = seq
            self._apply(event)
        elif seq >= due:
            self._hold(log, event)

    def _hold(self, log: LogId, event: Event) -> None:
        held = self._held.setdefault(log, {})
        if len(held) < HELD:
            held[event.seq] = event
        if self._advance(log):
            return
        if log not in self._filling:
            self._filling[log] = asyncio.get_running_loop().create_task(self._fill(log))

    def _advance(self, log: LogId) -> bool:
        """Apply the held events that are due. Returns whether none is held any more."""
        held = self._held.get(log, {})
        while (event := held.pop(self.applied.get(log, 0) + 1, None)) is not None:
            self.applied[log] = event.seq
            self._apply(event)
        applied = self.applied.get(log, 0)
        for seq in [seq for seq in held if seq <= applied]:
            del held[seq]
        if not held:
            self._held.pop(log, None)
        return not held

    # ---- what it does not bring --------------------------------------------------------------------------------------

    async def _fill(self, log: LogId) -> None:
        try:
            while held := self._held.get(log):
                await self._read(log, min(held) - 1)
        except StoreError as error:
            # The next poll that succeeds fills it.
            self._tell(error)
        finally:
            del self._filling[log]

    async def _read(self, log: LogId, until: int) -> None:
        """Apply a log's events from the store up to a place, and those held for it. Raises StoreError."""
        while (applied := self.applied.get(log, 0)) < until:
            last = min(until, applied + PIECE)
            self._take(log, await self._store.between(log, applied, last))
            # Events that are not in the store either are gone for good: retention deleted them.
            self.applied[log] = max(self.applied.get(log, 0), last)
        self._advance(log)
        self.advanced()

    def _take(self, log: LogId, events: Sequence[Event]) -> None:
        """Apply events from the store in order; missing ones are gone for good."""
        for event in events:
            if event.seq > self.applied.get(log, 0):
                self.applied[log] = event.seq
                self._apply(event)

    async def catch_up(self, log: LogId) -> None:
        """Apply everything that is in a log now. Raises StoreError."""
        await self._read(log, await self._store.head(log))

    async def poll(self) -> None:
        """Ask the store which logs have grown, and read what the bus did not bring. Raises StoreError."""
        heads, mark = await self._store.moved(self._mark)
        if any(head > self.applied.get(log, 0) for log, head in heads.items()):
            await asyncio.sleep(UNDER_WAY_SECONDS)
        for log, held in list(self._held.items()):
            heads[log] = max(heads.get(log, 0), min(held) - 1)
        self.lag_events = sum(max(0, head - self.applied.get(log, 0)) for log, head in heads.items())
        for log, head in heads.items():
            if head > self.applied.get(log, 0):
                await self._read(log, head)
        self._mark, self.lag_events, self._complete_at = mark, 0, time.monotonic()

    async def watch(self) -> None:
        """Poll until it is cancelled. A store that cannot be read is reported once, and asked again."""
        self._complete_at = time.monotonic()
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                await self.poll()
            except StoreError as error:
                self._tell(error)
            else:
                self._unreadable = False

    def _tell(self, error: StoreError) -> None:
        if not self._unreadable:
            self._unreadable = True
            _log.warning("cannot read what other nodes have committed, trying again every second: %s", error)
