import asyncio
import contextlib
import sys

import pytest
from tests.edge.fake_host import FakeHost

from chover.edge.listener import Bind, Listener, ListenerLimits
from chover.wire.hello import LegacyMessage

LOOPS = {"asyncio": asyncio.SelectorEventLoop if sys.platform == "win32" else asyncio.new_event_loop}
if sys.platform != "win32":
    import uvloop

    LOOPS["uvloop"] = uvloop.new_event_loop


def pytest_asyncio_loop_factories(config, item):
    """Each test of the port runs on both loops."""
    return LOOPS


class Client:
    """A raw connection to the port."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    def send(self, data):
        self.writer.write(data if isinstance(data, bytes) else data.encode())

    async def line(self):
        """The next line, without its end; '' at the end of the connection."""
        async with asyncio.timeout(10):
            return (await self.reader.readline()).decode().rstrip("\r\n")

    async def until(self, text):
        """Everything up to and including ``text``."""
        async with asyncio.timeout(10):
            return (await self.reader.readuntil(text.encode())).decode()

    async def once(self):
        """What one recv(1024) gives."""
        async with asyncio.timeout(10):
            return await self.reader.read(1024)

    async def rest(self):
        """Everything until the end; a reset is one too."""
        got = b""
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(10):
                while data := await self.reader.read(65536):
                    got += data
        return got

    def half_close(self):
        self.writer.write_eof()

    async def close(self):
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()


class Port:
    """A listener on loopback with a fake host behind it."""

    def __init__(self):
        self.host = FakeHost()
        self.clients = []
        self.listener = None
        self.number = 0

    async def open(self, tls=None, bind=None, **settings):
        settings = {"silence_seconds": 0.15} | settings
        self.listener = Listener(
            host=self.host, binds=[bind or Bind("127.0.0.1", 0)], tls=tls, settings=ListenerLimits(**settings)
        )
        self.addresses = await self.listener.open()
        self.number = self.addresses[0].port
        return self

    async def connect(self, **options):
        client = Client(*await asyncio.open_connection("127.0.0.1", self.number, **options))
        self.clients.append(client)
        return client

    def remember(self, number, text="hello"):
        """Messages for the lobby's history."""
        import datetime as dt  # noqa: PLC0415 - one use

        at = dt.datetime(2025, 6, 19, 17, 1)  # noqa: DTZ001 - as the server's zone shows it
        self.host.tail += [LegacyMessage("Alice", at, f"{text} {n}") for n in range(number)]

    @property
    def quiet(self):
        """The connections that have said nothing."""
        return self.listener._shared.quiet

    @property
    def page_requests(self):
        return self.listener._shared.page_requests

    def now(self):
        return asyncio.get_running_loop().time()

    async def turns(self):
        """Let everything that is on its way over loopback arrive: a connection of its own is served meanwhile.

        It begins with PASS, which is IRC also where this machine was so slow that it counts as a silent client.
        """
        client = await self.connect()
        client.send("PASS fence\r\nPING fence\r\n")
        await client.until("PONG srv fence\r\n")
        self.host.sessions[:] = [one for one in self.host.sessions if not one.raw.startswith(b"PASS fence")]

    async def close(self):
        for client in self.clients:
            await client.close()
        if self.listener:
            await self.listener.close(1.0)
        assert self.host.admitted == self.host.dismissed, "every connection is given back"


@pytest.fixture
async def port():
    port = Port()
    yield port
    await port.close()
