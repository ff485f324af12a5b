"""What processes cost: CPU and memory of a whole tree, CPU by thread and by library, and the cores they run on."""

import os
import re
import resource
import time
from collections import defaultdict
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")
PAGE_KIB = os.sysconf("SC_PAGE_SIZE") / 1024
SETTLED_SECONDS = 0.1
SETTLED_SHARE = 0.04
"""A server has settled when it needs less than this share of a core for so long."""
SETTLE_LIMIT = 30.0
LIBRARIES = (
    ("kernel", r"^\[(kernel|guest|vdso|hypervisor)|^\[unknown\]"),
    ("SQLite", r"sqlite"),
    ("event loop", r"^loop\.|uvloop"),
    ("TLS", r"ssl|crypto"),
    ("Python", r"python"),
)
"""By which part of the program a library is counted. All others are "other"."""


def cores():
    """The core of the generator is the last one; the server has all others. None and None if there is only one."""
    allowed = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return (allowed[:-1], allowed[-1:]) if len(allowed) > 1 else (None, None)


def pin(cores):
    """For ``preexec_fn``: run on these cores, with as many open files as allowed."""

    def prepare():
        if cores is not None:
            os.sched_setaffinity(0, cores)
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    return prepare


def most_files():
    return resource.getrlimit(resource.RLIMIT_NOFILE)[1]


def tree_of(pid):
    """A process and all its descendants."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        parents[int(path.parent.name)] = int(fields[1])
    inside = {pid}
    while more := {child for child, parent in parents.items() if parent in inside} - inside:
        inside |= more
    return inside


def cpu_of(pid):
    """CPU seconds, user and system, of a tree: of the living threads to the nanosecond, and of ended children."""
    total = 0.0
    for one in tree_of(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[13:15])) * TICK
            total += sum(_nanoseconds(task) for task in Path(f"/proc/{one}/task").iterdir()) / 1e9
        except OSError:
            continue
    return total


def _nanoseconds(task):
    try:
        return int((task / "schedstat").read_text().split()[0])
    except OSError:
        fields = (task / "stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:13])) * TICK * 1e9


def threads_of(pid):
    """User and system seconds of the threads of a process, by name."""
    found = defaultdict(lambda: [0.0, 0.0])
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            name = (task / "comm").read_text().strip()
            fields = (task / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        for place in (0, 1):
            found[thread_name(name)][place] += int(fields[11 + place]) * TICK
    return {name: tuple(seconds) for name, seconds in found.items()}


def thread_name(comm):
    """``writer`` for the thread ``chover-writer``. The threads of a pool count together. The unnamed are the loop."""
    if comm.startswith("python") or comm == "chover":
        return "loop"
    return re.sub(r"_\d+$|_$", "", comm).removeprefix("chover-")


def rss_kib(pid):
    """Resident KiB of a tree. Shared pages count in each process."""
    return sum(map(resident_kib, tree_of(pid)))


def resident_kib(pid):
    """Resident KiB of one process; 0 if it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_KIB
    except OSError:
        return 0.0


def peak_kib(pid):
    """The most that one process ever had resident, in KiB."""
    found = re.search(r"^VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return int(found[1]) if found else 0


def settle(pid, limit=SETTLE_LIMIT):
    """Wait until a server is idle: what it does after the last answer (index, checkpoints) belongs to the messages."""
    until, before = time.perf_counter() + limit, cpu_of(pid)
    while time.perf_counter() < until:
        time.sleep(SETTLED_SECONDS)
        now = cpu_of(pid)
        if now - before < SETTLED_SHARE * SETTLED_SECONDS:
            return
        before = now


# ---- where the CPU goes


def shares(report):
    """Rows of thread, library and share of all samples, from a report of perf."""
    found = defaultdict(float)
    for line in report.splitlines():
        fields = [field.strip() for field in line.split("|")]
        if line.startswith("#") or len(fields) != 3:
            continue
        library = next((name for name, like in LIBRARIES if re.search(like, fields[2])), "other")
        found[thread_name(fields[1]), library] += float(fields[0].rstrip("%")) / 100
    return [[*key, share] for key, share in sorted(found.items(), key=lambda item: -item[1])]


def busy_share(seconds=1.0):
    """The share of all cores that is busy just now."""

    def read():
        numbers = list(map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]))
        return sum(numbers), numbers[3] + numbers[4]

    if not Path("/proc/stat").exists():
        return 0.0
    total, idle = read()
    time.sleep(seconds)
    later, idler = read()
    return 1 - (idler - idle) / max(1, later - total)
