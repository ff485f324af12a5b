"""How far a cluster goes: the cost of its steps, measured here, and a simulation of who hears what in a large one.

``python -m benchmarks.scale [--users 10000 100000 1000000]``. First it measures what a node pays for people and
channels that it only knows, and what PostgreSQL and NATS pay for an event. Then it draws a delivery graph: channels of
many sizes, people spread over the nodes at random. From both it reckons what each part has to do. docs/scale.md
explains the answers.
"""

import argparse
import asyncio
import gc
import os
import random
import statistics
import time
from dataclasses import dataclass

import nats
import uvloop
from tests.servers.nats import NatsServer
from tests.servers.postgres import Postgres

from benchmarks.machine import cpu_of, own_rss_of, print_header
from benchmarks.postgres import SPREAD, nodes_speak
from chover.bus import encoding
from chover.engine.apply import apply
from chover.engine.events import Arrived, Event, Joined, Opened, Source
from chover.engine.ids import NOWHERE, LogId, UserId
from chover.engine.model import Rules
from chover.engine.state import ChatState

KNOWN, CROWD = 50_000, 50
"""People whom the measured node knows, and the members of each of its channels."""
CHANNELS_EACH = 10
PEOPLE_PER_NODE = 10_000
CHANNELS_PER_PERSON = 0.1
LARGEST = 0.1
"""Everybody's share in the largest channel."""
TALK_SECONDS = 300
"""One message of each person in so many seconds: a lively hour."""
STAY_SECONDS = 4 * 3600
"""How long a person stays before they leave and somebody else comes."""
COPIES = 200_000
LINE = b"x" * 250
"""An encoded event, as long as most are."""
DELIVERIES_PER_CPU_SECOND = 150_000
"""In channels of ten, the dearest: docs/performance.md."""


@dataclass
class Costs:
    """Seconds of CPU and bytes of memory."""

    user: float
    member: float
    arrival: float
    join: float
    hear: float
    commit_node: float
    commit_database: float
    change_node: float
    change_database: float
    copy: float


# ---- what it costs here


