"""A backup of 1,000,000 messages and 1 GiB of files while people chat: how long it takes, and what they notice."""

import argparse
import asyncio
import hashlib
import os
import sqlite3
import statistics
import sys
import time
from contextlib import closing

from benchmarks.machine import print_header
from benchmarks.served import chover, data_directory, serving
from chover.engine.events import Event, Opened, Said, Source
from chover.engine.ids import LogId, UserId
from chover.ports import Append, Committed, File
from chover.store.sqlite.store import SqliteStore

LOGS = 100
GROUP = 2000
FILE_BYTES = 4 << 20
TALKERS = 10
PAUSE = 0.1
"""Seconds between two lines of a talker: ten of them send 100 messages a second, each to eleven people."""
PATIENCE_SECONDS = 900
TEXT = "The quick brown fox jumps over the lazy dog, and says so."
ALICE = Source(UserId("galice00000000"), "alice", "alice", "k3q9x2.cloak")


async def fill(data, messages, size):
    store = SqliteStore.open(data, durability="process")
    await commit(store, [Append([event(n, Opened(f"#room{n}"))]) for n in range(LOGS)])
    for start in range(0, messages, GROUP):
        numbers = range(start, min(start + GROUP, messages))
        await commit(store, [Append([event(number % LOGS, Said(TEXT), f"m{number}")]) for number in numbers])
    for number in range(size // FILE_BYTES):
        content = os.urandom(FILE_BYTES)
        digest = hashlib.sha256(content).hexdigest()
        path = data / "files" / digest[:2] / digest
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        file = File(digest[:16], digest, f"{number}.bin", "application/octet-stream", FILE_BYTES, UserId(""), 1)
        await store.uploads.add(file, 0, 0)
    await store.search.settled()
    await store.close()


def event(log, body, msgid=""):
    # Current times: a channel that was quiet for long is closed when the server starts.
    return Event(LogId(f"c{log}"), ALICE, body, msgid or f"{log}-opened", 0, time.time_ns() // 1_000_000)


async def commit(store, group):
    done = asyncio.get_running_loop().create_future()
    store.append(group, done.set_result)
    assert all(isinstance(outcome, Committed) for outcome in await done)


class Talker:
    """Sends a line every PAUSE seconds, independently of echoes, and notes when its echo arrives."""

    def __init__(self, nick, port):
        self.nick, self.port = nick, port
        self.taken = []

    async def arrive(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writer.write(f"CAP REQ :echo-message\r\nNICK {self.nick}\r\nUSER t 0 * :t\r\nCAP END\r\n".encode())
        self.writer.write(b"JOIN #bench\r\n")
        await self.reader.readuntil(f" 366 {self.nick} #bench ".encode())
        self.tasks = [asyncio.create_task(self.talk()), asyncio.create_task(self.listen())]

    async def talk(self):
        due = time.perf_counter()
        while True:
            due += PAUSE
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            # From the time at which it was due, so that a slow loop hides nothing.
            self.writer.write(f"PRIVMSG #bench :{TEXT} {due}\r\n".encode())

    async def listen(self):
        mine = f":{self.nick}!".encode()
        async for line in self.reader:
            if line.startswith(mine) and b" PRIVMSG " in line:
                now = time.perf_counter()
                self.taken.append((now, (now - float(line.rsplit(b" ", 1)[1])) * 1000))

    def leave(self):
        for task in self.tasks:
            task.cancel()
        self.writer.close()


async def run(*arguments):
    """Run a command. Returns its duration in seconds, and its output."""
    started = time.perf_counter()
    process = await asyncio.create_subprocess_exec(*chover(*arguments), stdout=asyncio.subprocess.PIPE)
    out, _ = await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)
    if process.returncode:
        sys.exit(f"chover {arguments[0]} ended with {process.returncode}")
    return time.perf_counter() - started, out.decode().strip()


async def measured(port, directory, data, seconds):
    talkers = [Talker(f"talker{number}", port) for number in range(TALKERS)]
    for talker in talkers:
        await talker.arrive()
    # In its first seconds a server is still importing.
    await asyncio.sleep(10)
    began = time.perf_counter()
    await asyncio.sleep(seconds)
    before = latencies(talkers, began)
    for name in ("first", "second"):
        began = time.perf_counter()
        took, said = await run("backup", directory / "backups", "--data", data)
        report(f"the {name} backup", took, said, latencies(talkers, began), before)
    began = time.perf_counter()
    await asyncio.sleep(seconds)
    show("afterwards", latencies(talkers, began))
    for talker in talkers:
        talker.leave()


def latencies(talkers, since):
    return [took for talker in talkers for at, took in talker.taken if at >= since]


def cuts(taken):
    quantiles = statistics.quantiles(taken, n=100)
    return quantiles[49], quantiles[98], max(taken)


def show(name, taken):
    p50, p99, most = cuts(taken)
    print(f"  {name:18} from a line to its echo: p50 {p50:6.2f} ms  p99 {p99:6.2f} ms  most {most:6.1f} ms", end="")
    print(f"  (n={len(taken)})", flush=True)


def report(name, took, said, taken, before):
    print(f"  {name}: {took:.1f} s ({said})")
    show("before", before)
    show("meanwhile", taken)
    print(f"  p99 meanwhile / before: {cuts(taken)[1] / cuts(before)[1]:.2f}", flush=True)


def checksum(data, logs):
    """A checksum of every event of the earlier logs, and of every upload."""
    digest = hashlib.sha256()
    with closing(sqlite3.connect(data / "chover.db")) as db:
        for row in db.execute("SELECT * FROM event WHERE log_no <= ? ORDER BY log_no, seq", (logs,)):
            digest.update(repr(row).encode())
    for path in sorted((data / "files").rglob("*")):
        if path.is_file():
            digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--mebibytes", type=int, default=1024)
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    print_header(f"{options.messages:,} messages, {options.mebibytes} MiB of files", f"{len(TEXT)} bytes", "power")
    with data_directory() as directory:
        data = directory / "data"
        asyncio.run(fill(data, options.messages, options.mebibytes << 20))
        before = checksum(data, LOGS)
        # The generated data is on the disk before the measurement.
        os.sync()
        with serving(directory) as served:
            asyncio.run(measured(served.port, directory, data, options.seconds))
        took, said = asyncio.run(run("restore", directory / "backups", "--data", directory / "restored"))
        same = checksum(directory / "restored", LOGS) == before
        print(f"  restore: {took:.1f} s ({said}); checksums of events and uploads {'are equal' if same else 'DIFFER'}")
    sys.exit(not same)


if __name__ == "__main__":
    main()
