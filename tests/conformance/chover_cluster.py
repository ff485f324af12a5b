"""irctest controller for two nodes of ``chover serve`` on one PostgreSQL and one NATS.

Use it as chover.py, with ``--controller chover_cluster``. The clients of a test are spread: each connection to the port
that the suite knows is carried to the next node. Needs what the tests of the project need (make .venv/installed-dev).
"""

import asyncio
import contextlib
import functools
import os
import signal
import subprocess
import sys
import threading
from itertools import count
from pathlib import Path
from typing import Any

# This file's folder comes first on the path, so that this is the controller, and not the package.
from chover import ChoverController, to_toml

HERE = Path(__file__).parent
NODES = 2
BUFFER = 65536


class Servers:
    """PostgreSQL and NATS for the whole run, in a process of its own: the package's name means this folder here."""

    def __init__(self) -> None:
        root = HERE.parent.parent
        # The suite's folder for temporary files is closed to the user as whom PostgreSQL runs when this is root.
        env = {key: value for key, value in os.environ.items() if key != "TMPDIR"}
        env["PYTHONPATH"] = f"{root / 'src'}:{root}"
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(HERE / "cluster_servers.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env,
        )  # fmt: skip
        self.bus = self._line()

    def _line(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline().strip()
        assert line, "PostgreSQL and NATS did not start"
        return line

    def database(self) -> str:
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._line()


@functools.cache
def servers() -> Servers:
    """Ended with this process, whose end closes their standard input."""
    return Servers()


class Spread:
    """Listens on ports, and carries each connection to the next node. Runs on a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._turn = count()
        self._listeners: list[asyncio.Server] = []

    def listen(self, port: int, targets: list[int]) -> None:
        started = asyncio.run_coroutine_threadsafe(self._listen(port, targets), self._loop)
        self._listeners.append(started.result())

    async def _listen(self, port: int, targets: list[int]) -> asyncio.Server:
        async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                far = await asyncio.open_connection("127.0.0.1", targets[next(self._turn) % len(targets)])
            except OSError:
                writer.close()
                return
            await asyncio.gather(_copy(reader, far[1]), _copy(far[0], writer))

        return await asyncio.start_server(carry, "127.0.0.1", port)

    def close(self) -> None:
        for listener in self._listeners:
            self._loop.call_soon_threadsafe(listener.close)
        self._loop.call_soon_threadsafe(self._loop.stop)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(BUFFER):
            writer.write(data)
            await writer.drain()
    writer.close()


class ClusterController(ChoverController):
    software_name = "Chover, two nodes"
    # What was said on the other node arrives by PostgreSQL and NATS.
    sync_sleep_time = 0.1
    _spread: Spread | None = None

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._ports: dict[int, list[int]] = {}
        """The ports of the nodes behind each port that the suite knows."""

    def _write_config(self) -> None:
        """A file for each node. The ports are those of the suite only in front of them."""
        if not self._ports:
            self._database = servers().database()
            in_front = [int(address.rpartition(":")[2]) for address in self._config["server"]["listeners"]]
            self._ports = {port: [self.get_hostname_and_port()[1] for _ in range(NODES)] for port in in_front}
        for node in range(NODES):
            self._file(node).write_text(to_toml(self._of_node(node)), encoding="utf-8")

    def _file(self, node: int) -> Path:
        assert self.directory
        return self.directory / f"node{node}.toml"

    def _of_node(self, node: int) -> dict[str, Any]:
        settings = self._toml(self._config)
        for row in (settings["server"], *settings["listeners"]):
            row["port"] = self._ports[row["port"]][node]
        settings["server"]["data_dir"] += str(node)
        settings["store"] = {"url": self._database}
        settings["bus"] = {"url": servers().bus}
        return settings

    def _start(self) -> None:
        self._nodes = []
        for node in range(NODES):
            self._config_path = self._file(node)
            super()._start()
            self._nodes.append(self.proc)
        if self._spread is None:
            self._spread = Spread()
            for port, targets in self._ports.items():
                self._spread.listen(port, targets)

    def wait_for_port(self) -> None:
        """Until both nodes listen; in front of them somebody does at once."""
        front, reached = self.port, self.port_open
        if reached:
            return
        for target in self._ports[front]:
            self.port, self.port_open = target, False
            super().wait_for_port()
        self.port = front

    def kill_proc(self) -> None:
        for process in self._nodes:
            process.send_signal(signal.SIGTERM)
        for process in self._nodes:
            self.proc = process
            super().kill_proc()

    def terminate(self) -> None:
        for process in self._nodes:
            self.proc = process
            super().terminate()

    def kill(self) -> None:
        super().kill()
        if self._spread is not None:
            self._spread.close()
            self._spread = None


def get_irctest_controller_class() -> type[ClusterController]:
    return ClusterController