def known_people():
    """Memory and CPU of people and memberships that a node only knows: it serves none of them."""
    state = ChatState(Rules(), fresh_id=lambda: "", now=lambda: 0)
    sources = [Source(UserId(f"g{n:025}"), f"nick{n}", "~user", f"{n:x}.cloak.example") for n in range(KNOWN)]
    logs = [LogId(f"c{n:025}") for n in range(KNOWN * CHANNELS_EACH // CROWD)]
    gc.collect()
    before, started = own_rss_of(os.getpid()), time.process_time()
    for source in sources:
        apply(state, Event(NOWHERE, source, Arrived("somebody")))
    arrival, after = (time.process_time() - started) / KNOWN, own_rss_of(os.getpid())
    user = (after - before) * 1024 / KNOWN
    for number, log in enumerate(logs):
        apply(state, Event(log, sources[number % KNOWN], Opened(f"#channel{number}", "nt"), f"m{number}", 1))
    before, started, joins = own_rss_of(os.getpid()), time.process_time(), 0
    for number, source in enumerate(sources):
        for turn in range(CHANNELS_EACH):
            log = logs[(number * CHANNELS_EACH + turn * 7919) % len(logs)]
            joins += apply(state, Event(log, source, Joined(), f"j{joins}", joins + 2))
    join = (time.process_time() - started) / joins
    member = (own_rss_of(os.getpid()) - before) * 1024 / joins
    return user, member, arrival, join, heard(Event(logs[0], sources[0], Joined(), "m", 1))


def heard(event, times=20_000):
    """CPU seconds that the wire's form of an event from another node takes, alone in its message."""
    data, started = encoding.encode([event]), time.process_time()
    for _ in range(times):
        list(encoding.decode(data))
    return (time.process_time() - started) / times


def committed(what):
    """CPU seconds of a node and of PostgreSQL for an event of this kind."""
    server = Postgres(fsync="on", shared_buffers="256MB")
    try:
        server.start()
        with server.database() as url:
            before = cpu_of(server.pid)
            taken, node = nodes_speak(url, 1, 500, SPREAD, 5.0, what)
            database = cpu_of(server.pid) - before
        return node / len(taken), database / len(taken)
    finally:
        server.close()


async def copied(server):
    """CPU seconds of NATS for each copy of an event that it hands on."""
    speaker, hearer = [await nats.connect(server.url()) for _ in range(2)]
    heard, enough = 0, asyncio.Event()

    async def hear(_message):
        nonlocal heard
        heard += 1
        if heard >= COPIES:
            enough.set()

    await hearer.subscribe("log.*", cb=hear, pending_msgs_limit=COPIES * 2, pending_bytes_limit=1 << 30)
    await hearer.flush()
    before = cpu_of(server.pid)
    for number in range(COPIES):
        await speaker.publish(f"log.{number % 1000}", LINE)
    await speaker.flush()
    async with asyncio.timeout(120):
        await enough.wait()
    spent = cpu_of(server.pid) - before
    await speaker.close()
    await hearer.close()
    return spent / COPIES


def measured():
    people = known_people()
    said, joined = committed("said"), committed("joined")
    server = NatsServer().start()
    try:
        copy = uvloop.run(copied(server))
    finally:
        server.close()
    return Costs(*people, *said, *joined, copy)


# ---- the delivery graph


def channel_sizes(users):
    """One huge channel, and the rest as in most communities: few large ones, many small ones (Zipf)."""
    count = max(1, round(users * CHANNELS_PER_PERSON))
    places = users * CHANNELS_EACH - LARGEST * users
    harmonic = sum(1 / rank for rank in range(2, count + 2))
    sizes = [min(LARGEST * users, max(2.0, places / harmonic / rank)) for rank in range(2, count + 2)]
    return [round(LARGEST * users), *map(round, sizes)]


def drawn(users, nodes, seed=1):
    """For each channel its members and the nodes that have some of them. Where most nodes do, all of them count."""
    chance = random.Random(seed)
    for size in channel_sizes(users):
        if size > 20 * nodes:
            yield size, nodes
        else:
            yield size, len({chance.randrange(nodes) for _ in range(size)})


@dataclass
class Load:
    """What a cluster has to do in one second, and what each node holds."""

    nodes: int
    messages: float
    deliveries: float
    copies: float
    changes: float
    members: int


def load(users):
    """In a lively hour. People talk in a channel as often as it has members, at most as 200 of them would."""
    nodes = max(1, users // PEOPLE_PER_NODE)
    graph = list(drawn(users, nodes))
    weights = [min(size, 200) for size, _ in graph]
    messages, whole = users / TALK_SECONDS, sum(weights)
    share = [messages * weight / whole for weight in weights]
    deliveries = sum(rate * size for rate, (size, _) in zip(share, graph, strict=True))
    copies = sum(rate * (reached - 1) for rate, (_, reached) in zip(share, graph, strict=True))
    members = sum(size for size, _ in graph)
    changes = 2 * (members + users) / STAY_SECONDS
    return Load(nodes, messages, deliveries, copies, changes, members)


def rows(users, cost):
    """What is asked of each part, as text."""
    need = load(users)
    hears = need.copies / need.nodes + need.changes
    node = need.deliveries / need.nodes / DELIVERIES_PER_CPU_SECOND
    node += hears * cost.hear + need.changes * cost.join
    node += (need.messages * cost.commit_node + need.changes * cost.change_node) / need.nodes
    database = need.messages * cost.commit_database + need.changes * cost.change_database
    wire = need.copies + need.changes * max(0, need.nodes - 1)
    memory = users * cost.user + need.members * cost.member
    again = PEOPLE_PER_NODE * 2 * (CHANNELS_EACH + 1)
    yield "nodes of 10,000 people", f"{need.nodes}"
    yield "messages a second", f"{need.messages:,.0f}"
    yield "changes of members a second", f"{need.changes:,.0f}"
    yield "deliveries a second", f"{need.deliveries:,.0f}"
    yield "nodes that hear a message, of all", f"{1 + need.copies / need.messages:.1f}"
    yield "events that a node hears a second", f"{hears:,.0f}"
    yield "the same if all heard all", f"{need.messages + need.changes:,.0f}"
    yield "CPU of each node", f"{node:.2f} cores"
    yield "CPU of PostgreSQL", f"{database:.2f} cores"
    yield "CPU of NATS", f"{wire * cost.copy:.2f} cores"
    yield "memory of each node for all whom it knows", f"{memory / 1e6:,.0f} MB"
    yield "a node restarts: PostgreSQL is busy for", f"{again * cost.change_database:,.0f} s"
    yield "and every other node for", f"{again * (cost.hear + cost.join):,.0f} s"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options = parser.parse_args()
    print_header(f"{KNOWN} people known, {COPIES} copies, 5 s of commits", "57 and 250 bytes", "PostgreSQL, fsync")
    cost = measured()
    print(
        f"\n  a person whom a node knows      {cost.user:6,.0f} bytes {cost.arrival * 1e6:6.1f} µs\n"
        f"  a place in a channel            {cost.member:6,.0f} bytes {cost.join * 1e6:6.1f} µs\n"
        f"  an event of another node is read             {cost.hear * 1e6:6.1f} µs\n"
        f"  a message is committed: a node               {cost.commit_node * 1e6:6.1f} µs\n"
        f"                          PostgreSQL           {cost.commit_database * 1e6:6.1f} µs\n"
        f"  a join is committed:    a node               {cost.change_node * 1e6:6.1f} µs\n"
        f"                          PostgreSQL           {cost.change_database * 1e6:6.1f} µs\n"
        f"  a copy of an event by NATS                   {cost.copy * 1e6:6.1f} µs\n"
    )
    tables = [dict(rows(users, cost)) for users in options.users]
    print("| | " + " | ".join(f"{users:,} people" for users in options.users) + " |")
    print("|---" * (len(tables) + 1) + "|")
    for name in tables[0]:
        print(f"| {name} | " + " | ".join(table[name] for table in tables) + " |")
    sizes = channel_sizes(options.users[-1])
    print(f"\n{len(sizes):,} channels; members: largest {max(sizes):,}, median {statistics.median(sizes):.0f}")


if __name__ == "__main__":
    main()
