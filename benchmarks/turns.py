"""The server with each turn of its loop timed in CPU: ``python -m benchmarks.turns FILE serve …``.

A turn is what the loop does before it looks at its sockets again. It is the longest time a message waits if the loop
has a core of its own. Other processes cannot make CPU time longer. The loop never sleeps meanwhile, so all other
figures of such a run are worthless. At the end FILE contains JSON: the number of turns, how many took each number of
whole milliseconds except 0, and the longest.
"""

import asyncio
import collections
import json
import sys
import time
from pathlib import Path

from chover import __main__
from chover.serve import lifecycle


class Turns:
    """Runs once in each turn of a loop, from the first one."""

    def __init__(self, loop):
        self._loop = loop
        self._last = time.thread_time()
        self.count, self.longest, self.long = 0, 0.0, collections.Counter()
        loop.call_soon(self._turn)

    def _turn(self):
        now = time.thread_time()
        took = (now - self._last) * 1000
        self._last = now
        self.count += 1
        self.longest = max(self.longest, took)
        if took >= 1:
            self.long[int(took)] += 1
        self._loop.call_soon(self._turn)

    def begin_again(self):
        """Forget the turns until now: those of the start delay nobody."""
        self.count, self.longest, self.long = 0, 0.0, collections.Counter()


def main():
    file = Path(sys.argv.pop(1))
    timed = []
    make = lifecycle.loop_factory() or asyncio.new_event_loop
    settle = lifecycle._settle

    def factory():
        timed.append(Turns(loop := make()))
        return loop

    async def settled(listening):
        await settle(listening)
        asyncio.get_running_loop().call_soon(timed[0].begin_again)

    lifecycle.loop_factory, lifecycle._settle = lambda: factory, settled
    try:
        sys.exit(__main__.main())
    finally:
        turns = timed[0]
        counted = {"turns": turns.count, "milliseconds": sorted(turns.long.items()), "longest": turns.longest}
        file.write_text(json.dumps(counted))


if __name__ == "__main__":
    main()
