"""What a node hears of channels in which it has nobody: ``python -m benchmarks.interest [--messages 200]``.

Two nodes on this machine, with a real PostgreSQL and a real NATS. People of the first talk in 20 channels; the second
has one person, in none of them. Prints what the second node got, and what was published, which is what it got when
every node heard everything. Then its person joins one of the channels, and the people talk once more.
"""

import argparse
import asyncio
import contextlib
import re
from urllib.request import urlopen

from nats.aio.client import Client
from tests.e2e.wire import Irc

from benchmarks.local_cluster import LocalCluster
from benchmarks.machine import print_header

CHANNELS, PEOPLE = 20, 5
TEXT = "The quick brown fox jumps over the lazy dog, and says so."


class Published:
    """Everything that goes over the wire but what NATS itself says."""

    def __init__(self):
        self.messages = self.bytes = 0

    async def hear(self, message):
        self.messages += 1
        self.bytes += len(message.data)

    def take(self):
        found = self.messages, self.bytes
        self.messages = self.bytes = 0
        return found


def brought(node):
    """Messages and bytes that the bus has brought to a node."""
    with urlopen(f"http://127.0.0.1:{node.port}/metrics", timeout=30) as answer:
        told = answer.read().decode()
    names = "chover_bus_received_total", "chover_bus_received_bytes_total"
    return [int(float(re.search(rf"^{name} (\S+)$", told, re.MULTILINE)[1])) for name in names]


class Crowd:
    """``PEOPLE`` in each channel, on one node."""

    def __init__(self, port, stack):
        self.people = [
            (stack.enter_context(Irc(port, f"p{channel}-{number}")), f"#talk{channel}")
            for channel in range(CHANNELS)
            for number in range(PEOPLE)
        ]
        for person, channel in self.people:
            person.send(f"JOIN {channel}")
            person.expect(f" 366 .* {channel} ")

    def talk(self, messages):
        """Each says so many, and has them acknowledged."""
        for number in range(messages):
            for person, channel in self.people:
                person.send(f"PRIVMSG {channel} :{TEXT} {number}")
            for person, _ in self.people:
                person.send(f"PING end{number}")
                person.expect(f" PONG .*end{number}$")


async def measured(messages):
    published = Published()
    async with LocalCluster(2) as cluster:
        client = Client()
        await client.connect(cluster.nats.url())
        await client.subscribe("chover.>", cb=published.hear)
        with contextlib.ExitStack() as stack:
            crowd = await asyncio.to_thread(Crowd, cluster.ports[0], stack)
            other = await asyncio.to_thread(Irc, cluster.ports[1], "other")
            stack.enter_context(other)
            await report(cluster, crowd, published, messages, "in no channel of theirs")
            await asyncio.to_thread(other.send, "JOIN #talk0")
            await asyncio.to_thread(other.expect, " 366 .* #talk0 ")
            await report(cluster, crowd, published, messages, f"in 1 of {CHANNELS}")
        await client.close()


async def report(cluster, crowd, published, messages, where):
    published.take()
    before = await asyncio.to_thread(brought, cluster.nodes[1])
    await asyncio.to_thread(crowd.talk, messages)
    await asyncio.sleep(2)  # What is on its way arrives.
    after = await asyncio.to_thread(brought, cluster.nodes[1])
    (all_messages, all_bytes), count = published.take(), messages * len(crowd.people)
    got, size = (there - here for there, here in zip(after, before, strict=True))
    print(f"  {count:,} said, the second node {where}: published {all_messages:,} ({all_bytes / 1e3:,.0f} kB),"
          f" brought to it {got:,} ({size / 1e3:,.1f} kB)", flush=True)  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=200)
    given = parser.parse_args()
    print_header(f"{given.messages} messages of each of {CHANNELS * PEOPLE} people", f"{len(TEXT)} bytes", "PostgreSQL")
    asyncio.run(measured(given.messages))


if __name__ == "__main__":
    main()
