"""With CHOVER_TEST_CLUSTER=1 each server of these tests is two nodes on a PostgreSQL and a NATS, behind one port.

What needs a single process is marked ``single_process("reason")`` and skipped then.
"""

import atexit
import contextlib
import functools
import os
from pathlib import Path
from typing import Final

ON: Final = os.environ.get("CHOVER_TEST_CLUSTER") == "1"
NODES: Final = ("--workers", "2")
_homes: Final[dict[Path, dict[str, str]]] = {}


@functools.cache
def _servers():
    """Both for the whole run."""
    from tests.servers.nats import NatsServer  # noqa: PLC0415 - other runs need neither
    from tests.servers.postgres import Postgres  # noqa: PLC0415

    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    postgres, nats = Postgres(max_connections="200"), NatsServer()
    stack.callback(postgres.close)
    stack.callback(nats.close)
    return postgres.start(), nats.start()


def begin(home: Path) -> None:
    """A server with this home is about to start: the first time it gets an empty database."""
    if ON and home not in _homes:
        postgres, nats = _servers()
        name = f"home_{len(_homes)}"
        postgres.sql(f"CREATE DATABASE {name} TEMPLATE template0")
        _homes[home] = {"CHOVER_STORE_URL": postgres.url(name), "CHOVER_BUS_URL": nats.url()}


def settings(home: Path) -> dict[str, str]:
    """What commands have to know who work on the data of a server with this home."""
    return _homes.get(home, {})
