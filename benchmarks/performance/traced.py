"""Our server, which counts its memory: ``python -m benchmarks.performance.traced FILE ARGUMENT …``.

The arguments are those of ``chover``. It counts from the first SIGUSR1, when it makes the empty FILE. The second ends
that, and FILE then has the bytes of each part of the program: a JSON object. Only what was allocated in between, and is
still in use, is counted.
"""

import json
import re
import signal
import sys
import tracemalloc
from collections import Counter
from pathlib import Path

FRAMES = 4
"""How far up the callers of a library are looked for. Each one takes time."""
RESERVED_BYTES = 128 * 1024
"""What is at least as large is mapped on its own, and only pages that were written to are resident: uvloop reserves
256 KiB for the input of each TLS connection. Such blocks are not counted.
"""
PARTS = (
    ("event loop", r"/(asyncio|uvloop)/"),
    ("aiohttp", r"/(aiohttp|aiosignal|multidict|yarl)/"),
    ("TLS", r"/chover/edge/tls/|/ssl\.py$"),
    ("connection: socket, transport, protocol", r"/chover/edge/"),
    ("session", r"/chover/server/(session|delivery)/"),
    ("chat: user, membership, names", r"/chover/(engine/|names\.py)"),
    ("rest of ours", r"/chover/"),
)
"""By which part of the program a file is counted."""
OTHERS = "Python's modules"
NAMES = (*[name for name, _ in PARTS], OTHERS)


def part_of(files):
    """The part of the innermost file that belongs to one. ``files`` begin with the innermost."""
    found = (name for file in files for name, like in PARTS if re.search(like, file))
    return next(found, OTHERS)


def counted(snapshot):
    """The bytes of each part that has some."""
    found = Counter()
    for trace in snapshot.traces:
        if trace.size < RESERVED_BYTES:
            found[part_of([frame.filename for frame in reversed(trace.traceback)])] += trace.size
    return found


def write(file, text):
    """At once, so that nobody who waits for the file reads half of it."""
    new = file.with_suffix(".new")
    new.write_text(text)
    new.rename(file)


def answer(file):
    if not tracemalloc.is_tracing():
        tracemalloc.start(FRAMES)
        write(file, "")
        return
    snapshot = tracemalloc.take_snapshot()
    # What follows allocates, too, and would take long.
    tracemalloc.stop()
    write(file, json.dumps(counted(snapshot)))


def main():
    file = Path(sys.argv.pop(1))
    signal.signal(signal.SIGUSR1, lambda *_: answer(file))
    from chover.cli import main as chover  # noqa: PLC0415 - a server that is asked while it starts must not end

    sys.exit(chover())


if __name__ == "__main__":
    main()
