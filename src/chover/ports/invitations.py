"""Invitations, as the server needs them: a token admits somebody, with a new account if they have none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from chover.ports.accounts import Account
from chover.ports.peer import Peer
from chover.ports.registry import Invite

Waits = Callable[[int], None]
"""Called with the number of seconds that an attempt has to wait because of earlier wrong ones."""


class Welcome(NamedTuple):
    """Somebody has accepted an invitation. ``secret`` is the key of the first device, shown only once."""

    account: Account
    invite: Invite
    secret: str


class Invitations(Protocol):
    """Raises Denied if an invitation is not valid.

    The codes are INVALID_INVITE, INVITE_EXPIRED, INVITE_USED_UP and INVITE_REVOKED.
    """

    async def make(
        self, made_by: str, channels: Sequence[str], *, uses: int, seconds: int, role: str = ""
    ) -> tuple[Invite, str]:
        """Create an invitation and return it with its token. ``seconds`` 0: it never expires. Raises Denied."""

    async def open(self) -> list[Invite]:
        """The invitations that are still valid, the oldest first."""

    async def revoke(self, invite: str) -> bool: ...

    async def accept(self, token: str, peer: Peer, told: Waits = ..., /) -> Invite:
        """Use one of its uses for somebody who has an account."""

    async def welcome(self, token: str, name: str, password: str, peer: Peer, told: Waits = ..., /) -> Welcome:
        """Create an account, without a password if that is empty, and use the invitation once: both or neither.

        Also raises Denied with the codes of registration.
        """
