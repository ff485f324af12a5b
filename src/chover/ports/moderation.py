"""Bans, logs and channels, as the operator manages them on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from chover.ports.records import AuditEntry, Ban, ConnectionRecord


class ChannelFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """A channel, as an operator sees it. ``created_at`` in ms since 1970."""

    name: str
    members: int
    created_at: int
    founder: str = ""
    modes: str = ""
    topic: str = ""


class ChannelDetails(ChannelFacts, frozen=True, omit_defaults=True):
    people: tuple[str, ...] = ()
    """Nicks with their prefixes."""
    access: tuple[tuple[str, str], ...] = ()
    """Accounts and their permanent ranks, the highest first."""
    lists: dict[str, tuple[str, ...]] = {}
    """The masks of each list mode."""


class Banned(msgspec.Struct, frozen=True):
    """A ban that was just set, and the nicks of the people it disconnected.

    ``also`` are the bans of what they came from, ``left_open`` the cloaks left out since others have them, too.
    """

    ban: Ban
    gone: list[str]
    also: list[Ban] = []
    left_open: list[str] = []


class Erased(msgspec.Struct, frozen=True):
    """What was deleted when everything that an account had said was erased."""

    messages: int
    files: int


class Moderator(Protocol):
    """Raises Denied with a one-line reason, and StoreError."""

    async def set_ban(self, whom: str, duration: str, reason: str, note: str, force: bool) -> Banned:
        """Ban somebody. ``duration`` is like 10m, 2h or 7d; empty or ``forever``: without end."""

    async def lift(self, which: str) -> list[Ban]:
        """Lift a ban, named by its number or by its target, and those that were set together with it."""

    async def all_bans(self) -> list[Ban]: ...

    async def audit_entries(self, limit: int) -> list[AuditEntry]:
        """The audit log, the newest entries first."""

    async def past(self, whom: str, limit: int) -> list[ConnectionRecord]:
        """The connection log, the newest first, by nick, account:name, address, range or cloak; empty: everybody."""

    async def erase(self, account: str) -> Erased:
        """Delete everything that an account has said and uploaded, in all channels."""

    async def channels(self) -> list[ChannelFacts]:
        """All channels, by name."""

    async def channel(self, name: str) -> ChannelDetails: ...

    async def drop(self, name: str, reason: str, end: bool) -> None:
        """Unregister a channel; with ``end`` also remove everybody and delete it, so that its name is free."""

    async def transfer(self, name: str, account: str) -> None: ...

    async def set_modes(self, name: str, words: Sequence[str]) -> ChannelFacts:
        """Change modes with the words of MODE: ``["+im-s", …]``."""
