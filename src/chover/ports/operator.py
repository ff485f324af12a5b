"""What the operator asks of a server that runs."""

from __future__ import annotations

from typing import Protocol

import msgspec

from chover.engine.ids import UserId


class Present(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody who is on, as an operator sees it."""

    id: UserId
    nick: str
    address: str
    port: int
    door: str
    since: int
    """Milliseconds since 1970."""
    account: str = ""
    version: str = ""
    channels: tuple[str, ...] = ()


class Operator(Protocol):
    """What the verbs of the operator's socket act on. All are called on the server's loop."""

    def who(self) -> list[Present]:
        """Everybody who is on, by nick."""

    def stop(self, reason: str) -> None:
        """Begin the graceful shutdown; returns at once."""

    async def reload(self) -> list[str]:
        """Read the configuration and the certificate again; what changed, a line each.

        Raises ValueError with one line of what is wrong; then nothing was changed.
        """
