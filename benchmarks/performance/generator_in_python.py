"""The commands of generator.c in Python, for a machine without a C compiler. It is the bottleneck of fast servers."""

import asyncio
import json
import re
import statistics
import sys
import time
from pathlib import Path

TEXTS = 64
WORDS = ("the", "server", "answer", "is", "late", "we", "should", "look", "tomorrow", "at", "river", "kettle")
PATIENCE_SECONDS = 180


class Client(asyncio.Protocol):
    def __init__(self, crowd, number):
        self.crowd, self.number = crowd, number
        self.waiting, self.leaving = None, False
        self._rest = b""

    def connection_made(self, transport):
        self.send = transport.write

    def connection_lost(self, _):
        if self.waiting and not self.waiting[1].done():
            self.waiting[1].set_result(None)
        if not self.leaving:
            self.crowd.fault(f"the server closed the connection of client {self.number}")

    def data_received(self, data):
        self.crowd.bytes += len(data)
        if self.crowd.counting:
            self.crowd.counted(self, data.count(b"\n"))
            return
        *lines, self._rest = (self._rest + data).split(b"\r\n" if b"\r\n" in data else b"\n")
        for line in lines:
            self._line(line)

    def _line(self, line):
        command = re.sub(rb"^(@\S+ )?(:\S+ )?", b"", line)
        if command.startswith(b"PING "):
            self.send(b"PONG " + command[5:] + b"\r\n")
        elif self.waiting and self.waiting[0] in line:
            future, self.waiting = self.waiting[1], None
            if not future.done():
                future.set_result(None)
        elif self.crowd.timing and command.startswith(b"PRIVMSG "):
            self.crowd.timed(line)

    async def until(self, marker, text):
        self.waiting = (marker, asyncio.get_running_loop().create_future())
        waiting = self.waiting[1]
        self.send(text.encode())
        await waiting


