"""Order: events from the bus are applied in the order of their logs, each once, with gaps filled from the store."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Protocol

from chover.engine.events import TALK, Event
from chover.engine.ids import LogId, is_pair
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
SKIMMED: Final = 20_000
"""The number of places, and of logs, whose changes are read at once."""


def _nobody_waits() -> None:
    """The default of ``Feed.advanced``."""


class Interest(Protocol):
    """Which conversations the people of this node need to hear."""

    def hears(self, log: LogId) -> bool: ...

    def passed_over(self, log: LogId, place: int) -> None:
        """What was said up to a place is not applied here, because nobody here hears it."""


class Everything:
    """The interest of a node that is alone."""

    def hears(self, log: LogId) -> bool:  # noqa: ARG002 - whatever it is
        return True

    def passed_over(self, log: LogId, place: int) -> None:
        """Never."""


class LinkedChanges:
    """Applies events, and notes for the others that between a change and the one before nothing else has changed."""

    def __init__(self, apply: Callable[[Event], None]) -> None:
        self._apply = apply
        self.last: dict[LogId, int] = {}
        """The last place of a log that changed the state, or a later one behind which nothing has."""

    def __call__(self, event: Event) -> None:
        if event.kept and type(event.body) not in TALK:
            if event.after < 0:
                event.after = self.last.get(event.log, 0)
            self.last[event.log] = event.seq
        self._apply(event)


class Feed:
    """Passes the events of all logs to ``apply``. ``applied`` has the last place that was applied, for each log.

    Of a log that nobody here hears only what changes the state is applied, and the places between are passed over. An
    event says since when nothing has changed (``Event.after``), so that what was said meanwhile is no gap.
    """

    def __init__(self, store: Store, apply: Callable[[Event], None], interest: Interest | None = None) -> None:
        self._store = store
        self._interest = interest or Everything()
        self._changes = LinkedChanges(apply)
        self._apply = apply if interest is None else self._changes
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
        self.begin(heads)

    def begin(self, restored: Mapping[LogId, int]) -> None:
        """``restored`` are the places up to which the state was read from the store, after the survey."""
        self.applied.update(restored)
        self._changes.last.update((log, head) for log, head in restored.items() if not is_pair(log))

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
        elif seq >= due and not self._passes(event, due):
            self._hold(log, event)

    def _passes(self, event: Event, due: int) -> bool:
        """Whether the places before an event need not be known here: then it is applied, unless it is talk itself."""
        log = event.log
        if log in self._held or self._interest.hears(log):
            return False
        if type(event.body) in TALK:
            return True
        if not 0 <= event.after < due:
            return False
        self._take(log, [event], event.seq)
        return True

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
            while log in self._held:
                due = self.applied.get(log, 0)
                # Where people of two nodes talk at once, an answer of the store overtakes the bus again and again.
                await asyncio.sleep(UNDER_WAY_SECONDS)
                if (held := self._held.get(log)) and self.applied.get(log, 0) == due:
                    await self._read(log, min(held) - 1)
        except StoreError as error:
            # The next poll that succeeds fills it.
            self._tell(error)
        finally:
            del self._filling[log]

    async def _read(self, log: LogId, until: int) -> None:
        """Apply a log's events from the store up to a place, and those held for it. Raises StoreError."""
        while (applied := self.applied.get(log, 0)) < until:
            if not self._interest.hears(log):
                await self._skim({log: until})
                continue
            last = min(until, applied + PIECE)
            for event in await self._store.between(log, applied, last):
                if event.seq > self.applied.get(log, 0):
                    self.applied[log] = event.seq
                    self._apply(event)
            # Events that are not in the store either are gone for good: retention deleted them.
            self.applied[log] = max(self.applied.get(log, 0), last)
        self._advance(log)
        self.advanced()

    async def _skim(self, heads: Mapping[LogId, int]) -> None:
        """Apply what changes the state of logs that nobody here hears, up to these places or nearer ones."""
        pieces = {log: (place, min(head, place + SKIMMED)) for log, head in heads.items()
                  if head > (place := self.applied.get(log, 0))}  # fmt: skip
        # Nothing that is said to somebody alone changes anything.
        asked = {log: piece for log, piece in pieces.items() if not is_pair(log)}
        changes: dict[LogId, list[Event]] = {}
        for event in await self._store.changes(asked) if asked else ():
            changes.setdefault(event.log, []).append(event)
        for log, (_, until) in pieces.items():
            self._take(log, changes.get(log, ()), until)

    def _take(self, log: LogId, changes: Iterable[Event], until: int) -> None:
        """Apply the changes of a log up to a place, unless somebody comes who has to hear what is between them.

        They may have come while the changes were read, or with one of them.
        """
        for event in changes:
            if self._interest.hears(log):
                return
            if event.seq > self.applied.get(log, 0):
                self._pass_over(log, event.seq - 1)
                self.applied[log] = event.seq
                self._apply(event)
        if not self._interest.hears(log):
            self._pass_over(log, until)

    def _pass_over(self, log: LogId, place: int) -> None:
        if place > self.applied.get(log, 0):
            self.applied[log] = place
            self._interest.passed_over(log, place)

    async def catch_up(self, *logs: LogId) -> None:
        """Apply everything that is in these logs now. Raises StoreError."""
        await self._reach(await self._store.heads(logs))

    async def poll(self) -> None:
        """Ask the store which logs have grown, and read what the bus did not bring. Raises StoreError."""
        heads, mark = await self._store.moved(self._mark)
        if any(head > self.applied.get(log, 0) for log, head in heads.items()):
            await asyncio.sleep(UNDER_WAY_SECONDS)
        for log, held in list(self._held.items()):
            heads[log] = max(heads.get(log, 0), min(held) - 1)
        behind = {log: head - self.applied.get(log, 0) for log, head in heads.items() if self._interest.hears(log)}
        self.lag_events = sum(max(0, count) for count in behind.values())
        await self._reach(heads)
        self._mark, self.lag_events, self._complete_at = mark, 0, time.monotonic()

    async def _reach(self, heads: Mapping[LogId, int]) -> None:
        """Read what is missing up to these places."""
        behind = {log: head for log, head in heads.items() if head > self.applied.get(log, 0)}
        unheard = [(log, head) for log, head in behind.items() if not self._interest.hears(log)]
        for first in range(0, len(unheard), SKIMMED):
            await self._skim(dict(unheard[first : first + SKIMMED]))
        for log, head in behind.items():
            if head > self.applied.get(log, 0):
                await self._read(log, head)
            else:
                self._advance(log)
        self.advanced()

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
