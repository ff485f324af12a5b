"""Invitations: tokens that admit somebody."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Sequence
from typing import Final

from chover import names, server_log
from chover.accounts.attempts import Attempts
from chover.accounts.directory import AccountDirectory
from chover.accounts.login import LoginService
from chover.accounts.registration import RegistrationService
from chover.accounts.throttle import tell_nobody
from chover.accounts.tokens import fresh_token, hash_of
from chover.config import Config
from chover.engine.ids import UserId
from chover.engine.modes import ROLES
from chover.ports import BY_OPERATOR, Denied, Invite, Newcomer, Peer, Taken, Token, Welcome
from chover.ports.registry import InviteRows
from chover.wire.invite import TOKEN

_log = logging.getLogger(__name__)

TOKEN_BYTES: Final = 16
MOST_USES: Final = 100_000
LONGEST_SECONDS: Final = 10 * 366 * 86400
MOST_CHANNELS: Final = 20
FIRST_DEVICE: Final = "invitation"
"""The label of the token for an account's first device."""


class InvitationService:
    """Implements ports.Invitations."""

    def __init__(
        self,
        settings: Callable[[], Config],
        directory: AccountDirectory,
        rows: InviteRows,
        login: LoginService,
        registration: RegistrationService,
        attempts: Attempts,
    ) -> None:
        self._settings = settings
        self._directory = directory
        self._rows = rows
        self._login = login
        self._registration = registration
        self._attempts = attempts

    async def make(
        self, made_by: str, channels: Sequence[str], *, uses: int, seconds: int, role: str = ""
    ) -> tuple[Invite, str]:
        """See ports.Invitations."""
        if not 0 < uses <= MOST_USES:
            raise Denied("INVALID", f"An invitation is for 1 to {MOST_USES} uses")
        if not 0 <= seconds <= LONGEST_SECONDS:
            raise Denied("INVALID", "An invitation lasts at most ten years, or for ever")
        token, now = secrets.token_urlsafe(TOKEN_BYTES), _now()
        invite = Invite(
            secrets.token_hex(4), made_by, now, now + seconds * 1000 if seconds else 0, uses,
            self._channels(channels), _role(role),
        )  # fmt: skip
        await self._rows.add(hash_of(token), invite)
        return invite, token

    def _channels(self, channels: Sequence[str]) -> tuple[str, ...]:
        if len(channels) > MOST_CHANNELS:
            raise Denied("INVALID", f"An invitation is to at most {MOST_CHANNELS} channels")
        config = self._settings()
        for name in channels:
            try:
                names.fold_channel(name, config.server.casemapping, config.limits.channel_len)
            except names.BadName as bad:
                raise Denied("INVALID", f"{name} is not a valid channel: {bad}") from None
        return tuple(dict.fromkeys(channels))

    async def open(self) -> list[Invite]:
        return await self._rows.open(_now())

    async def revoke(self, invite: str) -> bool:
        return await self._rows.revoke(invite, _now())

    async def accept(self, token: str, peer: Peer, told: Callable[[int], None] = tell_nobody) -> Invite:
        await self._look(token, peer, told)
        return await self._redeem(token, None)

    async def welcome(
        self, token: str, name: str, password: str, peer: Peer, told: Callable[[int], None] = tell_nobody
    ) -> Welcome:
        self._login.require_privacy(peer)
        invite = await self._look(token, peer, told)
        if self._settings().accounts.registration == "off" and invite.made_by != BY_OPERATOR:
            raise Denied("DISALLOWED", "Only the operator's invitations create accounts here: ask the operator")
        account, credentials = await self._registration.prepare(name, password)
        secret = fresh_token()
        first = Token(secrets.token_hex(4), account.id, FIRST_DEVICE, account.created_at)
        try:
            invite = await self._redeem(token, Newcomer(account, credentials, hash_of(secret), first))
        except Taken:
            raise Denied("ACCOUNT_EXISTS", "That name is already registered; log in to it, or choose another") from None
        came_from = server_log.from_address(peer.address)
        _log.info("registered: account %s by invitation %s%s", account.name, invite.id, came_from)
        return Welcome(self._directory.learn(account), invite, secret)

    async def _look(self, token: str, peer: Peer, told: Callable[[int], None] = tell_nobody) -> Invite:
        """The invitation if it is valid. Anyone who tries many tokens has to wait longer and longer."""
        if not TOKEN.fullmatch(token):
            # A malformed token is not a guess, and costs the server nothing.
            raise _no_such_invitation()
        invite = await self._rows.get(hash_of(token))
        if invite is None:
            async with self._attempts.at("REDEEM", "", peer, told):
                raise _no_such_invitation()
        self._require_open(invite)
        return invite

    def _require_open(self, invite: Invite | None) -> None:
        if invite is None:
            raise _no_such_invitation()
        if invite.revoked_at or not self._stands(invite.made_by):
            raise Denied("INVITE_REVOKED", "This invitation was revoked; ask for another")
        if invite.expires_at and invite.expires_at <= _now():
            raise Denied("INVITE_EXPIRED", "This invitation is too old; ask for another")
        if invite.uses <= 0:
            raise Denied("INVITE_USED_UP", "This invitation was used already; ask for another")

    def _stands(self, made_by: str) -> bool:
        """Whether its maker may still invite people."""
        maker = self._directory.get(UserId(made_by))
        return made_by == BY_OPERATOR or (maker is not None and not maker.suspended)

    async def _redeem(self, token: str, newcomer: Newcomer | None) -> Invite:
        invite = await self._rows.redeem(hash_of(token), _now(), newcomer)
        if invite is None:
            # Somebody else was faster: its current state says why.
            self._require_open(await self._rows.get(hash_of(token)))
            raise Denied("INVITE_USED_UP", "This invitation was used already; ask for another")
        return invite


def _no_such_invitation() -> Denied:
    return Denied("INVALID_INVITE", "There is no such invitation; check that the link is complete")


def _role(text: str) -> str:
    role = ROLES.get(text.lower().lstrip("+")) if text else ""
    if role is None or role == "q":
        raise Denied("INVALID", "A role is admin, op, halfop or voice")
    return role


def _now() -> int:
    return time.time_ns() // 1_000_000
