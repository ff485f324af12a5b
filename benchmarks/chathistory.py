"""CHATHISTORY LATEST of 100 messages in a log of 1,000,000, asked by a session over the real store, p95 in ms."""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from tests.doubles.accounts import MemoryAccounts

from benchmarks.machine import print_header
from chover.bus.local import LocalBus
from chover.config import ChannelSettings, Config, LimitSettings
from chover.engine.events import Event, Said
from chover.ports import Append, Peer
from chover.server.host import ChatHost
from chover.store.sqlite.store import SqliteStore

MESSAGES = 1_000_000
GROUP = 2000
REQUESTS = 1000
CAPS = "batch server-time message-tags draft/chathistory"


class Sink:
    """Accepts everything, and notes when a line ends a batch."""

    descriptor = -1

    def __init__(self):
        self.got = asyncio.Event()
        self.bytes = 0

    def write(self, data):
        self.bytes += len(data)
        if b" BATCH -" in data or b" 366 " in data:
            self.got.set()

    def backlog(self):
        return 0

    def pause(self): ...

    def resume(self): ...

    def close(self): ...

    def abort(self): ...


async def fill(store, log, source):
    """Write a million messages of about thirty bytes, a millisecond apart, as fast as the disk accepts them."""
    loop = asyncio.get_running_loop()
    # Behind the JOIN: an earlier time would be moved up to it, and all of them share one millisecond.
    begin = time.time_ns() // 1_000_000
    for start in range(0, MESSAGES, GROUP):
        done = loop.create_future()
        events = [
            Event(log, source, Said(f"message number {number} of many"), f"m{number}", at=begin + number)
            for number in range(start, start + GROUP)
        ]
        store.append([Append([event]) for event in events], done.set_result)
        await done


async def ask(session, sink, line):
    """Return the milliseconds until the answer is written."""
    sink.got.clear()
    started = time.perf_counter()
    session.receive(line)
    await sink.got.wait()
    return (time.perf_counter() - started) * 1000


async def measured(directory):
    store = SqliteStore.open(directory, durability="process")
    config = Config(limits=LimitSettings(flood=False), channels=ChannelSettings(autojoin=()))
    host = ChatHost(config, store, LocalBus(), MemoryAccounts(), b"k" * 32)
    await host.boot()
    sink = Sink()
    session = host.open_session(Peer("127.0.0.1", 1, "irc"), sink)
    session.drained()
    await ask(session, sink, f"CAP REQ :{CAPS}\r\nNICK a\r\nUSER a 0 * :a\r\nCAP END\r\nJOIN #tea\r\n".encode())
    await fill(store, host.node.chat.find_channel("#tea").log, session.me.source)
    # While the index of search is made, behind a million messages in one go, and when it is there.
    meanwhile = await ask_often(session, sink)
    await store.search.settled()
    took = await ask_often(session, sink)
    await host.close("done", 5)
    await store.close()
    return meanwhile, took, sink.bytes


async def ask_often(session, sink):
    return [await ask(session, sink, b"CHATHISTORY LATEST #tea * 100\r\n") for _ in range(REQUESTS)]


def tell(what, took):
    percentiles = statistics.quantiles(took, n=100)
    p95, p99 = percentiles[94], percentiles[98]
    print(f"  {what:<32} median {statistics.median(took):.2f} ms, p95 {p95:.2f} ms, p99 {p99:.2f} ms")


def main():
    print_header(f"{REQUESTS} requests, {MESSAGES:,} messages", "30 bytes", "process")
    with tempfile.TemporaryDirectory() as folder:
        meanwhile, took, written = asyncio.run(measured(Path(folder) / "data"))
    assert written > 2 * REQUESTS * 100 * 60, "the answers were too small to be real"
    tell("while the index is being made", meanwhile)
    tell("afterwards", took)


if __name__ == "__main__":
    main()