class Crowd:
    def __init__(self, port):
        self._port = port
        self.clients, self._answer = [], {}
        self.counting = self.timing = False
        self._background = None
        self._reset()

    def _reset(self):
        self.bytes = self.deliveries = self.messages = 0
        self.times = []

    @staticmethod
    def fault(text):
        print(json.dumps({"error": text}), flush=True)
        sys.exit(1)

    async def handle(self, line):
        name, *arguments = line.split()
        self._reset()
        began, cpu = time.perf_counter(), time.process_time()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await getattr(self, name)(*arguments)
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        cuts = (
            statistics.quantiles(self.times, n=100, method="inclusive")
            if len(self.times) > 1
            else [sum(self.times)] * 99
        )
        figures = {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "longest": max(self.times, default=0)}
        return {
            "seconds": seconds,
            "cpu": cpu,
            "waited": max(0.0, seconds - cpu),
            "messages": self.messages,
            "deliveries": self.deliveries,
            "bytes": self.bytes,
            "retried": 0,
            "n": len(self.times),
            **{name: int(value) for name, value in figures.items()},
        }

    # ---- commands

    async def come(self, count, at_once, names, channel, group, caps, prefix):
        gate, first = asyncio.Semaphore(int(at_once)), len(self.clients)
        asked = "" if caps == "-" else caps.replace(",", " ")
        self.clients += [Client(self, first + number) for number in range(int(count))]

        async def one(client):
            async with gate:
                began = time.perf_counter()
                await asyncio.get_running_loop().create_connection(lambda: client, "127.0.0.1", self._port)
                hello = f"CAP REQ :{asked}\r\n" * bool(asked) + f"NICK {prefix}{client.number}\r\n"
                hello += f"USER {prefix} 0 * :{prefix}\r\n" + "CAP END\r\n" * bool(asked)
                # With --autojoin the names come by themselves.
                await client.until(b" 366 " if channel == "-" and names == "1" else b" 001 ", hello)
                if channel != "-":
                    joined = channel.replace("%d", str(client.number // int(group)))
                    await client.until(b" 366 ", f"JOIN {joined}\r\n")
                await client.until(b"PONG", "PING fence\r\n")
                self.times.append((time.perf_counter() - began) * 1e6)

        await asyncio.gather(*map(one, self.clients[first:]))

    async def fence(self):
        await asyncio.gather(*[client.until(b"PONG", "PING fence\r\n") for client in self.clients])

    async def speak(self, group, senders, lines, size, seconds, channel):
        self._group, self._senders, self._lines, self._channel = int(group), int(senders), int(lines), channel
        self._texts = texts(int(size))
        self._ends = time.perf_counter() + float(seconds)
        count = -(-len(self.clients) // self._group)
        self._due, self._left, self._began = [0] * count, count, [0.0] * count
        self._done = asyncio.get_running_loop().create_future()
        self.counting = True
        for number in range(count):
            self._round(number)
        await self._done
        self.counting = False

    def _round(self, number):
        members = self.clients[number * self._group : (number + 1) * self._group]
        self._due[number] = len(members[: self._senders]) * self._lines * (len(members) - 1)
        name = self._channel.replace("%d", str(number))
        self._began[number] = time.perf_counter()
        for client in members[: self._senders]:
            said = [self._texts[(self.messages + each) % TEXTS] for each in range(self._lines)]
            client.send("".join(f"PRIVMSG {name} :{text}\r\n" for text in said).encode())
            self.messages += self._lines

    def counted(self, client, lines):
        number = client.number // self._group
        self.deliveries += lines
        self._due[number] -= lines
        if self._due[number] < 0:
            self.fault(f"client {client.number} received more lines than were said")
        if self._due[number] == 0:
            at = time.perf_counter()
            self.times.append((at - self._began[number]) * 1e6)
            if at < self._ends:
                self._round(number)
                return
            self._left -= 1
            if self._left == 0 and not self._done.done():
                self._done.set_result(None)

    async def rate(self, senders, per_second, size, seconds, channel):
        said, total = texts(int(size)), int(float(seconds) * float(per_second))
        members = len(self.clients) - (self._background is not None)
        self._wanted, self._done = total * (members - 1), asyncio.get_running_loop().create_future()
        self.timing = True
        searching = asyncio.ensure_future(self._search_on()) if self._background else None
        start = time.monotonic_ns()
        for number in range(total):
            due = start + int(number * 1e9 / float(per_second))
            await asyncio.sleep(max(0.0, (due - time.monotonic_ns()) / 1e9))
            text = f"PRIVMSG {channel} :{said[number % TEXTS]} {due:016x}\r\n"
            self.clients[number % int(senders)].send(text.encode())
            self.messages += 1
        await self._done
        self.timing = False
        if searching:
            searching.cancel()

    def timed(self, line):
        self.deliveries += 1
        self.times.append((time.monotonic_ns() - int(line[-16:], 16)) / 1000)
        if self.deliveries == self._wanted:
            self._done.set_result(None)

    async def _search_on(self):
        client, marker, lines = self._background
        while True:
            for line in lines:
                await client.until(marker, f"{line}\r\n")

    async def background(self, client, marker, file):
        lines = [] if file == "-" else Path(file).read_text().splitlines()
        self._background = (self.clients[int(client)], marker.replace("_", " ").encode(), lines) if lines else None

    async def ask(self, client, marker, file):
        for line in Path(file).read_text().splitlines():
            began, lines = time.perf_counter(), line.replace("\t", "\r\n")
            await self.clients[int(client)].until(marker.replace("_", " ").encode(), f"{lines}\r\n")
            self.times.append((time.perf_counter() - began) * 1e6)

    async def leave(self, first, count):
        going = self.clients[int(first) : int(first) + int(count)]
        for client in going:
            client.leaving = True
        await asyncio.gather(*[client.until(b"no such line", "QUIT :bye\r\n") for client in going])
        if int(first) + int(count) == len(self.clients):
            del self.clients[int(first) :]


def texts(size):
    """Different texts of ``size`` bytes."""
    rows = []
    for number in range(TEXTS):
        words = " ".join(WORDS[(number * 7 + each * (number + 3)) % len(WORDS)] for each in range(size))
        rows.append(words[: size - 1] + "x")
    return rows


async def main(port):
    crowd, loop = Crowd(port), asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await crowd.handle(line)), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
