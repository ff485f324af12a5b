"""A server with 30, 300 and 3,000 people who talk: memory, disk, traffic and CPU, and extrapolated to a year.

Everybody is in #lobby and in a room of 30, connected by TLS. One line in ten is said in the lobby, the others in rooms.
Traffic is what clients receive, without TLS and TCP headers. Memory and CPU are those of the server and its processes.
"""

import argparse
import asyncio
import resource
import sqlite3
import ssl
import sys
import time
from contextlib import closing

from benchmarks.machine import print_header
from benchmarks.served import data_directory, serving

ROOM = 30
LOBBY_SHARE = 10
"""One line in so many is sent to the lobby."""
LINES = {30: 200, 300: 20, 3000: 4}
TEXT = "Does anybody know when the kettle will be back from repair?"
A_DAY = 50
"""Lines that each person says in a day, for the figures of a year."""
BUSY_HOUR = 0.2
"""The share of a day's lines in its busiest hour."""
CAPS = "server-time message-tags batch echo-message account-tag away-notify chghost multi-prefix"
AT_ONCE = 64
PATIENCE = 60
PRAGMAS = ("page_count", "freelist_count", "page_size")


class Person(asyncio.Protocol):
    """Counts what it receives, and waits for its own echoes."""

    def __init__(self, number):
        self.nick = f"p{number}"
        self.rooms = ("#lobby", f"#room{number // ROOM}")
        self.bytes = 0
        self._tail = b""
        self._awaited = None

    def connection_made(self, transport):
        self._transport = transport

    def data_received(self, data):
        self.bytes += len(data)
        if self._awaited is not None:
            self._tail = self._tail[-400:] + data
            if self._awaited[0] in self._tail:
                self._awaited[1].set_result(None)
                self._awaited = None
        if b"PING :" in data:
            self._transport.write(b"PONG :x\r\n")

    def connection_lost(self, error):
        if self._awaited is not None:
            self._awaited[1].set_exception(ConnectionError(f"{self.nick} lost its connection: {error}"))

    async def ask(self, text, answer):
        self._tail = b""
        self._awaited = (answer.encode(), asyncio.get_running_loop().create_future())
        waiting = self._awaited[1]
        self._transport.write(text.encode())
        await waiting

    async def come(self):
        hello = f"CAP REQ :{CAPS}\r\nNICK {self.nick}\r\nUSER u 0 * :u\r\nCAP END\r\n"
        await self.ask(hello, " 001 ")
        await self.ask(f"JOIN {','.join(self.rooms)}\r\n", f" 366 {self.nick} {self.rooms[1]} ")

    async def talk(self, lines):
        for number in range(lines):
            room = self.rooms[(number + int(self.nick[1:])) % LOBBY_SHARE != 0]
            mark = f"{self.nick}-{number}"
            await self.ask(f"PRIVMSG {room} :{TEXT} {mark}\r\n", f" {mark}\r\n")


async def crowd(served, count):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    people = [Person(number) for number in range(count)]
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(person):
        async with gate:
            loop = asyncio.get_running_loop()
            await loop.create_connection(lambda: person, "127.0.0.1", served.port, ssl=context)
            await person.come()

    await asyncio.gather(*map(one, people))
    return people


async def measured(served, data, count, lines):
    """Measure one size, while everybody is connected."""
    people = await crowd(served, count)
    idle, before = served.rss(), sizes(data)
    received, cpu, began = sum(person.bytes for person in people), served.cpu(), time.perf_counter()
    await asyncio.gather(*[person.talk(lines) for person in people])
    took, cpu = time.perf_counter() - began, served.cpu() - cpu
    received = sum(person.bytes for person in people) - received
    for _ in range(PATIENCE):
        # The index follows the log a little later.
        now = sizes(data)
        await asyncio.sleep(1)
        if sizes(data) == now:
            break
    disk = [after - was for after, was in zip(sizes(data), before, strict=True)]
    return {"disk": disk, "idle": idle, "talking": served.rss(), "received": received, "cpu": cpu, "took": took}


def sizes(data):
    """The size of the database and of the search index, including their log files."""
    found = []
    for name in ("chover.db", "search.db"):
        with closing(sqlite3.connect(f"file:{data / name}?mode=ro", uri=True)) as db:
            pages, free, size = (db.execute(f"PRAGMA {each}").fetchone()[0] for each in PRAGMAS)
            found.append((pages - free) * size)
    return found


def size_of(count, lines):
    with data_directory() as directory:
        with serving(directory, autojoin="#lobby") as served:
            asyncio.run(nobody(served))
            empty = served.rss()
        with serving(directory, autojoin="#lobby") as served:
            found = asyncio.run(measured(served, directory / "data", count, lines))
    report(count, lines, found | {"empty": empty})


async def nobody(served):
    """One person connects and leaves, so that everything imported late is loaded."""
    await crowd(served, 1)


def report(count, lines, found):
    messages = count * lines
    readers = count / LOBBY_SHARE + min(ROOM, count) * (1 - 1 / LOBBY_SHARE)
    each = found["received"] / (messages * readers)
    disk = sum(found["disk"]) / messages
    day = count * A_DAY
    traffic = day * readers * each
    print(f"  {count} people, {messages} lines in {found['took']:.1f} s, each to {readers:.0f} people on average")
    print(
        f"    memory: empty {found['empty']:.0f} MiB, everybody here {found['idle']:.0f} MiB"
        f" ({(found['idle'] - found['empty']) * 1024 / count:.0f} KiB each), after they have talked"
        f" {found['talking']:.0f} MiB"
    )
    print(
        f"    a line: {found['disk'][0] / messages:.0f} bytes in the database and"
        f" {found['disk'][1] / messages:.0f} in the index, {each:.0f} bytes to each reader,"
        f" {found['cpu'] / messages * 1000:.2f} ms of CPU"
    )
    print(
        f"    {A_DAY} lines a day from each: {disk * day * 365 / 1e6:.0f} MB on the disk in a year,"
        f" {traffic / 1e6:.0f} MB sent in a day, {traffic * BUSY_HOUR * 8 / 3600 / 1e6:.2f} Mbit/s in the busiest hour,"
        f" {found['cpu'] / messages * day * BUSY_HOUR / 3600 * 100:.2f} % of a core then",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="*", default=list(LINES))
    parser.add_argument("--lines", type=int, help="that each of them says; by default fewer, the more people there are")
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if max(options.people) + 200 > hard != resource.RLIM_INFINITY:
        sys.exit(f"{max(options.people) + 200} open files are needed, and {hard} are allowed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    people = ", ".join(f"{count:,}" for count in options.people)
    print_header(f"{people} people by TLS, in #lobby and in rooms of {ROOM}", f"{len(TEXT)} bytes", "power")
    for count in options.people:
        size_of(count, options.lines or LINES.get(count, 10))


if __name__ == "__main__":
    main()
