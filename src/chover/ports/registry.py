"""What the accounts need from a store: rows that are not events."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, Literal, Protocol, get_args

import msgspec

from chover.engine.ids import LogId, UserId
from chover.ports.accounts import Account, Token


class Taken(Exception):
    """A name, a certificate or a token exists already, and has to be unique."""


class Outdated(Exception):
    """The row of an account was changed by somebody else. ``now``: what it is; None if it was deleted."""

    def __init__(self, now: Account | None) -> None:
        super().__init__(now)
        self.now = now


class Code(msgspec.Struct, frozen=True):
    """A code that was mailed, known only by its hash. ``expires_at`` in ms since 1970."""

    hash: bytes
    expires_at: int
    data: str


class Invite(msgspec.Struct, frozen=True):
    """An invitation without its secret. Times in ms since 1970; ``expires_at`` 0: never; ``uses`` is how many are left.

    ``made_by`` is an account's id, or BY_OPERATOR; ``role`` is the rank that it gives in its channels, a letter, or
    empty.
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
"""The maker of an invitation that the operator of the server made."""
Credentials = Mapping[str, Sequence[str]]
"""The values of each kind (argon2, scram-sha-256, certificate) for one account."""


class Newcomer(msgspec.Struct, frozen=True):
    """An account that is created by an invitation: its credentials, and the key of its first device."""

    account: Account
    credentials: Credentials
    token_hash: bytes
    token: Token


class AccountRows(Protocol):
    """The accounts themselves."""

    async def all(self) -> list[Account]:
        """All accounts. Called once, at the start."""

    async def some(self, accounts: Sequence[UserId]) -> list[Account]:
        """Those of these accounts that exist, in any order."""

    async def create(self, account: Account, credentials: Credentials) -> None:
        """Add an account. Raises Taken if the folded name or a certificate exists already.

        Where several nodes share the rows, also if the name looks like one of an account there (names.skeleton).
        """

    async def update(self, account: Account, was: Account | None = None) -> None:
        """Replace everything except id, name and time of creation.

        Raises Outdated, and changes nothing, if the row is not as it ``was``; None: whatever it was.
        """

    async def delete(self, account: UserId) -> None:
        """Delete an account with its credentials and everything else that belongs to it."""


class CredentialRows(Protocol):
    """What proves that somebody owns an account, except device tokens."""

    async def of(self, account: UserId) -> dict[str, list[str]]: ...

    async def replace(self, account: UserId, credentials: Credentials) -> None:
        """Replace the credentials of the kinds that are given. Raises Taken."""

    async def add(self, account: UserId, kind: str, value: str) -> None:
        """Add one beside those that there are. Does nothing if it is there, or the account is gone. Raises Taken."""

    async def remove(self, account: UserId, kind: str, value: str) -> bool:
        """Delete one. Returns whether it existed."""

    async def owner_of_certificate(self, fingerprint: str) -> UserId | None: ...


class TokenRows(Protocol):
    """Device tokens, by the hashes of their secrets."""

    async def add(self, secret_hash: bytes, token: Token) -> None:
        """Add a token. Does nothing if the account has been deleted."""

    async def use(self, secret_hash: bytes, now: int) -> Token | None:
        """The token, marked as used; None if there is none."""

    async def of(self, account: UserId) -> list[Token]:
        """The tokens of an account, the oldest first."""

    async def revoke(self, account: UserId, token: str) -> bool:
        """Delete a token of that account. Returns whether it existed."""


class CodeRows(Protocol):
    """Codes sent by mail: at most one for each purpose and name."""

    async def put(self, purpose: str, folded: str, code: Code) -> None:
        """Add a code, in place of an earlier one."""

    async def get(self, purpose: str, folded: str, now: int) -> Code | None:
        """A code that has not expired."""

    async def drop(self, purpose: str, folded: str) -> bool:
        """Delete a code. Returns whether it existed, so only one of two simultaneous uses succeeds."""

    async def purge(self, now: int) -> int:
        """Delete the codes that have expired. Returns how many."""


class InviteRows(Protocol):
    """Invitations, by the hashes of their tokens."""

    async def add(self, secret_hash: bytes, invite: Invite) -> None: ...

    async def open(self, now: int) -> list[Invite]:
        """The invitations that are still valid, the oldest first."""

    async def get(self, secret_hash: bytes) -> Invite | None:
        """An invitation, even if it is no longer valid."""

    async def redeem(self, secret_hash: bytes, now: int, newcomer: Newcomer | None = None) -> Invite | None:
        """Use an invitation once, and create the newcomer's account in the same transaction.

        Returns None if it does not exist, has expired, is used up or revoked: each use has one winner. Raises Taken if
        there is an account of that name; then nothing was used.
        """

    async def revoke(self, invite: str, now: int) -> bool:
        """Revoke an invitation. Returns whether it was still valid."""


