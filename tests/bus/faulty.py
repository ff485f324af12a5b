"""A bus that does what the port allows: it loses, repeats, delays and reorders, the same way for the same seed."""

import asyncio
import random
from dataclasses import dataclass

from chover.bus.audience import followed_by


@dataclass(frozen=True)
class Faults:
    """How likely each is for one event and one listener, from 0 to 1."""

    drop: float = 0.1
    repeat: float = 0.1
    delay: float = 0.3


class FaultyBus:
    """Events travel one by one. ``settle()`` brings what is still delayed; ``lost`` has what a listener missed.

    It is the bus of one node, or of several of which each has its ``end()``.
    """

    lossy = True

    def __init__(self, seed, faults=None):
        self.random = random.Random(seed)
        self.faults = faults or Faults()
        self.lost = []
        self._receivers = []
        """The end that each belongs to, and itself: nodes that share a store share what receives there."""
        self.listening = {}
        self._delayed = []
        self._arriving = []
        self._delivering = False

    def end(self, *, own_faults=False):
        """Where one of several nodes is joined to it. ``own_faults``: what it publishes may be lost to it, too."""
        return BusEnd(self, own_faults=own_faults)

    def subscribe(self, receive, *, own=False):
        self._receivers.append((None, receive))

    def publish(self, events):
        self.carry(events, [receive for _, receive in self._receivers])

    def listen(self, node, receive):
        self.listening[node] = receive

    def send(self, data, node=""):
        self.pass_on("", data, node)

    def pass_on(self, sender, data, node):
        others = [receive for name, receive in self.listening.items() if name != sender and node in {"", name}]
        self.carry([data], others)

    def carry(self, events, receivers, surely=()):
        """Bring events to receivers, and to those of ``surely`` without faults; the next ones come after them."""
        self._overtake()
        for event in events:
            self._arriving += [(receive, event) for receive in surely]
            for receive in receivers:
                self._carry(receive, event)
        self._deliver()

    def _carry(self, receive, event):
        if self._happens(self.faults.drop):
            self.lost.append(event)
            return
        for _ in range(1 + self._happens(self.faults.repeat)):
            late = self._happens(self.faults.delay)
            (self._delayed if late else self._arriving).append((receive, event))

    def _overtake(self):
        """Some of what was delayed arrives, behind what came after it and in any order."""
        if self._delayed and self._happens(0.5):
            self.random.shuffle(self._delayed)
            number = self.random.randrange(len(self._delayed)) + 1
            self._arriving += self._delayed[:number]
            del self._delayed[:number]

    def _happens(self, likelihood):
        return self.random.random() < likelihood

    def _deliver(self):
        if self._delivering:
            return
        self._delivering = True
        try:
            while self._arriving:
                receive, event = self._arriving.pop(0)
                receive(event if isinstance(event, bytes) else [event])
        finally:
            self._delivering = False

    def settle(self):
        """Everything that was not lost has arrived when this returns."""
        while self._delayed:
            self.random.shuffle(self._delayed)
            self._arriving, self._delayed = self._delayed, []
            self._deliver()

    def follow(self, whom):
        """Everything is brought to everybody: more than asked for is allowed."""

    def unfollow(self, whom): ...

    async def followed(self): ...

    async def close(self):
        self._receivers.clear()
        self.listening.clear()
        self._delayed.clear()


class BusEnd:
    """The bus as one of several nodes has it."""

    lossy = True

    def __init__(self, bus, *, own_faults):
        self._bus = bus
        self._own_faults = own_faults
        self._mine = []
        self._own = []
        self._node = ""
        self._followed = set()
        self.heard = []
        """What other nodes have published and this one was to hear."""

    def subscribe(self, receive, *, own=False):
        if own:
            self._own.append(receive)
        else:
            self._mine.append(receive)
            self._bus._receivers.append((self, receive))

    def follow(self, whom):
        self._followed |= set(whom)

    def unfollow(self, whom):
        self._followed -= set(whom)

    async def followed(self):
        await asyncio.sleep(0)

    def _follows(self, event):
        whom = followed_by(event)
        return not whom or bool(self._followed & set(whom))

    def publish(self, events):
        for event in events:
            ends = {end for end, _ in self._bus._receivers if end is not self and end._follows(event)}
            for end in ends:
                end.heard.append(event)
            others = [receive for end, receive in self._bus._receivers if end in ends]
            if event.kept and self._own_faults:
                self._bus.carry([event], [*self._mine, *others], self._own)
            else:
                # What is in no log is for this node alone.
                self._bus.carry([event], others if event.log else (), [*self._mine, *self._own])

    def listen(self, node, receive):
        self._node = node
        self._bus.listen(node, receive)

    def send(self, data, node=""):
        self._bus.pass_on(self._node, data, node)

    async def close(self):
        self._own.clear()
        self._bus.listening.pop(self._node, None)
        self._bus._receivers = [pair for pair in self._bus._receivers if pair[0] is not self]
        self._mine.clear()
