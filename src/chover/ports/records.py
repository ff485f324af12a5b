"""What is kept for the operators of the server: bans, the audit log and the connection log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

import msgspec

BanKind = Literal["address", "account", "cloak", "mask"]


class Ban(msgspec.Struct, frozen=True, omit_defaults=True):
    """A ban from the server. Times in ms since 1970; ``expires_at`` 0: never."""

    kind: BanKind
    what: str
    """A network (192.0.2.0/24), a folded name, a mask of hosts, or a mask of nick!user@host."""
    by: str
    at: int
    expires_at: int = 0
    reason: str = ""
    note: str = ""
    """Only operators can see it."""
    no: int = 0
    """Its number, which is never used again. 0: not kept yet."""

    def over(self, now: int) -> bool:
        return 0 < self.expires_at <= now


class AuditEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """An action of an operator. ``at`` in ms since 1970."""

    at: int
    by: str
    did: str
    whom: str = ""
    why: str = ""


class ConnectionRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """A session under one nick and account. Times in ms since 1970; ``until`` 0: it is still open."""

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
    """Selects connections that match all fields that are not empty.

    ``address`` is one or a network, ``host`` a mask.
    """

    folded: str = ""
    account: str = ""
    address: str = ""
    host: str = ""


class Records(Protocol):
    """Each method is one transaction, as durable as an append. Raises StoreError if it cannot be written or read."""

    async def bans(self, now: int) -> list[Ban]:
        """The bans that have not expired. Called once, at the start."""

    async def add_ban(self, ban: Ban, entry: AuditEntry) -> Ban:
        """Add a ban and return it with its number. It replaces an earlier one with the same target."""

    async def lift_ban(self, no: int, entry: AuditEntry) -> bool:
        """Delete a ban. Returns whether it existed."""

    async def note(self, entry: AuditEntry) -> None: ...

    async def audit_entries(self, limit: int, before: int = 0) -> list[AuditEntry]:
        """The newest entries first; only those before ``before`` if it is given (ms, exclusive)."""

    async def keep_connections(self, connections: Sequence[ConnectionRecord]) -> None:
        """Add connections, or update those that were kept before, by ``no``, which the caller assigns."""

    async def connections(self, sought: ConnectionQuery, limit: int) -> list[ConnectionRecord]:
        """The connections that match, the newest first."""

    async def last_connection(self) -> int:
        """The highest ``no``; 0 if there is none. Called once, at the start."""

    async def close_connections(self, at: int) -> None:
        """Set the end of all connections that the last run left open."""

    async def retain(self, now: int, audit_before: int, connections_before: int) -> int:
        """Delete bans that have expired, and older audit entries and connections. Returns the number of rows."""
