"""Deliveries per CPU-second: lines of 100 bytes to 500 readers of one channel, one by one and in bursts.

CPU is that of the server's whole process tree while the lines are being delivered. If FANOUT_SKETCH names the file of
the sketch, its backend ``uv-log2`` runs alternately with ours, and the ratio is printed. The sketch stores nothing.
With ``--history`` its own history (normal, full) is switched on, to compare it with process and power.
"""

import argparse
import os
import statistics
import sys

from benchmarks.crowd import Crowd
from benchmarks.machine import print_header
from benchmarks.served import Served, data_directory, free_port, serving

CHANNEL = "#bench"
PATTERNS = {"trickle": (1, 1), "bursts": (4, 10), "floods": (4, 50)}
"""Senders, and lines that each of them sends in one write before it waits for all the others'."""
LINES = {"trickle": 200, "bursts": 4000, "floods": 12000}


def load(served, options, pattern):
    """Return the number of deliveries, and the server's CPU seconds for them."""
    senders, burst = PATTERNS[pattern]
    with Crowd(served.port) as crowd:
        crowd.call("come", count=options.readers + senders, caps=options.caps, channel=CHANNEL)
        crowd.call("fence")
        cpu = served.cpu()
        rounds = max(1, options.lines * LINES[pattern] // 100 // (senders * burst))
        got = crowd.call("speak", channel=CHANNEL, senders=senders, burst=burst, rounds=rounds, payload=options.payload)
        # What remains after the last delivery (answers of the writer, timers) belongs to it.
        crowd.call("fence")
        cpu = served.cpu() - cpu
    if got["extra"]:
        sys.exit(f"{got['extra']} lines more than were sent")
    return got["lines"] / cpu, got["lines"] / got["seconds"]


def chover(options, pattern, durability):
    with data_directory() as data, serving(data, durability) as served:
        return load(served, options, pattern)


def sketch(options, pattern, history):
    port = free_port()
    with data_directory() as data:
        command = [sys.executable, os.environ["FANOUT_SKETCH"], "uv-log2", str(port), "--hist", history]
        served = Served([*command, "--db", str(data / "hist.db")], port)
        try:
            return load(served, options, pattern)
        finally:
            served.stop()


def contestants(options):
    """Return the name and function of each server, ours first."""
    rows = {f"chover, {name}": (chover, name) for name in ("process", "power")}
    if os.environ.get("FANOUT_SKETCH"):
        rows["sketch"] = (sketch, "off")
        if options.history:
            rows |= {f"sketch, history {name}": (sketch, name) for name in ("normal", "full")}
    return rows


def measure(options, pattern):
    """Run the servers alternately. Returns the deliveries per CPU-second and per second of each."""
    rows = contestants(options)
    runs = {name: [] for name in rows}
    for _ in range(options.times):
        for name, (run, argument) in rows.items():
            runs[name].append(run(options, pattern, argument))
    return runs


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=500)
    parser.add_argument("--payload", type=int, default=100, help="bytes of text in a line")
    parser.add_argument("--lines", type=int, default=100, help="percent of the usual number of lines")
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--caps", default="", help='capabilities of everybody, such as "server-time message-tags"')
    parser.add_argument("--history", action="store_true", help="also run the sketch with its own history")
    parser.add_argument("--patterns", nargs="+", choices=PATTERNS, default=list(PATTERNS))
    options = parser.parse_args()
    print_header(f"{options.readers} readers, {options.times} runs each", f"{options.payload} bytes", "as named")
    for pattern in options.patterns:
        senders, burst = PATTERNS[pattern]
        print(f"  {pattern}: {senders} x {burst} lines at a time")
        runs = measure(options, pattern)
        base = statistics.median(per_cpu for per_cpu, _ in runs["sketch"]) if "sketch" in runs else 0
        for name, pairs in runs.items():
            per_cpu, per_second = (statistics.median(column) for column in zip(*pairs, strict=True))
            ratio = f"  {per_cpu / base:5.2f} of the sketch" if base else ""
            print(f"    {name:24} {per_cpu:11,.0f} deliveries/CPU-s {per_second:11,.0f}/s{ratio}", flush=True)


if __name__ == "__main__":
    main()
