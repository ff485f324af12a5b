"""The server that is measured: a process with its own port and data directory."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.machine import cpu_of, rss_of

OPEN = """
[server]
host = "127.0.0.1"
log_level = "warning"
[limits]
flood = false
connections_per_address = 0
connection_rate_per_address = 0
unregistered_per_address = 0
quiet_per_address = 0
ping_seconds = 86400
[channels]
autojoin = [{autojoin}]
[store]
durability = "{durability}"
"""
"""No limits for a crowd from one address, and no PING during a count."""
PATIENCE_SECONDS = 30.0
WORKERS_SECONDS = 180.0
"""For PostgreSQL to make its files and for all workers, on a machine with other work."""
# PostgreSQL refuses to run as root: in a namespace of its own, root is somebody else.
NOT_ROOT = ("unshare", "--user", "--map-user=65534", "--map-group=65534") if os.geteuid() == 0 else ()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_listening(port, process, patience=PATIENCE_SECONDS):
    """Connect as soon as the server listens, and return the connection."""
    until = time.perf_counter() + patience
    while time.perf_counter() < until:
        try:
            return socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
        except ConnectionRefusedError:
            if process.poll() is not None:
                sys.exit(f"the server ended with status {process.returncode}")
            time.sleep(0.001)
    sys.exit(f"nobody listens on port {port} after {patience} s")


def wait_until_all_serve(data, workers, process):
    """Wait until each of the workers does: the first one is no measure of several."""
    until = time.perf_counter() + WORKERS_SECONDS
    while len(list(data.glob("workers/*/admin.sock"))) < workers:
        if process.poll() is not None or time.perf_counter() > until:
            sys.exit(f"not all of {workers} workers serve")
        time.sleep(0.01)


class Served:
    """A running process that listens on ``port``."""

    def __init__(self, command, port, patience=PATIENCE_SECONDS):
        self.port = port
        self.started = time.perf_counter()
        # With byte code cached, as in an installation: otherwise half of a start is compiling.
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has stopped
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=self._log, env=env)
        self.first = wait_until_listening(port, self.process, patience)
        self.listening_after = time.perf_counter() - self.started

    def cpu(self):
        return cpu_of(self.process.pid)

    def rss(self):
        return rss_of(self.process.pid)

    def stop(self, number=signal.SIGTERM):
        self.first.close()
        self.process.send_signal(number)
        try:
            self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.returncode:
            self._log.seek(0)
            sys.stderr.write(self._log.read().decode(errors="replace")[-5000:])
        self._log.close()


def chover(*arguments):
    """The command that runs chover with this Python."""
    return [sys.executable, "-m", "chover", *map(str, arguments)]


@contextlib.contextmanager
def data_directory():
    with tempfile.TemporaryDirectory(prefix="chover-bench-") as directory:
        yield Path(directory)


@contextlib.contextmanager
def serving(data, durability="power", autojoin="", *, settings=OPEN, turns=None, workers=0):
    """A chover server on ``data``. ``autojoin`` is one channel or empty; ``turns``: see turns.py.

    With ``workers`` it has so many, and is waited for until all of them serve.
    """
    data.mkdir(exist_ok=True)
    file = data / "bench.toml"
    file.write_text(settings.format(durability=durability, autojoin=f'"{autojoin}"' if autojoin else ""))
    port = free_port()
    command = chover("serve", "--port", port, "--data", data / "data", "--config", file)
    if turns is not None:
        command[2:3] = ["benchmarks.turns", str(turns)]
    if workers:
        command = [*NOT_ROOT, *command, "--workers", str(workers)]
    served = Served(command, port, WORKERS_SECONDS if workers else PATIENCE_SECONDS)
    try:
        wait_until_all_serve(data / "data", workers, served.process)
        yield served
    finally:
        served.stop()
