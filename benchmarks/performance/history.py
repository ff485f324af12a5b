"""A data directory with many messages: ``python -m benchmarks.performance.history DIRECTORY MESSAGES``.

Words, channels and senders follow Zipf's law, as in benchmarks/search.py, whose searches are asked later.
"""

import asyncio
import random
import sys
from pathlib import Path

from benchmarks.search import CAPS, CHANNELS, Talk, begin, fill, searches

NAMES = [f"#channel{number}" for number in range(CHANNELS)]


async def write(directory, messages):
    """The person who opened the channels is still in them at the end, as after a kill: leaving would read all of it."""
    store, host, _, _ = await begin(directory, "process")
    kept, indexed = await fill(store, Talk([host.node.chat.find_channel(name).log for name in NAMES]), messages)
    await store.close()
    print(f"{kept:.1f} {indexed:.1f}", flush=True)


def search_lines(count):
    """``count`` searches of all kinds, mixed."""
    kinds = [line for _, line in searches(Talk(NAMES), NAMES)]
    lines = [kinds[number % len(kinds)]() for number in range(count)]
    random.Random(5).shuffle(lines)
    return lines


def join_lines():
    """What the person sends who searches: to be in all channels."""
    return [f"JOIN {name}" for name in NAMES]


__all__ = ["CAPS", "NAMES", "join_lines", "search_lines"]

if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1]), int(sys.argv[2])))
