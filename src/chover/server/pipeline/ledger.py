"""From decisions to events: groups of appends go to the store, committed events go to the bus."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, Generic, NamedTuple

from chover.engine.append import Append
from chover.engine.events import Event
from chover.engine.ids import LogId
from chover.ports import Bus, Committed, Conflict, Failed, Outcome, Repeated, Store, StoreError, Vanished
from chover.server.delivery.pending_append import PendingAppend
from chover.server.delivery.recipient import R
from chover.server.pipeline.feed import Feed
from chover.server.pipeline.histogram import Durations
from chover.server.pipeline.msgids import Msgids

_log = logging.getLogger(__name__)

DECISIONS: Final = 2000
"""How often a decision is repeated when the rules have changed: so many may compete for a place."""

TOGETHER_SECONDS: Final = 0.002
"""Longest wait of a committed group for the next one: less than it takes to write to 500 readers."""


class NotKept(Exception):
    """A decision could not be stored; the text says what happened and what to do."""


class NotThere(Exception):
    """The target of the decision was deleted meanwhile, or is too old."""


class _Unapplied(NamedTuple, Generic[R]):
    """A committed append that was not applied here yet."""

    events: Sequence[Event]
    pending: PendingAppend[R]


class Ledger(Generic[R]):
    """Stamps, groups and commits. ``published`` is called after the events of some groups went out.

    What arrives while a group is being written forms the next group. A group that is kept when there is a next one
    waits for it, TOGETHER_SECONDS at most: where people speak at the same time their words reach the readers in one
    write, and writes are what a large channel costs. A lone message waits for nobody.
    """

    def __init__(self, store: Store, bus: Bus, msgids: Msgids, published: Callable[[], None]) -> None:
        self._store = store
        self._bus = bus
        self._msgids = msgids
        self.clock = msgids.clock
        self._published = published
        self._waiting: list[PendingAppend[R]] = []
        self._writing = False
        self._armed = False
        self._kept: list[PendingAppend[R]] = []
        self._overdue: asyncio.TimerHandle | None = None
        self._began = 0.0
        self.durations = Durations()
        self.failed = 0
        self._idle: list[asyncio.Future[None]] = []
        self.pending: dict[str, PendingAppend[R]] = {}
        """Pending appends by the msgid of their first event, by which they are found when it returns from the bus."""
        self._feed: Feed | None = None
        self._unapplied: dict[LogId, list[_Unapplied[R]]] = {}
        """By the log of their last event, in its order."""
        self._awaited: dict[LogId, int] = {}

    def rely_on(self, feed: Feed) -> None:
        """From now on, settle what this feed has applied. Otherwise, published events have been applied already."""
        self._feed, feed.advanced = feed, self._settle_applied

    def awaits(self, log: LogId) -> bool:
        """Whether somebody here waits for an event in a log to be applied: from before it is committed."""
        return log in self._awaited

    def _await(self, events: Sequence[Event]) -> None:
        for event in events:
            self._awaited[event.log] = self._awaited.get(event.log, 0) + 1

    def _forget(self, events: Sequence[Event]) -> None:
        for event in events:
            if (left := self._awaited[event.log] - 1) > 0:
                self._awaited[event.log] = left
            else:
                del self._awaited[event.log]

    def submit(self, pending: PendingAppend[R]) -> None:
        """Accept a decision; ``pending.settle`` is called later with the outcome, never before this returns."""
        msgid = self._msgids.next()
        now = self._msgids.at
        for event in pending.append.events:
            event.at = now
            event.msgid = msgid
        self._waiting.append(pending)
        if not self._writing and not self._armed:
            # At the end of this turn, so that everything in it is one group.
            self._armed = True
            asyncio.get_running_loop().call_soon(self._write)

    async def commit(self, decide: Callable[[], Append], session: R | None = None, label: str = "") -> Append:
        """Decide, commit and apply; the decision is repeated as often as the rules have changed meanwhile.

        Returns what was kept. Raises what ``decide`` raises, NotKept and NotThere.
        """
        for _ in range(DECISIONS):
            append = decide()
            if not append.events:
                return append
            done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
            self.submit(PendingAppend(append, partial(_resolve, done), session, label))
            match await done:
                case Conflict(log):
                    await self._learn_of(log)
                case Failed(reason):
                    raise NotKept(reason)
                case Vanished():
                    raise NotThere
                case _:
                    return append
        _log.error("gave up after %d attempts: the rules changed each time: %r", DECISIONS, append)
        raise NotKept("there are too many changes at once, and nothing was done: try again in a moment")

    async def _learn_of(self, log: LogId) -> None:
        """Apply what the decision conflicts with, which another node may have committed."""
        if self._feed is not None:
            try:
                await self._feed.catch_up(log)
            except StoreError as error:
                raise NotKept(str(error)) from error

    def _write(self) -> None:
        self._armed = False
        if self._writing or not self._waiting:
            return
        group, self._waiting = self._waiting, []
        for pending in group if self._feed is not None else ():
            self._await(pending.append.events)
        if any(event.kept for pending in group for event in pending.append.events):
            self._writing = True
            self._began = time.perf_counter()
            if self._feed is not None:
                # Already now: what another node says behind it makes the feed read it before the answer is here.
                self.pending.update({pending.append.events[0].msgid: pending for pending in group})
            self._store.append([pending.append for pending in group], partial(self._written, group))
        else:
            # Presence alone needs no store. Next to something kept it takes the same path, to stay in order.
            self._kept += group
            self._publish()
            self._rest()

    def _written(self, group: list[PendingAppend[R]], outcomes: list[Outcome]) -> None:
        self._writing = False
        self.durations.note(time.perf_counter() - self._began)
        for pending, outcome in zip(group, outcomes, strict=True):
            if isinstance(outcome, Committed):
                self._kept.append(pending)
            else:
                self.failed += isinstance(outcome, Failed)
                self.pending.pop(pending.append.events[0].msgid, None)
                self._publish()
                self._answer(pending, outcome)
                if self._feed is not None:
                    self._forget(pending.append.events)
        loop = asyncio.get_running_loop()
        if self._kept and self._overdue is None:
            self._overdue = loop.call_later(TOGETHER_SECONDS, self._publish)
        loop.call_soon(self._turn_ends)

    def _answer(self, pending: PendingAppend[R], outcome: Outcome) -> None:
        """Settle what was not kept.

        A repeat of an event that this node does not have yet is answered when it arrives.
        """
        if self._feed is not None and isinstance(outcome, Repeated) and not _applied([outcome.original], self._feed):
            self.pending[outcome.original.msgid] = pending
            self._await([outcome.original])
            self._wait_for([outcome.original], pending)
        else:
            pending.settle(pending, outcome)

    def _turn_ends(self) -> None:
        """Publish what is committed, unless more has arrived meanwhile."""
        self._write()
        if not self._writing:
            self._publish()
            self._rest()

    def _publish(self) -> None:
        """Publish what is committed, and settle it."""
        if self._overdue is not None:
            self._overdue.cancel()
            self._overdue = None
        kept, self._kept = self._kept, []
        if not kept:
            return
        for pending in kept:
            self.pending[pending.append.events[0].msgid] = pending
        events: list[Event] = list(itertools.chain.from_iterable(pending.append.events for pending in kept))
        self._bus.publish(events)
        if self._feed is not None:
            for pending in kept:
                self._wait_for(pending.append.events, pending)
            self._settle_applied()
            return
        self._published()
        for pending in kept:
            self.pending.pop(pending.append.events[0].msgid, None)
            pending.settle(pending, _COMMITTED)

    def _wait_for(self, events: Sequence[Event], pending: PendingAppend[R]) -> None:
        self._unapplied.setdefault(events[-1].log, []).append(_Unapplied(events, pending))

    def _settle_applied(self) -> None:
        """Settle what has been applied, whichever way it arrived."""
        feed = self._feed
        if feed is None or not self._unapplied:
            return
        ready = [one for log in list(self._unapplied) for one in self._applied_of(log, feed)]
        if ready:
            self._published()
        for one in ready:
            self.pending.pop(one.events[0].msgid, None)
            self._forget(one.events)
            one.pending.settle(one.pending, _COMMITTED)
        if not (self._waiting or self._writing or self._kept):
            self._rest()

    def _applied_of(self, log: LogId, feed: Feed) -> Sequence[_Unapplied[R]]:
        """Those that wait for a log and need not wait any longer."""
        waiting = self._unapplied[log]
        # This is called for each message of the bus: a log that has not come so far yet is passed by.
        if waiting[0].events[-1].seq > feed.applied.get(log, 0) and log:
            return ()
        ready = [one for one in waiting if _applied(one.events, feed)]
        if len(ready) == len(waiting):
            del self._unapplied[log]
        elif ready:
            self._unapplied[log] = [one for one in waiting if not _applied(one.events, feed)]
        return ready

    def _rest(self) -> None:
        if self._unapplied:
            return
        idle, self._idle = self._idle, []
        for future in idle:
            if not future.done():
                future.set_result(None)

    @property
    def waiting(self) -> int:
        """Appends that were not given to the store yet."""
        return len(self._waiting)

    async def drained(self) -> None:
        """Wait until nothing is waiting to be written or applied."""
        if self._waiting or self._writing or self._kept or self._unapplied:
            idle = asyncio.get_running_loop().create_future()
            self._idle.append(idle)
            await idle


_COMMITTED = Committed()


def _applied(events: Sequence[Event], feed: Feed) -> bool:
    return all(event.seq <= feed.applied.get(event.log, 0) for event in events if event.kept)


def _resolve(done: asyncio.Future[Outcome], _: PendingAppend[Any], outcome: Outcome) -> None:
    if not done.done():
        done.set_result(outcome)
