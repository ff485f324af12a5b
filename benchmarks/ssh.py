"""How 50 people who scroll over SSH delay the chat: the time from a message until others see it.

People on plain IRC say lines in turn, and each reads all of them. Then callers connect over SSH (asyncssh, in a process
of its own with a low priority), press page keys in a channel with history, and leave. This is repeated, with one
server. The promise is that the p99 of the people who chat increases by a tenth at most.

In real life the fifty callers have machines of their own. Here their programs use as much of this machine as the server
does for them, and any busy process makes the others wait for the kernel. So the same callers also scroll on another
server of this machine: the only difference is then whose sessions they are.
"""

import argparse
import asyncio
import contextlib
import gc
import os
import random
import re
import statistics
import subprocess
import sys
import time

import asyncssh

from benchmarks.machine import own_cpu_of, print_header
from benchmarks.served import PATIENCE_SECONDS, data_directory, serving

READ = "#talk"
SCROLLED = "#scrolled"
HISTORY = 2_000
"""Lines of the channel that is scrolled."""
SAID = re.compile(rb"PRIVMSG #talk :(\d+) ")
TEXT = "x" * 90
PAGE_UP, PAGE_DOWN = b"\x1b[5~", b"\x1b[6~"
SCREENS_UP = 8
"""Pages that a caller goes up before it comes down again."""
FRAME = b"\x1b[?2026h"
"""The beginning of each repaint."""
AT_A_TIME = 5
"""Callers who connect at the same time."""
NICE = 19


# ---- those who chat


class Person(asyncio.Protocol):
    def __init__(self, talk):
        self._talk = talk
        self._rest = b""

    def connection_made(self, transport):
        self.write = transport.write
        self.close = transport.close

    def data_received(self, data):
        now = time.perf_counter()
        lines, end, self._rest = (self._rest + data).rpartition(b"\n")
        for number in SAID.findall(lines + end):
            self._talk.seen(int(number), now)
        if b" PONG " in lines:
            self.answered.set()

    async def ask(self, lines):
        """Send lines, and wait until the server has handled all of them."""
        self.answered = asyncio.Event()
        self.write(f"{lines}PING fence\r\n".encode())
        await asyncio.wait_for(self.answered.wait(), PATIENCE_SECONDS)


class Talk:
    """Everybody in one channel, and the time of each line to each of the others."""

    def __init__(self, people, rate):
        self._size = people
        self._rate = rate
        self._said = []
        self.took = []

    async def come(self, port):
        loop = asyncio.get_running_loop()
        self.people = [
            (await loop.create_connection(lambda: Person(self), "127.0.0.1", port))[1] for _ in range(self._size)
        ]
        for number, person in enumerate(self.people):
            await person.ask(f"NICK u{number}\r\nUSER u 0 * :u\r\nPART {SCROLLED}\r\nJOIN {READ}\r\n")

    def seen(self, number, now):
        self.took.append(now - self._said[number])

    async def go_on(self, seconds):
        """Yield the milliseconds of each delivery during a part."""
        self.took = []
        start = time.perf_counter()
        for number in range(int(seconds * self._rate)):
            await asyncio.sleep(max(0.0, start + number / self._rate - time.perf_counter()))
            person = self.people[number % len(self.people)]
            self._said.append(time.perf_counter())
            person.write(f"PRIVMSG {READ} :{len(self._said) - 1} {TEXT}\r\n".encode())
        for person in self.people:
            await person.ask("")
        return [took * 1000 for took in self.took]

    async def fill(self):
        """Write the lines that are scrolled."""
        teller = self.people[0]
        await teller.ask(f"JOIN {SCROLLED}\r\n")
        for first in range(0, HISTORY, 200):
            await teller.ask("".join(f"PRIVMSG {SCROLLED} :line {first + n} {TEXT}\r\n" for n in range(200)))
        await teller.ask(f"PART {SCROLLED}\r\n")


# ---- those who scroll: a process of its own, told by lines on its standard input


async def call(port, number, key, here, start, stop):
    """Run one caller. Returns the keys pressed and the frames seen while it scrolled."""
    async with asyncssh.connect(
        "127.0.0.1",
        port,
        username=f"s{number}",
        known_hosts=None,
        config=None,
        agent_path=None,
        client_keys=[key],
    ) as connection:
        process = await connection.create_process(term_type="xterm-256color", term_size=(120, 40), encoding=None)
        frames = [0, False]
        reading = asyncio.ensure_future(watch(process.stdout, frames, here))
        await start.wait()
        frames[0] = 0
        pressed = await scroll(process.stdin, stop)
        seen = frames[0]
        reading.cancel()
        connection.abort()
        return pressed, seen


async def watch(screen, frames, here):
    seen = b""
    while data := await screen.read(65536):
        frames[0] += data.count(FRAME)
        if not frames[1]:
            seen += data
            if SCROLLED.encode() in seen:
                frames[1] = True
                here.release()


