"""A bus that does what the port allows: it loses, repeats, delays and reorders, the same way for the same seed."""

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Faults:
    """How likely each is for one event and one listener, from 0 to 1."""

    drop: float = 0.1
    repeat: float = 0.1
    delay: float = 0.3


class FaultyBus:
    """Events travel one by one. ``settle()`` brings what is still delayed; ``lost`` has what a listener missed."""

    def __init__(self, seed, faults=None):
        self.random = random.Random(seed)
        self.faults = faults or Faults()
        self.lost = []
        self._receivers = []
        self._delayed = []
        self._arriving = []
        self._delivering = False

    def subscribe(self, receive):
        self._receivers.append(receive)

    def publish(self, events):
        self._overtake()
        for event in events:
            for receive in self._receivers:
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
                receive([event])
        finally:
            self._delivering = False

    def settle(self):
        """Everything that was not lost has arrived when this returns."""
        while self._delayed:
            self.random.shuffle(self._delayed)
            self._arriving, self._delayed = self._delayed, []
            self._deliver()

    async def close(self):
        self._receivers.clear()
        self._delayed.clear()
