#!/usr/bin/env python3
"""ChatOverSockets by its original front door: a menu, a server, a client. A thin face over the package chover."""

from __future__ import annotations

import io
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

try:
    from chover import __version__
    from chover.cli.menu import ask, choose
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] != "chover":
        raise
    sys.exit(
        "chatOverSockets.py needs the package chover.\n"
        "  with the internet           pip install -r requirements.txt\n"
        "  in a clone of its project   pip install .\n"
        "  otherwise                   get the file chover-….whl of a release, then: pip install chover-….whl"
    )

CONSTANTS = {
    "server.host": "HOST at the end of chatOverSockets.py",
    "server.port": "PORT at the end of chatOverSockets.py",
    "server.data_dir": "CHOVER_SERVER_DATA_DIR",
}
"""What there is in place of the options of chover serve."""
BANNER = r"""
   .-----------------.
   |  ChatOverSockets  >
   '--.  .-----------'
       \/   one port, many doors
"""


class ChoverBase:
    BUFFER_SIZE: int = 1024
    HEADER_FORMAT: str = "!16s16s"
    HEADER_SIZE: int = 32
    version: str = __version__
    unknown_version: str = "4.0.4"
    default_username: str = "guest"

    def __init__(self, HOST: str, PORT: int) -> None:  # noqa: N803 - the original's names
        self.HOST = HOST
        self.PORT = PORT

    def get_local_ip(self) -> str:
        """The address that others reach this machine by, found without sending anything."""
        # Not at the top: whoever only chats needs none of it.
        from chover.edge.public_address import local_ip  # noqa: PLC0415

        return local_ip()

    def greet(self, *, banner: bool) -> None:
        print(f"{BANNER}\nver.{self.version}" if banner else f"chover ver.{self.version}")
        print("(c) 2025 ljzh04", flush=True)


class ChoverServer(ChoverBase):
    def __init__(self, HOST: str, PORT: int) -> None:  # noqa: N803 - the original's names
        super().__init__(HOST, PORT)
        self.ready = threading.Event()
        """Set while people can connect."""
        self._stop: Callable[[], None] | None = None

    def run_over_tcp(self, banner: bool = False) -> int:
        """Serve until stopped. The data directory is the platform's, or that of CHOVER_SERVER_DATA_DIR.

        The exit status: 0 after a stop, 1 when it could not serve (one line on standard error says why).
        """
        # Not at the top: whoever only chats needs none of it.
        from chover import config, serve  # noqa: PLC0415
        from chover.admin.console import Console  # noqa: PLC0415

        self.greet(banner=banner)
        console = Console()

        def ready(where: serve.Ready) -> None:
            self._stop = where.stop
            self.ready.set()
            console.listening(where.local_ip, self.HOST, where.bound[0][1])

        try:
            settings = config.load(flags={"server.host": self.HOST, "server.port": self.PORT}, called=CONSTANTS)
            status = serve.run(settings, observer=console, ready=ready, flags=CONSTANTS)
        except config.ConfigError as error:
            print(f"chover: {error}", file=sys.stderr)
            status = 1
        if self.ready.is_set():
            console.stopped()
        self.ready.clear()
        console.close()
        return status

    def shutdown_tcp_server(self) -> None:
        """Begin the stop, from any thread; run_over_tcp returns when everybody has been told."""
        if self._stop is not None:
            self._stop()


class ChoverClient(ChoverBase):
    def __init__(self, HOST: str, PORT: int) -> None:  # noqa: N803 - the original's names
        super().__init__(HOST, PORT)
        self.username = self.default_username

    def set_username(self, username: str) -> None:
        self.username = username

    def run_over_tcp(self, banner: bool = False) -> int:
        """Chat until the user leaves. The exit status: 1 when there is no server or something was not delivered."""
        # Not at the top: whoever only serves needs none of it.
        from chover.client.prompt import classic  # noqa: PLC0415

        self.greet(banner=banner)
        return classic.run(self.HOST, self.PORT, nick=self.username)


def main(host: str, port: int) -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that cannot show ── gets question marks instead of an exception.
        sys.stdout.reconfigure(errors="replace")
    try:
        choice = choose()
        print("Ctrl C to EXIT")
        if choice == 0:
            return ChoverServer(host, port).run_over_tcp()
        client = ChoverClient(host, port)
        client.set_username(ask("username") or client.default_username)
        return client.run_over_tcp()
    except (EOFError, KeyboardInterrupt):
        print()
        return 0


if __name__ == "__main__":
    HOST = ""  # every interface for the server, this machine for the client
    PORT = 55555  # any number from 1 to 65535; below 1024 needs privileges
    sys.exit(main(HOST, PORT))
