"""A cluster on this machine: a PostgreSQL, a NATS and several servers, each of which can be harmed alone."""

import asyncio
import contextlib
import signal
import socket
import tempfile
from pathlib import Path

from tests.e2e.server import Server
from tests.servers.nats import NatsServer
from tests.servers.postgres import Postgres

from benchmarks.pair import CALM

BUFFER = 65536


class CutWire:
    """A way to a port of this machine that can be cut: nothing passes then, and nobody is told that."""

    def __init__(self, target):
        self._target = target
        self._whole = asyncio.Event()
        self._whole.set()
        self.port = 0

    async def open(self):
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _carry(self, reader, writer):
        try:
            await self._whole.wait()
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target())
        except OSError:
            writer.close()
            return
        await asyncio.gather(self._copy(reader, far_writer), self._copy(far_reader, writer))

    async def _copy(self, reader, writer):
        with contextlib.suppress(OSError):
            while data := await reader.read(BUFFER):
                await self._whole.wait()
                writer.write(data)
                await writer.drain()
        writer.close()

    def cut(self):
        self._whole.clear()

    def mend(self):
        self._whole.set()

    async def close(self):
        self.mend()
        self._server.close()


class LocalCluster:
    """``nodes`` are the servers; ``wire`` is the way of the second one to NATS."""

    def __init__(self, count, second=None):
        """``second``: more environment of the second node."""
        self._home = tempfile.TemporaryDirectory(prefix="chover-cluster-")
        self.postgres = Postgres(fsync="on", shared_buffers="128MB", max_connections="100")
        self.nats = NatsServer()
        self.wire = CutWire(lambda: self.nats.port)
        self._count = count
        self._second = second or {}
        self.nodes = []

    async def __aenter__(self):
        await asyncio.to_thread(self._start_servers)
        await self.wire.open()
        for number in range(self._count):
            self.nodes.append(self._node(number))
            await asyncio.to_thread(self.nodes[-1].start)
        return self

    def _start_servers(self):
        self.postgres.start()
        self.nats.start()
        self.postgres.sql("CREATE DATABASE chover TEMPLATE template0")

    def _node(self, number):
        home = Path(self._home.name) / f"node{number}"
        home.mkdir()
        bus = f"nats://127.0.0.1:{self.wire.port}" if number == 1 else self.nats.url()
        env = {**CALM, "CHOVER_STORE_URL": self.postgres.url("chover"), "CHOVER_BUS_URL": bus}
        return Server(home, **env, **(self._second if number == 1 else {}))

    @property
    def ports(self):
        return [node.port for node in self.nodes]

    def sql(self, text, *values):
        return self.postgres.sql(text, *values, database="chover")

    async def restart(self, node):
        """End it as an operator does, and start it in the same place."""
        await asyncio.to_thread(node.stop)
        await asyncio.to_thread(node.start)

    async def revive(self, node):
        """Start a node that was killed, or has stopped by itself."""
        await asyncio.to_thread(node.wait)
        await asyncio.to_thread(node.start)

    async def __aexit__(self, *_):
        await asyncio.gather(*[asyncio.to_thread(self._end, node) for node in self.nodes])
        await self.wire.close()
        self.nats.close()
        await asyncio.to_thread(self.postgres.close)
        self._home.cleanup()

    @staticmethod
    def _end(node):
        if node.process.poll() is None:
            node.signal(signal.SIGCONT)
            node.stop()


def is_open(port):
    """Whether somebody listens there."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
