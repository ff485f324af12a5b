"""How cost grows with members, sessions, channels and history: CPU of our server for each step, and other figures.

Every point is measured on a server of its own, except that a channel grows while it is measured.
"""

import sys
import time
from functools import partial

from benchmarks.performance.cells import PAYLOAD, searcher
from benchmarks.performance.history import search_lines
from benchmarks.performance.idle import COMMON_CAPS
from benchmarks.performance.plot import exponent
from benchmarks.performance.processes import rss_kib, settle

STEPS = 20
"""Repetitions of a step that are measured together."""
WINDOW = 0.5
TALKERS = 10
LATEST = 100
CHANNELS_IN_LINE = 40
CLIENT_CHANNELS = 10_000
QUITTING_CHANNELS = 100


class Series:
    """Points of several figures over one size. Values are microseconds of CPU unless the name says otherwise."""

    def __init__(self, title, x):
        self.title, self.x = title, x
        self.points = {}

    def add(self, name, size, value):
        self.points.setdefault(name, []).append([size, value])

    def result(self):
        """The JSON: points, and the exponent over the upper hundredfold."""
        exponents = {}
        for name, points in self.points.items():
            most = max(size for size, _ in points)
            exponents[name] = exponent([point for point in points if point[0] * 100 >= most])
        return {"title": self.title, "x": self.x, "points": self.points, "exponents": exponents}


def cost(lane, work, count):
    """Microseconds of CPU of one of ``count`` steps."""
    _, cpu = lane.cpu_during(work)
    return cpu / count * 1e6


def message(lane, group, senders, channel):
    """Microseconds of CPU of a message in a channel of ``group``."""
    answer, cpu = lane.cpu_during(partial(lane.generator.call, "speak", group, senders, 1, PAYLOAD, WINDOW, channel))
    return cpu / answer["messages"] * 1e6


def ask(lane, client, marker, line, count=STEPS):
    return cost(lane, partial(lane.generator.ask, client, marker, [line] * count), count)


def members(bench):
    """A channel that grows: what a message to it costs, and what joining, listing and leaving it costs."""
    series, came = Series("A channel by its members", "members"), 0
    with bench.lane(bench.ours) as lane:
        for size in bench.plan.growth_members:
            lane.generator.come(size - came, "#bench")
            came = size
            lane.generator.fence()
            series.add("message", size, message(lane, size, 1, "#bench"))
            # Somebody who is not a member. They are not of the group that talks, so they leave before it does.
            lane.generator.come(1, prefix="o")
            series.add("NAMES", size, ask(lane, size, " 366 ", "NAMES #bench"))
            series.add("WHO", size, ask(lane, size, " 315 ", "WHO #bench"))
            series.add("JOIN and PART", size, ask(lane, size, "PONG", fenced("JOIN #bench", "PART #bench")))
            lane.generator.call("leave", size, 1)
            lane.generator.come(STEPS, "#bench", prefix="q")
            series.add("QUIT", size, cost(lane, partial(lane.generator.call, "leave", size, STEPS), STEPS))
    return series.result()


def fenced(*lines):
    """Lines that are sent together, with a PING behind them, so that there is an answer to wait for."""
    return "\t".join([*lines, "PING done"])


def sessions(bench):
    """A server with more and more people, all in channels of ten."""
    series = Series("A server by its sessions, in channels of 10", "sessions")
    for size in bench.plan.growth_sessions:
        with bench.lane(bench.ours) as lane:
            settle(lane.server.pid)
            empty = rss_kib(lane.server.pid)
            come = partial(lane.generator.come, size, "#b%d", group=TALKERS, caps=COMMON_CAPS)
            series.add("registration and JOIN", size, cost(lane, come, size))
            series.add("memory of a session (KiB)", size, (rss_kib(lane.server.pid) - empty) / size)
            # Without those who hear their own words, the counts would be wrong: the talkers have no capabilities.
            series.add("message in a channel of 10", size, _talk_aside(lane, size))
            lane.generator.come(1, prefix="o")
            asker = size + TALKERS
            series.add("NAMES of a channel of 10", size, ask(lane, asker, " 366 ", "NAMES #b0"))
            series.add("WHOIS", size, ask(lane, asker, " 318 ", "WHOIS c1"))
            series.add("WHO of one nick", size, ask(lane, asker, " 315 ", "WHO c1"))
            lane.generator.call("leave", asker, 1)
            lane.generator.come(STEPS, "#q%d", group=TALKERS, prefix="q")
            series.add("QUIT", size, cost(lane, partial(lane.generator.call, "leave", asker, STEPS), STEPS))
            series.add("start after a kill (ms)", size, _restart(lane.server))
    return series.result()


