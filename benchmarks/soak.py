"""9,900 idle connections and 1,000 active ones for ten minutes: memory, errors, and everybody's waits.

Target: resident memory constant within 2 % over the last eight minutes, no error, and nobody's 99th percentile above
twice that of the first two minutes. Everything is on loopback: the crowd is this process, the server another.
"""

import argparse
import asyncio
import os
import random
import resource
import statistics
import sys
import time
import urllib.request

from benchmarks.machine import own_rss_of, print_header
from benchmarks.served import data_directory, serving

SETTINGS = """
[server]
host = "127.0.0.1"
[limits]
flood = false
connections_per_address = 0
connection_rate_per_address = 0
unregistered_per_address = 0
quiet_per_address = 0
ping_seconds = 120
[channels]
autojoin = [{autojoin}]
[store]
durability = "{durability}"
"""
AT_ONCE = 128
MEMBERS = 10
"""Active people in a channel."""
SAMPLE_SECONDS = 10
SETTLE_SHARE = 0.2
"""The share of the time at the start that the rest is compared with."""


class Person(asyncio.Protocol):
    """Answers PING; measures how long the echoes of its own messages take."""

    def __init__(self, number):
        self.nick = f"p{number}"
        self.errors = []
        self.waits = []
        self.rest = b""
        self.sent = {}
        self.awaited = None
        self.lost = False

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        *lines, self.rest = (self.rest + data).split(b"\r\n")
        for line in lines:
            self.hear(line)

    def hear(self, line):
        if line.startswith(b"PING"):
            self.transport.write(b"PONG" + line[4:] + b"\r\n")
        elif b" PRIVMSG " in line:
            began = self.sent.pop(line.rpartition(b":")[2], None)
            if began is not None:
                self.waits.append((began, time.perf_counter() - began))
        elif line.startswith(b"ERROR") or b" FAIL " in line:
            self.errors.append(line.decode())
        if self.awaited is not None and self.awaited[0] in line:
            self.awaited[1].set_result(None)
            self.awaited = None

    def connection_lost(self, _error):
        self.lost = True

    async def ask(self, text, answer):
        future = asyncio.get_running_loop().create_future()
        self.awaited = (answer, future)
        self.transport.write(text.encode())
        await future

    def say(self, channel, number):
        word = f"{self.nick}-{number}".encode()
        self.sent[word] = time.perf_counter()
        self.transport.write(b"PRIVMSG %s :%s\r\n" % (channel.encode(), word))


async def come(port, count, first, channel=None):
    """Connect and register so many; optionally with a channel for each ten of them."""
    loop, gate = asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)

    async def one(number):
        async with gate:
            _, person = await loop.create_connection(lambda: Person(number), "127.0.0.1", port)
            caps = "CAP REQ :echo-message\r\n" if channel else ""
            await person.ask(f"{caps}NICK {person.nick}\r\nUSER u 0 * :u\r\n{'CAP END' if caps else ''}\r\n", b" 001 ")
            if channel:
                await person.ask(f"JOIN {channel(number)}\r\n", b" 366 ")
            return person

    return await asyncio.gather(*[one(first + number) for number in range(count)])


async def talk(person, channel, every, until):
    """Send a message from time to time, not in step with the others."""
    chance = random.Random(person.nick)
    await asyncio.sleep(chance.uniform(0, every))
    number = 0
    while time.perf_counter() < until:
        person.say(channel, number)
        number += 1
        await asyncio.sleep(chance.uniform(0.5, 1.5) * every)


async def watch(pid, until):
    """Sample the server's resident memory: seconds and KiB."""
    rows = []
    while time.perf_counter() < until:
        rows.append((time.perf_counter(), own_rss_of(pid)))
        await asyncio.sleep(SAMPLE_SECONDS)
    return rows


def p99(waits):
    return sorted(waits)[min(int(len(waits) * 0.99), len(waits) - 1)] if waits else 0.0


