"""The full screen over 100,000 lines: milliseconds from a page key, or a typed one, to the last byte of the repaint."""

import asyncio
import random
import resource
import sys
import time
from functools import partial

from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output
from tests.client.screen.stage import CAPS, MemoryHost, Wire

from benchmarks.machine import median_p95, print_header
from chover.client.screen.fullscreen import FullScreen
from chover.client.state import State, lifecycle
from chover.client.state.conversation import Member
from chover.client.state.entries import Entry

LINES = 100_000
KEYS = 400
BEGAN = 1_700_000_000_000
SIZES = ((200, 50), (120, 40))
MEMBERS = 60
TEXT = (
    "the quick brown fox jumps over lazy dog server message channel deploy review merge latency terminal window "
    "scroll history unread mention python asyncio loop buffer socket frame"
)
WORDS = TEXT.split()
LINK = "https://example.org/a/b?c=d"


class Sink:
    """A terminal that accepts everything, and notes the time of the last byte."""

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
    """A text of 16 words on average, at most 80. Every fiftieth has wide characters, every twentieth an address."""
    count = min(80, max(2, int(chance.expovariate(1 / 16))))
    text = " ".join(chance.choice(WORDS) for _ in range(count))
    text = f"{text} {LINK}" if number % 20 == 0 else text
    return f"😀 日本語 {text}" if number % 50 == 0 else text


def filled():
    """A state with this number of lines in one channel, a minute apart."""
    chance = random.Random(1)
    state = State(keep=2 * LINES, discovers=True)
    lifecycle.begin(state, "Alice", CAPS)
    lobby = state.conversation("#lobby")
    lobby.joined, lobby.read_at = True, 1
    state.settled, state.active = True, "#lobby"
    for number in range(LINES):
        nick = sys.intern(f"user{number % MEMBERS:02}")
        lobby.append(
            Entry("message", 1_700_000_000_000 + number * 60_000, nick, said(chance, number), f"m{number:022}")
        )
    for number in range(MEMBERS):
        nick = f"user{number:02}"
        lobby.members[nick] = Member(nick)
        state.conversation(f"#channel-{number:02}")
    return state


async def measure(screen, sink, causes):
    """Return the milliseconds from each key to the last byte that follows from it, on the clock and in CPU."""
    took, cost = [], []
    for cause in causes:
        painted = asyncio.get_running_loop().create_future()

        def done(_app, painted=painted):
            if not painted.done():
                painted.set_result(None)

        screen.app.after_render += done
        began, spent = time.perf_counter(), time.process_time()
        cause()
        await painted
        cost.append((time.process_time() - spent) * 1000)
        screen.app.after_render -= done
        took.append((sink.last - began) * 1000)
        await asyncio.sleep(0.002)
    return took, cost


async def run(state, columns, rows):
    sink = Sink()
    with create_pipe_input() as source:
        output = Vt100_Output(sink, lambda: Size(rows, columns), term="xterm-256color", enable_cpr=False)
        screen = FullScreen(MemoryHost(), Wire(state), input=source, output=output)
        running = asyncio.create_task(screen.run())
        await asyncio.sleep(0.2)

        def keys(*given):
            return [partial(source.send_bytes, given[at % len(given)]) for at in range(KEYS)]

        lines = [f"@msgid=n{number} :user01!u@c PRIVMSG #lobby :line {number}" for number in range(KEYS)]
        for name, causes in (
            ("page up", keys(b"\x1b[5~")),
            ("page down", keys(b"\x1b[6~")),
            ("typed", keys(*[bytes([char]) for char in b"abcdefghij klmnop"])),
            ("arriving", [partial(screen.connection.receive, line, at=BEGAN * 2) for line in lines]),
        ):
            before = sink.bytes
            took, cost = await measure(screen, sink, causes)
            each = (sink.bytes - before) // len(took)
            size = f"{columns}x{rows}"
            print(f"  {size:6} {name:9} {median_p95(took, 'ms')}; CPU {median_p95(cost, 'ms')}; {each:,} bytes each")
        screen.leave()
        await running


def main():
    print_header(f"{LINES:,} lines, {KEYS} keys", "16 words in the mean", "none: no server")
    before = _most_memory()
    state = filled()
    print(f"memory: {_most_memory() - before:.0f} MiB for the lines, {before:.0f} MiB before")
    for columns, rows in SIZES:
        asyncio.run(run(state, columns, rows))
    print(f"memory: {_most_memory():.0f} MiB at most")


def _most_memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
