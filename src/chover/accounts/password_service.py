"""Sets passwords, and resets them by a code that was mailed."""

from __future__ import annotations

from collections.abc import Callable

from chover.accounts.attempts import Attempts
from chover.accounts.codes import Codes, wrong_code
from chover.accounts.directory import AccountDirectory
from chover.accounts.passwords import ARGON2, LONGEST, Passwords
from chover.accounts.throttle import tell_nobody
from chover.accounts.tokens import TOKEN_PREFIX
from chover.config import Config
from chover.engine.ids import UserId
from chover.ports import Account, Denied, Peer
from chover.ports.registry import CredentialRows


class PasswordService:
    """Implements ports.account_service.AccountPasswords."""

    def __init__(
        self,
        settings: Callable[[], Config],
        directory: AccountDirectory,
        credentials: CredentialRows,
        passwords: Passwords,
        codes: Codes,
        attempts: Attempts,
        require_privacy: Callable[[Peer], None],
    ) -> None:
        """``require_privacy`` raises Denied for a peer whose password others could read."""
        self._settings = settings
        self._directory = directory
        self._credentials = credentials
        self._passwords = passwords
        self._codes = codes
        self._attempts = attempts
        self._require_privacy = require_privacy

    def require_usable(self, password: str) -> None:
        """Raises Denied for a password that is not acceptable."""
        least = self._settings().accounts.password_len
        if len(password) < least:
            raise Denied("WEAK_PASSWORD", f"A password has at least {least} characters")
        if len(password.encode()) > LONGEST or password.startswith(TOKEN_PREFIX):
            raise Denied(
                "UNACCEPTABLE_PASSWORD", f"A password has at most {LONGEST} bytes and does not begin like a token"
            )

    async def credentials(self, password: str) -> dict[str, list[str]]:
        """The credentials that the registry keeps for a password; none for an empty one. Raises Denied."""
        if not password:
            return {}
        self.require_usable(password)
        return await self._passwords.make(password)

    async def has_one(self, account: UserId) -> bool:
        """Whether it can log in with a password."""
        return bool((await self._credentials.of(account)).get(ARGON2))

    async def set(self, account: UserId, password: str) -> None:
        self.require_usable(password)
        await self._credentials.replace(account, await self._passwords.make(password))

    async def send_reset(self, name: str, peer: Peer) -> None:
        if not self._settings().mail.host:
            raise Denied("DISALLOWED", "This server sends no mail: ask its operator for a new password")
        account = self._directory.find(name)
        # The answer reveals nothing about accounts, and nobody is flooded with mail. A request is not a guess at the
        # password, so the account's owner is not slowed down by it.
        asked_for, throttle = f"mail to {name.lower()}", self._attempts.throttle
        async with throttle.turn(asked_for, peer.address):
            throttle.slow(asked_for, peer.address)
        if account is None or not account.email:
            return
        await self._codes.mail_reset(account)

    async def make_reset_code(self, account: Account) -> str:
        """A code for ``reset``, in place of an earlier one."""
        return await self._codes.reset_code(account)

    async def reset(
        self, name: str, code: str, password: str, peer: Peer, told: Callable[[int], None] = tell_nobody
    ) -> Account:
        self._require_privacy(peer)
        self.require_usable(password)
        async with self._attempts.at_account("RESET", name, peer, told):
            owner = await self._codes.owner(name, code)
            account = self._directory.find(name)
            # The name may belong to somebody else since the code was mailed.
            if account is None or account.id != owner:
                raise wrong_code()
        await self.set(account.id, password)
        return account
