"""Whether a machine may be a node of a database's cluster: its clock, its data directory, the id of the node in it."""

from __future__ import annotations

import asyncio
import platform
import time
from pathlib import Path
from typing import Final

from chover.plurals import counted
from chover.ports import StoreError
from chover.store.postgres.connections import Connections

NODE_FILE: Final = "node-id"
CLUSTER_FILE: Final = "cluster-id"
APART_SECONDS: Final = 120.0
"""So far a node's clock may be from the database's: times of messages come from the nodes."""
LOOK_SECONDS: Final = 0.25

_CLOCK: Final = "SELECT extract(epoch FROM clock_timestamp())::float8"
_CLUSTER: Final = "SELECT encode(value, 'hex') FROM meta WHERE name = 'cluster'"
# Another directory has the same id, and its lease has not ended.
_RIVAL: Final = """
    SELECT address, expires, extract(epoch FROM expires - clock_timestamp())::float8 AS left FROM node
    WHERE id = $1 AND home <> $2 AND home <> '' AND expires > clock_timestamp()"""


def home_of(directory: Path) -> str:
    """What tells a data directory from a copy of it, on this machine and on others."""
    held = directory.stat()
    return f"{platform.node()}:{held.st_dev}:{held.st_ino}"


async def require_clock(connections: Connections) -> None:
    """Raises StoreError where the clocks are too far apart."""
    ahead = time.time() - float(await connections.value(_CLOCK))
    if abs(ahead) > APART_SECONDS:
        way = "ahead of" if ahead > 0 else "behind"
        raise StoreError(
            f"the clock of this machine is {counted(round(abs(ahead)), 'second')} {way} the database's:"
            " set both, as by timedatectl set-ntp true"
        )


async def require_same_cluster(connections: Connections, directory: Path) -> None:
    """Raises StoreError where the data directory belongs to another cluster than the database, which has its tables."""
    before, now = _read(directory / CLUSTER_FILE), await connections.value(_CLUSTER)
    if before and before != now:
        raise StoreError(
            f"{directory} belongs to the cluster {before[:8]}, and the database of store.url to the cluster"
            f" {str(now)[:8]}: correct store.url, or remove {CLUSTER_FILE} from the directory if that has moved"
        )


async def require_own_id(connections: Connections, directory: Path) -> None:
    """Raises StoreError where a server with a copy of this data directory runs.

    One whose lease is not renewed has been killed, and counts for as long as that lasts.
    """
    node, rival = _read(directory / NODE_FILE), None
    while node and (row := await connections.row(_RIVAL, node, home_of(directory))) is not None:
        if rival is not None and row["expires"] > rival:
            raise StoreError(
                f"the server at {row['address']} has the same node id as this one ({node}), so {directory} is a copy of"
                f" its data directory: remove {NODE_FILE} from the copy, and start again"
            )
        rival = row["expires"]
        await asyncio.sleep(LOOK_SECONDS)


def remember_cluster(directory: Path, cluster: str) -> None:
    """Note to which cluster a data directory belongs. Raises StoreError."""
    file = directory / CLUSTER_FILE
    try:
        if not file.exists():
            file.write_text(cluster + "\n", encoding="ascii")
    except OSError as error:
        raise StoreError(f"{file} cannot be used ({error.strerror}): make the directory writable") from error


def _read(file: Path) -> str:
    """Its line; empty if there is none."""
    try:
        return file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        raise StoreError(f"{file} cannot be read ({error}): remove it if it is damaged") from error
