"""The server's own work for a message, and for each reader of it: without sockets, kernel and disk.

Sessions run in one process with a store that keeps nothing and sinks that accept everything. So the figures vary little
between runs, and show changes of the message path.
"""

import argparse
import asyncio
import gc
import time

import uvloop
from tests.doubles.accounts import MemoryAccounts
from tests.doubles.memory_store import MemoryStore

from benchmarks.machine import print_header
from chover.bus.local import LocalBus
from chover.config import Config
from chover.config.conversation_settings import ChannelSettings
from chover.config.limit_settings import LimitSettings
from chover.ports import Committed, Peer
from chover.server.host import ChatHost

CHANNEL = "#bench"
READERS = (10, 510)
"""Two sizes of channel: the difference is what the readers cost."""
BURSTS = (1, 10, 50)


class Instant(MemoryStore):
    """A store that numbers events and forgets them."""

    def __init__(self):
        super().__init__()
        self._heads = {}

    def append(self, group, done):
        for append in group:
            for event in append.events:
                self._heads[event.log] = event.seq = self._heads.get(event.log, 0) + 1
        asyncio.get_running_loop().call_soon(done, [Committed()] * len(group))


class Sink:
    """A sink that accepts everything. ``write`` is a built-in, as a transport's is."""

    descriptor = -1

    def __init__(self):
        self.write = len

    def backlog(self):
        return 0

    def pause(self): ...

    def resume(self): ...

    def close(self): ...

    def abort(self): ...


async def settle():
    """Let the loop turn often enough that everything is committed, delivered and written."""
    for _ in range(6):
        await asyncio.sleep(0)


async def seconds_for_each(readers, burst, caps, text, turns):
    """CPU seconds of one message to ``readers``, when ``burst`` messages of the sender are read in each turn."""
    config = Config(limits=LimitSettings(flood=False), channels=ChannelSettings(autojoin=()))
    host = ChatHost(config, Instant(), LocalBus(), MemoryAccounts(), b"k" * 32)
    await host.boot()
    sessions = [host.open_session(Peer("127.0.0.1", 1, "irc"), Sink()) for _ in range(readers + 1)]
    for session in sessions:
        session.drained()
    for number, session in enumerate(sessions):
        request = f"CAP REQ :{caps}\r\nCAP END\r\n" * bool(caps)
        session.receive(f"NICK u{number}\r\nUSER u 0 * :u\r\n{request}JOIN {CHANNEL}\r\n".encode())
        await settle()
    await settle()
    assert len(next(iter(host.node.chat.channels.values())).members) == readers + 1
    data = f"PRIVMSG {CHANNEL} :{text}\r\n".encode() * burst
    gc.collect()
    gc.freeze()
    started = time.process_time()
    for _ in range(turns):
        sessions[0].receive(data)
        await settle()
    took = time.process_time() - started
    for session in sessions:
        session.end("done")
    await host.close("done", 1)
    return took / (turns * burst)


def measure(burst, caps, text, times, turns):
    """Microseconds of a message without readers, and of each reader: the minimum of all runs, as noise only adds."""
    few, many = (min(uvloop.run(seconds_for_each(n, burst, caps, text, turns)) for _ in range(times)) for n in READERS)
    reader = (many - few) / (READERS[1] - READERS[0])
    return (few - reader * READERS[0]) * 1e6, reader * 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=600)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--payload", type=int, default=100)
    parser.add_argument("--caps", default="")
    options = parser.parse_args()
    print_header(f"{options.turns} turns, least of {options.times} runs", f"{options.payload} bytes", "none")
    for burst in BURSTS:
        message, reader = measure(burst, options.caps, "x" * options.payload, options.times, options.turns)
        print(f"  {burst:3} at once: {message:6.1f} µs a message, {reader * burst:6.3f} µs for each reader and turn")


if __name__ == "__main__":
    main()
