"""People on a cluster: some talk and some listen, with the client that people use, and move on when a node is lost."""

import asyncio
import re
import secrets
import time
from collections import defaultdict
from itertools import count

from chover.client.connection.connection import Connection
from chover.client.connection.connector import Tuning
from chover.client.connection.dial import ServerAddress, Unreachable, dial
from chover.client.connection.registration import LoginIdentity
from chover.client.connection.trust import KnownServers
from chover.client.notifications import Delivered, Ended, PlainLine, Undelivered
from chover.client.state import State

HASTE = Tuning(pending=1.5, answer=1.5, register=5.0, first_pause=0.05, longest_pause=0.5)
"""A node that is frozen is given up after three seconds."""
IN_FLIGHT = 8
SAID = re.compile(r"t\d+-\d+")


class Person:
    """``ports``: where the nodes listen; the first of them is tried first."""

    def __init__(self, name, ports, channels):
        self._ports, self._next = ports, count()
        self.state = State(history=0)
        self.channels = channels
        address = ServerAddress("127.0.0.1", ports[0], tls=False)
        self.connection = Connection(address, LoginIdentity(name), self.state, tuning=HASTE, reach=self._reach)
        self._inside = asyncio.Event()
        self.stays = True
        """Whether the connection was never given up for good."""

    async def _reach(self, *, met):
        address = ServerAddress("127.0.0.1", self._ports[next(self._next) % len(self._ports)], tls=False)
        return await dial(address, KnownServers(), met=met)

    async def come(self):
        """Connect, and join the channels."""
        await self._connect()
        for channel in self.channels:
            self.connection.join(channel)
        self._task = asyncio.create_task(self._listen())
        await self._inside.wait()

    async def _connect(self):
        for attempt in range(100):
            try:
                await self.connection.open()
                break
            except Unreachable:
                if attempt == 99:
                    raise
                await asyncio.sleep(HASTE.longest_pause)

    async def _listen(self):
        while True:
            told = await self.connection.next()
            self.hear(told)
            if {*self.channels} <= {*self.state.channels}:
                self._inside.set()
            if isinstance(told, Ended):
                self.stays = False
                return

    def hear(self, told):
        """Take in one notification."""

    async def go(self):
        self._task.cancel()
        await self.connection.close()


class Talker(Person):
    """Says ``tN-0``, ``tN-1`` and so on in one channel, a few of which wait for their acknowledgement at a time."""

    def __init__(self, number, ports, channel, every):
        super().__init__(f"t{number}", ports, [channel])
        self._name, self._every = f"t{number}", every
        self._under_way = {}
        self.said = {}
        """When each message was said."""
        self.acknowledged = {}
        """How long each took, in the order of their acknowledgements."""
        self.refused = []
        self.progress = asyncio.Event()

    def hear(self, told):
        match told:
            case Delivered(nonce) if nonce in self._under_way:
                key = self._under_way.pop(nonce)
                self.acknowledged[key] = time.perf_counter() - self.said[key]
            case Undelivered(nonce, _, _, reason) if nonce in self._under_way:
                self.refused.append((self._under_way.pop(nonce), reason))
            case _:
                return
        self.progress.set()

    async def talk(self, until):
        """Until ``until`` is set; then what is under way is waited for."""
        for number in count():
            if until.is_set() or not self.stays:
                break
            await self._wait(IN_FLIGHT)
            key, nonce = f"{self._name}-{number}", secrets.token_urlsafe(16)
            self._under_way[nonce], self.said[key] = key, time.perf_counter()
            self.state.say(self.channels[0], key, nonce)
            self.connection.flush()
            await asyncio.sleep(self._every)
        await self._wait(1)

    async def _wait(self, most):
        """Until fewer than ``most`` are under way."""
        while len(self._under_way) >= most and self.stays:
            self.progress.clear()
            await self.progress.wait()


class Listener(Person):
    """Notes what a reader sees, and when they see it first."""

    def __init__(self, number, ports, channels):
        super().__init__(f"l{number}", ports, channels)
        self.seen = defaultdict(list)
        self.first = {}

    def hear(self, told):
        if isinstance(told, PlainLine) and SAID.fullmatch(told.text):
            self.seen[told.conversation].append(told.text)
            self.first.setdefault(told.text, time.perf_counter())


class Crew:
    """Talkers and listeners, spread over the nodes: ``talkers`` of each channel, and a listener on each node."""

    def __init__(self, ports, channels, talkers, every):
        turned = [[*ports[at:], *ports[:at]] for at in range(len(ports))]
        self.talkers = [
            Talker(number, turned[number % len(ports)], channels[number // talkers], every)
            for number in range(talkers * len(channels))
        ]
        self.listeners = [Listener(number, turned[number], channels) for number in range(len(ports))]
        self._enough = asyncio.Event()

    async def come(self):
        await asyncio.gather(*[one.come() for one in self.listeners])
        await asyncio.gather(*[one.come() for one in self.talkers])
        self._talking = [asyncio.create_task(one.talk(self._enough)) for one in self.talkers]

    async def say_more(self, messages):
        """Until each of the talkers has had so many more acknowledged."""
        goals = [(one, len(one.acknowledged) + messages) for one in self.talkers]
        for one, goal in goals:
            while len(one.acknowledged) < goal and one.stays:
                one.progress.clear()
                await one.progress.wait()

    async def finish(self):
        self._enough.set()
        await asyncio.gather(*self._talking)

    async def go(self):
        for task in self._talking:
            task.cancel()
        await asyncio.gather(*[one.go() for one in (*self.talkers, *self.listeners)])
