"""What the memory of an idle connection consists of: counted by a server of its own, for counting needs memory, too."""

import dataclasses
import json
import signal
import sys
import time

from benchmarks.performance.processes import settle

PATIENCE_SECONDS = 60
REST = "not Python's: OpenSSL, buffers, slack of the allocators"


def counting(contestant, file):
    """The contestant, whose server counts its memory into ``file`` when it is told."""

    def command(*arguments):
        python, module, _, *rest = contestant.command(*arguments)
        return [python, module, "benchmarks.performance.traced", str(file), *rest]

    return dataclasses.replace(contestant, command=command)


def parts_of(bench, count, connected):
    """KiB of Python's objects for each of ``count`` connections, by part of the program.

    ``connected`` is a function of a lane and of how many, which connects them for as long as its context lasts.
    """
    file = bench.directory / "memory.json"
    with bench.lane(counting(bench.ours, file)) as lane:
        with connected(lane, 1):
            # What is loaded with the first stays.
            settle(lane.server.pid)
        _tell(lane.server.process, file)
        with connected(lane, count):
            settle(lane.server.pid)
            found = json.loads(_tell(lane.server.process, file))
    return {part: size / 1024 / count for part, size in found.items()}


def _tell(process, file):
    """Have the server start to count, or end it. Returns what it has counted."""
    file.unlink(missing_ok=True)
    process.send_signal(signal.SIGUSR1)
    until = time.perf_counter() + PATIENCE_SECONDS
    while time.perf_counter() < until and process.poll() is None:
        if file.exists():
            return file.read_text()
        time.sleep(0.01)
    sys.exit("our server did not say what its memory consists of")


def with_rest(parts, kib):
    """The parts, and what is missing of the KiB that a server needs that does not count."""
    return {**parts, REST: kib - sum(parts.values())}
