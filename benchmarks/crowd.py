"""A crowd of clients in one process: the load for other benchmarks. Its CPU is not counted.

``Crowd`` below sends it commands on its standard input, one line of JSON each, and it answers in the same way.
"""

import asyncio
import json
import subprocess
import sys
import time

BACKLOG = 256
"""Clients that connect at the same time, unless a benchmark measures just that."""
PATIENCE_SECONDS = 120
"""Time limit of a command. If it takes longer, something was lost."""


class Client(asyncio.Protocol):
    """A client that counts lines, and looks at them only while it waits for one."""

    def __init__(self, nick):
        self.nick = nick
        self.lines = self.bytes = 0
        self._awaited = None
        self._seen = b""
        self._target = None

    def connection_made(self, transport):
        self._transport = transport
        self.write = transport.write

    def data_received(self, data):
        self.lines += data.count(b"\n")
        self.bytes += len(data)
        if self._awaited is not None:
            self._look(data)
        if self._target is not None and self.lines >= self._target[0] and not self._target[1].done():
            self._target[1].set_result(None)

    def _look(self, data):
        word, future = self._awaited
        self._seen = self._seen[-512:] + data
        if word in self._seen and not future.done():
            self._awaited = None
            future.set_result(None)

    def connection_lost(self, error):
        for waiting in (self._awaited, self._target):
            if waiting is not None and not waiting[1].done():
                waiting[1].set_exception(ConnectionError(f"{self.nick} lost its connection: {error}"))

    async def until(self, word):
        """Wait for bytes that arrive from now on."""
        self._seen = b""
        self._awaited = (word, asyncio.get_running_loop().create_future())
        await self._awaited[1]

    async def until_lines(self, count):
        if self.lines < count:
            self._target = (count, asyncio.get_running_loop().create_future())
            await self._target[1]
            self._target = None

    async def ask(self, request, word):
        waiting = asyncio.ensure_future(self.until(word))
        await asyncio.sleep(0)
        self.write(request)
        await waiting


class Clients:
    """The commands of the crowd: each method is one; its arguments and its answer are JSON."""

    def __init__(self, port):
        self._port = port
        self._all = []
        self._senders = []

    async def _connect(self, nick, hello, word):
        loop = asyncio.get_running_loop()
        _, client = await loop.create_connection(lambda: Client(nick), "127.0.0.1", self._port)
        await client.ask(hello, word)
        self._all.append(client)
        return client

    async def come(self, count, name="c", caps="", channel="", autojoined="", at_once=BACKLOG):
        """Connect, register and join. Returns the seconds until all clients have what they wait for."""
        gate, word = asyncio.Semaphore(at_once), f" 366 {{}} {autojoined} " if autojoined else " 001 {} "

        async def one(number):
            nick = f"{name}{number}"
            hello = f"CAP REQ :{caps}\r\n" * bool(caps) + f"NICK {nick}\r\nUSER {name} 0 * :{name}\r\n"
            hello += "CAP END\r\n" * bool(caps)
            async with gate:
                client = await self._connect(nick, hello.encode(), word.format(nick).encode())
                if channel:
                    await client.ask(f"JOIN {channel}\r\n".encode(), b" 366 ")
            return client

        started, before = time.perf_counter(), len(self._all)
        await asyncio.gather(*[one(before + number) for number in range(count)])
        return time.perf_counter() - started

    async def answered(self):
        """Wait until everybody has the answers to everything sent before."""
        await asyncio.gather(*[client.ask(b"PING fence\r\n", b"PONG ") for client in self._all])

    async def fence(self):
        """Wait as ``answered`` does, then reset the counts."""
        await self.answered()
        for client in self._all:
            client.lines = client.bytes = 0

    async def received(self):
        return {"lines": sum(client.lines for client in self._all), "bytes": sum(client.bytes for client in self._all)}

    async def speak(self, channel, senders, burst, rounds, payload):
        """In each round, each of the first ``senders`` clients sends ``burst`` lines in one write, then waits for the
        lines of all others. One sender with a burst of 1 is one message for each wake-up.
        """
        everybody, speakers = self._all, self._all[:senders]
        line = f"PRIVMSG {channel} :{'x' * payload}\r\n".encode() * burst
        started = time.perf_counter()
        for number in range(1, rounds + 1):
            for client in speakers:
                client.write(line)
            await asyncio.gather(*[client.until_lines(number * burst * (senders - 1)) for client in speakers])
            await everybody[-1].until_lines(number * burst * senders)
        for client in everybody:
            await client.until_lines(rounds * burst * (senders - (client in speakers)))
        took = time.perf_counter() - started
        extra = sum(client.lines - rounds * burst * (senders - (client in speakers)) for client in everybody)
        return {**await self.received(), "seconds": took, "extra": extra}


async def serve_commands(port):
    clients, loop = Clients(port), asyncio.get_running_loop()
    while request := await loop.run_in_executor(None, sys.stdin.readline):
        name, arguments = json.loads(request)
        async with asyncio.timeout(PATIENCE_SECONDS):
            print(json.dumps(await getattr(clients, name)(**arguments)), flush=True)


class Crowd:
    """The process, seen from outside: ``crowd.call("come", count=500)`` returns the command's answer."""

    def __init__(self, port):
        command = [sys.executable, "-m", "benchmarks.crowd", str(port)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def call(self, command, **arguments):
        self._process.stdin.write(json.dumps([command, arguments]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            sys.exit(f"the crowd has ended at {command}")
        return json.loads(answer)


if __name__ == "__main__":
    import uvloop

    uvloop.run(serve_commands(int(sys.argv[1])))
