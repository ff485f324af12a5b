"""Notifies devices through their push services: encrypted, signed, tried a few times, forgotten when they are gone."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Final

from chover.engine.ids import UserId
from chover.notify import sealing
from chover.notify.destinations import Destinations
from chover.ports import Denied, StoreError
from chover.ports.measures import Measure, Sample, single
from chover.ports.push import PushProgress, PushRows, Subscription

if TYPE_CHECKING:
    from chover.notify.outside import OutgoingHttp

_log = logging.getLogger(__name__)

MOST: Final = 10
"""Subscriptions of an account; beyond it the oldest are deleted."""
WAITING: Final = 1000
"""Push messages being sent; beyond it new ones are dropped, because their contents are in the log."""
AT_ONCE: Final = 16
TRIES: Final = 4
FIRST_SECONDS: Final = 2.0
TTL_SECONDS: Final = 86_400
"""How long a push service keeps a message for a device that is off (RFC 8030, 5.2)."""
GONE: Final = frozenset({404, 410})
LATER: Final = frozenset({429, 500, 502, 503, 504})
RESULTS: Final = ("told", "gone", "refused", "later", "dropped")
"""The results of push messages: sent, the device is gone, refused for good, given up after several attempts, too many.
"""
ASLEEP_SECONDS: Final = 1.0
"""How often a node whose lease has ended looks whether it is in time again."""
Pause = Callable[[float], Awaitable[None]]


def _always() -> bool:
    return True


class Pushing:
    """Implements ports.Push."""

    def __init__(
        self, rows: PushRows, held: Iterable[Subscription], keys: sealing.VapidKeys, subject: str,
        outside: Callable[[], Awaitable[OutgoingHttp]], destinations: Destinations, pause: Pause = asyncio.sleep,
        may_send: Callable[[], bool] = _always,
    ) -> None:  # fmt: skip
        """``held``: all of ``rows``. ``subject``: where push services reach the operator (RFC 8292, 2.1).

        ``may_send``: whether no other node can have taken over by now.
        """
        self._may_send = may_send
        self._rows, self._keys, self._subject, self._outside = rows, keys, subject, outside
        self._destinations, self._pause = destinations, pause
        self._held: dict[str, Subscription] = {one.endpoint: one for one in held}
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self.results: Counter[str] = Counter()
        self.accounts: frozenset[UserId] = frozenset()
        self._count()

    @property
    def key(self) -> str:
        return self._keys.public

    @property
    def progress(self) -> PushProgress:
        return self._rows

    async def subscribe(self, account: UserId, endpoint: str, p256dh: str, auth: str, caps: int) -> None:
        """See ports.Push."""
        try:
            await self._destinations.require(endpoint, secure=True)
            sealing.require_keys(p256dh, auth)
        except ValueError as error:
            raise Denied("INVALID_PARAMS", str(error)) from error
        one = Subscription(account, endpoint, p256dh, auth, caps, time.time_ns() // 1_000_000)
        await self._rows.put(one, MOST)
        self._held.pop(endpoint, None)
        self._held[endpoint] = one
        for old in self.subscribed(account)[:-MOST]:
            del self._held[old.endpoint]
        self._count()

    async def reload(self) -> None:
        """Read all subscriptions again, because another node has changed some. Raises StoreError."""
        known = set(self._held)
        rows = {one.endpoint: one for one in await self._rows.all()}
        # What was added and dropped here after the rows were read is left as it is.
        added = {endpoint: one for endpoint, one in self._held.items() if endpoint not in known}
        dropped = known - set(self._held)
        self._held = {**{endpoint: one for endpoint, one in rows.items() if endpoint not in dropped}, **added}
        self._count()

    async def unsubscribe(self, account: UserId, endpoint: str) -> None:
        held = self._held.get(endpoint)
        if held is not None and held.account == account:
            await self._forget(held)

    async def _forget(self, subscription: Subscription) -> None:
        await self._rows.drop(subscription.endpoint)
        if self._held.get(subscription.endpoint) == subscription:
            del self._held[subscription.endpoint]
            self._count()

    def subscribed(self, account: UserId) -> list[Subscription]:
        return [one for one in self._held.values() if one.account == account]

    def _count(self) -> None:
        self.accounts = frozenset(one.account for one in self._held.values())

    def tell(
        self, subscription: Subscription, line: bytes, *, urgent: bool = True, topic: str = ""
    ) -> asyncio.Future[None]:
        """See ports.Push."""
        loop = asyncio.get_running_loop()
        if len(self._tasks) >= WAITING:
            self.results["dropped"] += 1
            nothing: asyncio.Future[None] = loop.create_future()
            nothing.set_result(None)
            return nothing
        task = loop.create_task(self._tell(subscription, line, _manner(urgent, topic)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _tell(self, subscription: Subscription, line: bytes, manner: dict[str, str]) -> None:
        body = sealing.seal(line, subscription.p256dh, subscription.auth)
        for tried in range(TRIES):
            async with self._turn:
                while not self._may_send():
                    await self._pause(ASLEEP_SECONDS)
                result = await self._try(subscription, body, manner)
            if result != "later":
                break
            await self._pause(FIRST_SECONDS * 4**tried * random.uniform(0.5, 1.0))  # noqa: S311 - spread, not secret
        self.results[result] += 1
        if result == "gone":
            try:
                await self._forget(subscription)
            except StoreError as error:
                _log.error("could not delete an expired push subscription: %s", error)

    async def _try(self, subscription: Subscription, body: bytes, manner: dict[str, str]) -> str:
        try:
            # Checked again, because the allowed networks may have changed since it was registered.
            self._destinations.require_written(subscription.endpoint, secure=True)
        except ValueError:
            return "refused"
        headers = {
            "Authorization": self._keys.authorization(subscription.endpoint, self._subject, int(time.time())),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(TTL_SECONDS),
            **manner,
        }
        try:
            status = await (await self._outside()).post(subscription.endpoint, body, headers)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
            _log.info("could not reach a push service: %s", error)
            return "later"
        if status in GONE:
            return "gone"
        return "told" if 200 <= status < 300 else "later" if status in LATER else "refused"

    def measures(self) -> list[Measure]:
        """See ports.Push."""
        results = [Sample(self.results[result], {"result": result}) for result in RESULTS]
        return [
            single("push_subscriptions", "gauge", "Devices with push notifications.", len(self._held)),
            single("push_queue", "gauge", "Push messages that are being sent.", len(self._tasks)),
            Measure("push_messages_total", "counter", "Push messages, by result.", results),
        ]

    async def close(self) -> None:
        """Messages being sent are given up: they are in the log."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _manner(urgent: bool, topic: str) -> dict[str, str]:
    """The headers that say how to handle a message (RFC 8030, 5.3 and 5.4)."""
    return {"Urgency": "high" if urgent else "normal", **({"Topic": topic} if topic else {})}
