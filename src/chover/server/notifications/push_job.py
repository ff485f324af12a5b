"""The job of the node that pushes for all: it finds what was said, has it pushed, and saves how far that has come.

A node that is alone hears everything by its bus. One of several follows the logs as the feed does, by the heads that
have moved, and reads what concerns a subscription. Another node that takes over, or the next run, goes on from what was
saved: nothing is left out, and what was under way may be pushed twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from chover.engine.events import Event
from chover.engine.ids import LogId, UserId
from chover.ports import Direction, Selector, StoreError
from chover.ports.push import UNSURE_MS, Push, PushPlace
from chover.server.notifications.push_notifications import PushNotifier
from chover.server.notifications.push_places import LogLook, PushPlaces

if TYPE_CHECKING:
    from chover.server.session.session import Node

_log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 1.0
"""How often the heads of the logs are asked for, and so how late a push may begin."""
TOGETHER_SECONDS: Final = 0.05
"""What happens within this time is read, and saved, at once."""
PAGE: Final = 200
UNDER_WAY: Final = 1000
"""So many messages are being pushed at most; a node of several reads no more meanwhile."""
_NOTHING: Final = PushPlace(0, 0)
OLDEST_MS: Final = 86_400_000
"""What is older is not pushed any more: push services keep nothing longer, either."""


class PushJob:
    """Subscribes to the bus after the chat: events seen here have been applied.

    ``applied``: up to which place of each log the state is known here.
    """

    def __init__(self, node: Node, push: Push, applied: Mapping[LogId, int]) -> None:
        self._node = node
        self._push = push
        self.calls = PushNotifier(node, push)
        self._applied = applied
        self._places: PushPlaces | None = None
        self._begun = False
        """Whether it is known from where on this node pushes, and what was left over is under way."""
        self._oldest = 0
        """When those messages were said that are looked at in a log which is new to the job (ms since 1970)."""
        self._running = self._fresh = self._stirred = False
        self._heard: list[Event] = []
        self._hinted: dict[LogId, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._more = asyncio.Event()

    # ---- what the bus brings -----------------------------------------------------------------------------------------

    def receive(self, events: Iterable[Event]) -> None:
        """Without a subscription, and on a node that does not push, this is a look at a value or two."""
        if not self._running or not self._push.accounts:
            return
        for event in events:
            if self._alone:
                self._hear(event)
            elif event.seq > self._hinted.get(event.log, 0) and self.calls.concerns(event.log):
                self._hinted[event.log] = event.seq
                self._more.set()

    @property
    def _alone(self) -> bool:
        return self._node.store.cluster.alone

    def _hear(self, event: Event) -> None:
        self._stirred = True
        if self._places is None or not self._begun:
            self._heard.append(event)
            self._more.set()
        elif event.seq > self._places.taken.get(event.log, 0):
            self._take(self._places, event)

    def _take(self, places: PushPlaces, event: Event) -> None:
        if (told := self.calls.whom(event)) is None:
            return
        places.take(event.log, event.seq)
        task = asyncio.get_running_loop().create_task(self._push_one(places, event, told))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _push_one(self, places: PushPlaces, event: Event, told: tuple[UserId, ...]) -> None:
        while True:
            try:
                await self.calls.notify(event, told)
            except StoreError:
                await asyncio.sleep(LOOK_SECONDS)
                continue
            except Exception:  # noqa: BLE001 - a bug costs one message its pushes, and is told without its contents
                _log.exception("event %d of %r could not be pushed", event.seq, event.log)
            break
        places.finish(event.log, event.seq, _now())
        self._more.set()

    def tell_others_read(self, account: UserId, log: LogId, at: int) -> None:
        """Somebody has read something here: the node that pushes takes its notifications back."""
        if account in self._push.accounts:
            self._node.presence.reading.tell(account, log, at)

    # ---- the job -----------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Push what is said from where it was saved, until it is cancelled."""
        self._running, self._fresh, failing = True, not self._push.accounts, False
        try:
            while True:
                try:
                    await self._round()
                except StoreError as error:
                    if not failing:
                        _log.warning("cannot see what is to be pushed, trying again every second: %s", error)
                    failing = True
                else:
                    failing = False
                await self._rest()
        finally:
            self._running = False
            await self._end()

    async def _rest(self) -> None:
        # Not wait_for: in Python 3.11 it forgets that it was cancelled if it is done in the same moment.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await self._more.wait()
        await asyncio.sleep(TOGETHER_SECONDS)
        self._more.clear()

    async def _end(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        try:
            await self._save()
        except StoreError as error:
            _log.warning("could not save how far pushes have come, some are sent twice: %s", error)
        self._places, self._begun = None, False
        self._heard.clear()

    async def _round(self) -> None:
        if not self._push.accounts:
            self._fresh = True
            if self._places is not None and not self._places.under_way:
                self._places = None
            return
        if self._places is None or not self._begun or self._fresh:
            await self._begin()
        elif not self._alone:
            await self._look(self._places)
        elif self._stirred:
            self._stirred, self._places.look = False, LogLook(_now())
        await self._save()

    async def _save(self) -> None:
        if self._places is None or (cursor := self._places.unsaved()) is None:
            return
        try:
            await self._push.progress.advance(cursor)
        except StoreError:
            self._places.not_saved(cursor)
            raise

    # ---- from where on -----------------------------------------------------------------------------------------------

    async def _begin(self) -> None:
        """Go on from what was saved. If nobody had subscribed until now, begin with the first subscription."""
        now = _now()
        saved = None if self._fresh else await self._push.progress.cursor()
        if saved is not None:
            self._oldest = max(saved.at, now - OLDEST_MS) - UNSURE_MS
            await self._go_on(LogLook(saved.at, saved.mark), saved.places, now)
        elif self._alone:
            # The rest is heard by the bus.
            self._places = self._places or PushPlaces(LogLook(now))
        else:
            self._oldest = self._first_subscription() if self._fresh else now
            await self._go_on(LogLook(self._oldest), {}, now)
        self._begun, self._fresh = True, False
        heard, self._heard = self._heard, []
        for event in heard:
            self._hear(event)

    def _first_subscription(self) -> int:
        return min(one.at for account in self._push.accounts for one in self._push.subscribed(account))

    async def _go_on(self, look: LogLook, done: Mapping[LogId, PushPlace], now: int) -> None:
        places = self._places = self._places or PushPlaces(look)
        heads, mark = await self._node.store.moved(look.mark)
        for log, head in heads.items():
            await self._advance(places, log, head, done.get(log, _NOTHING).place)
        places.look = LogLook(now, mark)

    # ---- what other nodes have committed -----------------------------------------------------------------------------

    async def _look(self, places: PushPlaces) -> None:
        now = _now()
        heads, mark = await self._node.store.moved(places.look.mark)
        hinted, self._hinted = self._hinted, {}
        for log in [*hinted, *places.awaited]:
            heads[log] = max(heads.get(log, 0), hinted.get(log, 0), places.awaited.get(log, 0))
        for log, head in heads.items():
            await self._advance(places, log, head)
        places.look = LogLook(now, mark)

    async def _advance(self, places: PushPlaces, log: LogId, head: int, done: int = 0) -> None:
        """Look at what was said in a log up to a place; later, if the state is not known up to there.

        ``done``: up to where everything was pushed by an earlier run.
        """
        if head <= places.taken.get(log, 0):
            return
        until = min(head, self._applied.get(log, 0))
        if until < head and not self._alone:
            places.await_rest(log, head)
        if self.calls.concerns(log):
            await self._read(places, log, until, done)
        places.taken[log] = max(places.taken.get(log, 0), until)
        if until == head:
            places.caught_up(log)

    async def _read(self, places: PushPlaces, log: LogId, until: int, done: int) -> None:
        known = places.taken.get(log)
        start = Selector(at=max(self._oldest, 1)) if known is None else Selector(seq=known)
        while start.seq < until:
            page = await self._node.store.page(log, start, Direction.AFTER, PAGE, messages_only=True)
            for event in page:
                if done < event.seq <= until:
                    self._take(places, event)
            if len(page) < PAGE:
                return
            start = Selector(seq=page[-1].seq)
            await self._room(places)

    async def _room(self, places: PushPlaces) -> None:
        while places.under_way > UNDER_WAY:  # noqa: ASYNC110 - push services are slow, and nobody waits
            await asyncio.sleep(LOOK_SECONDS)


def _now() -> int:
    return time.time_ns() // 1_000_000
