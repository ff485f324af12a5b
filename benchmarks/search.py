"""SEARCH in 1,000,000 messages, asked by a session over the real store while others write; p95 and p99 in ms.

``python -m benchmarks.search [--messages N]``. Vocabulary, channels and senders follow Zipf's law: 50,000 words, 200
channels, 500 senders, 3 to 15 words in a message. Each kind of search runs with many different words. The
first runs measure its CPU while nobody writes, which other work on the machine does not change. The second runs measure
its time while somebody writes 200 messages a second.
"""

import argparse
import asyncio
import itertools
import random
import statistics
import tempfile
import time
from pathlib import Path

from tests.doubles.accounts import MemoryAccounts

from benchmarks.machine import print_header
from chover.bus.local import LocalBus
from chover.config import ChannelSettings, Config, LimitSettings
from chover.engine.events import Event, Said, Source
from chover.engine.ids import UserId
from chover.ports import Append, Committed, Peer
from chover.server.host import ChatHost
from chover.store.sqlite.store import SqliteStore

WORDS, CHANNELS, SENDERS = 50_000, 200, 500
GROUP = 2000
ASKED = 200
"""Searches of each kind."""
WRITES_PER_SECOND = 200
CAPS = "batch server-time message-tags soju.im/search chover.chat/catchup"
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]


class Sink:
    """Accepts everything, and notes when a batch has ended."""

    descriptor = -1

    def __init__(self):
        self.got = asyncio.Event()
        self.messages = 0

    def write(self, data):
        self.messages += data.count(b" PRIVMSG #")
        if b" BATCH -" in data or b" 366 " in data or b" FAIL " in data:
            self.got.set()

    def backlog(self):
        return 0

    def pause(self): ...

    def resume(self): ...

    def close(self): ...

    def abort(self): ...


class Talk:
    """Random messages that follow Zipf's law, the same in every run."""

    def __init__(self, channels):
        self._random = random.Random(7)
        spelled = itertools.chain(*(itertools.product(SYLLABLES, repeat=n) for n in (1, 2, 3)))
        words = ["".join(syllables) for syllables in itertools.islice(spelled, 2 * WORDS)]
        self.words = self._random.sample(words, WORDS)
        self.channels = channels
        self.meanwhile = ""
        self.senders = [Source(UserId(f"g{n:016x}"), f"sender{n}", "user", "host.cloak") for n in range(SENDERS)]
        self._zipf = {len(each): self._cumulated(len(each)) for each in (self.words, channels, self.senders)}

    @staticmethod
    def _cumulated(count):
        return list(itertools.accumulate(1 / (rank + 1) for rank in range(count)))

    def pick(self, what, count):
        return self._random.choices(what, cum_weights=self._zipf[len(what)], k=count)

    def events(self, first, count, at):
        """Messages, five milliseconds apart."""
        sizes = self._random.choices(range(3, 16), k=count)
        words = iter(self.pick(self.words, sum(sizes)))
        logs, senders = self.pick(self.channels, count), self.pick(self.senders, count)
        return [
            Event(
                logs[i], senders[i], Said(" ".join(itertools.islice(words, sizes[i]))), f"m{first + i}", at=at + i * 5
            )
            for i in range(count)
        ]


async def append(store, events):
    done = asyncio.get_running_loop().create_future()
    store.append([Append([event]) for event in events], done.set_result)
    assert all(isinstance(outcome, Committed) for outcome in await done)


async def fill(store, talk, messages):
    """Write the messages as fast as possible. Returns the seconds until they are stored, and until they are indexed."""
    begun, at = time.perf_counter(), time.time_ns() // 1_000_000 + 60_000
    for first in range(0, messages, GROUP):
        await append(store, talk.events(first, min(GROUP, messages - first), at + first * 5))
    kept = time.perf_counter() - begun
    await store.search.settled()
    return kept, time.perf_counter() - begun


async def ask(session, sink, line):
    """Return the milliseconds until the answer is written."""
    sink.got.clear()
    started = time.perf_counter()
    session.receive(line.encode() + b"\r\n")
    await sink.got.wait()
    return (time.perf_counter() - started) * 1000