class ReadMarkers(Protocol):
    """The time up to which an account has read each conversation, in ms since 1970."""

    async def get(self, account: UserId, log: LogId) -> int:
        """The marker of one conversation; 0: never read."""

    async def all(self, account: UserId) -> dict[LogId, int]:
        """All markers of an account."""

    async def move(self, account: UserId, log: LogId, at: int) -> int:
        """Move a marker forward, never back. Returns where it is then; 0 if the account is gone."""


class Departures(Protocol):
    """When the devices of accounts disconnected, in ms since 1970."""

    async def put(self, account: UserId, device: str, at: int) -> None:
        """Note that a device has disconnected."""

    async def last(self, account: UserId, device: str) -> int:
        """When a device last disconnected; 0: it was never connected."""


ScheduledState = Literal["waiting", "due", "refused"]


class ScheduledItem(msgspec.Struct, frozen=True):
    """A message that is said later (``say``), or of which somebody is reminded (``remind``). Times in ms since 1970.

    ``state``: ``waiting`` until ``due``; then a reminder is ``due``, and what could not be done is ``refused``. A
    message that was said is deleted.
    """

    id: str
    account: UserId
    kind: Literal["say", "remind"]
    log: LogId
    target: str
    """The channel or nick that was named."""
    due: int
    text: str = ""
    """The message to say; empty for a reminder."""
    msgid: str = ""
    """The message that is answered, or that the reminder is about."""
    state: ScheduledState = "waiting"
    why: str = ""
    """Why it was refused."""
    told: int = 0
    """Whether a device was told of what became of it."""


class ScheduledItems(Protocol):
    """Messages to be said later and reminders. They are deleted with their account."""

    async def of(self, account: UserId) -> list[ScheduledItem]:
        """All of an account, the next one first."""

    async def due(self, now: int, limit: int) -> list[ScheduledItem]:
        """Those that wait and are due, the oldest first."""

    async def next_due(self) -> int | None:
        """When the next one that waits is due; None if none waits."""

    async def put(self, item: ScheduledItem, most: int) -> bool:
        """Add one. Returns False if the account has ``most`` already, or is gone."""

    async def settle(self, item: str, state: ScheduledState, why: str = "") -> bool:
        """Change one that waits to another state. Returns False if it does not wait: another node was first."""

    async def note_told(self, item: str) -> bool:
        """Note that a device was told. Returns False if that was noted before."""

    async def remove(self, account: UserId, item: str) -> bool:
        """Delete one of an account. Returns whether it existed."""

    async def purge(self, before: int) -> int:
        """Delete those that do not wait any more and were due before a time. Returns how many."""


class OperatorRow(msgspec.Struct, frozen=True):
    """An account that is an operator of the server, with the names of its rights. ``added_at`` in ms since 1970."""

    account: UserId
    rights: tuple[str, ...]
    added_at: int


class OperatorRows(Protocol):
    """The accounts that are operators of the server. A row is deleted with its account."""

    async def all(self) -> list[OperatorRow]:
        """All rows, the oldest first. Called once, at the start."""

    async def put(self, row: OperatorRow) -> None:
        """Add a row or replace an earlier one. Does nothing if the account is gone."""

    async def remove(self, account: UserId) -> bool:
        """Delete a row. Returns whether it existed."""


ChangeKind = Literal["account", "ban", "operator", "hook", "push", "token", "credential", "scheduled"]
CHANGE_KINDS: Final[tuple[ChangeKind, ...]] = get_args(ChangeKind)


class ChangedRow(msgspec.Struct, frozen=True):
    """A row that was added, changed or deleted.

    ``key`` is the id of an account, also for an operator, for a token or a certificate that was revoked, and for what
    is scheduled; the number of a ban, the id of a hook, the endpoint of a subscription. Empty: any rows of that kind.
    """

    kind: ChangeKind
    key: str = ""


class Changes(Protocol):
    """Tells a node which rows it has to read again. Its contract is tests/store/contract_of_changes.py."""

    @property
    def shared(self) -> bool:
        """Whether other nodes may change rows. If not, there is never anything to report."""

    async def poll(self) -> AbstractSet[ChangedRow]:
        """The rows that were changed since the last call, by any node, this one included.

        The first call only begins. Nothing is missed, whatever failed in between; a row may be reported again.
        Raises StoreError.
        """

    async def listen(self, told: Callable[[], None]) -> None:
        """Have ``told`` called on the event loop soon after any node has changed a row, until it is cancelled.

        It may be called for nothing, and not be called for a change: ``poll`` alone misses nothing.
        """


class NoChanges:
    """Implements Changes for a storage that one process has for itself."""

    shared = False

    async def poll(self) -> AbstractSet[ChangedRow]:
        return frozenset()

    async def listen(self, told: Callable[[], None]) -> None:
        """Nobody else changes anything."""


class Registry(Protocol):
    """Accounts and what belongs to them.

    Each method of its parts is one transaction, as durable as an append. Raises StoreError if it cannot be written or
    read.
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

    @property
    def scheduled(self) -> ScheduledItems: ...

    @property
    def changes(self) -> Changes:
        """Which rows that are kept in memory other nodes have changed."""
