"""A server as a process of its own: started, waited for, stopped or killed, started again in the same place."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.e2e import cluster
from tests.terminal import BOUND, ROOT

TROUBLE: Final = re.compile(
    r"Traceback|was never (awaited|retrieved)|ResourceWarning|Exception in callback|Exception ignored"
)
"""What no log of a healthy server holds."""


def environment(home: Path, **more: str) -> dict[str, str]:
    """For a process under test: the package of this tree, a home of its own, and no setting of whoever tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHOVER_", "XDG_"))}
    given = {
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONWARNINGS": "default",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }
    return {**kept, **given, **_without(os.environ), **cluster.settings(home), **more}


def _without(environ: Mapping[str, str]) -> dict[str, str]:
    """The setting that switches off what is optional: ``CHOVER_TEST_WITHOUT_IO_URING=1 make test ARGS=tests/e2e``."""
    return {"CHOVER_SERVER_IO_URING": "false"} if environ.get("CHOVER_TEST_WITHOUT_IO_URING") else {}


def chover(*arguments: str, home: Path, text: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end; ``text`` is its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "chover", *arguments],
        input=text,
        env=environment(home, **env),
        capture_output=True,
        text=True,
        timeout=3 * BOUND,
        check=False,
    )


class Server:
    """``chover serve`` on this machine's loopback, with a data directory that outlives the process."""

    def __init__(self, home: Path, *arguments: str, **env: str) -> None:
        self.home = home
        self.data = home / "data"
        self.host = "127.0.0.1"
        self.port = 0
        self.ready = ""
        """What it printed up to its last line before it could be used."""
        self.program: tuple[object, ...] = (sys.executable, "-m", "chover")
        """How chover is called."""
        self.seconds_to_listen = 0.0
        self.excused = ""
        """What its log may hold all the same, as a pattern; set by a test that brings it about."""
        self._log = home / "server.log"
        self._arguments = (*cluster.NODES, *arguments) if cluster.ON and "--workers" not in arguments else arguments
        self.env = env
        self.process: subprocess.Popen[str]

    def start(self, *before: str) -> Server:
        """Start it and wait until it listens; after the first time on the same port. ``before`` runs the command."""
        self.launch(*before)
        self.wait_until_ready()
        return self

    def launch(self, *before: str) -> None:
        command = [
            *before,
            *map(str, self.program),
            "serve",
            "--host",
            self.host,
            "--port",
            str(self.port),
        ]
        cluster.begin(self.home)
        self._began = time.monotonic()
        with self._log.open("a") as log:
            self.process = subprocess.Popen(
                [*command, "--data", str(self.data), *self._arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=environment(self.home, **self.env),
            )

    def wait_until_ready(self) -> None:
        # Several tests start servers at once, and with workers each of these makes the files of a PostgreSQL.
        self.ready = _read_until(self.process, f"data            {self.data}\n", self.log, 3 * BOUND)
        self.seconds_to_listen = time.monotonic() - self._began
        listening = re.search(rf"listens on {re.escape(self.host)}:(\d+)", self.ready)
        assert listening, self.ready
        self.port = int(listening[1])

    @property
    def pid(self) -> int:
        return self.process.pid

    def log(self) -> str:
        """All that its runs wrote to standard error."""
        return self._log.read_text(errors="replace")

    def trouble(self) -> str:
        """Its log, if that holds what no log should."""
        log = re.sub(self.excused, "", self.log()) if self.excused else self.log()
        return log if TROUBLE.search(log) else ""

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def wait(self) -> int:
        """Wait for its end; the exit status."""
        status = self.process.wait(BOUND)
        if self.process.stdout:
            self.process.stdout.close()
        return status

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.wait()

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        return self.wait()


def _read_until(process: subprocess.Popen[str], end: str, log, seconds: float) -> str:
    assert process.stdout
    descriptor, text, deadline = process.stdout.fileno(), "", time.monotonic() + seconds
    while not text.endswith(end):
        readable, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
        data = os.read(descriptor, 65536) if readable else b""
        assert data, f"the server is not ready, it said {text!r} and:\n{log()}"
        text += data.decode()
    return text
