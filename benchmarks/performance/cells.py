"""The cells of the table: each is a function of the bench that returns a row of figures for each contestant."""

import contextlib
import dataclasses
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial

from benchmarks.performance.history import CAPS, join_lines, search_lines
from benchmarks.performance.idle import LOBBY, idle, idle_other, idle_ssh
from benchmarks.performance.lanes import Lane
from benchmarks.performance.processes import peak_kib, settle
from benchmarks.performance.profiles import profile_of

PAYLOAD = 100
WARM_SECONDS = 0.3
RATE = 200
SENDERS = 10
LOBBY_MEMBERS = 200
LOBBY_LINES = 60
"""Messages said in the lobby: more than are replayed."""
BATCH = 50
SEARCH_ENDS = " BATCH "
PROFILE_SECONDS = 2.0


@dataclasses.dataclass(frozen=True)
class Cell:
    title: str
    unit: str
    figure: str
    """The figure that is compared."""
    more_is_better: bool
    measure: Callable


def rows(lanes):
    return {lane.contestant.key: lane.row() for lane in lanes}


def progress(text):
    print(f"    {text}", file=sys.stderr, flush=True)


# ---- deliveries


def fan_out(bench, large, senders, lines, group=0):
    """Rounds in which senders say some lines at once, and wait until everybody has all of them."""
    members = bench.plan.members[large]
    size, channel = (group, "#b%d") if group else (members, "#bench")
    with bench.lanes() as lanes:
        for lane in lanes:
            lane.generator.come(members, channel, group=size)
            lane.generator.fence()
            lane.generator.call("speak", size, senders, lines, PAYLOAD, min(WARM_SECONDS, bench.plan.seconds), channel)
        for _ in range(bench.plan.times):
            for lane in lanes:
                talk = partial(lane.generator.call, "speak", size, senders, lines, PAYLOAD, bench.plan.seconds, channel)
                answer, cpu = lane.cpu_during(talk)
                lane.runs.append(
                    {
                        "per_cpu": answer["deliveries"] / cpu,
                        "per_second": answer["deliveries"] / answer["seconds"],
                        "server_share": cpu / answer["seconds"],
                        "messages": answer["messages"],
                    }
                )
        profile(bench, lanes, f"{size} members, {senders} senders, {lines} at once", size, senders, lines, channel)
        return rows(lanes)


def profile(bench, lanes, name, *talk):
    """One more run of ours, sampled."""
    lane = next((lane for lane in lanes if lane.contestant.ours), None)
    if lane is None or not bench.plan.perf:
        return
    *first, channel = talk
    work = partial(lane.generator.call, "speak", *first, PAYLOAD, max(PROFILE_SECONDS, bench.plan.seconds), channel)
    bench.profiles[name] = profile_of(bench, lane, work)


# ---- latency


def latency(bench):
    """A steady rate of messages to a hundred members: from the time at which one is due until each member has it."""
    with bench.lanes() as lanes:
        for lane in lanes:
            lane.generator.come(bench.plan.members[0], "#bench")
            lane.generator.fence()
            lane.generator.call("rate", SENDERS, RATE, PAYLOAD, min(1.0, bench.plan.rate_seconds), "#bench")
        for _ in range(bench.plan.times):
            for lane in lanes:
                lane.runs.append(_rate(bench, lane))
        ours = next((lane for lane in lanes if lane.contestant.ours), None)
        if ours and bench.plan.perf:
            bench.profiles["latency"] = profile_of(bench, ours, _at_rate(bench, ours))
        return rows(lanes)


def _rate(bench, lane):
    answer, cpu = lane.cpu_during(_at_rate(bench, lane))
    return {"p50": answer["p50"] / 1000, "p99": answer["p99"] / 1000, "longest": answer["longest"] / 1000, "cpu": cpu}


def _at_rate(bench, lane):
    return partial(lane.generator.call, "rate", SENDERS, RATE, PAYLOAD, bench.plan.rate_seconds, "#bench")


# ---- registration


def registration(bench):
    """NICK and USER until the end of the welcome, without channels."""
    count = bench.plan.registrations
    with bench.lanes() as lanes:
        for lane in lanes:
            lane.generator.come(count)
            lane.generator.call("leave", 0, count)
        for _ in range(bench.plan.times):
            for lane in lanes:
                answer, cpu = lane.cpu_during(partial(lane.generator.come, count))
                lane.runs.append({"per_cpu": count / cpu, "per_second": count / answer["seconds"]})
                lane.generator.call("leave", 0, count)
        ours = next((lane for lane in lanes if lane.contestant.ours), None)
        if ours and bench.plan.perf:
            come, leave = partial(ours.generator.come, count), partial(ours.generator.call, "leave", 0, count)
            bench.profiles[f"registration of {count}"] = profile_of(bench, ours, come, leave)
        return rows(lanes)