async def scroll(keys, stop):
    pressed = 0
    with contextlib.suppress(asyncssh.Error, OSError):
        await asyncio.sleep(random.random() / RATE)
        while not stop.is_set():
            keys.write(PAGE_UP if pressed // SCREENS_UP % 2 == 0 else PAGE_DOWN)
            pressed += 1
            await asyncio.sleep(1 / RATE)
    return pressed


async def callers(port, count):
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    here, start, stop = asyncio.Semaphore(0), asyncio.Event(), asyncio.Event()
    key = asyncssh.generate_private_key("ssh-ed25519")
    calls = []
    for number in range(count):
        calls.append(asyncio.ensure_future(call(port, number, key, here, start, stop)))
        if number >= AT_A_TIME:
            await here.acquire()
    for _ in range(min(count, AT_A_TIME)):
        await here.acquire()
    print("here", flush=True)
    await lines.readline()
    start.set()
    await lines.readline()
    stop.set()
    done = await asyncio.gather(*calls)
    print(sum(pressed for pressed, _ in done), sum(seen for _, seen in done), flush=True)


class Callers:
    """The process of the callers, seen from here."""

    def __init__(self, port, count, rate):
        command = [sys.executable, "-m", "benchmarks.ssh", "--call", str(port), str(count), str(rate)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    async def hear(self):
        line = await asyncio.wait_for(asyncio.to_thread(self._process.stdout.readline), 4 * PATIENCE_SECONDS)
        if not line:
            sys.exit("those who call over SSH ended before their time")
        return line.split()

    def tell(self):
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def close(self):
        self._process.kill()
        self._process.communicate()


# ---- all of them


class Part:
    """Milliseconds of each delivery, the seconds measured, and the CPU of the server's own process in them."""

    def __init__(self, served):
        self._pid = served.process.pid
        self.took = []
        self.seconds = self.cpu = 0.0

    async def last(self, talk, seconds):
        began, cpu = time.perf_counter(), own_cpu_of(self._pid)
        self.took += await talk.go_on(seconds)
        self.seconds += time.perf_counter() - began
        self.cpu += own_cpu_of(self._pid) - cpu

    def show(self, name):
        p50, p99 = statistics.median(self.took), percentile(self.took, 0.99)
        print(
            f"  {name:30} p50 {p50:6.2f} ms, p99 {p99:6.2f} ms, most {max(self.took):6.1f} ms, n={len(self.took)};"
            f" the server's own process busy for {self.cpu / self.seconds:.1%} of a core"
        )
        return p99


async def measure(served, elsewhere, options):
    """Run all rounds. Returns their three parts, and the keys and frames of the callers on this server."""
    talk, others = Talk(options.people, options.rate), Talk(1, options.rate)
    for each, server in ((talk, served), (others, elsewhere)):
        await each.come(server.port)
        await each.fill()
    await talk.go_on(2)
    alone, apart, beside, did = Part(served), Part(served), Part(served), []
    for _ in range(options.rounds):
        gc.collect()
        gc.disable()
        await alone.last(talk, options.seconds)
        await scrolling(elsewhere.port, apart.last(talk, options.seconds), options)
        did.append(await scrolling(served.port, beside.last(talk, options.seconds), options))
        gc.enable()
        await gone(talk)
    return alone, apart, beside, did


async def scrolling(port, part, options):
    """Let the callers scroll on a server. Yields their keys and frames."""
    calls = Callers(port, options.callers, options.keys)
    try:
        await calls.hear()
        calls.tell()
        await asyncio.sleep(options.settle)
        await part
        calls.tell()
        return map(int, await calls.hear())
    finally:
        calls.close()


async def gone(talk):
    """Wait until the server has noticed that the callers left: the answer to WHO is short again."""
    for person in talk.people[:1]:
        await person.ask(f"WHO {SCROLLED}\r\n")
        await asyncio.sleep(1)


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--callers", type=int, default=50)
    parser.add_argument("--keys", type=float, default=4.0, help="page keys of each caller in a second")
    parser.add_argument("--people", type=int, default=20, help="people who chat")
    parser.add_argument("--rate", type=float, default=50.0, help="lines in a second, of all of them")
    parser.add_argument("--seconds", type=float, default=15.0, help="seconds of each half of a round")
    parser.add_argument(
        "--settle", type=float, default=5.0, help="seconds in which callers fetch what they scroll through"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--call", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.call:
        os.nice(NICE)
        global RATE  # noqa: PLW0603 - this process does nothing else
        RATE = float(options.call[2])
        asyncio.run(callers(int(options.call[0]), int(options.call[1])))
        return
    print_header(
        f"{options.people} who chat at {options.rate:g} lines/s, {options.callers} callers at {options.keys:g} keys/s,"
        f" {options.rounds} rounds of {options.seconds:g} s",
        f"{len(TEXT)} bytes",
        "process",
    )
    with (
        data_directory() as data,
        serving(data / "here", "process", SCROLLED) as served,
        serving(data / "elsewhere", "process", SCROLLED) as elsewhere,
    ):
        alone, apart, beside, did = asyncio.run(measure(served, elsewhere, options))
    nobody = alone.show("nobody scrolls")
    others, ours = apart.show("they scroll at another server"), beside.show("they scroll here")
    keys, frames = (sum(column) / beside.seconds for column in zip(*did, strict=True))
    print(f"  p99 here is {ours / others:.2f} of what it is beside another server (promised: 1.10 at most)")
    print(f"  and {ours / nobody:.2f} of what it is on an idle machine, which the callers' own programs share")
    print(f"  {keys:.0f} keys/s pressed, {frames:.0f} frames/s seen")


if __name__ == "__main__":
    main()
