"""Opens the bus that the settings choose."""

from __future__ import annotations

from chover.bus.local import LocalBus
from chover.config import Config
from chover.ports import Bus


async def open_bus(config: Config) -> Bus:
    """The bus of this node, connected; nobody is heard before ``enter``. Raises BusError with one line."""
    if not config.bus.url:
        return LocalBus()
    from chover.bus.nats import NatsBus  # noqa: PLC0415 - only a node of several needs it

    return await NatsBus.connect(config.bus.url, f"chover {config.server.server_name}")
