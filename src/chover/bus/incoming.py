"""What comes in from other nodes: what arrives in one moment is passed on at once, in its order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chover.bus import encoding
from chover.bus.local import Receive
from chover.engine.events import Event

if TYPE_CHECKING:
    from nats.aio.msg import Msg

_log = logging.getLogger(__name__)

TOGETHER_SECONDS: Final = 0.002
"""So long after what has come before, something waits for more: where many speak, each write has many lines."""


class Incoming:
    """Messages of NATS until they are passed on, and those that they are passed to."""

    def __init__(self, tell: Callable[[str], object]) -> None:
        self._tell = tell
        self._receivers: list[Receive] = []
        self._listening: Callable[[bytes], None] | None = None
        self._of_events: tuple[str, ...] = ()
        """What subjects of events begin with; all others are of messages of nodes."""
        self._waiting: list[Msg] = []
        self._taking: asyncio.Handle | None = None
        self._took = 0.0
        self.received = self.received_bytes = self.errors = 0

    def begin(self, prefix: str) -> None:
        """Messages have this prefix of the cluster."""
        self._of_events = (f"{prefix}.events", f"{prefix}.talk.")

    def subscribe(self, receive: Receive) -> None:
        self._receivers.append(receive)

    def listen(self, receive: Callable[[bytes], None]) -> None:
        self._listening = receive

    def end(self) -> None:
        """Pass on nothing any more."""
        self._receivers.clear()
        self._listening = None
        self._waiting.clear()

    def add(self, message: Msg) -> None:
        """Pass it on soon, with what comes until then."""
        self.received += 1
        self.received_bytes += len(message.data)
        if not self._waiting:
            # All of one moment at once: a reader of many channels gets one write, and nothing is looked at for each.
            loop, due = asyncio.get_running_loop(), self._took + TOGETHER_SECONDS
            lone = due <= loop.time()
            self._taking = loop.call_soon(self.take) if lone else loop.call_at(due, self.take)
        self._waiting.append(message)

    def take(self) -> None:
        """Pass on now what has come."""
        if self._taking is None:
            return
        self._taking.cancel()
        self._taking, self._took = None, asyncio.get_running_loop().time()
        arrived, self._waiting = self._waiting, []
        events: list[Event] = []
        for message in arrived:
            if message.subject.startswith(self._of_events):
                events += self._events_of(message)
                continue
            self._receive(events)
            events = []
            if self._listening is not None:
                self._pass_on(self._listening, message.data)
        self._receive(events)

    def _events_of(self, message: Msg) -> Iterable[Event]:
        try:
            return encoding.decode(message.data)
        except msgspec.MsgspecError as error:
            self.errors += 1
            self._tell(f"a message on {message.subject} cannot be read, is it from another program? {error}")
            return ()

    def _receive(self, events: Sequence[Event]) -> None:
        for receive in self._receivers if events else ():
            self._pass_on(receive, events)

    def _pass_on(self, receive: Callable[[Any], None], what: object) -> None:
        try:
            receive(what)
        except Exception:  # noqa: BLE001 - what has come behind it is still to be heard
            self.errors += 1
            _log.exception("what another node has sent could not be used")
