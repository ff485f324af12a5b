"""The machine on which a figure was measured, and the cost of processes. Without Linux, CPU and memory are 0."""

import os
import platform
import re
import statistics
import sys
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")
PAGE_KIB = os.sysconf("SC_PAGE_SIZE") / 1024


def cpu_model():
    try:
        found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()


def print_header(n, payload, durability):
    """Print the first lines of every benchmark: what it was measured with, and how to repeat it."""
    module = Path(sys.argv[0]).stem
    again = " ".join(["python -m", f"benchmarks.{module}", *sys.argv[1:]])
    print(f"{again}")
    print(f"n: {n}; payload: {payload}; durability: {durability}")
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores of {cpu_model()}, {platform.system()}", flush=True
    )


def _stats(*, reaped=True):
    """Pid, parent, CPU seconds and resident KiB of every process. Ended ones count with their parent, if at all."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = path.read_text()
        except OSError:
            continue  # it ended meanwhile
        fields = text.rpartition(")")[2].split()
        cpu = sum(map(int, fields[11 : 15 if reaped else 13])) * TICK
        yield int(path.parent.name), int(fields[1]), cpu, int(fields[21]) * PAGE_KIB


def _tree(pid):
    """CPU seconds and resident KiB of each process of a tree."""
    rows = list(_stats())
    inside = {pid}
    while more := {child for child, parent, *_ in rows if parent in inside} - inside:
        inside |= more
    return [(cpu, rss) for child, _, cpu, rss in rows if child in inside]


def cpu_of(pid):
    """CPU seconds, user and system, of a process and all its descendants, in steps of 10 ms."""
    return sum(cpu for cpu, _ in _tree(pid))


def own_cpu_of(pid):
    """CPU seconds of a process alone, without those that it has started, in steps of 10 ms."""
    return next((cpu for one, _, cpu, _ in _stats(reaped=False) if one == pid), 0.0)


def rss_of(pid):
    """Resident MiB of a process and all its descendants (shared pages count in each)."""
    return sum(rss for _, rss in _tree(pid)) / 1024


def own_rss_of(pid):
    """Resident KiB of a process alone."""
    return next((rss for one, _, _, rss in _stats() if one == pid), 0.0)


def median_p95(values, unit="s"):
    """``median 0.31 s, p95 0.35 s, n=10``; with few values p95 is the largest of them."""
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return f"median {statistics.median(ordered):.3f} {unit}, p95 {p95:.3f} {unit}, n={len(ordered)}"
