"""Where the CPU of ours goes in a cell, by thread and by part of the program: more runs of it, sampled by perf."""

import contextlib
import os
import shutil
import subprocess
from collections import defaultdict

from benchmarks.performance.processes import shares

SAMPLES_PER_SECOND = 997
ENOUGH_SECONDS = 1.0
"""CPU seconds after which work that is repeated has enough samples."""
MOST_ROUNDS = 20


class Sampler:
    """perf, which samples a process from ``begin`` to ``pause``. Without perf, or if it fails, there are no samples."""

    def __init__(self, pid, file):
        self._file, self._perf = file, None
        if shutil.which("perf"):
            self._start(pid)

    def _start(self, pid):
        orders, self._orders = os.pipe()
        self._answers, answers = os.pipe()
        # A perf that knows no --control ends at once, and is as good as none.
        options = ["-q", "-e", "cpu-clock", "-F", str(SAMPLES_PER_SECOND), "-p", str(pid), "-o", str(self._file)]
        # It waits to be told, so that no time is lost while it attaches, and none of what lies between is sampled.
        told = ["-D", "-1", "--control", f"fd:{orders},{answers}"]
        self._perf = subprocess.Popen(
            ["perf", "record", *options, *told],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(orders, answers),
        )
        os.close(orders)
        os.close(answers)

    def begin(self):
        self._tell("enable")

    def pause(self):
        self._tell("disable")

    def _tell(self, order):
        """Returns when perf has done it, or has ended."""
        if self._perf:
            with contextlib.suppress(BrokenPipeError):
                os.write(self._orders, f"{order}\n".encode())
                os.read(self._answers, 16)

    def close(self):
        """The shares: rows of thread, part of the program, and share of all samples."""
        if self._perf is None:
            return []
        self._perf.terminate()
        self._perf.wait()
        os.close(self._orders)
        os.close(self._answers)
        report = ["perf", "report", "--stdio", "-i", str(self._file), "--sort", "comm,dso", "--field-separator", "|"]
        return shares(subprocess.run(report, capture_output=True, text=True, check=False).stdout)


def profile_of(bench, lane, work, undo=None):
    """A profile of ``work``. With ``undo``, which is not sampled, it is repeated until there are enough samples."""
    threads, rounds = defaultdict(lambda: [0.0, 0.0]), 0
    sampler = Sampler(lane.server.pid, bench.directory / "perf.data")
    try:
        while True:
            _add(threads, _one_round(lane, sampler, work))
            rounds += 1
            if undo is None or rounds == MOST_ROUNDS or sum(map(sum, threads.values())) >= ENOUGH_SECONDS:
                break
            undo()
    finally:
        found = sampler.close()
    return {"shares": found, "threads": dict(threads), "rounds": rounds}


def _one_round(lane, sampler, work):
    def sampled():
        sampler.begin()
        work()

    seconds = lane.threads_during(sampled)
    sampler.pause()
    return seconds


def _add(threads, more):
    for name, seconds in more.items():
        threads[name] = [round(was + now, 2) for was, now in zip(threads[name], seconds, strict=True)]
