"""Outgoing hooks: messages of a channel are posted to another program, in order, each at least once.

Each hook follows the log and has its own place in it, which is saved after everything before it was accepted. Nobody
waits for a hook. Of the nodes of a cluster one sends; the next one goes on from the saved places.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from chover.engine.events import Event, Said
from chover.engine.ids import LogId
from chover.engine.verbs.hook_speech import is_hook
from chover.notify.destinations import Destinations
from chover.notify.guard import Guard
from chover.ports import Hook, HookRows, Store, StoreError, Voice
from chover.ports.measures import Measure, single

if TYPE_CHECKING:
    from chover.notify.outside import OutgoingHttp

_log = logging.getLogger(__name__)

PAGE: Final = 100
"""Places of the log that are read at once; the hook's own place is saved after that many."""
FIRST_SECONDS: Final = 1.0
LONGEST_SECONDS: Final = 300.0
"""Upper limit of the pauses between attempts, which double, and are each shortened at random."""
GIVE_UP_SECONDS: Final = 86_400.0
"""A hook whose program has accepted nothing for so long is switched off."""
GONE: Final = 410
"""The status of a program that wants no more messages (RFC 9110, 15.5.11)."""
LOOK_SECONDS: Final = 1.0
"""How often the logs are looked at for what other nodes have committed, which the bus does not always bring."""
Pause = Callable[[float], Awaitable[None]]


class Told(msgspec.Struct):
    """What is posted, as JSON. ``time`` has the format of server-time; ``account`` is empty for a guest."""

    hook: str
    channel: str
    msgid: str
    time: str
    nick: str
    account: str
    bot: bool
    notice: bool
    text: str


class _SwitchedOff(Exception):
    """The text says why."""


class Means(NamedTuple):
    """What tellers need."""

    store: Store
    rows: HookRows
    voice: Voice
    pause: Pause = asyncio.sleep


