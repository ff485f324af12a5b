"""Opens the bus that the settings choose."""

from __future__ import annotations

import asyncio
import secrets

from chover.bus.local import LocalBus
from chover.config import Config
from chover.ports import Bus, BusError


async def open_bus(config: Config) -> Bus:
    """The bus of this node, connected; nobody is heard before ``enter``. Raises BusError with one line."""
    if not config.bus.url:
        return LocalBus()
    if not config.store.url:
        raise BusError(
            "bus.url connects servers that share a PostgreSQL, and store.url names none: set store.url as well, or take"
            " bus.url out"
        )
    from chover.bus.nats import NatsBus  # noqa: PLC0415 - only a node of several needs it

    return await NatsBus.connect(config.bus.url, f"chover {config.server.server_name}")


def inspect(config: Config) -> str:
    """Why the bus of ``config`` cannot be joined; empty if it can. Nobody is disturbed."""
    return asyncio.run(_inspect(config))


async def _inspect(config: Config) -> str:
    try:
        bus = await open_bus(config)
        try:
            # As a cluster of its own, in which nobody is.
            await bus.enter(secrets.token_bytes(32))
        finally:
            await bus.close()
    except BusError as error:
        return str(error)
    return ""
