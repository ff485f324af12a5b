"""What is acknowledged is on the disk: seen from outside, by the system calls of the server and by what survives."""

import random
import re
import shutil

import pytest

from tests.e2e.wire import Irc, text

pytestmark = pytest.mark.single_process("it looks at the system calls of SQLite")

CALLS = "trace=read,recvfrom,recvmsg,pwrite64,fdatasync,fsync,write,writev,sendto,sendmsg"
WRITTEN = re.compile(r"\bpwrite64\([^,]*/chover\.db")
"""Into the log; the index of search is written when it comes to it."""
ON_DISK = re.compile(r"\b(fdatasync|fsync)\([^,]*/chover\.db.*= 0$|<\.\.\. (fdatasync|fsync) resumed.*= 0$")
TO_SOCKET = re.compile(r"\b(write|writev|sendto|sendmsg)\(")
CUTS = 5


@pytest.fixture
def traced(needs, serve, tmp_path):
    """Have one message said to a server with these settings; its system calls from the message to its echo."""
    strace = needs("strace", "apt-get install strace")

    def says(**env):
        trace = tmp_path / "trace"
        # -D: the server stays the child of the test, and strace looks on.
        server = serve(before=(strace, "-D", "-f", "-y", "-qq", "-s", "300", "-o", str(trace), "-e", CALLS), **env)
        with Irc(server.port, "alice") as alice:
            alice.say("before")
            alice.say("the message")
            alice.say("after")
        server.stop()
        return between(trace.read_text(errors="replace").splitlines())

    return says


def between(calls):
    """What was called after the message had arrived and before it was sent to anybody."""
    arrived = next(n for n, call in enumerate(calls) if "PRIVMSG #lobby :the message" in call)
    rest = calls[arrived + 1 :]
    echoed = next(n for n, call in enumerate(rest) if "the message" in call and TO_SOCKET.search(call))
    return rest[:echoed]


def test_a_message_is_written_and_synced_between_its_arrival_and_its_echo(traced):
    calls = traced()
    written = [n for n, call in enumerate(calls) if WRITTEN.search(call)]
    synced = [n for n, call in enumerate(calls) if ON_DISK.search(call)]
    assert written
    assert synced
    assert synced[-1] > written[-1]


def test_with_durability_process_the_echo_waits_for_the_write_alone(traced):
    calls = traced(CHOVER_STORE_DURABILITY="process")
    assert [call for call in calls if WRITTEN.search(call)]
    assert not [call for call in calls if ON_DISK.search(call)]


def test_a_log_cut_anywhere_opens_and_holds_all_that_was_acknowledged_before_the_cut(serve, tmp_path):
    server = serve()
    wal = server.data / "chover.db-wal"
    sizes = [wal.stat().st_size]
    with Irc(server.port, "alice") as alice:
        for number in range(30):
            alice.say(f"message {number}")
            sizes.append(wal.stat().st_size)
    server.kill()
    assert sizes == sorted(sizes), "a checkpoint moved the log to its beginning; then sizes tell nothing"

    chance = random.Random(2)
    # Not before the schema, which is on the disk before anybody is let in: an empty database is refused.
    cuts = [sizes[0], *[chance.randrange(sizes[0], sizes[-1]) for _ in range(CUTS - 2)], sizes[-1] - 1]
    for cut in cuts:
        home = tmp_path / f"cut at {cut}"
        shutil.copytree(server.data, home / "data", ignore=shutil.ignore_patterns("*-shm", "*.sock"))
        with (home / "data" / wal.name).open("r+b") as file:
            file.truncate(cut)
        again = serve(home=home)
        with Irc(again.port, "bob") as bob:
            kept = [text(line) for line in bob.history()]
            acknowledged = sum(size <= cut for size in sizes[1:])
            assert kept == [f"message {number}" for number in range(len(kept))]
            assert len(kept) >= acknowledged
            bob.say("it goes on")
        again.stop()