async def write(store, talk, stop, took):
    """Write messages one by one at a steady rate. Notes the milliseconds of each under the current phase."""
    for number in itertools.count(10_000_000):
        if stop.is_set():
            return
        [event] = talk.events(number, 1, time.time_ns() // 1_000_000 + 3_600_000_000)
        started = time.perf_counter()
        await append(store, [event])
        took[talk.meanwhile].append((time.perf_counter() - started) * 1000)
        await asyncio.sleep(1 / WRITES_PER_SECOND)


def searches(talk, names):
    """The kinds of search, each with a function that invents one."""
    pick = random.Random(11)
    rare, common = talk.words[20_000:30_000], talk.words[5:40]
    what = {
        "a rare word": lambda: pick.choice(rare),
        "a common word": lambda: pick.choice(common),
        "two common words": lambda: r"\s".join(pick.sample(common, 2)),
        "a word being typed": lambda: pick.choice(common)[:3],
    }
    where = {
        "everywhere": lambda: "",
        "in one channel": lambda: f";in={pick.choice(names)}",
        "by one sender": lambda: f";from={pick.choice(talk.senders).nick}",
    }
    for (word, text), (place, more) in itertools.product(what.items(), where.items()):
        # A space behind the last word: it is whole. Without one it may go on.
        space = "" if word == "a word being typed" else r"\s"
        yield (
            f"{word}, {place}",
            lambda text=text, more=more, space=space: f"SEARCH text={text()}{space}{more()};limit=50",
        )


def figures(name, took, more=""):
    cuts = statistics.quantiles(took, n=100)
    print(
        f"  {name:40} median {cuts[49]:6.2f}  p95 {cuts[94]:6.2f}  p99 {cuts[98]:6.2f} ms  (n={len(took)}){more}",
        flush=True,
    )


async def begin(directory, durability):
    """A node on this store, and a session that is in all channels."""
    store = SqliteStore.open(directory, durability=durability)
    limits = LimitSettings(flood=False, channels_per_user=1000)
    host = ChatHost(
        Config(limits=limits, channels=ChannelSettings(autojoin=())), store, LocalBus(), MemoryAccounts(), b"k" * 32
    )
    await host.boot()
    sink = Sink()
    session = host.open_session(Peer("127.0.0.1", 1, "irc"), sink)
    session.drained()
    await ask(session, sink, f"CAP REQ :{CAPS}\r\nNICK a\r\nUSER a 0 * :a\r\nCAP END\r\nJOIN #channel0")
    for number in range(1, CHANNELS):
        await ask(session, sink, f"JOIN #channel{number}")
    return store, host, session, sink


async def measured(directory, messages, durability):
    store, host, session, sink = await begin(directory, "process")
    names = [f"#channel{number}" for number in range(CHANNELS)]
    talk = Talk([host.node.chat.find_channel(name).log for name in names])
    kept, indexed = await fill(store, talk, messages)
    sizes = {path.name: path.stat().st_size / 1e6 for path in directory.glob("*.db")}
    print(f"  kept after {kept:.0f} s, indexed after {indexed:.0f} s; MB: {sizes}")
    await host.close("done", 5)
    await store.close()

    store, host, session, sink = await begin(directory, durability)
    talk.channels = [host.node.chat.find_channel(name).log for name in names]
    await store.search.settled()
    await searched(store, talk, session, sink, names)
    await host.close("done", 5)
    await store.close()


async def alone(talk, session, sink, names):
    """Return the milliseconds of CPU of the whole process for each kind of search."""
    for name, line in searches(talk, names):
        taken = []
        for _ in range(ASKED):
            before = time.process_time()
            await ask(session, sink, line())
            taken.append((time.process_time() - before) * 1000)
        figures(f"CPU of {name}", taken)


async def searched(store, talk, session, sink, names):
    """Run each kind of search while somebody writes, with a second of rest before it."""
    await alone(talk, session, sink, names)
    stop, took = asyncio.Event(), {"writing": [], "writing while others search": []}
    talk.meanwhile = "writing"
    writer = asyncio.ensure_future(write(store, talk, stop, took))
    for name, line in searches(talk, names):
        await asyncio.sleep(1)
        sink.messages, talk.meanwhile = 0, "writing while others search"
        asked = [await ask(session, sink, line()) for _ in range(ASKED)]
        talk.meanwhile = "writing"
        figures(name, asked, f", {sink.messages / ASKED:.0f} found")
    stop.set()
    await writer
    for name, each in took.items():
        figures(name, each)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--durability", default="power", choices=("power", "process"))
    given = parser.parse_args()
    print_header(
        f"{given.messages:,} messages, {ASKED} searches of a kind", "3 to 15 words of Zipf's law", given.durability
    )
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measured(Path(folder) / "data", given.messages, given.durability))


if __name__ == "__main__":
    main()
