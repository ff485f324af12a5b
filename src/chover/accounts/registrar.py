"""Accounts and invitations, as managed on the command line; also while the server is not running."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import msgspec

from chover.accounts.service import AccountService
from chover.engine.ids import UserId
from chover.ports import BY_OPERATOR, Account, AccountRow, Denied, Invite, NewInvitation, Token
from chover.wire.invite import InvitationLink


async def _nobody_is_on(_account: UserId, _words: str) -> None:
    """While no server is running, nobody has to be disconnected."""


async def _later(_account: UserId) -> None:
    """While no server is running, channels stay as they are."""


def _none_to_end(_account: UserId, _words: str, _by: str) -> int:
    """While no server is running, nobody is logged in."""
    return 0


NO_REASON: Final = "by the operator"
"""The reason for a suspension if none was given: an empty one would mean that it is not suspended."""


class AccountRegistrar:
    """Implements ports.Registrar.

    ``link`` makes a link from a token. ``put_out`` disconnects everybody who is online with an account. ``is_on`` tells
    whether anybody is. ``end_sessions`` ends the sessions that a token has logged in, or all of an account. ``succeed``
    passes on the ranks of a deleted account in channels. ``depose`` takes an operator's rights.
    """

    def __init__(
        self,
        accounts: AccountService,
        link: Callable[[str], Awaitable[InvitationLink]],
        put_out: Callable[[UserId, str], Awaitable[None]] = _nobody_is_on,
        is_on: Callable[[UserId], bool] = lambda _: False,
        succeed: Callable[[UserId], Awaitable[object]] = _later,
        depose: Callable[[UserId], Awaitable[object]] = _later,
        end_sessions: Callable[[UserId, str, str], int] = _none_to_end,
    ) -> None:
        self._accounts = accounts
        self._link = link
        self._put_out = put_out
        self._is_on = is_on
        self._succeed = succeed
        self._end_sessions = end_sessions
        self._depose = depose

    # ---- invitations ---------------------------------------------------------------------------------------------

    async def invite(self, channels: Sequence[str], uses: int, seconds: int, role: str) -> NewInvitation:
        """See ports.Registrar."""
        make = self._accounts.invitations.make
        invite, token = await make(BY_OPERATOR, channels, uses=uses, seconds=seconds, role=role)
        link = await self._link(token)
        plain = self._plain(link) if link.browsers_warn else ""
        awaited = self._accounts.config.tls.domain if link.browsers_warn else ""
        return NewInvitation(invite, link.for_clients, link.for_browsers, link.browsers_warn, plain, awaited)

    def _plain(self, link: InvitationLink) -> str:
        settings = self._accounts.config.accounts
        if settings.plaintext_passwords:
            return link.over_http
        return "" if settings.required else link.page_over_http

    async def invites(self) -> list[Invite]:
        """Valid invitations, with the names of the accounts that made them."""
        found = await self._accounts.invitations.open()
        return [msgspec.structs.replace(invite, made_by=self._name(invite.made_by)) for invite in found]

    def _name(self, maker: str) -> str:
        account = self._accounts.get(UserId(maker))
        return account.name if account is not None else maker

    async def revoke_invite(self, invite: str) -> None:
        if not await self._accounts.invitations.revoke(invite):
            raise Denied("INVALID", f"there is no valid invitation {invite}; invite list shows them")

    # ---- accounts ------------------------------------------------------------------------------------------------

    def _found(self, name: str) -> Account:
        account = self._accounts.find(name)
        if account is None:
            raise Denied("NO_SUCH_ACCOUNT", f"there is no account {name}; account list shows them")
        return account

    def _row(self, account: Account) -> AccountRow:
        return AccountRow(
            account.name, account.id, account.created_at, account.email, account.suspended, self._is_on(account.id)
        )

    async def accounts(self) -> list[AccountRow]:
        return [self._row(account) for account in sorted(self._accounts.everybody(), key=lambda row: row.folded)]

    async def account(self, name: str) -> AccountRow:
        return self._row(self._found(name))

    async def add(self, name: str, password: str, email: str) -> AccountRow:
        return self._row(await self._accounts.registration.make(name, password, email))

    async def recover(self, name: str) -> str:
        return await self._accounts.passwords.make_reset_code(self._found(name))

    async def set_password(self, name: str, password: str, *, keep: bool = False) -> None:
        account = self._found(name)
        await self._accounts.passwords.set(account.id, password)
        if not keep:
            self._end_sessions(account.id, "The password of this account was changed: log in again", "")

    async def suspend(self, name: str, reason: str) -> None:
        reason = reason.strip() or NO_REASON
        account = await self._accounts.suspend(self._found(name).id, reason)
        await self._put_out(account.id, f"{account.name} is suspended: {reason}")

    async def resume(self, name: str) -> None:
        await self._accounts.suspend(self._found(name).id, "")

    async def delete(self, name: str) -> None:
        account = self._found(name)
        await self._depose(account.id)
        await self._succeed(account.id)
        await self._accounts.delete(account.id)
        await self._put_out(account.id, "This account was deleted")

    async def export(self, name: str) -> dict[str, Any]:
        return await self._accounts.export(self._found(name).id)

    async def tokens(self, name: str) -> list[Token]:
        return await self._accounts.tokens.of(self._found(name).id)

    async def make_token(self, name: str, label: str) -> str:
        return await self._accounts.tokens.make(self._found(name).id, label)

    async def revoke_token(self, name: str, token: str) -> None:
        account = self._found(name)
        if not await self._accounts.tokens.revoke(account.id, token):
            raise Denied("INVALID", f"{account.name} has no token {token}; account tokens {account.name} shows them")
        self._end_sessions(account.id, "What this device logged in with was revoked", token)