def _talk_aside(lane, size):
    """Ten more people in a channel of their own talk; the others are silent, so they are not counted."""
    lane.generator.come(TALKERS, "#aside", prefix="t")
    return ask(lane, size, " PONG ", fenced("PRIVMSG #aside :a line of the usual size, more or less"), STEPS * 10)


def _restart(server):
    server.kill()
    server.start()
    return server.started_after * 1000


def channels(bench):
    """A server with more and more channels, of one member each."""
    series = Series("A server by its channels", "channels")
    for size in bench.plan.growth_channels:
        with bench.lane(bench.ours) as lane:
            _channels(lane, size, series)
            series.add("start after a kill (ms)", size, _restart(lane.server))
    return series.result()


def _channels(lane, size, series):
    owners = -(-size // CLIENT_CHANNELS)
    lane.generator.come(owners, prefix="o")
    settle(lane.server.pid)
    empty = rss_kib(lane.server.pid)
    series.add("JOIN of a new channel", size, cost(lane, partial(_join_all, lane, size), size))
    if size >= STEPS:
        series.add("memory of a channel (KiB)", size, (rss_kib(lane.server.pid) - empty) / size)
    lane.generator.come(1, prefix="a")
    series.add("LIST, for each channel", size, ask(lane, owners, " 323 ", "LIST", 3) / size)
    series.add("NAMES of one", size, ask(lane, owners, " 366 ", "NAMES #c0"))
    series.add("WHOIS of an owner", size, ask(lane, owners, " 318 ", "WHOIS o0"))
    lane.generator.ask(owners, " 366 ", [f"JOIN #q{number}" for number in range(QUITTING_CHANNELS)])
    series.add("QUIT from 100 channels", size, cost(lane, partial(lane.generator.call, "leave", owners, 1), 1))


def _join_all(lane, size):
    began = time.perf_counter()
    for first in range(0, size, CLIENT_CHANNELS):
        names = [f"#c{number}" for number in range(first, min(size, first + CLIENT_CHANNELS))]
        lines = [",".join(names[at : at + CHANNELS_IN_LINE]) for at in range(0, len(names), CHANNELS_IN_LINE)]
        lane.generator.ask(first // CLIENT_CHANNELS, " 366 ", [f"JOIN {line}" for line in lines])
    answer = lane.generator.fence()
    return answer | {"seconds": time.perf_counter() - began}


def history(bench):
    """A longer and longer history in 200 channels."""
    series = Series("A server by its messages, in 200 channels", "messages")
    for size in bench.plan.growth_history:
        with searcher(bench, size) as lane:
            series.add("start (ms)", size, lane.server.started_after * 1000)
            latest = f"CHATHISTORY LATEST #channel0 * {LATEST}"
            series.add("CHATHISTORY LATEST 100", size, ask(lane, 0, " BATCH -", latest, STEPS * 5))
            searches = search_lines(STEPS * 6)
            work = partial(lane.generator.ask, 0, " BATCH -", searches)
            series.add("SEARCH", size, cost(lane, work, len(searches)))
            lane.generator.come(1, prefix="t")
            series.add("JOIN with 50 messages replayed", size, ask(lane, 1, " 366 ", "JOIN #channel0", 1))
            said = fenced("PRIVMSG #channel0 :a line of the usual size, more or less")
            series.add("message", size, ask(lane, 0, " PONG ", said, STEPS * 10))
    return series.result()


ALL = {"members": members, "sessions": sessions, "channels": channels, "history": history}


def run(bench, keys):
    found = {}
    for key in keys:
        print(f"    growth by {key}", file=sys.stderr, flush=True)
        began = time.perf_counter()
        found[key] = ALL[key](bench) | {"seconds": 0.0}
        found[key]["seconds"] = round(time.perf_counter() - began, 1)
        print(f"    after {found[key]['seconds']} s: {found[key]['exponents']}", file=sys.stderr, flush=True)
    return found
