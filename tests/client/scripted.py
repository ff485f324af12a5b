"""The other end of a client: a server on loopback whose lines the test says one by one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from chover.wire.capabilities import CAPABILITIES, NONCE, offer
from chover.wire.message import Message, format_line, parse

BOUND = 10.0
"""Seconds that a test waits for anything before it fails."""
SERVER = "chat.test"


OFFER = offer({row.name: row.value for row in CAPABILITIES.values()}, values=True)


class Peer:
    """One accepted connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.nick = ""
        self.seen: list[str] = []

    def send(self, *lines: str) -> None:
        for line in lines:
            self.writer.write(line.encode() + b"\r\n")

    async def line(self) -> str:
        """The next line, or "" at the end."""
        async with asyncio.timeout(BOUND):
            raw = await self.reader.readline()
        self.seen.append(raw.decode().rstrip("\r\n"))
        return self.seen[-1]

    async def expect(self, command: str, *params: str) -> Message:
        """The next line is this command, with these as its first parameters."""
        line = await self.line()
        assert line, f"the client left instead of sending {command}; before: {self.seen}"
        message = parse(line)
        assert [message.command, *message.params[: len(params)]] == [command, *params], self.seen
        return message

    async def gone(self) -> None:
        """The client leaves; whatever it still says is passed over."""
        while await self.line():
            pass

    def hang_up(self) -> None:
        self.writer.transport.abort()

    async def register(self, caps: str = OFFER, nick: str = "") -> Message:
        """Let a client in, up to its fence, under another nick if one is given; its USER line."""
        await self.expect("CAP", "LS", "302")
        self.send(f":{SERVER} CAP * LS :{caps}")
        self.nick = (await self.expect("NICK")).params[0]
        asked = await self.expect("CAP", "REQ")
        self.send(f":{SERVER} CAP * ACK :{asked.params[1]}")
        user = await self.expect("USER")
        await self.expect("CAP", "END")
        self.nick = nick or self.nick
        self.send(f":{SERVER} 001 {self.nick} :Welcome", f":{SERVER} 422 {self.nick} :No message of the day")
        return user

    async def welcome(self, *history: str, channel: str = "#lobby", nick: str = "") -> Message:
        """Let a client in, put it into the channel and answer what it asks of its history."""
        user = await self.register(nick=nick)
        self.join(channel)
        await self.fence()
        await self.expect("CHATHISTORY")
        self.batch(channel, *history)
        return user

    async def fence(self) -> None:
        token = (await self.expect("PING")).params[0]
        self.send(f":{SERVER} PONG {SERVER} {token}")

    def join(self, channel: str) -> None:
        self.send(f"@time=2026-06-19T15:00:00.000Z :{self.nick}!chover@cloak JOIN {channel}")

    def batch(self, channel: str, *lines: str) -> None:
        """The answer to CHATHISTORY; the lines have no tags but msgid, time and the like, without the ``@``."""
        inside = [f"@batch=h;{line.removeprefix('@')}" if line[0] == "@" else f"@batch=h {line}" for line in lines]
        self.send(f":{SERVER} BATCH +h chathistory {channel}", *inside, f":{SERVER} BATCH -h")

    async def hear(self) -> Message:
        return await self.expect("PRIVMSG")

    def echo(self, message: Message, msgid: str) -> None:
        tags = {"msgid": msgid, "time": "2026-06-19T15:01:00.000Z", NONCE: message.tags[NONCE]}
        tags["label"] = message.tags["label"]
        self.send(format_line("PRIVMSG", *message.params, source=f"{self.nick}!chover@cloak", tags=tags))


class Scripted:
    """The listening side."""

    def __init__(self) -> None:
        self.port = 0
        self._arrived: asyncio.Queue[Peer] = asyncio.Queue(16)
        self._peers: list[Peer] = []
        self._server: asyncio.Server | None = None
        self._first = b""
        self._answer = b""
        self._replies: list[asyncio.Task[None]] = []

    async def listen(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    def deaf(self) -> None:
        """Stop listening: who comes now is refused."""
        assert self._server is not None
        self._server.close()

    async def accept(self) -> Peer:
        async with asyncio.timeout(BOUND):
            return await self._arrived.get()

    async def close(self) -> None:
        self.deaf()
        for reply in self._replies:
            reply.cancel()
        for peer in self._peers:
            peer.hang_up()
            with contextlib.suppress(OSError):
                await peer.writer.wait_closed()

    def greet_all(self, first: bytes) -> None:
        """Send this at once on each new connection from now on."""
        self._first = first

    def answer_all(self, first: bytes) -> None:
        """Send this after the first bytes of each new connection from now on, even if they begin TLS."""
        self._answer = first

    async def _reply(self, peer: Peer) -> None:
        with contextlib.suppress(OSError):
            await peer.reader.read(65536)
            peer.writer.write(self._answer)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = Peer(reader, writer)
        self._peers.append(peer)
        if self._first:
            peer.writer.write(self._first)
        if self._answer:
            self._replies.append(asyncio.create_task(self._reply(peer)))
        self._arrived.put_nowait(peer)


@contextlib.asynccontextmanager
async def scripted() -> AsyncIterator[Scripted]:
    server = Scripted()
    await server.listen()
    try:
        yield server
    finally:
        await server.close()
