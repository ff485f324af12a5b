"""Faults during a conversation: acknowledged messages lost, repeated or reordered, and the memory.

Each fault is caused on its own server, while two people talk. Then every acknowledged message is looked up in the
history. Target: 0 lost, 0 repeated, 0 reordered, and bounded memory. SIGKILL is tested by benchmarks.kills.
"""

import argparse
import base64
import contextlib
import os
import re
import resource
import socket
import sqlite3
import ssl
import struct
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.e2e.server import Server
from tests.e2e.wire import Irc, text

from benchmarks import kills, machine_faults
from benchmarks.machine import own_rss_of, print_header
from benchmarks.pair import CALM, Pair, judged, row, served, until_refused

MESSAGES = 200
"""Messages of the pair during each fault."""
MANY = 300
"""Misbehaving connections, except where there are 1,000."""
SLOW_READERS = 1000
MOST_LOUD = 2000
"""Times 50 lines of 400 bytes, until a reader that never reads is cut off."""


def connections(count, port):
    """Open so many connections, which are closed at the end by the stack."""
    for _ in range(count):
        yield socket.create_connection(("127.0.0.1", port), 30)


# ---- the faults: each is a context manager that holds while the pair talks


@contextlib.contextmanager
def misbehaving(server, count, first):
    """Call ``first`` for each connection, which then does nothing more."""
    with contextlib.ExitStack() as stack:
        for sock in connections(count, server.port):
            stack.enter_context(sock)
            first(sock)
        yield


def nothing(_sock):
    """Half open: connected, and silent."""


def half_tls(sock):
    """A ClientHello, and no answer to what comes back."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with contextlib.suppress(ssl.SSLWantReadError):
        context.wrap_bio(incoming, outgoing).do_handshake()
    sock.sendall(outgoing.read())


def half_ssh(sock):
    sock.sendall(b"SSH-2.0-half\r\n" + struct.pack("!IBB", 200, 10, 20) + b"half of a key exchange")


def half_frame(sock):
    key = base64.b64encode(os.urandom(16)).decode()
    sock.sendall(
        f"GET /irc HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: text.ircv3.net\r\n\r\n".encode()
    )
    sock.recv(4096)
    sock.sendall(b"\x81\xfe\x01\x00" + os.urandom(4) + b"half")


def half_upload(sock):
    head = b"POST /files HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\nContent-Type: text/plain\r\n\r\n"
    sock.sendall(head + b"x" * 1000)


def slow_reader(sock):
    """Joins the lobby, and never reads a byte."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    number = sock.getsockname()[1]
    sock.sendall(f"NICK r{number}\r\nUSER r 0 * :r\r\n".encode())


FAULTS = {
    f"{MANY} half-open connections": (MANY, nothing),
    f"{MANY} TLS handshakes left half way": (MANY, half_tls),
    "40 SSH key exchanges left half way": (40, half_ssh),
    f"{MANY} WebSockets that stop inside a frame": (MANY, half_frame),
    "100 uploads left half way": (100, half_upload),
    "one reader that never reads": (1, slow_reader),
    f"{SLOW_READERS} readers that never read": (SLOW_READERS, slow_reader),
}