class Outgoing:
    """All outgoing hooks that are switched on."""

    def __init__(self, means: Means, guard: Guard) -> None:
        self.means, self.guard = means, guard
        self.destinations = Destinations(guard)
        self._outside: asyncio.Task[OutgoingHttp] | None = None
        self._tellers: dict[str, Teller] = {}
        self._by_log: dict[LogId, list[Teller]] = {}
        self.off: dict[str, str] = {}
        """Why a hook was switched off since the start."""
        self.told = self.failed = 0

    def follow(self, hook: Hook) -> None:
        """Start to send; does nothing for a hook that is not outgoing, or switched off."""
        if hook.url and not hook.off:
            teller = self._tellers[hook.id] = Teller(self, hook)
            self._by_log.setdefault(hook.channel, []).append(teller)

    async def outside(self) -> OutgoingHttp:
        """The HTTP client, created on first use."""
        if self._outside is None:
            self._outside = asyncio.get_running_loop().create_task(self._open())
        return await asyncio.shield(self._outside)

    async def _open(self) -> OutgoingHttp:
        await asyncio.to_thread(_warm)
        from chover.notify.outside import OutgoingHttp  # noqa: PLC0415 - imported by the thread, and only looked up here

        return OutgoingHttp(self.guard)

    def leave(self, hook: str) -> None:
        """Stop sending; does nothing for a hook that is not followed."""
        teller = self._tellers.pop(hook, None)
        if teller is not None:
            teller.task.cancel()
            self._forget(teller)

    def _forget(self, teller: Teller) -> None:
        left = [other for other in self._by_log.get(teller.hook.channel, []) if other is not teller]
        self._by_log.pop(teller.hook.channel, None)
        if left:
            self._by_log[teller.hook.channel] = left

    def notice(self, events: Iterable[Event]) -> None:
        """Something was committed. Without outgoing hooks, this is one look into a dictionary."""
        if not self._by_log:
            return
        for event in events:
            for teller in self._by_log.get(event.log, ()):
                teller.head = event.seq
                teller.more.set()

    def measures(self) -> list[Measure]:
        waiting = sum(teller.waiting for teller in self._tellers.values())
        failing = sum(teller.trouble != "" for teller in self._tellers.values())
        return [
            single("hook_told_total", "counter", "Messages that outgoing hooks have delivered.", self.told),
            single("hook_tries_failed_total", "counter", "Attempts of outgoing hooks that failed.", self.failed),
            single("hook_queue_events", "gauge", "Events that outgoing hooks have not looked at yet.", waiting),
            single("hooks_failing", "gauge", "Outgoing hooks whose program accepts nothing at the moment.", failing),
        ]

    async def watch(self) -> None:
        """Look for messages that only other nodes know of, until it is cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self._by_log and not self.means.store.cluster.alone:
                try:
                    heads = await self.means.store.heads(list(self._by_log))
                except StoreError:
                    continue  # The tellers say so themselves.
                self._note_heads(heads)

    def _note_heads(self, heads: Mapping[LogId, int]) -> None:
        for log, head in heads.items():
            for teller in self._by_log.get(log, ()):
                if head > teller.head:
                    teller.head = head
                    teller.more.set()

    async def switch_off(self, teller: Teller, why: str) -> None:
        hook = teller.hook
        self._tellers.pop(hook.id, None)
        self._forget(teller)
        self.off[hook.id] = why
        try:
            await self.means.rows.switch_off(hook.id, why)
        except StoreError as error:
            _log.error("the hook %s is only off until the next start: %s", hook.id, error)
        place = self.means.voice.channel(hook.channel) or hook.channel
        self.means.voice.warn(
            f"The hook {hook.id} ({hook.name}), which sent the messages of {place} to a program, is off: {why}"
        )

    async def rest(self) -> None:
        """Stop sending; what was accepted is saved."""
        tasks = [teller.task for teller in self._tellers.values()]
        self._tellers.clear()
        self._by_log.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        """Stop for good."""
        await self.rest()
        if self._outside is not None:
            await (await self._outside).close()


def _warm() -> None:
    """Importing aiohttp takes 0.15 s, unless the web server has done it already."""
    from chover.notify import outside  # noqa: F401, PLC0415 - this is the thread


class Teller:
    """Sends messages to one program."""

    def __init__(self, all_of_them: Outgoing, hook: Hook) -> None:
        self.hook = hook
        self.more = asyncio.Event()
        self.trouble = ""
        """Why the program accepts nothing at the moment; empty if it does."""
        self._all, self._means = all_of_them, all_of_them.means
        self._place = self._kept = self.head = hook.place
        self.task = asyncio.get_running_loop().create_task(self._run())

    @property
    def waiting(self) -> int:
        """How many events of the log it is behind; not each of them is a message."""
        return max(self.head - self._place, 0)

    async def _run(self) -> None:
        try:
            while True:
                try:
                    await self._go_on()
                except StoreError as error:
                    _log.error("the hook %s is waiting for the disk: %s", self.hook.id, error)
                    await self._means.pause(LONGEST_SECONDS)
        except _SwitchedOff as off:
            await self._all.switch_off(self, str(off))
        except Exception:  # noqa: BLE001 - a bug ends one hook, and is told
            _log.exception("the hook %s has stopped until the next start", self.hook.id)
        finally:
            await self._keep_if_it_can()

    async def _keep_if_it_can(self) -> None:
        """If that fails, it starts a little earlier the next time."""
        try:
            await self._keep()
        except StoreError as error:
            _log.error("could not save the position of the hook %s: %s", self.hook.id, error)

    async def _go_on(self) -> None:
        """Process one page of the log, or wait for new events."""
        self.more.clear()
        store = self._means.store
        self.head = await store.head(self.hook.channel)
        until = min(self.head, self._place + PAGE)
        if until <= self._place:
            await self.more.wait()
            return
        for event in await store.between(self.hook.channel, self._place, until):
            if is_told(event):
                await self._tell(self._body(event))
            self._place = event.seq
        # Events missing from the log are gone for good.
        self._place = until
        await self._keep()

    async def _keep(self) -> None:
        if self._place > self._kept:
            await self._means.rows.move(self.hook.id, self._place)
            self._kept = self._place

    def _body(self, event: Event) -> bytes:
        body, source = event.body, event.source
        assert isinstance(body, Said)
        channel = self._means.voice.channel(self.hook.channel)
        return msgspec.json.encode(
            Told(
                self.hook.id, channel, event.msgid, _moment(event.at), source.nick, source.account, source.bot,
                body.notice, body.text,
            )
        )  # fmt: skip

    async def _tell(self, body: bytes) -> None:
        """Send until it is accepted. Raises _SwitchedOff."""
        waited, longest = 0.0, FIRST_SECONDS
        while trouble := await self._try(body):
            self._all.failed += 1
            self.trouble = trouble
            if waited >= GIVE_UP_SECONDS:
                raise _SwitchedOff(f"nothing was accepted for {waited / 3600:.0f} hours ({trouble})")
            wait = longest * random.uniform(0.5, 1.0)  # noqa: S311 - so that not all come at the same moment
            await self._means.pause(wait)
            waited, longest = waited + wait, min(longest * 2, LONGEST_SECONDS)
        self.trouble = ""
        self._all.told += 1

    async def _try(self, body: bytes) -> str:
        """Post it once. Returns what went wrong, or "". Raises _SwitchedOff."""
        while self._means.store.cluster.lease_left <= 0:
            # Another node may be sending by now: two of them would mix up the order.
            await self._means.pause(LOOK_SECONDS)
        try:
            outside = await self._all.outside()
            status = await outside.post(self.hook.url, body, signed(self.hook.key, body, int(time.time())))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
            return str(error)
        if status == GONE:
            raise _SwitchedOff("the answer was 410 Gone, so the program wants no more messages")
        return "" if 200 <= status < 300 else f"the answer was {status}"


def is_told(event: Event) -> bool:
    """Whether an event is a message for everybody in the channel.

    A hook's message is not sent: it could be an answer.
    """
    return isinstance(event.body, Said) and not event.body.rank and not is_hook(event.source.id)


def signed(key: str, body: bytes, now: int) -> dict[str, str]:
    """The signature's headers: anyone who knows the key can check the origin and the time (docs/hooks.md)."""
    mac = hmac.new(key.encode(), f"{now}.".encode() + body, "sha256").hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Chover-Timestamp": str(now),
        "X-Chover-Signature": f"sha256={mac}",
    }


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at % 1000:03d}Z"
