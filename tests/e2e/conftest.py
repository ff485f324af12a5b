"""Servers for the end-to-end tests. Their logs are read at the end: a traceback fails the test."""

import contextlib
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.e2e import cluster
from tests.e2e.server import Server

# Fixtures of tests.servers that servers use.
BENEATH = frozenset({"bare_database", "database", "own_postgres", "nats_server", "guarded", "s3"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items if cluster.ON else ():
        for marker in item.iter_markers("single_process"):
            item.add_marker(pytest.mark.skip(reason=marker.args[0]))


@contextlib.contextmanager
def serving(directory: Path) -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []
    numbers = count(1)

    def start(*arguments: str, home: Path | None = None, before: tuple[str, ...] = (), **env: str) -> Server:
        home = home or directory / f"server{next(numbers)}"
        home.mkdir(exist_ok=True)
        servers.append(Server(home, *arguments, **env))
        return servers[-1].start(*before)

    try:
        yield start
    finally:
        for server in servers:
            server.stop()
    assert not "".join(server.trouble() for server in servers)


@pytest.fixture
def serve(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start a server: ``serve("--verbose", CHOVER_LIMITS_FLOOD="false")``; each call another one.

    ``home`` is its directory if it is to begin with what is there, ``before`` a command that runs it.
    """
    # Whatever order a test names them in: a server ends before the database and the bus that it uses.
    for name in BENEATH.intersection(request.fixturenames):
        request.getfixturevalue(name)
    with serving(tmp_path) as start:
        yield start


@pytest.fixture
def server(serve: Callable[..., Server]) -> Server:
    """A server with all its defaults."""
    return serve()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with all its defaults that the tests of a module share, one after the other."""
    with serving(tmp_path_factory.mktemp("shared")) as start:
        yield start()
