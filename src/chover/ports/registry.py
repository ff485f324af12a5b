"""What the accounts need from a store: rows that are no events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import msgspec

from chover.engine.ids import LogId, UserId
from chover.ports.accounts import Account, Token


class Taken(Exception):
    """A name, a certificate or a token that there may be only once is there already."""


class Code(msgspec.Struct, frozen=True):
    """What was mailed, by its hash. ``expires_at`` in ms since 1970."""

    hash: bytes
    expires_at: int
    data: str


class Invite(msgspec.Struct, frozen=True):
    """An invitation without its secret. Times in ms since 1970; ``expires_at`` 0: never; ``uses`` that are left.

    ``made_by`` is an account's id, or BY_OPERATOR; ``role`` the rank that it gives in its channels, a letter, or none.
    """

    id: str
    made_by: str
    made_at: int
    expires_at: int
    uses: int
    channels: tuple[str, ...]
    role: str = ""
    used: int = 0
    revoked_at: int = 0


BY_OPERATOR: Final = "operator"
"""Who made an invitation that was made by whoever runs the server."""
Credentials = Mapping[str, Sequence[str]]
"""The values of each kind (argon2, scram-sha-256, certificate) of one account."""


class Newcomer(msgspec.Struct, frozen=True):
    """An account that begins with an invitation: what proves it, and the key of its first device."""

    account: Account
    credentials: Credentials
    token_hash: bytes
    token: Token


class AccountRows(Protocol):
    """The accounts themselves."""

    def all(self) -> list[Account]:
        """Called once, at the start."""

    async def create(self, account: Account, credentials: Credentials) -> None:
        """Raises Taken when there is one of that folded name, or with that certificate."""

    async def update(self, account: Account) -> None:
        """Everything but id, name and time."""

    async def delete(self, account: UserId) -> None:
        """With all that proves it and follows it."""


class CredentialRows(Protocol):
    """What proves that somebody is an account, except device tokens."""

    async def of(self, account: UserId) -> dict[str, list[str]]: ...

    async def replace(self, account: UserId, credentials: Credentials) -> None:
        """Of the kinds that are named. Raises Taken."""

    async def owner_of_certificate(self, fingerprint: str) -> UserId | None: ...


class TokenRows(Protocol):
    """Device tokens, by the hashes of their secrets."""

    async def add(self, secret_hash: bytes, token: Token) -> None:
        """Does nothing for an account that was deleted meanwhile."""

    async def use(self, secret_hash: bytes, now: int) -> Token | None:
        """The token, marked as used; None when there is none."""

    async def of(self, account: UserId) -> list[Token]:
        """The oldest first."""

    async def revoke(self, account: UserId, token: str) -> bool:
        """Whether the account had it."""


class CodeRows(Protocol):
    """Codes sent by mail: at most one for each purpose and name."""

    async def put(self, purpose: str, folded: str, code: Code) -> None:
        """In place of an earlier one."""

    async def get(self, purpose: str, folded: str, now: int) -> Code | None:
        """One that has not expired."""

    async def drop(self, purpose: str, folded: str) -> bool:
        """Whether it was there: of two who use it at once one is told so."""

    async def purge(self, now: int) -> int:
        """Drop the codes that have expired; how many."""


class InviteRows(Protocol):
    """Invitations, by the hashes of their tokens."""

    async def add(self, secret_hash: bytes, invite: Invite) -> None: ...

    async def open(self, now: int) -> list[Invite]:
        """Those that can still be followed, the oldest first."""

    async def get(self, secret_hash: bytes) -> Invite | None:
        """As it stands, also when it is over."""

    async def redeem(self, secret_hash: bytes, now: int, newcomer: Newcomer | None = None) -> Invite | None:
        """Use an invitation up by one, and make the newcomer's account in the same moment.

        None when it is none, expired, used up or revoked: a race has one winner for each use. Raises Taken when there
        is an account of that name; then nothing was used.
        """

    async def revoke(self, invite: str, now: int) -> bool:
        """Whether it could still be followed."""


class ReadMarkers(Protocol):
    """Up to which moment an account has read each conversation, ms since 1970."""

    async def get(self, account: UserId, log: LogId) -> int:
        """0: never."""

    async def all(self, account: UserId) -> dict[LogId, int]:
        """All of an account's."""

    async def move(self, account: UserId, log: LogId, at: int) -> int:
        """Move a marker forward, never back; where it stands then. 0 for an account that is gone."""


class Departures(Protocol):
    """When the devices of accounts left, ms since 1970."""

    async def put(self, account: UserId, device: str, at: int) -> None:
        """A device has left."""

    async def last(self, account: UserId, device: str) -> int:
        """When it did; 0: it was never here."""


class OperatorRow(msgspec.Struct, frozen=True):
    """An account that is operator of the server, with the names of its rights. ``added_at`` in ms since 1970."""

    account: UserId
    rights: tuple[str, ...]
    added_at: int


class OperatorRows(Protocol):
    """The accounts that are operators of the server; they go with the account."""

    def all(self) -> list[OperatorRow]:
        """The oldest first. Called once, at the start."""

    async def put(self, row: OperatorRow) -> None:
        """In place of an earlier one; nothing for an account that is gone."""

    async def remove(self, account: UserId) -> bool:
        """Whether it was there."""


class Registry(Protocol):
    """Accounts and what belongs to them.

    Each method of its parts is one transaction, as durable as an append. Raises StoreError when it cannot be written
    or read.
    """

    @property
    def accounts(self) -> AccountRows: ...

    @property
    def credentials(self) -> CredentialRows: ...

    @property
    def tokens(self) -> TokenRows: ...

    @property
    def codes(self) -> CodeRows: ...

    @property
    def invites(self) -> InviteRows: ...

    @property
    def read_markers(self) -> ReadMarkers: ...

    @property
    def departures(self) -> Departures: ...

    @property
    def operators(self) -> OperatorRows: ...
