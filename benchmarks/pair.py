"""Two people who talk on a server of their own while something goes wrong: what became of what was acknowledged."""

import contextlib
import tempfile
import time
from pathlib import Path

from tests.e2e.server import Server
from tests.e2e.wire import Irc, text

from benchmarks.machine import own_rss_of

CALM = {
    "CHOVER_LIMITS_FLOOD": "false",
    "CHOVER_LIMITS_CONNECTIONS_PER_ADDRESS": "0",
    "CHOVER_LIMITS_CONNECTION_RATE_PER_ADDRESS": "0",
    "CHOVER_LIMITS_UNREGISTERED_PER_ADDRESS": "0",
    "CHOVER_LIMITS_QUIET_PER_ADDRESS": "0",
    "CHOVER_SERVER_LOG_LEVEL": "warning",
    "CHOVER_SERVER_DRAIN_SECONDS": "0",
}


class Pair:
    """Two people: what the one had acknowledged, and what the other saw."""

    def __init__(self, port, stack, tls=None):
        self.alice = stack.enter_context(Irc(port, "alice", tls=tls))
        self.bob = stack.enter_context(Irc(port, "bob", tls=tls))
        self.acknowledged, self.seen, self.waits = [], [], []

    def talk(self, count):
        for _ in range(count):
            said = f"message {len(self.acknowledged)}"
            began = time.perf_counter()
            self.alice.say(said)
            self.waits.append(time.perf_counter() - began)
            self.acknowledged.append(said)
            self.seen.append(text(self.bob.expect(" PRIVMSG #lobby :message ")))


def judged(server, pair):
    """How much of what was acknowledged is lost, repeated, out of order, by what the history and the other one have."""
    with Irc(server.port, "auditor") as auditor:
        kept = [text(line) for line in auditor.history() if " :message " in line]
    lost = len(set(pair.acknowledged) - set(kept))
    repeated = len(kept) - len(set(kept)) + len(pair.seen) - len(set(pair.seen))
    inside = [said for said in kept if said in set(pair.acknowledged)]
    reordered = sum(a != b for a, b in zip(inside, pair.acknowledged, strict=False))
    reordered += sum(a != b for a, b in zip(pair.seen, pair.acknowledged, strict=False))
    return lost, repeated, reordered


@contextlib.contextmanager
def served(**env):
    with tempfile.TemporaryDirectory(prefix="chover-faults-") as home:
        server = Server(Path(home), **{**CALM, **env})
        server.start()
        try:
            yield server
        finally:
            if server.process.poll() is None:
                server.stop()


def row(server, pair, before):
    """Lost, repeated, reordered, acknowledged, longest wait (s), and memory (MiB) beyond ``before`` (KiB)."""
    counts = judged(server, pair)
    return *counts, len(pair.acknowledged), max(pair.waits), (own_rss_of(server.pid) - before) / 1024


def until_refused(pair):
    """Say long lines until one is refused. Returns whether one was."""
    for number in range(5000):
        pair.alice.send(f"PRIVMSG #lobby :filler {number} {'y' * 380}")
        line = pair.alice.expect(rf"FAIL |NOTICE alice :|:filler {number} ", 60)
        if ":filler " not in line:
            return True
    return False
