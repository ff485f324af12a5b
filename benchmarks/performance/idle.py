"""The cells of memory: connections that are silent, and what their memory consists of."""

import contextlib
import subprocess
import sys
from functools import partial

from benchmarks.performance.memory_parts import parts_of, with_rest
from benchmarks.performance.processes import pin, resident_kib, rss_kib, settle

COMMON_CAPS = "server-time message-tags batch echo-message account-tag away-notify chghost multi-prefix"
LOBBY = "#lobby"
MEMBERS = 100


def idle(bench):
    """Resident memory of a registered connection that is silent, in a channel of 100, with usual capabilities."""
    found = {}
    for contestant in bench.contestants:
        if contestant.key == "chover-process":
            continue
        count = bench.plan.idle if contestant.ours else bench.plan.peers_idle
        with bench.lane(contestant) as lane:
            lane.generator.come(1, prefix="first")
            empty = _resident(lane)
            _silent(lane, count)
            found[contestant.key] = _memory(lane, empty, count)
    if bench.ours and bench.ours.key in found:
        _count(bench, "plain", found[bench.ours.key], _silent_for_a_while)
    return found


def _silent(lane, count):
    lane.generator.come(count, "#idle%d", group=MEMBERS, caps=COMMON_CAPS)


@contextlib.contextmanager
def _silent_for_a_while(lane, count):
    """They stay: those who come later are others."""
    _silent(lane, count)
    yield


def _count(bench, name, row, connected):
    parts = parts_of(bench, bench.plan.counted, connected)
    bench.memory[name] = {"connections": bench.plan.counted, "parts": with_rest(parts, row["kib"])}


def _resident(lane):
    settle(lane.server.pid)
    return rss_kib(lane.server.pid)


def _memory(lane, empty, count):
    return {"kib": (_resident(lane) - empty) / count, "empty": empty / 1024, "connections": count}


def idle_other(bench, kind, name):
    """The same by TLS or WebSocket, for ours alone."""
    count, connected = bench.plan.idle, partial(_idlers, bench, kind)
    with bench.lane(bench.ours) as lane:
        empty = _empty(lane, connected)
        with connected(lane, count):
            row = _memory(lane, empty, count)
    _count(bench, name, row, connected)
    return {bench.ours.key: row}


def _empty(lane, connected):
    """KiB of the server without those who are measured."""
    lane.generator.come(1, prefix="first")
    with connected(lane, 1):
        # What is loaded with the first of its kind stays, and is not the cost of the next.
        _resident(lane)
    return _resident(lane)


def idle_ssh(bench):
    """The same by SSH. Its parts are two processes: the server, and the one that its callers share."""
    count, connected = bench.plan.ssh, partial(_idlers, bench, "ssh")
    with bench.lane(bench.ours, LOBBY) as lane:
        empty = _empty(lane, connected)
        own = resident_kib(lane.server.pid)
        with connected(lane, count):
            row = _memory(lane, empty, count)
            server = (resident_kib(lane.server.pid) - own) / count
    parts = {"the server": server, "the process of the callers": row["kib"] - server}
    bench.memory["SSH"] = {"connections": count, "parts": parts}
    return {bench.ours.key: row}


@contextlib.contextmanager
def _idlers(bench, kind, lane, count):
    command = [sys.executable, "-m", "benchmarks.performance.idle_clients", kind, str(lane.server.port), str(count)]
    process = subprocess.Popen(
        [*command, COMMON_CAPS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=pin(bench.generator_cores),
    )
    try:
        if process.stdout.readline().strip() != str(count):
            sys.exit(f"not all {count} connections by {kind} were made")
        yield
    finally:
        process.communicate("\n")
