"""A server without sockets: people type lines and read lines.

alice = await stage.enter("alice")
alice.send("PRIVMSG #lobby :hi")
await bob.expect("PRIVMSG #lobby :hi")
"""

from __future__ import annotations

import asyncio
import itertools

from chover.bus.local import LocalBus
from chover.config import load
from chover.ports import Peer
from chover.server.host import ChatHost
from chover.server.operators.hooks import HookVoice
from chover.wire.message import parse
from tests.doubles.accounts import MemoryAccounts
from tests.doubles.memory_store import MemoryStore

PATIENCE_SECONDS = 20
"""Longer than any answer takes, even on a busy machine."""


class Wire:
    """The sink of a session, and the person who uses it."""

    descriptor = -1

    def __init__(self, host, address="127.0.0.1", protocol="irc", state=None, **peer):
        """``state``: that of a session from another process, to continue here."""
        self.lines = []
        self.log = []
        """All lines so far, parsed."""
        self.closed = False
        self.aborted = False
        self.reading = True
        self.stuck = 0
        self._more = asyncio.Event()
        self._fences = itertools.count(1)
        self.writes = 0
        self._rest = b""
        peer = Peer(address, 40000, protocol, **peer)
        self.session = host.open_session(peer, self) if state is None else host.handover.adopt(peer, self, state)

    # the sink
    def write(self, data):
        self.writes += 1
        assert data.endswith(b"\r\n")
        self.take(data)

    def take(self, data):
        """Bytes of the server, by whichever way."""
        *whole, self._rest = (self._rest + data).split(b"\r\n")
        lines = [line.decode() for line in whole]
        self.lines.extend(lines)
        self.log.extend(map(parse, lines))
        self._more.set()

    def backlog(self):
        return self.stuck

    def pause(self):
        self.reading = False

    def resume(self):
        self.reading = True

    def close(self):
        self.closed = True
        self._more.set()

    def abort(self):
        self.closed = self.aborted = True
        self._more.set()

    # the person
    def send(self, *lines):
        self.session.receive("".join(line + "\r\n" for line in lines).encode())

    def send_bytes(self, data):
        self.session.receive(data)

    def hang_up(self):
        self.session.lost("Connection closed")

    async def _until(self, found):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (result := found()) is None:
                if self.closed:
                    raise AssertionError(f"closed; got {self.lines}")
                self._more.clear()
                await self._more.wait()
        return result

    async def expect(self, part):
        """The next line that contains ``part``; earlier lines are dropped."""

        def found():
            for number, line in enumerate(self.lines):
                if part in line:
                    del self.lines[: number + 1]
                    return line
            return None

        try:
            return await self._until(found)
        except TimeoutError:
            raise AssertionError(f"no {part!r} in {self.lines}") from None

    async def all(self):
        """All lines up to now: those before the PONG of a fence."""
        token = f"fence{next(self._fences)}"
        self.send(f"PING {token}")

        def found():
            for number, line in enumerate(self.lines):
                if line.endswith(token) and "PONG" in line:
                    before = self.lines[:number]
                    del self.lines[: number + 1]
                    return before
            return None

        return await self._until(found)

    async def messages(self):
        return [parse(line) for line in await self.all()]

    async def numerics(self, *lines):
        """The numerics that answer these lines, each with its parameters after the nick."""
        await self.all()
        self.send(*lines)
        return [(message.command, *message.params[1:]) for message in await self.messages()]

    async def heard(self, command):
        """The lines with one command up to now."""
        return [message for message in await self.messages() if message.command == command]

    async def ended(self):
        """Wait until the server has closed the connection. Returns the remaining lines."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self.closed:
                self._more.clear()
                await self._more.wait()
        return self.lines


class Stage:
    def __init__(self, host, store):
        self.host = host
        self.node = host.node
        self.store = store
        self.accounts = host.accounts
        self.wires = []

    @classmethod
    async def open(cls, flags=None, store=None, bus=None, observer=None, accounts=None, environ=None, kept=()):
        store = store or MemoryStore()
        config = load(
            environ=environ or {}, flags={"server.name": "chat.test", "channels.autojoin": [], **(flags or {})}
        )
        key = await store.secret("cloak")
        host = ChatHost(config, store, bus or LocalBus(), accounts or MemoryAccounts(), key, observer)
        await host.boot(kept)
        return cls(host, store)

    def voice(self):
        """The voice with which hooks post here."""
        node = self.node
        return HookVoice(node.name, node.store, node.accounts, node.chat, node.ledger, node.fanout.sessions)

    def connect(self, **peer):
        wire = Wire(self.host, **peer)
        self.wires.append(wire)
        return wire

    async def enter(self, nick, *channels, caps="", login="", **peer):
        """A registered user with these capabilities, in these channels; the lines that they received are dropped.

        ``login`` is an account, or account@device, whose password is sesame.
        """
        wire = self.connect(**peer)
        if login:
            wire.send(f"PASS {login}:sesame")
        if caps:
            wire.send(f"CAP REQ :{caps}")
        wire.send(f"NICK {nick}", f"USER {nick} 0 * :{nick}")
        if caps:
            wire.send("CAP END")
        await wire.expect(" 001 ")
        for channel in channels:
            wire.send(f"JOIN {channel}")
        await wire.all()
        return wire

    def pass_time(self, seconds):
        """Advance the clock of the modes that make people wait."""
        clock = self.node.chat.now
        self.node.chat.now = lambda: clock() + seconds * 1000

    async def quiet(self):
        """Wait until everybody has read everything."""
        for wire in self.wires:
            if not wire.closed:
                await wire.all()

    async def quiet_of(self, *wires):
        """Wait until everything that these have sent is processed; what others received of it can still be read."""
        for wire in wires:
            await wire.all()

    async def close(self):
        await self.host.close("The test is over", 5)
