"""What the operator can do with a server, whether it is running or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from chover.engine.ids import UserId
from chover.ports.accounts import Token
from chover.ports.files import EmojiSet
from chover.ports.hooks import HookAdmin
from chover.ports.moderation import Moderator
from chover.ports.registry import Invite
from chover.ports.status import ServerStatus


class Present(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody who is online, as an operator sees them."""

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
    """An account, as an operator sees it. ``created_at`` in ms since 1970; ``on``: somebody is online with it now."""

    name: str
    id: UserId
    created_at: int
    email: str
    suspended: str
    on: bool


class OperatorFacts(msgspec.Struct, frozen=True):
    """An operator of the server: an account, or a row of the configuration (``settings``), which has no time.

    ``added_at`` in ms since 1970.
    """

    name: str
    rights: tuple[str, ...]
    added_at: int = 0
    settings: bool = False


class NewOperator(msgspec.Struct, frozen=True):
    """An account that was just made an operator. ``made``: it is new; ``password``: one that was generated for it."""

    name: str
    rights: tuple[str, ...]
    made: bool
    password: str


class NewInvitation(msgspec.Struct, frozen=True):
    """An invitation that was just made, with links that contain its token.

    ``warns``: a browser that follows the link will warn about the certificate. ``plain`` is an unencrypted address that
    avoids the warning: the invitation's if passwords may be sent that way, else the guests' page, or empty. ``awaited``
    is the domain whose certificate is not there yet; when it is, nothing warns any more.
    """

    invite: Invite
    link: str
    browser: str
    warns: bool = False
    plain: str = ""
    awaited: str = ""


class Registrar(Protocol):
    """Accounts and invitations, as the operator manages them. Raises Denied with a one-line reason."""

    async def invite(self, channels: Sequence[str], uses: int, seconds: int, role: str) -> NewInvitation:
        """Create an invitation. ``seconds`` 0: it never expires."""

    async def invites(self) -> list[Invite]:
        """The invitations that are still valid."""

    async def revoke_invite(self, invite: str) -> None: ...

    async def accounts(self) -> list[AccountRow]:
        """All accounts, by name."""

    async def account(self, name: str) -> AccountRow: ...

    async def add(self, name: str, password: str, email: str) -> AccountRow:
        """Create an account, even if registration is closed.

        Without a password, its owner sets one with a code (``recover``).
        """

    async def recover(self, name: str) -> str:
        """A code with which its owner sets a new password. It works once, for a day."""

    async def set_password(self, name: str, password: str, *, keep: bool = False) -> None:
        """Replace the password at once. The account's sessions end, unless ``keep`` is true."""

    async def suspend(self, name: str, reason: str) -> None:
        """Suspend an account and disconnect its sessions. An empty reason is replaced by a default."""

    async def resume(self, name: str) -> None:
        """Lift a suspension."""

    async def delete(self, name: str) -> None: ...

    async def export(self, name: str) -> dict[str, Any]: ...

    async def tokens(self, name: str) -> list[Token]: ...

    async def make_token(self, name: str, label: str) -> str:
        """Create a device token and return its secret."""

    async def revoke_token(self, name: str, token: str) -> None:
        """Revoke a device token. The sessions that it logged in end."""


class OperatorAdmin(Protocol):
    """Operators of the server. Raises Denied with a one-line reason."""

    async def operators(self) -> list[OperatorFacts]:
        """The accounts, the oldest first, then those of the configuration."""

    async def add(self, name: str, rights: Sequence[str], password: str) -> NewOperator:
        """Make an account an operator, and create it if it does not exist.

        If neither the account nor ``password`` provides a password, one is generated. Raises Denied if both do.
        """

    async def remove(self, name: str) -> None:
        """Take the rights away, from current sessions, too."""


class Operator(Protocol):
    """What the verbs of the operator's socket call. All are called on the server's loop."""

    @property
    def registrar(self) -> Registrar: ...

    @property
    def operators(self) -> OperatorAdmin: ...

    async def moderator(self) -> Moderator: ...

    async def hooks(self) -> HookAdmin: ...

    async def emoji(self) -> EmojiSet: ...

    def who(self) -> list[Present]:
        """Everybody who is online, by nick."""

    async def status(self) -> ServerStatus:
        """The state of the server, and what its operator should look at."""

    def stop(self, reason: str) -> None:
        """Begin the graceful shutdown; returns at once."""

    async def restart(self) -> None:
        """Begin a restart in place; returns at once. Plain connections stay open, all others have to reconnect.

        Raises ValueError with a one-line reason; then nothing happens.
        """

    async def reload(self) -> list[str]:
        """Reload the configuration and the certificate. Returns what changed, one line each.

        Raises ValueError with a one-line reason; then nothing was changed.
        """
