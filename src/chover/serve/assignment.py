"""What one process of several learns from the one that started it (``chover serve --workers``)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec

from chover.config import Config
from chover.edge.inheritance import Inheritance, ListeningSocket
from chover.serve import descriptor_message

VARIABLE: Final = "CHOVER_ASSIGNMENT"


class Assignment(msgspec.Struct, frozen=True):
    """The place of a worker among the others."""

    number: int
    """From 1. The first one does what is done once on a machine: it announces it, and renews its certificate."""
    store_url: str
    bus_url: str
    sets: list[list[ListeningSocket]]
    """Listening sockets of the same addresses. The system spreads connections over the sets."""
    control: int
    """The descriptor of the socket on which this process talks with the one that started it."""
    invites: bool
    """Whether somebody watches the start, who may need a first invitation."""

    @property
    def is_first(self) -> bool:
        return self.number == 1

    @property
    def settings(self) -> dict[str, Any]:
        """What counts instead of the settings of the file."""
        return {"store.url": self.store_url, "bus.url": self.bus_url}

    def inheritance(self) -> Inheritance:
        return Inheritance([one for sockets in self.sets for one in sockets], complete=True)

    def directory(self, config: Config) -> Path:
        """The worker's own directory: its id as a node, its lock, its operator's socket."""
        return directory_of(config.server.data_path, self.number)


def directory_of(data: Path, number: int) -> Path:
    return data / "workers" / str(number)


def assigned() -> Assignment | None:
    """The assignment of this process; None if it is not a worker. Raises descriptor_message.BadMessage."""
    return descriptor_message.taken(VARIABLE, Assignment)