async def run(served, options):
    channel = lambda number: f"#c{number // MEMBERS}"  # noqa: E731
    began = time.perf_counter()
    idle = await come(served.port, options.idle, options.active)
    active = await come(served.port, options.active, 0, channel)
    print(f"  {options.idle + options.active} connected in {time.perf_counter() - began:.1f} s", flush=True)
    start = time.perf_counter()
    until = start + options.minutes * 60
    talking = [talk(person, channel(number), options.every, until) for number, person in enumerate(active)]
    rows, *_ = await asyncio.gather(watch(served.process.pid, until), *talking)
    await asyncio.gather(*[person.ask("PING fence\r\n", b" PONG ") for person in active])
    return start, rows, idle, active


def errors_of(served):
    with urllib.request.urlopen(f"http://127.0.0.1:{served.port}/metrics") as answer:
        rows = dict(line.rsplit(" ", 1) for line in answer.read().decode().splitlines() if line[0] != "#")
    return int(float(rows["chover_errors_total"])), int(float(rows["chover_messages_total"]))


def report(start, rows, idle, active, options):
    """Print the figures. Returns whether each target was met."""
    settled = start + options.minutes * 60 * SETTLE_SHARE
    later = [rss for at, rss in rows if at >= settled]
    spread = (max(later) - min(later)) / min(later) * 100
    least, most = min(later) / 1024, max(later) / 1024
    print(f"  resident at the start {rows[0][1] / 1024:.1f} MiB; later {least:.1f} to {most:.1f} MiB: {spread:.2f} %")
    everybody = [*idle, *active]
    lost = sum(person.lost for person in everybody)
    errors = sum(len(person.errors) for person in everybody)
    unanswered = sum(len(person.sent) for person in active)
    print(f"  connections lost {lost}, errors told to clients {errors}, messages without an echo {unanswered}")
    for minute in range(round(options.minutes)):
        waits = [w for p in active for at, w in p.waits if minute * 60 <= at - start < minute * 60 + 60]
        if waits:
            middle, slow = statistics.median(waits) * 1e3, p99(waits) * 1e3
            print(f"  minute {minute + 1}: {len(waits)} messages, median {middle:.1f} ms, p99 {slow:.1f} ms")
    before = {p.nick: p99([w for at, w in p.waits if at < settled]) for p in active}
    after = {p.nick: p99([w for at, w in p.waits if at >= settled]) for p in active}
    worse = sum(after[nick] > 2 * before[nick] for nick in after)
    ratio = statistics.median(after[nick] / before[nick] for nick in after if before[nick])
    print(f"  p99 of each one: later {ratio:.2f} times its start (median); above twice: {worse} of {len(after)}")
    return spread <= 2, not lost and not errors and not unanswered, not worse


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--idle", type=int, default=9900)
    parser.add_argument("--active", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--every", type=float, default=4, help="seconds between the messages of one of them")
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    needed = options.idle + options.active + 200
    if needed > hard != resource.RLIM_INFINITY:
        sys.exit(f"{needed} open files are needed, and {hard} are allowed: ulimit -Hn {needed}")
    people = f"{options.idle} idle, {options.active} active in channels of {MEMBERS}"
    print_header(people, f"some 10 bytes, one in {options.every} s each", "power")
    print(f"  load of the machine before: {' '.join(f'{load:.2f}' for load in os.getloadavg())}")
    import uvloop  # noqa: PLC0415

    with data_directory() as directory, serving(directory, settings=SETTINGS) as served:
        found = uvloop.run(run(served, options))
        met = report(*found, options)
        errors, messages = errors_of(served)
    print(f"  the server logged {errors} errors and kept {messages} messages")
    print(f"  load of the machine after: {' '.join(f'{load:.2f}' for load in os.getloadavg())}")
    names = ("memory within 2 %", "no error", "nobody's p99 above twice its start")
    for name, good in zip(names, (met[0], met[1] and not errors, met[2]), strict=True):
        print(f"  {name}: {'yes' if good else 'NO'}")


if __name__ == "__main__":
    main()
