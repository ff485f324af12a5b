"""What is kept for the operators of the server: bans, who did what, and who was on from where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

import msgspec

BanKind = Literal["address", "account", "cloak", "mask"]


class Ban(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who may not come in. Times in ms since 1970; ``expires_at`` 0: never."""

    kind: BanKind
    what: str
    """A network (192.0.2.0/24), a folded name, a mask of hosts, a mask of nick!user@host."""
    by: str
    at: int
    expires_at: int = 0
    reason: str = ""
    note: str = ""
    """For operators alone."""
    no: int = 0
    """By which it is called; no two ever have the same. 0: not kept yet."""

    def over(self, now: int) -> bool:
        return 0 < self.expires_at <= now


class AuditEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that an operator did. ``at`` in ms since 1970."""

    at: int
    by: str
    did: str
    whom: str = ""
    why: str = ""


class ConnectionRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """A session under one nick and account. Times in ms since 1970; ``until`` 0: it goes on."""

    since: int
    nick: str
    folded: str
    address: str
    host: str
    protocol: str
    account: str = ""
    via: str = ""
    version: str = ""
    until: int = 0
    no: int = 0


class ConnectionQuery(msgspec.Struct, frozen=True):
    """Which connections: those that fit all that is not empty. ``address`` is one or a network, ``host`` a mask."""

    folded: str = ""
    account: str = ""
    address: str = ""
    host: str = ""


class Records(Protocol):
    """Each method is one transaction, as durable as an append. Raises StoreError when it cannot be written or read."""

    def bans(self, now: int) -> list[Ban]:
        """Those that are not over. Called once, at the start."""

    async def add_ban(self, ban: Ban, entry: AuditEntry) -> Ban:
        """In place of an earlier one of the same; with its number."""

    async def lift_ban(self, no: int, entry: AuditEntry) -> bool:
        """Whether there was one."""

    async def note(self, entry: AuditEntry) -> None: ...

    async def audit_entries(self, limit: int, before: int = 0) -> list[AuditEntry]:
        """The newest first; those before a moment if one is given (ms, exclusive)."""

    async def keep_connections(self, connections: Sequence[ConnectionRecord]) -> None:
        """New ones, and the ends of those that were kept before (by ``no``, which the caller gives)."""

    async def connections(self, sought: ConnectionQuery, limit: int) -> list[ConnectionRecord]:
        """The newest first."""

    def last_connection(self) -> int:
        """The highest ``no``; 0 when there is none. Called once, at the start."""

    async def close_connections(self, at: int) -> None:
        """Those of the last run that go on in the records."""

    async def retain(self, now: int, audit_before: int, connections_before: int) -> int:
        """Delete bans that are over, and older audit entries and connections. Returns the number of rows."""
