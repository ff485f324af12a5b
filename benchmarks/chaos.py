"""Faults of a cluster while people talk: what was acknowledged and is lost, repeated or reordered; the longest waits.

``python -m benchmarks.chaos [WORDS] [--nodes 2 4]``: each fault has a cluster of its own on this machine, with a real
PostgreSQL and a real NATS. Eight people talk in four channels, two nodes each; one listens on every node. At the end
what people had acknowledged, what PostgreSQL holds and what each listener saw are compared. Target: 0 lost, 0 repeated,
0 reordered.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime

import uvloop

from benchmarks.cluster_people import SAID, Crew, Person
from benchmarks.faults import find_libfaketime
from benchmarks.local_cluster import LocalCluster
from benchmarks.machine import print_header

CHANNELS = [f"#c{number}" for number in range(4)]
TALKERS = 2
"""In each channel."""
EVERY_SECONDS = 0.05
"""Between two messages of a talker who is not waiting."""
MORE = 40
"""Messages of each talker before a fault and after it."""
SETTLE_SECONDS = 60
FROZEN_SECONDS, ASLEEP_SECONDS, CUT_SECONDS, AWAY_SECONDS = 3, 15, 30, 8
FAULT_SECONDS = 300
"""For one row of the table: a cluster that stands still is told, not waited for."""
JOINS = 150


# ---- the faults: what is done to the cluster while people talk


async def nothing(_cluster, crew):
    await crew.say_more(MORE)


async def kill_a_node(cluster, crew):
    cluster.nodes[1].signal(signal.SIGKILL)
    await crew.say_more(MORE)
    await cluster.revive(cluster.nodes[1])


async def freeze_a_node(cluster, _crew):
    """Shorter than its lease: it goes on."""
    cluster.nodes[1].signal(signal.SIGSTOP)
    await asyncio.sleep(FROZEN_SECONDS)
    cluster.nodes[1].signal(signal.SIGCONT)


async def a_node_sleeps(cluster, crew):
    """Longer than its lease: it must stop by itself when it wakes up."""
    cluster.nodes[1].signal(signal.SIGSTOP)
    await asyncio.sleep(ASLEEP_SECONDS)
    cluster.nodes[1].signal(signal.SIGCONT)
    await cluster.revive(cluster.nodes[1])
    assert "the other nodes have taken this one for dead" in cluster.nodes[1].log()
    await crew.say_more(MORE)


async def kill_nats_twice(cluster, crew):
    for _ in range(2):
        cluster.nats.kill()
        await crew.say_more(MORE)
        await asyncio.to_thread(cluster.nats.start)
        await crew.say_more(MORE)


async def kill_postgres_thrice(cluster, crew):
    for _ in range(3):
        await asyncio.to_thread(cluster.postgres.kill)
        await asyncio.to_thread(cluster.postgres.start)
        await crew.say_more(MORE)


async def postgres_is_away(cluster, crew):
    """Longer than a lease: nobody could renew one, so nobody is taken for dead."""
    await asyncio.to_thread(cluster.postgres.kill)
    await asyncio.sleep(AWAY_SECONDS)
    await asyncio.to_thread(cluster.postgres.start)
    await crew.say_more(MORE)
    stopped = [node for node in cluster.nodes if "taken this one for dead" in node.log()]
    assert not stopped, f"{len(stopped)} nodes stopped because of the database"


async def cut_off_from_nats(cluster, _crew):
    cluster.wire.cut()
    await asyncio.sleep(CUT_SECONDS)
    cluster.wire.mend()


async def joins_under_load(cluster, _crew):
    """Come in, be seen, and go again, 25 at a time."""
    gate = asyncio.Semaphore(25)

    async def one(number):
        async with gate:
            ports = cluster.ports[number % len(cluster.ports) :] + cluster.ports
            person = Person(f"j{number}", ports, CHANNELS)
            await person.come()
            await person.go()

    await asyncio.gather(*map(one, range(JOINS)))


async def rolling_restart(cluster, crew):
    for node in cluster.nodes:
        await cluster.restart(node)
        await crew.say_more(MORE)


FAULTS = {
    "nothing": nothing,
    "a node is killed (SIGKILL), and started again": kill_a_node,
    f"a node is frozen for {FROZEN_SECONDS} s, and wakes up": freeze_a_node,
    f"a node is frozen for {ASLEEP_SECONDS} s, longer than its lease": a_node_sleeps,
    "NATS is killed twice": kill_nats_twice,
    "PostgreSQL is killed three times": kill_postgres_thrice,
    f"PostgreSQL is away for {AWAY_SECONDS} s, longer than a lease": postgres_is_away,
    f"one node is cut off from NATS for {CUT_SECONDS} s": cut_off_from_nats,
    "the clock of one node is 60 s ahead": nothing,
    f"{JOINS} people join and leave": joins_under_load,
    "all nodes are restarted in turn": rolling_restart,
}


# ---- what is left in the end


def kept(cluster):
    """What PostgreSQL holds of what was said: the words of each channel in their order."""
    rows = cluster.sql(
        "SELECT channel.name, event.data FROM event JOIN log ON log.no = log_no JOIN channel ON channel.id = log.id"
        " WHERE kind = 'said' ORDER BY log_no, seq"
    )
    found = defaultdict(list)
    for channel, data in rows:
        if word := SAID.search(json.dumps(json.loads(data))):
            found[channel].append(word[0])
    return found


async def settled(cluster, crew):
    """Wait until the listeners have seen as much as there is, and return what there is."""
    there = await asyncio.to_thread(kept, cluster)
    total, deadline = sum(map(len, there.values())), time.monotonic() + SETTLE_SECONDS
    while any(len(one.first) < total for one in crew.listeners) and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    return there


def judged(there, crew):
    """How many of the acknowledged messages are lost, repeated and out of order."""
    stored = [word for words in there.values() for word in words]
    acknowledged = {word for one in crew.talkers for word in one.acknowledged}
    lost, repeated = len(acknowledged - set(stored)), _repeats(stored)
    reordered = sum(_out_of_order(words) for words in there.values())
    for one in crew.listeners:
        for channel, words in there.items():
            seen = one.seen[channel]
            lost += len(set(words) - set(seen))
            repeated += _repeats(seen)
            reordered += (
                sum(a != b for a, b in zip(dict.fromkeys(seen), words, strict=False)) if set(seen) == set(words) else 0
            )
    return len(acknowledged), lost, repeated, reordered


def _repeats(words):
    return sum(times - 1 for times in Counter(words).values())


def _out_of_order(words):
    """How many messages stand behind a later one of the same person."""
    newest, late = defaultdict(lambda: -1), 0
    for word in words:
        name, _, number = word.partition("-")
        late += int(number) < newest[name]
        newest[name] = max(newest[name], int(number))
    return late


def waits(crew):
    """The longest acknowledgement, and the longest way of a message to a listener, in seconds."""
    said = {word: at for one in crew.talkers for word, at in one.said.items()}
    acknowledged = max(seconds for one in crew.talkers for seconds in one.acknowledged.values())
    return acknowledged, max(at - said[word] for one in crew.listeners for word, at in one.first.items())


async def measured(name, nodes):
    """The row of the table: acknowledged, lost, repeated, reordered, refused, the longest waits."""
    second = ahead() if "clock" in name else {}
    async with LocalCluster(nodes, second) as cluster:
        crew = Crew(cluster.ports, CHANNELS, TALKERS, EVERY_SECONDS)
        await crew.come()
        try:
            async with asyncio.timeout(FAULT_SECONDS):
                await crew.say_more(MORE)
                await FAULTS[name](cluster, crew)
                await crew.say_more(MORE)
                await crew.finish()
                there = await settled(cluster, crew)
            refused = sum(len(one.refused) for one in crew.talkers)
            return *judged(there, crew), refused, *waits(crew)
        finally:
            await crew.go()


def ahead():
    """The environment of a node whose clock is a minute ahead."""
    return {"LD_PRELOAD": find_libfaketime(), "FAKETIME": "+60s", "DONT_FAKE_MONOTONIC": "1"}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="words of the faults wanted; all by default")
    parser.add_argument("--nodes", type=int, nargs="+", default=[2, 4])
    options = parser.parse_args()
    print_header(f"{TALKERS * len(CHANNELS)} people talk in {len(CHANNELS)} channels", "5 bytes", "PostgreSQL, fsync")
    print(f"{datetime.now(UTC):%Y-%m-%d}, load {os.getloadavg()[0]:.1f}\n")
    print("| fault | nodes | acknowledged | lost | repeated | reordered | refused | longest wait | worst delivery |")
    print("|---|---|---|---|---|---|---|---|---|")
    bad = False
    for name in FAULTS:
        if options.words and not any(word in name for word in options.words):
            continue
        for nodes in options.nodes:
            try:
                row = uvloop.run(measured(name, nodes))
            except TimeoutError:
                bad = True
                print(f"| {name} | {nodes} | stood still after {FAULT_SECONDS} s |", flush=True)
                continue
            count, lost, repeated, reordered, refused, acknowledged, delivery = row
            bad = bad or bool(lost or repeated or reordered)
            print(
                f"| {name} | {nodes} | {count} | {lost} | {repeated} | {reordered} | {refused}"
                f" | {acknowledged:.1f} s | {delivery:.1f} s |",
                flush=True,
            )
    sys.exit(bad)


if __name__ == "__main__":
    main()
