"""What the operator asks of a server, whether it runs or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from chover.engine.ids import UserId
from chover.ports.accounts import Token
from chover.ports.hooks import HookAdmin
from chover.ports.moderation import Moderator
from chover.ports.registry import Invite
from chover.ports.status import ServerStatus


class Present(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody who is on, as an operator sees it."""

    id: UserId
    nick: str
    address: str
    port: int
    protocol: str
    since: int
    """Milliseconds since 1970."""
    account: str = ""
    version: str = ""
    channels: tuple[str, ...] = ()


class AccountRow(msgspec.Struct, frozen=True):
    """An account, as an operator sees it. ``created_at`` in ms since 1970; ``on``: somebody is on as it just now."""

    name: str
    id: UserId
    created_at: int
    email: str
    suspended: str
    on: bool


class OperatorFacts(msgspec.Struct, frozen=True):
    """An operator of the server: an account, or a row of the settings (``settings``), which has no time.

    ``added_at`` in ms since 1970.
    """

    name: str
    rights: tuple[str, ...]
    added_at: int = 0
    settings: bool = False


class NewOperator(msgspec.Struct, frozen=True):
    """An account that was just made operator. ``made``: the account, too; ``password``: one that was made for it."""

    name: str
    rights: tuple[str, ...]
    made: bool
    password: str


class NewInvitation(msgspec.Struct, frozen=True):
    """An invitation that was just made, with the links that its token stands in.

    ``warns``: a browser that follows it warns of the certificate; ``plain`` is an address that is not encrypted, which
    does without: the invitation's where passwords may go that way, else that of the page for guests, or empty.
    """

    invite: Invite
    link: str
    browser: str
    warns: bool = False
    plain: str = ""


class Registrar(Protocol):
    """Accounts and invitations, in the operator's hands. Raises Denied with one line of what stands in the way."""

    async def invite(self, channels: Sequence[str], uses: int, seconds: int, role: str) -> NewInvitation:
        """``seconds`` 0: for ever."""

    async def invites(self) -> list[Invite]:
        """Those that can still be followed."""

    async def revoke_invite(self, invite: str) -> None: ...

    async def accounts(self) -> list[AccountRow]:
        """All of them, by name."""

    async def account(self, name: str) -> AccountRow: ...

    async def add(self, name: str, password: str, email: str) -> AccountRow:
        """An account, whoever may register; without a password it begins with a code (``recover``)."""

    async def recover(self, name: str) -> str:
        """A code with which its owner sets a new password, once, within a day."""

    async def set_password(self, name: str, password: str, *, keep: bool = False) -> None:
        """At once, in place of the old one. Its sessions end, unless they are to be kept."""

    async def suspend(self, name: str, reason: str) -> None:
        """Nobody may log in to it, and who is on goes, whatever the reason; a default stands for an empty one."""

    async def resume(self, name: str) -> None:
        """Let its owner in again."""

    async def delete(self, name: str) -> None: ...

    async def export(self, name: str) -> dict[str, Any]: ...

    async def tokens(self, name: str) -> list[Token]: ...

    async def make_token(self, name: str, label: str) -> str:
        """The secret."""

    async def revoke_token(self, name: str, token: str) -> None:
        """It logs nobody in any more, and the sessions that it logged in end."""


class OperatorAdmin(Protocol):
    """Who is operator of the server. Raises Denied with one line of what stands in the way."""

    async def operators(self) -> list[OperatorFacts]:
        """Accounts, the oldest first, then those of the settings."""

    async def add(self, name: str, rights: Sequence[str], password: str) -> NewOperator:
        """Make an account operator, and the account where there is none.

        Without ``password`` an account that has none gets one. Denied for one that has a password and is given another.
        """

    async def remove(self, name: str) -> None:
        """Its sessions have no rights any more."""


class Operator(Protocol):
    """What the verbs of the operator's socket act on. All are called on the server's loop."""

    @property
    def registrar(self) -> Registrar: ...

    @property
    def operators(self) -> OperatorAdmin: ...

    async def moderator(self) -> Moderator: ...

    async def hooks(self) -> HookAdmin: ...

    def who(self) -> list[Present]:
        """Everybody who is on, by nick."""

    async def status(self) -> ServerStatus:
        """How the server is, and what its operator should look at."""

    def stop(self, reason: str) -> None:
        """Begin the graceful shutdown; returns at once."""

    async def restart(self) -> None:
        """Begin a restart in place: plain connections stay open, all others come back; returns at once.

        Raises ValueError with one line of what is wrong; then nothing happens.
        """

    async def reload(self) -> list[str]:
        """Read the configuration and the certificate again; what changed, a line each.

        Raises ValueError with one line of what is wrong; then nothing was changed.
        """