def lobby(bench):
    """The same into a lobby of 200 members: ours also replays its last 50 messages."""
    with contextlib.ExitStack() as stack:
        lanes = [stack.enter_context(bench.lane(one, LOBBY if one.ours else "")) for one in bench.contestants]
        for lane in lanes:
            _enter(lane, LOBBY_MEMBERS)
            # All of them are one group, and none may join while they talk.
            lane.generator.fence()
            lane.generator.call("speak", LOBBY_MEMBERS, 1, LOBBY_LINES, PAYLOAD, 0, LOBBY)
        for _ in range(bench.plan.times):
            for lane in lanes:
                lane.runs.append({"per_cpu": BATCH * bench.plan.lobby_batches / _batches(bench, lane)})
        ours = next((lane for lane in lanes if lane.contestant.ours), None)
        if ours and bench.plan.perf:
            leave = partial(ours.generator.call, "leave", LOBBY_MEMBERS, BATCH)
            bench.profiles[f"registration of {BATCH} into the lobby"] = profile_of(
                bench, ours, partial(_enter, ours, BATCH), leave
            )
        return rows(lanes)


def _enter(lane, count):
    """Ours puts everybody into the lobby; elsewhere the clients join."""
    return lane.generator.come(count, "-" if lane.contestant.ours else LOBBY, await_names=True)


def _batches(bench, lane):
    """CPU seconds of some batches, each of which leaves before the next, uncounted."""
    total = 0.0
    for _ in range(bench.plan.lobby_batches):
        _, cpu = lane.cpu_during(partial(_enter, lane, BATCH))
        total += cpu
        lane.generator.call("leave", LOBBY_MEMBERS, BATCH)
    return total


# ---- faults and search


def reconnect(bench, autojoin=""):
    """Everybody comes back at once after a kill: the time until the last one is in its channel, and the memory."""
    count = bench.plan.idle
    with bench.lane(bench.ours, autojoin) as lane:
        _crowd(lane.generator, count, autojoin)
        with _after_kill(bench, lane) as again:
            answer, cpu = again.cpu_during(partial(_crowd, again.generator, count, autojoin, at_once=count))
            again.runs.append(_came_back(again.server, answer, cpu))
            if bench.plan.perf:
                _profile_return(bench, again, autojoin)
            return rows([again])


@contextlib.contextmanager
def _after_kill(bench, lane):
    """The same server, killed and started again, with a generator of its own."""
    lane.server.kill()
    lane.generator.close()
    lane.server.start()
    with contextlib.closing(bench.generator(lane.server)) as generator:
        yield Lane(lane.server, generator)


def _came_back(server, answer, cpu):
    return {
        "seconds": answer["seconds"],
        "p50": answer["p50"] / 1e6,
        "retried": answer["retried"],
        "start": server.started_after,
        "cpu": cpu,
        "peak_mib": peak_kib(server.pid) / 1024,
        "mb_sent": answer["bytes"] / 1e6,
    }


def _profile_return(bench, lane, autojoin):
    """After one more kill: from the first that reconnects until all are served."""
    count = bench.plan.idle
    with _after_kill(bench, lane) as again:
        work = partial(_crowd, again.generator, count, autojoin, at_once=count)
        where = "one lobby" if autojoin else "channels of 100"
        bench.profiles[f"{count:,} reconnect after a kill, {where}"] = profile_of(bench, again, work)


def _crowd(generator, count, autojoin, at_once=None):
    if autojoin:
        return generator.come(count, await_names=True, at_once=at_once)
    return generator.come(count, "#b%d", group=100, at_once=at_once)


def history_of(bench, messages):
    """A data directory with so many messages, made once."""
    directory = bench.directory / f"history{messages}"
    if not directory.exists():
        directory.mkdir()
        progress(f"writing {messages:,} messages")
        module = [sys.executable, "-m", "benchmarks.performance.history"]
        subprocess.run([*module, str(directory / "data"), str(messages)], check=True, stdout=subprocess.DEVNULL)
    return directory


@contextlib.contextmanager
def searcher(bench, messages, members=0):
    """Ours on a long history, with members of #bench, and the last client in all channels of the history."""
    with bench.lane(bench.ours, directory=history_of(bench, messages)) as lane:
        if members:
            lane.generator.come(members, "#bench")
        lane.generator.come(1, caps=CAPS, prefix="s")
        lane.generator.ask(members, " 366 ", join_lines())
        lane.generator.fence()
        settle(lane.server.pid)
        yield lane


