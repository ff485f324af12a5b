"""Accounts, as the server needs them: who somebody is, and how that is proved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from chover.engine.ids import UserId
from chover.ports.accounts import Account, AccountSettings, Exchange, Login, Token
from chover.ports.invitations import Invitations, Waits
from chover.ports.peer import Peer
from chover.ports.registry import Departures, OperatorRow, ReadMarkers


class AccountLogin(Protocol):
    """Proving that somebody is an account. ``told`` is called when an attempt has to wait."""

    @property
    def mechanisms(self) -> Sequence[str]:
        """Names of the SASL mechanisms that are offered."""

    @property
    def guests(self) -> bool:
        """Whether who has no account may come in."""

    def begin(self, mechanism: str, peer: Peer, told: Waits = ..., /) -> Exchange:
        """Raises Denied for a mechanism that is not there, or not on this connection."""

    async def check(self, name: str, password: str, peer: Peer, told: Waits = ..., /) -> Login:
        """``name`` is an account's, or account@device; a device token is a password, too. Raises Denied."""

    async def bearer(self, token: str, peer: Peer) -> Login:
        """Whose device token it is. Raises Denied."""

    async def opens(self, kept: str, name: str, password: str, peer: Peer, told: Waits = ..., /) -> None:
        """Whether a password is the one that a setting has, in plain words or as an Argon2 hash. Raises Denied.

        ``name`` says what it opens: wrong ones at the same thing are counted together.
        """

    async def opens_server(self, kept: str, password: str, peer: Peer, told: Waits = ..., /) -> None:
        """Whether a password is the server's. Raises Denied."""


class AccountRegistration(Protocol):
    """Making accounts."""

    async def make(self, name: str, password: str, email: str = "") -> Account:
        """What an operator does, whoever may register. Raises Denied."""

    async def register(self, name: str, password: str, email: str, peer: Peer, told: Waits = ..., /) -> Account | None:
        """None: a code was mailed, and ``verify`` ends it. Raises Denied."""

    async def verify(self, name: str, code: str, peer: Peer, told: Waits = ..., /) -> Account:
        """Raises Denied."""


class AccountPasswords(Protocol):
    """Setting passwords, and setting them again by a code that was mailed."""

    async def set(self, account: UserId, password: str) -> None:
        """Raises Denied for a password that cannot be one."""

    async def send_reset(self, name: str, peer: Peer) -> None:
        """Mail a code, if there is such an account with an address; says nothing else. Raises Denied without mail."""

    async def reset(self, name: str, code: str, password: str, peer: Peer, told: Waits = ..., /) -> Account:
        """Raises Denied."""


class AccountCertificates(Protocol):
    """Client certificates that log an account in."""

    async def add(self, account: UserId, fingerprint: str) -> None:
        """SHA-256 in hex. Raises Denied when it is no fingerprint or another account's."""

    async def of(self, account: UserId) -> list[str]: ...

    async def remove(self, account: UserId, fingerprint: str) -> bool: ...


class AccountTokens(Protocol):
    """Device tokens."""

    async def make(self, account: UserId, label: str) -> str:
        """The secret, shown once."""

    async def of(self, account: UserId) -> list[Token]: ...

    async def revoke(self, account: UserId, token: str) -> bool: ...


class AccountOperators(Protocol):
    """The accounts that ``chover operator`` has made operators of the server. What is synchronous is from memory."""

    def of(self, account: UserId) -> OperatorRow | None: ...

    def all(self) -> list[OperatorRow]:
        """The oldest first."""

    async def add(self, account: UserId, rights: Sequence[str]) -> None:
        """Also for one that is operator already, which has these rights then."""

    async def remove(self, account: UserId) -> bool:
        """Whether it was operator."""


class Accounts(Protocol):
    """Everybody who has registered. What is synchronous answers from memory."""

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
    def departures(self) -> Departures: ...

    def find(self, name: str) -> Account | None:
        """The account of that name, folded as names are; None also for what can be no name."""

    def named(self, folded: str) -> Account | None: ...

    def resembling(self, folded: str) -> Account | None:
        """The account whose name looks like this one, or is it (names.skeleton)."""

    def shown_as(self, looks: Iterable[str], but: UserId) -> Account | None:
        """Another account than ``but`` whose name or display name looks like one of these (names.looks)."""

    def get(self, account: UserId) -> Account | None: ...

    def everybody(self) -> Iterable[Account]: ...

    async def change(self, account: UserId, how: Callable[[AccountSettings], AccountSettings]) -> Account:
        """``how`` is asked when the changes before this one are done, so that none is lost."""

    async def set_email(self, account: UserId, email: str) -> Account:
        """Raises Denied."""

    async def suspend(self, account: UserId, reason: str) -> Account:
        """An empty reason lets it in again."""

    async def delete(self, account: UserId) -> None: ...

    async def export(self, account: UserId) -> dict[str, Any]:
        """Everything kept about the account but secrets and messages, fit for JSON."""
