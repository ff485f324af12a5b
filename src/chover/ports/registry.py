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
    """What was mailed, by its hash. ``expires_at`` in ms since 1970; ``tries`` are the wrong ones so far."""

    hash: bytes
    expires_at: int
    tries: int
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


class Registry(Protocol):
    """Each method is one transaction, as durable as an append. Raises StoreError when it cannot be written or read."""

    def accounts(self) -> list[Account]:
        """All of them. Called once, at the start."""

    async def create(self, account: Account, credentials: Credentials) -> None:
        """Raises Taken when there is one of that folded name, or with that certificate."""

    async def update(self, account: Account) -> None:
        """Everything but id, name and time."""

    async def delete(self, account: UserId) -> None:
        """With all that proves it and follows it."""

    async def credentials(self, account: UserId) -> dict[str, list[str]]: ...

    async def replace_credentials(self, account: UserId, credentials: Credentials) -> None:
        """Of the kinds that are named. Raises Taken."""

    async def owner_of_certificate(self, fingerprint: str) -> UserId | None: ...

    async def add_token(self, secret_hash: bytes, token: Token) -> None: ...

    async def use_token(self, secret_hash: bytes, now: int) -> Token | None:
        """The token, marked as used; None when there is none."""

    async def tokens(self, account: UserId) -> list[Token]: ...

    async def revoke_token(self, account: UserId, token: str) -> bool: ...

    async def put_code(self, purpose: str, folded: str, code: Code) -> None:
        """In place of an earlier one."""

    async def code(self, purpose: str, folded: str, now: int) -> Code | None:
        """One that has not expired."""

    async def count_try(self, purpose: str, folded: str) -> None: ...

    async def drop_code(self, purpose: str, folded: str) -> bool:
        """Whether it was there: of two who use it at once one is told so."""

    async def purge(self, now: int) -> int:
        """Drop the codes that have expired; how many."""

    async def add_invite(self, secret_hash: bytes, invite: Invite) -> None: ...

    async def invites(self, now: int) -> list[Invite]:
        """Those that can still be followed."""

    async def invite(self, secret_hash: bytes) -> Invite | None:
        """As it stands, also when it is over."""

    async def redeem(self, secret_hash: bytes, now: int, newcomer: Newcomer | None = None) -> Invite | None:
        """Use an invitation up by one, and make the newcomer's account in the same moment.

        None when it is none, expired, used up or revoked: a race has one winner for each use. Raises Taken when there
        is an account of that name; then nothing was used.
        """

    async def revoke_invite(self, invite: str, now: int) -> bool:
        """Whether it could still be followed."""

    async def marker(self, account: UserId, log: LogId) -> int: ...

    async def markers(self, account: UserId) -> dict[LogId, int]: ...

    async def mark(self, account: UserId, log: LogId, at: int) -> int: ...

    async def depart(self, account: UserId, device: str, at: int) -> None: ...

    async def departure(self, account: UserId, device: str) -> int: ...
