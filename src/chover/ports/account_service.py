"""Accounts, as the server needs them: who somebody is, and how they prove it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from typing import Any, Protocol

import msgspec

from chover.engine.ids import UserId
from chover.ports.accounts import Account, AccountSettings, Exchange, Login, Token
from chover.ports.invitations import Invitations, Waits
from chover.ports.peer import Peer
from chover.ports.registry import Departures, OperatorRow, ReadMarkers, ScheduledItems


class AccountLogin(Protocol):
    """Proves that somebody owns an account. ``told`` is called when an attempt has to wait."""

    @property
    def mechanisms(self) -> Sequence[str]:
        """Names of the SASL mechanisms that are offered."""

    @property
    def guests(self) -> bool:
        """Whether people without an account may connect."""

    @property
    def departures(self) -> Departures:
        """When the devices of accounts last left, from which it is told what they have missed."""

    def begin(self, mechanism: str, peer: Peer, told: Waits = ..., /) -> Exchange:
        """Start an exchange. Raises Denied for a mechanism that is not offered, or not on this connection."""

    async def check(self, name: str, password: str, peer: Peer, told: Waits = ..., /) -> Login:
        """Log in with a password or a device token. ``name`` is ``account`` or ``account@device``. Raises Denied."""

    async def bearer(self, token: str, peer: Peer) -> Login:
        """The login that a device token gives. Raises Denied."""

    async def opens(self, kept: str, name: str, password: str, peer: Peer, told: Waits = ..., /) -> None:
        """Check a password against the one in a setting, which is plain text or an Argon2 hash. Raises Denied.

        ``name`` says what the password opens: wrong ones for the same thing are counted together.
        """

    async def opens_server(self, kept: str, password: str, peer: Peer, told: Waits = ..., /) -> None:
        """Check a password against the server's. Raises Denied."""


class AccountRegistration(Protocol):
    """Creates accounts."""

    async def catch_up(self) -> None:
        """Know the accounts that other nodes have made or changed up to now. While the storage is away: as before."""

    async def make(self, name: str, password: str, email: str = "") -> Account:
        """Create an account for an operator, even if registration is closed. Raises Denied."""

    async def register(self, name: str, password: str, email: str, peer: Peer, told: Waits = ..., /) -> Account | None:
        """Create an account. None: a code was mailed, and ``verify`` completes the registration. Raises Denied."""

    async def verify(self, name: str, code: str, peer: Peer, told: Waits = ..., /) -> Account:
        """Complete a registration with the code that was mailed. Raises Denied."""


class AccountPasswords(Protocol):
    """Sets passwords, and resets them with a code sent by mail."""

    async def set(self, account: UserId, password: str) -> None:
        """Set a password. Raises Denied if it is not acceptable."""

    async def send_reset(self, name: str, peer: Peer) -> None:
        """Mail a reset code if the account exists and has an address. Raises Denied if the server sends no mail."""

    async def reset(self, name: str, code: str, password: str, peer: Peer, told: Waits = ..., /) -> Account:
        """Set a new password with the code that was mailed. Raises Denied."""


class AccountCertificates(Protocol):
    """Client certificates that log in to an account."""

    async def add(self, account: UserId, fingerprint: str) -> None:
        """Add a SHA-256 fingerprint in hex. Raises Denied if it is malformed, or belongs to another account."""

    async def of(self, account: UserId) -> list[str]: ...

    async def remove(self, account: UserId, fingerprint: str) -> bool: ...


class AccountTokens(Protocol):
    """Device tokens."""

    async def make(self, account: UserId, label: str) -> str:
        """Create a token and return its secret, which is shown only once."""

    async def of(self, account: UserId) -> list[Token]: ...

    async def revoke(self, account: UserId, token: str) -> bool: ...


class AccountOperators(Protocol):
    """The accounts that ``chover operator`` has made operators of the server.

    Synchronous methods answer from memory.
    """

    def of(self, account: UserId) -> OperatorRow | None: ...

    def all(self) -> list[OperatorRow]:
        """All of them, the oldest first."""

    async def add(self, account: UserId, rights: Sequence[str]) -> None:
        """Make an account an operator. If it is one already, it gets these rights instead."""

    async def remove(self, account: UserId) -> bool:
        """Take the rights away. Returns whether the account was an operator."""


class Accounts(Protocol):
    """All registered accounts. Synchronous methods answer from memory."""

    @property
    def invitations(self) -> Invitations: ...

    @property
    def login(self) -> AccountLogin: ...

    @property
    def registration(self) -> AccountRegistration: ...

    @property
    def passwords(self) -> AccountPasswords: ...

    @property
    def certificates(self) -> AccountCertificates: ...

    @property
    def tokens(self) -> AccountTokens: ...

    @property
    def operators(self) -> AccountOperators: ...

    @property
    def read_markers(self) -> ReadMarkers: ...

    @property
    def scheduled(self) -> ScheduledItems: ...

    def find(self, name: str) -> Account | None:
        """The account of that name, case-folded like a nick; None also for an invalid name."""

    def named(self, folded: str) -> Account | None: ...

    def resembling(self, folded: str) -> Account | None:
        """The account of that name, or one whose name looks the same (names.skeleton)."""

    def shown_as(self, looks: Iterable[str], but: UserId) -> Account | None:
        """An account other than ``but`` whose name or display name looks like one of these (names.looks)."""

    def get(self, account: UserId) -> Account | None: ...

    def everybody(self) -> Iterable[Account]: ...

    async def change(self, account: UserId, how: Callable[[AccountSettings], AccountSettings]) -> Account:
        """Change an account's settings. ``how`` is called after all earlier changes, so none of them is lost."""

    async def set_email(self, account: UserId, email: str) -> Account:
        """Change the e-mail address. Raises Denied."""

    async def suspend(self, account: UserId, reason: str) -> Account:
        """Suspend an account. An empty reason lifts the suspension."""

    async def delete(self, account: UserId) -> None: ...

    async def export(self, account: UserId) -> dict[str, Any]:
        """Everything kept about the account except secrets and messages, ready for JSON."""


class NotExported(Exception):
    """The text is one line for people. ``later``: it helps to try again."""

    def __init__(self, text: str, *, later: bool) -> None:
        super().__init__(text)
        self.later = later


class OpenExport(msgspec.Struct, frozen=True):
    """``name``: of the file; ``blocks``: its content, which is read while it is taken. They raise StoreError."""

    name: str
    blocks: AsyncGenerator[bytes, None]


class Exports(Protocol):
    """Exports of single accounts, beside those who chat."""

    minutes: int
    """For which an offer holds."""

    async def offer(self, account: UserId) -> str:
        """A secret with which anybody may read the account's export, on any node. It replaces the one before.

        Raises StoreError.
        """

    async def open(self, secret: str) -> OpenExport:
        """Raises NotExported and StoreError."""
