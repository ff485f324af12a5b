"""The full screen over 100,000 lines: from a page key, and from a typed key, to the last byte of the repaint, p95 in ms."""

import asyncio
import gc
import random
import resource
import sys
import time

from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output
from tests.client.screen.stage import CAPS, MemoryHost, Wire

from benchmarks.machine import median_p95, print_header
from chover.client.screen.fullscreen import FullScreen
from chover.client.state import State
from chover.client.state.entries import Entry

LINES = 100_000
KEYS = 400
SIZES = ((200, 50), (120, 40))
MEMBERS = 60
WORDS = [
    "the",
    "quick",
    "brown",
    "fox",
    "jumps",
    "over",
    "lazy",
    "dog",
    "server",
    "message",
    "channel",
    "deploy",
    "review",
    "merge",
    "latency",
    "terminal",
    "window",
    "scroll",
    "history",
    "unread",
    "mention",
    "python",
    "asyncio",
    "loop",
    "buffer",
    "socket",
    "frame",
    "https://example.org/a/b",
]


class Sink:
    """A terminal that takes everything; its time is that of the last byte."""

    encoding = "utf-8"

    def __init__(self):
        self.bytes = 0
        self.last = 0.0

    def write(self, text):
        self.bytes += len(text.encode())

    def flush(self):
        self.last = time.perf_counter()

    def isatty(self):
        return True

    def fileno(self):
        return -1


def said(chance, number):
    """16 words in the mean, up to 80; every fiftieth with wide characters."""
    count = min(80, max(2, int(chance.expovariate(1 / 16))))
    text = " ".join(chance.choice(WORDS) for _ in range(count))
    return f"😀 日本語 {text}" if number % 50 == 0 else text


def filled():
    """A state with that many lines in one channel, a minute between each two."""
    chance = random.Random(1)
    state = State(keep=2 * LINES, discovers=True)
    state.begin("Alice", CAPS)
    lobby = state.conversation("#lobby")
    lobby.joined, lobby.read_at = True, 1
    state.settled, state.active = True, "#lobby"
    for number in range(LINES):
        nick = sys.intern(f"user{number % MEMBERS:02}")
        lobby.append(
            Entry("message", 1_700_000_000_000 + number * 60_000, nick, said(chance, number), f"m{number:022}")
        )
    for number in range(MEMBERS):
        wire = f":user{number:02}!u@c JOIN #lobby"
        lobby.members[f"user{number:02}"] = _member(wire)
        state.conversation(f"#channel-{number:02}")
    return state


def _member(wire):
    from chover.client.state.conversation import Member  # noqa: PLC0415

    return Member(wire[1 : wire.index("!")])


async def measure(screen, sink, source, keys):
    """Milliseconds from each key to the last byte that follows from it."""
    took = []
    for key in keys:
        painted = asyncio.get_running_loop().create_future()

        def done(_app, painted=painted):
            if not painted.done():
                painted.set_result(None)

        screen.app.after_render += done
        began = time.perf_counter()
        source.send_bytes(key)
        await painted
        screen.app.after_render -= done
        took.append((sink.last - began) * 1000)
        await asyncio.sleep(0.002)
    return took


async def run(state, columns, rows):
    sink = Sink()
    with create_pipe_input() as source:
        output = Vt100_Output(sink, lambda: Size(rows, columns), term="xterm-256color", enable_cpr=False)
        screen = FullScreen(MemoryHost(), Wire(state), input=source, output=output)
        running = asyncio.create_task(screen.run())
        await asyncio.sleep(0.2)
        for name, keys in (
            ("page up", [b"\x1b[5~"] * KEYS),
            ("page down", [b"\x1b[6~"] * KEYS),
            ("typed", [b"abcdefghij klmnop"[at % 17 : at % 17 + 1] for at in range(KEYS)]),
            ("arriving", []),
        ):
            before = sink.bytes
            took = await (measure(screen, sink, source, keys) if keys else arriving(screen, sink, state))
            print(
                f"  {columns}x{rows} {name:9} {median_p95(took, 'ms')}, {(sink.bytes - before) // len(took):,} bytes each"
            )
        screen.leave()
        await running


async def arriving(screen, sink, state):
    """From a line of the server to the last byte."""
    took = []
    for number in range(KEYS):
        painted = asyncio.get_running_loop().create_future()

        def done(_app, painted=painted):
            if not painted.done():
                painted.set_result(None)

        screen.app.after_render += done
        began = time.perf_counter()
        screen.connection.receive(
            f"@msgid=n{number};time= :user01!u@c PRIVMSG #lobby :line {number}", at=1_800_000_000_000 + number
        )
        await painted
        screen.app.after_render -= done
        took.append((sink.last - began) * 1000)
    return took


def main():
    print_header(f"{LINES:,} lines, {KEYS} keys", "16 words in the mean", "none: no server")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    state = filled()
    gc.collect()
    # As chat.py does once the history is there: what stays is not looked at again and again.
    gc.freeze()
    print(
        f"memory: {(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024:.0f} MiB for the lines, {before / 1024:.0f} MiB before"
    )
    for columns, rows in SIZES:
        asyncio.run(run(state, columns, rows))
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB at most")


if __name__ == "__main__":
    main()
