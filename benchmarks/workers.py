"""Nodes of a cluster on this machine against one process: committed events/s, acknowledgements, and what each costs.

Makes the table of docs/cluster.md, "How fast it is". One process with SQLite, then ``--workers`` 1, 2 and 4 with their
own PostgreSQL and NATS, in turn and several times: figures are medians, and those beside "one process" compare runs of
the same round. People speak in 200 channels of 10, and then in one hot channel of 50: in each round everybody of a
channel says one line at once, and they go on when all have all. So a round is as long as the slowest acknowledgement
in it. Everything runs on the cores of this machine, and so does the generator (benchmarks/performance/generator.c),
which takes its part of them: its CPU is told. CPU is that of all processes of the server: workers, PostgreSQL and NATS.
"""

import argparse
import contextlib
import os
import statistics
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.machine import TICK, print_header
from benchmarks.performance.generator import Generator
from benchmarks.performance.processes import settle, tree_of
from benchmarks.served import OPEN, data_directory, serving

SETTINGS = OPEN.replace("[limits]", "drain_seconds = 0.0\n[limits]")
WARM_SECONDS = 1.0
PAYLOAD = 100
SETTLE_SECONDS = 10.0
LATE_SECONDS = 2.5
KINDS = {"postgres": "PostgreSQL", "nats-server": "NATS"}


class Load(NamedTuple):
    """``channels`` with so many ``members`` each, in which all speak."""

    title: str
    channels: int
    members: int
    name: str

    @property
    def speak(self):
        return ("speak", self.members, self.members, 1, PAYLOAD)


def spent(pid):
    """CPU seconds of the processes of a tree, by kind."""
    found = {}
    for process in tree_of(pid):
        with contextlib.suppress(OSError, IndexError):
            program = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode().split(" ")[0]
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            kind = next((kind for name, kind in KINDS.items() if name in program), "chover")
            found[kind] = found.get(kind, 0.0) + sum(map(int, fields[11:13])) * TICK
    return found


def measured(generator, pid, load, seconds):
    """What one load came to: its rate, its rounds in ms, and CPU in µs for a message."""
    generator.come(load.channels * load.members, load.name, group=load.members, prefix=load.name[1])
    # People on the other workers are seen a little later, and such a line is no message.
    time.sleep(LATE_SECONDS)
    settle(pid, SETTLE_SECONDS)
    generator.fence()
    generator.call(*load.speak, WARM_SECONDS, load.name)
    settle(pid, SETTLE_SECONDS)
    before = spent(pid)
    answer = generator.call(*load.speak, seconds, load.name)
    # What the index has still to do belongs to these messages.
    settle(pid, SETTLE_SECONDS)
    cpu = {kind: sum_ - before.get(kind, 0.0) for kind, sum_ in spent(pid).items()}
    generator.call("leave", 0, load.channels * load.members)
    said = answer["messages"]
    return {
        "rate": said / answer["seconds"],
        "p50": answer["p50"] / 1000,
        "p99": answer["p99"] / 1000,
        "each": sum(cpu.values()) / said * 1e6,
        "per CPU second": answer["deliveries"] / sum(cpu.values()),
        "generator": answer["cpu"] / said * 1e6,
        **{kind: seconds_ / said * 1e6 for kind, seconds_ in cpu.items()},
    }


def run(workers, loads, seconds):
    """One server, with all loads one after the other: a row for each."""
    with data_directory() as directory, serving(directory, settings=SETTINGS, workers=workers) as served:
        pid = served.process.pid
        settle(pid, SETTLE_SECONDS)
        with contextlib.closing(Generator(served.port, None)) as generator:
            return [measured(generator, pid, load, seconds) for load in loads]


def middle(rows):
    return {key: statistics.median(row.get(key, 0.0) for row in rows) for key in rows[0]}


def row_of(name, load, rows, alone):
    """A row of the table. ``alone``: the runs of one process in the same rounds."""
    found = middle(rows)
    rates = [row["rate"] for row in rows]
    parts = ", ".join(f"{kind} {found[kind]:.0f}" for kind in ("chover", *KINDS.values()) if found.get(kind, 0) >= 1)
    times, cost = (
        statistics.median(row[key] / one[key] for row, one in zip(rows, alone, strict=True)) for key in ("rate", "each")
    )
    return (
        f"| {name} | {load.title} | {found['rate']:,.0f} ({min(rates):,.0f} to {max(rates):,.0f}) | {times:.2f} |"
        f" {found['p50']:,.0f} ms | {found['p99']:,.0f} ms | {found['per CPU second']:,.0f} |"
        f" {found['each']:.0f} µs ({parts}) | {cost:.2f} |"
    )


def named(workers):
    return "one process" if not workers else f"{workers} worker{'s' * (workers > 1)}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--channels", type=int, default=200, help="with 10 people each")
    parser.add_argument("--hot", type=int, default=50, help="people in the hot channel")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    loads = [
        Load(f"{options.channels} channels of 10", options.channels, 10, "#room%d"),
        Load(f"one hot channel of {options.hot}", 1, options.hot, "#hot%d"),
    ]
    print_header(f"{options.times} runs of {options.seconds:.0f} s for each load", f"{PAYLOAD} bytes", "power")
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}", flush=True)
    runs = {workers: [] for workers in (0, *options.workers)}
    for _ in range(options.times):
        for workers, rows in runs.items():
            rows.append(run(workers, loads, options.seconds))
    print(f"load of the machine after: {os.getloadavg()[0]:.1f}\n")
    print("| what serves | where | committed events/s | times one process | round p50 | p99"
          " | deliveries for a CPU second | CPU for each event | times one process |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|")
    for place, load in enumerate(loads):
        alone = [rows[place] for rows in runs[0]]
        for workers, found in runs.items():
            print(row_of(named(workers), load, [rows[place] for rows in found], alone))
    generator = middle([run_[0] for found in runs.values() for run_ in found])["generator"]
    print(f"\nThe generator took {generator:.0f} µs of CPU for each event in {loads[0].title}.")


if __name__ == "__main__":
    main()