def measured(messages, count, first):
    """The row of the table for a fault with many connections."""
    with served(CHOVER_FILES_GUESTS="true") as server, contextlib.ExitStack() as stack:
        pair = Pair(server.port, stack)
        pair.talk(messages // 4)
        before = own_rss_of(server.pid)
        with misbehaving(server, count, first):
            pair.talk(messages)
            during = own_rss_of(server.pid)
        return *judged(server, pair), len(pair.acknowledged), max(pair.waits), (during - before) / 1024


def full_disk(messages):
    """A disk of 3 MB that fills up: new messages are refused, and no acknowledged one is lost."""
    with tempfile.TemporaryDirectory(prefix="chover-faults-") as home:
        data = Path(home) / "data"
        data.mkdir(mode=0o700)
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=3m", "none", data], check=False, capture_output=True
        )
        if mounted.returncode:
            return None
        server = Server(Path(home), **CALM)
        try:
            server.start()
            with contextlib.ExitStack() as stack:
                pair = Pair(server.port, stack)
                pair.talk(messages // 4)
                before = own_rss_of(server.pid)
                _fill(data / "ballast")
                refused = until_refused(pair)
                assert refused, "a full disk was not told"
                (data / "ballast").unlink()
                pair.bob.fence()
                pair.talk(messages // 4)
                return row(server, pair, before)
        finally:
            server.stop()
            subprocess.run(["umount", data], check=False)


def _fill(path):
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        with contextlib.suppress(OSError):
            while os.write(descriptor, bytes(4096)):
                pass
    finally:
        os.close(descriptor)


def file_limit(messages):
    """The system limits the size of files (RLIMIT_FSIZE), like a quota: messages are refused, then accepted again."""
    with served() as server, contextlib.ExitStack() as stack:
        pair = Pair(server.port, stack)
        pair.talk(messages // 2)
        before = own_rss_of(server.pid)
        _, most = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
        held = (server.data / "chover.db-wal").stat().st_size
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (held, most))
        assert until_refused(pair), "files that may not grow were not told"
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (most, most))
        pair.bob.fence()
        pair.talk(messages // 2)
        return row(server, pair, before)


def busy_database(messages):
    """Another program locks the database longer than the server waits: messages are refused, then accepted."""
    with served() as server, contextlib.ExitStack() as stack:
        pair = Pair(server.port, stack)
        pair.talk(messages // 2)
        before = own_rss_of(server.pid)
        holding = sqlite3.connect(server.data / "chover.db", isolation_level=None)
        stack.callback(holding.close)
        holding.execute("BEGIN IMMEDIATE")
        assert until_refused(pair), "a database that is held was not told"
        holding.execute("ROLLBACK")
        pair.bob.fence()
        pair.talk(messages // 2)
        return row(server, pair, before)


def clock_jumps(messages):
    """The clock goes back an hour and forward two, with libfaketime."""
    with tempfile.TemporaryDirectory(prefix="chover-faults-") as home:
        now = Path(home) / "clock"
        now.write_text("+0")
        fake = {"FAKETIME_TIMESTAMP_FILE": str(now), "FAKETIME_CACHE_DURATION": "1", "DONT_FAKE_MONOTONIC": "1"}
        server = Server(Path(home), **CALM, **fake, LD_PRELOAD=find_libfaketime())
        server.start()
        try:
            with contextlib.ExitStack() as stack:
                pair = Pair(server.port, stack)
                before = own_rss_of(server.pid)
                for jump in ("+0", "-3600", "+7200", "-60", "+0"):
                    now.write_text(jump)
                    time.sleep(1.2)  # So long the library remembers what it has read.
                    pair.talk(messages // 5)
                _require_jumps(server)
                return row(server, pair, before)
        finally:
            server.stop()


def _require_jumps(server):
    """Time never runs back within a log, so messages after the jump forward keep their times."""
    with Irc(server.port, "watch") as watch:
        newest = re.search(r"[@;]time=([^; ]+)Z", watch.history()[-1])[1]
    ahead = datetime.fromisoformat(newest + "+00:00").timestamp() - time.time()
    assert 5000 < ahead < 7300, f"the clock of the server did not jump: {ahead:.0f} s"


def find_libfaketime():
    found = [*Path("/usr/lib").glob("**/libfaketime.so.1")]
    return str(found[0]) if found else sys.exit("libfaketime is missing: apt-get install faketime")


def cut_off(messages):
    """A reader that never reads, until it is cut off at ``limits.send_queue_bytes``; then it comes back."""
    with served(CHOVER_LIMITS_SEND_QUEUE_BYTES="65536") as server, contextlib.ExitStack() as stack:
        pair, loud = Pair(server.port, stack), stack.enter_context(Irc(server.port, "loud"))
        deaf = stack.enter_context(socket.socket())
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", server.port))
        deaf.sendall(b"NICK deaf\r\nUSER d 0 * :d\r\n")
        pair.bob.expect(":deaf!.* JOIN ")
        pair.talk(messages // 4)
        before, gone = own_rss_of(server.pid), False
        for number in range(MOST_LOUD):
            loud.send(*[f"PRIVMSG #lobby :loud {number} {'z' * 400}"] * 50)
            heard = loud.fence()
            pair.talk(1)
            heard += loud.fence()
            gone = gone or any(" QUIT " in line and ":deaf!" in line for line in heard)
            if gone and len(pair.acknowledged) >= messages:
                break
        assert gone, "a reader that never reads was not cut off"
        _require_told(deaf)
        with Irc(server.port, "deaf") as back:
            kept = [text(line) for line in back.history() if " :message " in line]
        assert kept == pair.acknowledged, "who was cut off cannot read the rest in the history"
        return row(server, pair, before)


def _require_told(deaf):
    """What waited in the system's buffers comes at last; behind it the connection is over."""
    deaf.settimeout(60)
    with contextlib.suppress(ConnectionError):
        while deaf.recv(65536):
            pass


SINGLE = {
    "a reader that never reads, cut off at 64 KiB": cut_off,
    "a full disk, and room again": full_disk,
    "files that may not grow (RLIMIT_FSIZE)": file_limit,
    "another program holds the database": busy_database,
    "the clock jumps back and forth": clock_jumps,
    **machine_faults.FAULTS,
}


def rows(messages, names):
    for name, (count, first) in FAULTS.items():
        if not names or any(word in name for word in names):
            yield name, measured(messages, count, first)
    for name, fault in SINGLE.items():
        if not names or any(word in name for word in names):
            yield name, fault(messages)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="words of the faults wanted; all by default")
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--kills", type=int, default=100)
    options = parser.parse_args()
    print_header(f"{options.messages} messages of a pair beside each fault", "some 15 bytes", "power")
    print(f"{datetime.now(UTC):%Y-%m-%d}, load {os.getloadavg()[0]:.1f}\n")
    print("| fault | acknowledged | lost | repeated | reordered | longest wait | memory |")
    print("|---|---|---|---|---|---|---|")
    bad = False
    if not options.names or "SIGKILL" in options.names:
        _, summary = kills.run(options.kills)
        count = summary.split(" messages")[0].rpartition(" ")[2]
        print(f"| {options.kills} times SIGKILL under load | {count} | 0 | 0 | 0 | | |", flush=True)
    for name, figures in rows(options.messages, options.names):
        if figures is None:
            print(f"| {name} | not measured: nothing can be mounted here | | | | | |", flush=True)
            continue
        lost, repeated, reordered, count, wait, memory = figures
        bad = bad or bool(lost or repeated or reordered)
        print(
            f"| {name} | {count} | {lost} | {repeated} | {reordered} | {wait * 1e3:.0f} ms | {memory:+.1f} MiB |",
            flush=True,
        )
    sys.exit(bad)


if __name__ == "__main__":
    main()
