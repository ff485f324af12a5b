"""Order: what the bus brings is applied in the order of its log, each event once, gaps filled from the store."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from chover.engine.events import Event
from chover.engine.ids import LogId
from chover.ports import Store

_log = logging.getLogger(__name__)

HELD: Final = 1024
"""Events kept for a log while its gap is filled; what comes beyond is dropped and read from the store later."""


class Feed:
    """Feeds ``apply`` with the events of all logs. ``applied`` holds the last place of each log that was applied."""

    def __init__(self, store: Store, apply: Callable[[Event], None]) -> None:
        self._store = store
        self._apply = apply
        self.applied: dict[LogId, int] = {}
        self._held: dict[LogId, dict[int, Event]] = {}
        self._filling: dict[LogId, asyncio.Task[None]] = {}

    async def begin(self, restored: Mapping[LogId, int]) -> None:
        """Begin behind what the store holds; ``restored`` are the places up to which the state was read from it.

        Events of private conversations and closed channels are not gaps to fill: they were delivered already.
        Raises StoreError.
        """
        self.applied.update(restored)
        others = [log for log in await self._store.log_ids() if log not in restored]
        self.applied.update(await self._store.heads(others))

    def receive(self, events: Iterable[Event]) -> None:
        """Take what the bus brings: in any order, more than once, with holes."""
        for event in events:
            if event.kept:
                self._place(event)
            else:
                self._apply(event)

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
        """Apply what is due of the held ones; whether nothing is held any more."""
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

    async def _fill(self, log: LogId) -> None:
        try:
            while held := self._held.get(log):
                until = min(held) - 1
                self._take(log, await self._store.between(log, self.applied.get(log, 0), until))
                if self.applied.get(log, 0) < until:
                    # What is not in the store either is gone for good: retention was here.
                    self.applied[log] = until
                if self._advance(log):
                    return
        finally:
            del self._filling[log]

    def _take(self, log: LogId, events: Sequence[Event]) -> None:
        """Apply what the store gave, in order; where it has a hole the events are gone for good."""
        for event in events:
            if event.seq > self.applied.get(log, 0):
                self.applied[log] = event.seq
                self._apply(event)

    async def poll(self) -> None:
        """Ask the store for the heads of all known logs, and read what the bus did not bring."""
        for log, head in (await self._store.heads(list(self.applied))).items():
            if log in self._filling or head <= self.applied.get(log, 0):
                continue
            self._take(log, await self._store.between(log, self.applied.get(log, 0), head))
            self._advance(log)
