"""A process that appends and says what was acknowledged: ``appending.py DIRECTORY DURABILITY COUNT [GROUP [SECONDS]]``.

For each group, after its outcome and never before, one line on standard output: ``MSGIDS BYTES``, the msgids joined by
commas and the size of the log file then. Each event has its number as text; the first append opens the channel.
The log file is copied into the database after so many SECONDS; by default never, so that it holds everything.
"""

import asyncio
import os
import sys
from pathlib import Path

from chover.engine.events import Event, Joined, Opened, Said, Source
from chover.engine.ids import LogId, UserId
from chover.ports import Append, Committed
from chover.store.sqlite import checkpoints
from chover.store.sqlite.store import SqliteStore

LOG = LogId("c1")
ALICE = Source(UserId("g1"), "alice", "al", "host")


async def main(directory, durability, count, size=1, seconds=3600.0):
    checkpoints.SECONDS = seconds
    store = SqliteStore.open(directory, durability=durability)
    log_file = directory / "chover.db-wal"
    number = max(await store.head(LOG) - 2, 0)
    if not number:
        opening = [Event(LOG, ALICE, body, msgid) for body, msgid in ((Opened("#tea"), "a"), (Joined(), "b"))]
        await acknowledged(store, [Append(opening)])
    for _ in range(count):
        group = [
            Event(LOG, ALICE, Said(f"{number + i}"), f"m{number + i}", nonce=f"n{number + i}") for i in range(size)
        ]
        number += size
        outcomes = await acknowledged(store, [Append([event]) for event in group])
        msgids = [e.msgid for e, outcome in zip(group, outcomes, strict=True) if isinstance(outcome, Committed)]
        failed = [repr(outcome) for outcome in outcomes if not isinstance(outcome, Committed)]
        # One write: what reads it has the whole line or nothing.
        os.write(1, f"{','.join(msgids)} {log_file.stat().st_size} {''.join(failed[:1])}\n".encode())
    await store.close()


async def acknowledged(store, group):
    done = asyncio.get_running_loop().create_future()
    store.append(group, done.set_result)
    return await done


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:5]), *map(float, sys.argv[5:])))