def search(bench):
    """Searches of all kinds, one after the other: rare and common words, two words, parts of words, with and without
    a channel and a sender; from the line to the end of at most 50 messages.
    """
    with searcher(bench, bench.plan.history) as lane:
        work = partial(lane.generator.ask, 0, SEARCH_ENDS + "-", search_lines(bench.plan.searches))
        work()
        for _ in range(bench.plan.times):
            answer, cpu = lane.cpu_during(work)
            figures = {key: answer[key] / 1000 for key in ("p50", "p95", "p99", "longest")}
            lane.runs.append(figures | {"cpu": cpu / answer["n"] * 1000, "n": answer["n"]})
        if bench.plan.perf:
            bench.profiles["search"] = profile_of(bench, lane, work)
        return rows([lane])


def latency_beside_search(bench):
    """The latency cell while somebody searches a long history without a pause."""
    with searcher(bench, bench.plan.history, bench.plan.members[0]) as lane:
        asker = bench.plan.members[0]
        lane.generator.ask(asker, SEARCH_ENDS + "-", search_lines(bench.plan.searches), background=True)
        for _ in range(bench.plan.times):
            lane.runs.append(_rate(bench, lane))
        if bench.plan.perf:
            bench.profiles["latency beside search"] = profile_of(bench, lane, _at_rate(bench, lane))
        lane.generator.call("background", asker, "-", "-")
        return rows([lane])


PER_CPU = "deliveries per CPU-second"
CELLS = {
    "100x1": Cell(
        "100 members, 1 sender, 1 outstanding", PER_CPU, "per_cpu", True, partial(fan_out, large=0, senders=1, lines=1)
    ),
    "1000x1": Cell(
        "1,000 members, 1 sender, 1 outstanding",
        PER_CPU,
        "per_cpu",
        True,
        partial(fan_out, large=1, senders=1, lines=1),
    ),
    "100x10": Cell(
        "100 members, 10 senders, 10 outstanding",
        PER_CPU,
        "per_cpu",
        True,
        partial(fan_out, large=0, senders=10, lines=10),
    ),
    "1000x10": Cell(
        "1,000 members, 10 senders, 10 outstanding",
        PER_CPU,
        "per_cpu",
        True,
        partial(fan_out, large=1, senders=10, lines=10),
    ),
    "tens": Cell(
        "1,000 members in channels of 10, all sending",
        PER_CPU,
        "per_cpu",
        True,
        partial(fan_out, large=1, senders=10, lines=1, group=10),
    ),
    "latency": Cell("latency with 100 members at 200 messages/s", "ms, p99", "p99", False, latency),
    "latency-search": Cell(
        "the same while 1,000,000 messages are searched", "ms, p99", "p99", False, latency_beside_search
    ),
    "idle": Cell("idle connection, plain", "KiB", "kib", False, idle),
    "idle-tls": Cell("idle connection, TLS", "KiB", "kib", False, partial(idle_other, kind="tls", name="TLS")),
    "idle-websocket": Cell(
        "idle connection, WebSocket", "KiB", "kib", False, partial(idle_other, kind="websocket", name="WebSocket")
    ),
    "idle-ssh": Cell("idle connection, SSH (processes included)", "KiB", "kib", False, idle_ssh),
    "registration": Cell("registrations, bare", "per CPU-second", "per_cpu", True, registration),
    "lobby": Cell(
        "registrations, lobby of 200, ours with 50 messages replayed", "per CPU-second", "per_cpu", True, lobby
    ),
    "reconnect": Cell("9,900 reconnect after a kill, channels of 100", "s", "seconds", False, reconnect),
    "reconnect-lobby": Cell("the same, all in one lobby", "s", "seconds", False, partial(reconnect, autojoin=LOBBY)),
    "search": Cell("search of 1,000,000 messages", "ms, p95", "p95", False, search),
}


def run(bench, keys):
    """Measure some cells. Returns the JSON of each."""
    found = {}
    for key in keys:
        cell, began = CELLS[key], time.perf_counter()
        progress(f"{key}: {cell.title}")
        measured = cell.measure(bench)
        found[key] = {
            "title": cell.title,
            "unit": cell.unit,
            "figure": cell.figure,
            "more_is_better": cell.more_is_better,
            "seconds": round(time.perf_counter() - began, 1),
            "rows": measured,
        }
        figures = ", ".join(f"{name} {row[cell.figure]:,.2f}" for name, row in measured.items())
        progress(f"{figures} (after {found[key]['seconds']} s)")
    return found
