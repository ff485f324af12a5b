"""Servers for the end-to-end tests. Their logs are read at the end: a traceback fails the test."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.e2e.server import TROUBLE, Server


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start a server: ``serve("--verbose", CHOVER_LIMITS_FLOOD="false")``; each call another one.

    ``home`` is its directory if it is to begin with what is there, ``before`` a command that runs it.
    """
    servers: list[Server] = []
    numbers = count(1)

    def start(*arguments: str, home: Path | None = None, before: tuple[str, ...] = (), **env: str) -> Server:
        home = home or tmp_path / f"server{next(numbers)}"
        home.mkdir(exist_ok=True)
        server = Server(home, *arguments, **env)
        servers.append(server)
        return server.start(*before)

    yield start
    for server in servers:
        server.stop()
    logs = [server.log() for server in servers]
    assert not [log for log in logs if TROUBLE.search(log)]


@pytest.fixture
def server(serve: Callable[..., Server]) -> Server:
    """A server with all its defaults."""
    return serve()
