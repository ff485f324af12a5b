"""How fast the store appends, in groups and alone: ``python -m benchmarks.append [--events 40000]``.

Prints events/s in groups of 256 for one log and for 200, with and without nonces, and the latency of a single append.
Both are measured again while the event loop is busy, as it is when a loaded server acknowledges messages.
"""

import argparse
import asyncio
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.machine import print_header
from chover.engine.events import Event, Said, Source
from chover.engine.ids import LogId, UserId
from chover.ports import Append, Committed
from chover.store.sqlite.store import SqliteStore

GROUP = 256
TEXT = "The quick brown fox jumps over the lazy dog, and says so."
ALICE = Source(UserId("galice00000000"), "alice", "alice", "k3q9x2.cloak")


def said(number, logs, nonces):
    nonce = f"{number:032x}" if nonces else ""
    return Append(
        [Event(LogId(f"c{number % logs}"), ALICE, Said(TEXT), f"run-{number:010x}", 0, 1_700_000_000_000, nonce)]
    )


async def appended(store, group):
    done = asyncio.get_running_loop().create_future()
    store.append(group, done.set_result)
    outcomes = await done
    assert all(isinstance(outcome, Committed) for outcome in outcomes), outcomes


async def groups_per_second(store, events, logs, nonces, first):
    """Two groups are always being written, as on a busy server."""
    groups = [[said(first + at + i, logs, nonces) for i in range(GROUP)] for at in range(0, events, GROUP)]
    cpu, started = time.process_time(), time.perf_counter()
    under_way = set()
    for group in groups:
        under_way.add(asyncio.ensure_future(appended(store, group)))
        if len(under_way) > 1:
            _, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.gather(*under_way)
    took, cpu = time.perf_counter() - started, time.process_time() - cpu
    return len(groups) * GROUP / took, cpu / (len(groups) * GROUP) * 1e6


async def lone(store, times, first):
    taken = []
    for number in range(first, first + times):
        started = time.perf_counter()
        await appended(store, [said(number, 1, nonces=True)])
        taken.append((time.perf_counter() - started) * 1000)
    return taken


async def with_busy_loop(measured):
    """The same while callbacks of 100 µs each fill the loop: a fan-out to many clients."""
    loop, stop = asyncio.get_running_loop(), False

    def turn():
        until = time.perf_counter() + 0.0001
        while time.perf_counter() < until:
            pass
        if not stop:
            loop.call_soon(turn)

    turn()
    try:
        return await measured
    finally:
        stop = True


def latency(name, taken):
    cuts = statistics.quantiles(taken, n=100)
    print(f"  {name:38} p50 {cuts[49]:6.2f} ms  p99 {cuts[98]:6.2f} ms  most {max(taken):6.2f} ms  (n={len(taken)})")


async def measure(durability, events):
    with tempfile.TemporaryDirectory(prefix="chover-bench-") as directory:
        store = SqliteStore.open(Path(directory) / "data", durability=durability)
        first = 1
        for logs, nonces in ((1, False), (1, True), (200, True)):
            speed, cpu = await groups_per_second(store, events, logs, nonces, first)
            first += events + GROUP
            name = f"{logs} log{'s' * (logs > 1)}, groups of {GROUP}{', nonces' * nonces}"
            print(f"  {name:38} {speed:8,.0f} events/s  {cpu:5.1f} µs CPU each  (n={events})")
        latency("a lone append", await lone(store, 500, first))
        latency("a lone append, busy loop", await with_busy_loop(lone(store, 500, first + 500)))
        await store.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=40_000)
    events = parser.parse_args().events
    print_header(f"{events} events", f"{len(TEXT)} bytes of text", "process, then power")
    print(f"SQLite {sqlite3.sqlite_version}")
    for durability in ("process", "power"):
        print(f"durability {durability}:")
        asyncio.run(measure(durability, events))


if __name__ == "__main__":
    main()
