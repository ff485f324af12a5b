"""Logging in: by password, device token, certificate or SCRAM."""

from __future__ import annotations

import hmac
import ipaddress
import time
from collections.abc import Callable, Sequence
from functools import partial

from chover.accounts.attempts import Attempts, log_failed
from chover.accounts.directory import AccountDirectory
from chover.accounts.exchanges import External, Plain, Scram, wrong
from chover.accounts.passwords import ARGON2, SCRAM, Passwords, Verifier
from chover.accounts.throttle import LoginThrottle, tell_nobody
from chover.accounts.tokens import TOKEN_PREFIX, hash_of
from chover.config import Config
from chover.engine.ids import UserId
from chover.ports import Account, Denied, Exchange, Login, Peer, Registry, Token
from chover.ports.registry import Departures


class LoginService:
    """Implements ports.account_service.AccountLogin."""

    def __init__(
        self,
        settings: Callable[[], Config],
        directory: AccountDirectory,
        registry: Registry,
        passwords: Passwords,
        attempts: Attempts,
        key: bytes,
    ) -> None:
        self._settings = settings
        self._directory = directory
        self._registry = registry
        self._passwords = passwords
        self._attempts = attempts
        self._key = key

    @property
    def throttle(self) -> LoginThrottle:
        return self._attempts.throttle

    @property
    def mechanisms(self) -> Sequence[str]:
        """See ports.account_service."""
        return ("PLAIN", "EXTERNAL", *(("SCRAM-SHA-256",) if self._settings().accounts.scram else ()))

    @property
    def guests(self) -> bool:
        return not self._settings().accounts.required

    @property
    def departures(self) -> Departures:
        return self._registry.departures

    def begin(self, mechanism: str, peer: Peer, told: Callable[[int], None] = tell_nobody) -> Exchange:
        if mechanism == "PLAIN":
            self.require_privacy(peer)
            return Plain(partial(self._check, "PLAIN", told), peer)
        if mechanism == "EXTERNAL":
            return External(partial(self._certified, peer), peer)
        if mechanism == "SCRAM-SHA-256" and self._settings().accounts.scram:
            return Scram(self._verifier, peer, partial(self._attempts.at_account, mechanism, told=told), _usable)
        raise Denied("INVALID", f"{mechanism} is not a mechanism of this server")

    def require_privacy(self, peer: Peer) -> None:
        """Refuse passwords in plain text from another machine, unless a setting allows them."""
        if peer.tls or self._settings().accounts.plaintext_passwords or (not peer.via and _is_here(peer.address)):
            return
        raise Denied(
            "PLAINTEXT_REFUSED",
            "Anybody on the network path could read your password: connect with TLS (on the same port), or use SCRAM",
        )

    async def check(self, name: str, password: str, peer: Peer, told: Callable[[int], None] = tell_nobody) -> Login:
        return await self._check("password", told, name, password, peer)

    async def _check(self, by: str, told: Callable[[int], None], name: str, password: str, peer: Peer) -> Login:
        self.require_privacy(peer)
        name, _, device = name.partition("@")
        account = await self._found(name)
        # Nobody guesses 256 bits, so a token is not slowed down by others who guess at the password.
        if (
            account is not None
            and password.startswith(TOKEN_PREFIX)
            and (token := await self._token(account, password))
        ):
            return Login(_usable(account), device or token.label, token.id)
        async with self._attempts.at_account(by, name, peer, told):
            if not await self._knows(account, password) or account is None:
                raise wrong()
        return Login(_usable(account), device)

    async def bearer(self, token: str, peer: Peer) -> Login:
        self.require_privacy(peer)
        found = await self._registry.tokens.use(hash_of(token), _now())
        account = await self._of(found.account) if found else None
        if found is None or account is None:
            async with self._attempts.at("token", "", peer):
                raise wrong()
        return Login(_usable(account), found.label, found.id)

    async def opens(
        self, kept: str, name: str, password: str, peer: Peer, told: Callable[[int], None] = tell_nobody
    ) -> None:
        self.require_privacy(peer)
        async with self._attempts.at("password", name, peer, told):
            if kept.startswith("$argon2"):
                right = await self._passwords.matches(kept, password)
            else:
                right = hmac.compare_digest(kept.encode(), password.encode())
            if not right or kept == "*":
                raise wrong()

    async def opens_server(
        self, kept: str, password: str, peer: Peer, told: Callable[[int], None] = tell_nobody
    ) -> None:
        async with self._attempts.at("PASS", "", peer, told):
            if not hmac.compare_digest(kept.encode(), password.encode()):
                raise Denied("INVALID_CREDENTIALS", "This is not the server's password")

    async def _found(self, name: str) -> Account | None:
        account = self._directory.find(name)
        if account is None:
            await self._directory.catch_up()
            account = self._directory.find(name)
        return account

    async def _of(self, owner: UserId) -> Account | None:
        account = self._directory.get(owner)
        if account is None:
            await self._directory.catch_up()
            account = self._directory.get(owner)
        return account

    async def _token(self, account: Account, secret: str) -> Token | None:
        token = await self._registry.tokens.use(hash_of(secret), _now())
        return token if token is not None and token.account == account.id else None

    async def _knows(self, account: Account | None, password: str) -> bool:
        kept = (await self._registry.credentials.of(account.id)).get(ARGON2, [""]) if account else [""]
        return await self._passwords.matches(kept[0], password) and account is not None

    async def _certified(self, peer: Peer, fingerprint: str) -> Account | None:
        owner = await self._registry.credentials.owner_of_certificate(fingerprint.lower())
        account = await self._of(owner) if owner is not None else None
        # Nobody can guess a key, so attempts are not slowed. SSH clients offer all their keys, and that is not a
        # failure.
        if account is None and peer.protocol != "ssh":
            log_failed("EXTERNAL", "", peer)
        return account

    async def _verifier(self, name: str) -> tuple[Account | None, str, Verifier]:
        """The result does not tell whether a password is right, so nobody has to wait for it either."""
        name, _, device = name.partition("@")
        account = await self._found(name)
        kept = (await self._registry.credentials.of(account.id)).get(SCRAM, []) if account else []
        if account is None or not kept:
            return None, "", self._passwords.nobodys(self._directory.key(name), self._key)
        return account, device, Verifier.read(kept[0])


def _usable(account: Account) -> Account:
    if account.suspended:
        raise Denied("ACCOUNT_SUSPENDED", f"{account.name} is suspended: {account.suspended}")
    return account


def _is_here(address: str) -> bool:
    return not address or ipaddress.ip_address(address.partition("%")[0]).is_loopback


def _now() -> int:
    return time.time_ns() // 1_000_000
