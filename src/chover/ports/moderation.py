"""Bans, logs and channels in the hands of who runs the server, by the command line."""

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
    """Accounts and the ranks that they have for good."""
    lists: dict[str, tuple[str, ...]] = {}
    """The masks of each list mode."""


class Banned(msgspec.Struct, frozen=True):
    """A ban that was just set, and the nicks of those whom it put out."""

    ban: Ban
    gone: list[str]


class Erased(msgspec.Struct, frozen=True):
    """What was deleted of all that an account said."""

    messages: int
    files: int


class Moderator(Protocol):
    """Raises Denied with one line of what stands in the way, and StoreError."""

    async def set_ban(self, whom: str, duration: str, reason: str, note: str, force: bool) -> Banned:
        """``duration`` as in 10m, 2h, 7d; empty or forever: for good."""

    async def lift(self, which: str) -> Ban:
        """By number, or by whom it is for."""

    async def all_bans(self) -> list[Ban]: ...

    async def audit_entries(self, limit: int) -> list[AuditEntry]:
        """The newest first."""

    async def past(self, whom: str, limit: int) -> list[ConnectionRecord]:
        """Who was on, the newest first: by nick, account:name, address, range or cloak; empty: everybody."""

    async def erase(self, account: str) -> Erased:
        """Delete all that an account has said and uploaded, everywhere."""

    async def channels(self) -> list[ChannelFacts]:
        """By name."""

    async def channel(self, name: str) -> ChannelDetails: ...

    async def drop(self, name: str, reason: str, end: bool) -> None:
        """Take it from its owners; ``end`` puts everybody out, and its name begins a new channel."""

    async def transfer(self, name: str, account: str) -> None: ...

    async def set_modes(self, name: str, words: Sequence[str]) -> ChannelFacts:
        """As in MODE: ``["+im-s", …]``."""
