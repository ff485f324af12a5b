"""Several workers against one process: messages in channels of 10 in which all speak, and what each costs.

Both run on the cores of this machine, and so does the generator (benchmarks/performance/generator.c), which takes its
part of them: its CPU is told. In each round the ten of a channel say one line at once, and go on when all have all.
CPU is that of all processes of the server: workers, PostgreSQL and NATS, or the one with its SQLite.
"""

import argparse
import contextlib
import os
import statistics
import time
from pathlib import Path

from benchmarks.machine import print_header
from benchmarks.performance.generator import Generator
from benchmarks.performance.processes import settle, tree_of
from benchmarks.served import Served, chover, data_directory, free_port

SETTINGS = """
[server]
host = "127.0.0.1"
log_level = "warning"
drain_seconds = 0.0
[limits]
flood = false
connections_per_address = 0
connection_rate_per_address = 0
unregistered_per_address = 0
quiet_per_address = 0
ping_seconds = 86400
[channels]
autojoin = []
"""
# PostgreSQL refuses to run as root: in a namespace of its own, root is somebody else.
NOT_ROOT = ("unshare", "--user", "--map-user=65534", "--map-group=65534") if os.geteuid() == 0 else ()
GROUP = 10
WARM_SECONDS = 1.0
PAYLOAD = 100
SETTLE_SECONDS = 10.0
LATE_SECONDS = 2.5
TICK = 1 / os.sysconf("SC_CLK_TCK")


def spent(pid):
    """CPU seconds of the processes of a tree, by kind."""
    found = {}
    for process in tree_of(pid):
        with contextlib.suppress(OSError, IndexError):
            words = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            kind = "PostgreSQL" if "postgres" in words.split(" ")[0] else "NATS" if "nats-server" in words else "chover"
            found[kind] = found.get(kind, 0.0) + sum(map(int, fields[11:13])) * TICK
    return found


def run(directory, workers, options):
    """One run: messages a second, and the CPU of each kind of process in µs for a message."""
    (directory / "settings.toml").write_text(SETTINGS)
    port = free_port()
    words = chover("serve", "--port", port, "--data", directory / "data", "--config", directory / "settings.toml")
    served = Served([*NOT_ROOT, *words, "--workers", str(workers)], port)
    pid = served.process.pid
    try:
        with contextlib.closing(Generator(port, None)) as generator:
            while workers and len(tree_of(pid)) < workers + 3:
                time.sleep(0.1)
            settle(pid, SETTLE_SECONDS)
            generator.come(options.people, "#room%d", group=GROUP)
            # People on the other workers are seen a little later, and such a line is no message.
            time.sleep(LATE_SECONDS)
            settle(pid, SETTLE_SECONDS)
            generator.fence()
            talk = ("speak", GROUP, GROUP, 1, PAYLOAD)
            generator.call(*talk, WARM_SECONDS, "#room%d")
            settle(pid, SETTLE_SECONDS)
            before = spent(pid)
            answer = generator.call(*talk, options.seconds, "#room%d")
            settle(pid, SETTLE_SECONDS)
            cpu = {kind: seconds - before.get(kind, 0.0) for kind, seconds in spent(pid).items()}
    finally:
        served.stop()
    said = answer["messages"]
    each = {kind: seconds / said * 1e6 for kind, seconds in cpu.items()}
    return {"rate": said / answer["seconds"], **each, "generator": answer["cpu"] / said * 1e6}


def told(name, runs):
    middle = {key: statistics.median(row.get(key, 0.0) for row in runs) for key in runs[0]}
    rates = [row["rate"] for row in runs]
    server = sum(value for key, value in middle.items() if key not in {"rate", "generator"})
    parts = ", ".join(f"{key} {value:.0f}" for key, value in middle.items() if key not in {"rate", "generator"})
    print(
        f"  {name}: {middle['rate']:,.0f} messages/s ({min(rates):,.0f} to {max(rates):,.0f});"
        f" CPU for each {server:.0f} µs ({parts}), of the generator {middle['generator']:.0f} µs",
        flush=True,
    )
    return middle["rate"], server


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--people", type=int, default=400)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    print_header(
        f"{options.people} people in channels of {GROUP}, {options.times} runs of {options.seconds:.0f} s",
        f"{PAYLOAD} bytes", "power",
    )  # fmt: skip
    print(f"  load of the machine before: {os.getloadavg()[0]:.1f}", flush=True)
    runs = {0: [], options.workers: []}
    for _ in range(options.times):
        for workers, rows in runs.items():
            with data_directory() as directory:
                rows.append(run(directory, workers, options))
    rate, cpu = told("one process, SQLite", runs[0])
    more, more_cpu = told(f"{options.workers} workers, PostgreSQL and NATS", runs[options.workers])
    print(f"  {more / rate:.2f} times the messages, at {more_cpu / cpu:.2f} times the CPU for each")


if __name__ == "__main__":
    main()
