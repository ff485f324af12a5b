"""A server with its generator: what one contestant does in a cell."""

import contextlib
import statistics

from benchmarks.performance.generator import Generator, was_bottleneck
from benchmarks.performance.processes import cpu_of, settle, threads_of
from benchmarks.performance.servers import serving

LIMIT = 10.0
"""Seconds in which a server settles between two runs."""


class Lane:
    """One contestant. ``runs`` has the figures of each run; in ``blocked`` of them the generator never waited."""

    def __init__(self, server, generator):
        self.server, self.generator = server, generator
        self.contestant = server.contestant
        self.runs, self.blocked, self.shares = [], 0, []

    def cpu_during(self, work):
        """The answer of ``work``, and the server's CPU seconds for it, with what it does afterwards."""
        settle(self.server.pid, LIMIT)
        before = cpu_of(self.server.pid)
        answer = work()
        settle(self.server.pid, LIMIT)
        cpu = cpu_of(self.server.pid) - before
        self.blocked += was_bottleneck(answer)
        self.shares.append(answer["cpu"] / max(answer["seconds"], 1e-9))
        return answer, max(cpu, 1e-9)

    def threads_during(self, work):
        """User and system seconds by thread, with what the server does afterwards."""
        settle(self.server.pid, LIMIT)
        before = threads_of(self.server.pid)
        work()
        settle(self.server.pid, LIMIT)
        after = threads_of(self.server.pid)
        return {
            name: [round(now - was, 2) for now, was in zip(seconds, before.get(name, (0, 0)), strict=True)]
            for name, seconds in after.items()
        }

    def row(self):
        """The result of this contestant: medians of all figures of its runs, and the runs."""
        figures = {key: statistics.median(run[key] for run in self.runs) for key in self.runs[0]}
        spread = {key: [min(run[key] for run in self.runs), max(run[key] for run in self.runs)] for key in self.runs[0]}
        return {
            **figures,
            "spread": spread,
            "generator_share": statistics.median(self.shares) if self.shares else 0.0,
            "generator_was_bottleneck": self.blocked * 2 > len(self.runs),
        }


class Bench:
    """What all cells share: the plan, the contestants, the cores, the profiles and parts of memory so far."""

    def __init__(self, plan, contestants, cores, directory, *, python=False):
        self.plan, self.contestants, self.directory = plan, contestants, directory
        self.server_cores, self.generator_cores = cores
        self._python = python
        self.profiles, self.memory = {}, {}

    @property
    def ours(self):
        """Ours with the durability that the requirements are about."""
        return next((one for one in self.contestants if one.ours), None)

    @contextlib.contextmanager
    def lane(self, contestant, autojoin="", directory=None):
        with (
            serving(contestant, self.server_cores, autojoin, directory) as server,
            contextlib.closing(self.generator(server)) as generator,
        ):
            yield Lane(server, generator)

    @contextlib.contextmanager
    def lanes(self, contestants=None, autojoin=""):
        with contextlib.ExitStack() as stack:
            chosen = self.contestants if contestants is None else contestants
            yield [stack.enter_context(self.lane(one, autojoin)) for one in chosen]

    def generator(self, server):
        one = server.contestant
        return Generator(server.port, self.generator_cores, server=one.name, at_once=one.at_once, python=self._python)
