"""Invitations, as the server needs them: a token lets somebody in, with a new account if there is none yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from chover.ports.accounts import Account
from chover.ports.peer import Peer
from chover.ports.registry import Invite

Waits = Callable[[int], None]
"""Called with the seconds that an attempt waits, because wrong ones came before it."""


class Welcome(NamedTuple):
    """Somebody has come by an invitation. ``secret`` is the key of the first device, shown once."""

    account: Account
    invite: Invite
    secret: str


class Invitations(Protocol):
    """Raises Denied with INVALID_INVITE, INVITE_EXPIRED, INVITE_USED_UP or INVITE_REVOKED for what is none any more."""

    async def make(
        self, made_by: str, channels: Sequence[str], *, uses: int, seconds: int, role: str = ""
    ) -> tuple[Invite, str]:
        """An invitation and its token. ``seconds`` 0: for ever. Raises Denied for what cannot be."""

    async def open(self) -> list[Invite]:
        """Those that can still be followed, the oldest first."""

    async def revoke(self, invite: str) -> bool: ...

    async def accept(self, token: str, peer: Peer, told: Waits = ..., /) -> Invite:
        """Use it up by one, for who has an account."""

    async def welcome(self, token: str, name: str, password: str, peer: Peer, told: Waits = ..., /) -> Welcome:
        """Make an account, without a password when that is empty, and use the invitation up by one: both or neither.

        Raises Denied with the codes of registering, too.
        """
