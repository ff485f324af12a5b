"""Everybody who has registered: accounts in memory, what proves them in the registry."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import msgspec

from chover import names
from chover.accounts import mail
from chover.accounts.appearances import Appearances
from chover.accounts.codes import Codes
from chover.accounts.exchanges import External, Plain, Scram, wrong
from chover.accounts.invitations import InvitationService
from chover.accounts.passwords import ARGON2, LONGEST, SCRAM, Passwords, Verifier
from chover.accounts.throttle import LoginThrottle
from chover.config import Config
from chover.engine.ids import LogId, UserId
from chover.ports import Account, AccountSettings, Denied, Exchange, Login, Peer, Registry, Taken, Token

TOKEN_PREFIX: Final = "chover-"  # noqa: S105 - what every device token begins with
LABEL_CHARS: Final = 64
_FINGERPRINT_HEX: Final = 64


_CLOSED: Final = {
    "invite": "Accounts are for the invited here: ask somebody for an invitation, and follow its link",
    "off": "Accounts are not made by oneself here: ask whoever runs this server",
}


class AccountService:
    """Implements ports.Accounts."""

    def __init__(self, config: Config, registry: Registry, key: bytes) -> None:
        self.config = config
        self._registry = registry
        self._key = key
        self._passwords = Passwords(config.accounts.hash_cost, scram=config.accounts.scram)
        self.brake = LoginThrottle(time.monotonic)
        self._newcomers = LoginThrottle(time.monotonic)
        self.invitations = InvitationService(self, registry)
        self._codes = Codes(lambda: self.config, registry)
        self._changing = asyncio.Lock()
        """One change after the other, each of what the one before it left."""
        self.everyone: dict[UserId, Account] = {}
        self._by_name: dict[str, Account] = {}
        self._by_look: dict[str, Account] = {}
        self._appearances = Appearances()
        for account in registry.accounts.all():
            self.learn(account)

    def warm_up(self) -> None:
        """Make ready for logins, beside whatever else is done."""
        self._passwords.prepare()

    def close(self) -> None:
        self._passwords.close()

    # ---- who there is --------------------------------------------------------------------------------------------

    @property
    def mechanisms(self) -> Sequence[str]:
        """See ports.Accounts."""
        return ("PLAIN", "EXTERNAL", *(("SCRAM-SHA-256",) if self.config.accounts.scram else ()))

    def named(self, folded: str) -> Account | None:
        return self._by_name.get(folded)

    def resembling(self, folded: str) -> Account | None:
        return self._by_look.get(names.skeleton(folded))

    def shown_as(self, looks: Iterable[str], but: UserId) -> Account | None:
        """See ports.Accounts."""
        found = self._appearances.another(looks, but)
        return self.everyone.get(found) if found is not None else None

    def get(self, account: UserId) -> Account | None:
        return self.everyone.get(account)

    def everybody(self) -> Iterable[Account]:
        return list(self.everyone.values())

    def learn(self, account: Account) -> Account:
        self._appearances.learn(account, self.everyone.get(account.id))
        self.everyone[account.id] = self._by_name[account.folded] = account
        self._by_look[names.skeleton(account.folded)] = account
        return account

    @property
    def guests(self) -> bool:
        return not self.config.accounts.required

    def find(self, name: str) -> Account | None:
        """By a name as people write it."""
        try:
            return self._by_name.get(names.fold(name, self.config.server.casemapping))
        except names.BadName:
            return None

    # ---- logging in ----------------------------------------------------------------------------------------------

    def begin(self, mechanism: str, peer: Peer) -> Exchange:
        if mechanism == "PLAIN":
            self.require_privacy(peer)
            return Plain(self.check, peer)
        if mechanism == "EXTERNAL":
            return External(self._certified, peer)
        if mechanism == "SCRAM-SHA-256" and self.config.accounts.scram:
            return Scram(self._verifier, peer, self._settle, _usable)
        raise Denied("INVALID", f"{mechanism} is no mechanism of this server")

    def require_privacy(self, peer: Peer) -> None:
        """No password over plain text from another machine, unless a setting allows it."""
        if peer.tls or self.config.accounts.plaintext_passwords or (not peer.via and _is_here(peer.address)):
            return
        raise Denied(
            "PLAINTEXT_REFUSED",
            "Anybody on the way could read your password: connect with TLS (the same port takes it), or use SCRAM",
        )

    async def check(self, name: str, password: str, peer: Peer) -> Login:
        self.require_privacy(peer)
        name, _, device = name.partition("@")
        account = self.find(name)
        async with self.brake.turn(account.folded if account else name, peer.address):
            if password.startswith(TOKEN_PREFIX) and (token := await self._token(account, password)):
                device = device or token.label
            elif not await self._knows(account, password):
                self.brake.wrong(account.folded if account else name, peer.address)
                raise wrong()
        assert account is not None
        self.brake.right(account.folded, peer.address)
        return Login(_usable(account), device)

    async def bearer(self, token: str, peer: Peer) -> Login:
        self.require_privacy(peer)
        found = await self._registry.tokens.use(_hash(token), _now())
        account = self.everyone.get(found.account) if found else None
        if found is None or account is None:
            raise wrong()
        return Login(_usable(account), found.label)

    async def opens(self, kept: str, name: str, password: str, peer: Peer) -> None:
        self.require_privacy(peer)
        key = f"operator {name}"
        async with self.brake.turn(key, peer.address):
            if kept.startswith("$argon2"):
                right = await self._passwords.matches(kept, password)
            else:
                right = hmac.compare_digest(kept.encode(), password.encode())
            (self.brake.right if right else self.brake.wrong)(key, peer.address)
        if not right or kept == "*":
            raise wrong()

    async def _token(self, account: Account | None, secret: str) -> Token | None:
        token = await self._registry.tokens.use(_hash(secret), _now())
        return token if token is not None and account is not None and token.account == account.id else None

    async def _knows(self, account: Account | None, password: str) -> bool:
        kept = (await self._registry.credentials.of(account.id)).get(ARGON2, [""]) if account else [""]
        return await self._passwords.matches(kept[0], password) and account is not None

    async def _certified(self, fingerprint: str) -> Account | None:
        owner = await self._registry.credentials.owner_of_certificate(fingerprint.lower())
        return self.everyone.get(owner) if owner is not None else None

    async def _verifier(self, name: str, peer: Peer) -> tuple[Account | None, str, Verifier]:
        name, _, device = name.partition("@")
        account = self.find(name)
        name = name.lower()
        async with self.brake.turn(name, peer.address):
            kept = (await self._registry.credentials.of(account.id)).get(SCRAM, []) if account else []
        if account is None or not kept:
            return None, "", self._passwords.nobodys(name, self._key)
        return account, device, Verifier.read(kept[0])

    def _settle(self, name: str, peer: Peer, right: bool) -> None:
        account = name.partition("@")[0].lower()
        (self.brake.right if right else self.brake.wrong)(account, peer.address)

    # ---- registering ---------------------------------------------------------------------------------------------

    async def register(self, name: str, password: str, email: str, peer: Peer) -> Account | None:
        if self.config.accounts.registration != "open":
            raise Denied("DISALLOWED", _CLOSED[self.config.accounts.registration])
        self.require_privacy(peer)
        if email:
            mail.require_address(email)
        elif self.config.accounts.email_required:
            raise Denied("INVALID_EMAIL", "An e-mail address is needed here, which is verified")
        self._require_password(password)
        async with self._newcomers.turn(peer.address, peer.address):
            account, credentials = await self.prepare(name, password, email)
            # Of one address the next waits longer and longer, as if this had been wrong.
            self._newcomers.wrong(peer.address, peer.address)
        if email and self.config.mail.host:
            await self._codes.mail_verification(account, credentials)
            return None
        return await self._create(account, credentials)

    async def make(self, name: str, password: str, email: str = "") -> Account:
        """What an operator does, whoever may register. Raises Denied."""
        account, credentials = await self.prepare(name, password, email)
        return await self._create(account, credentials)

    async def prepare(self, name: str, password: str, email: str = "") -> tuple[Account, dict[str, list[str]]]:
        """An account that may be made, and what proves it: nothing without a password. Raises Denied."""
        folded = self._require_new(name)
        if password:
            self._require_password(password)
        credentials = await self._passwords.make(password) if password else {}
        return Account(UserId("a" + secrets.token_hex(8)), name, folded, _now(), email), credentials

    def _require_new(self, name: str) -> str:
        try:
            folded = names.fold_nick(name, self.config.server.casemapping, self.config.limits.nick_len)
        except names.BadName as bad:
            raise Denied("BAD_ACCOUNT_NAME", f"That cannot be a name: {bad}") from None
        if self.resembling(folded) is not None:
            raise Denied("ACCOUNT_EXISTS", "That name is registered already; log in to it, or take another")
        return folded

    def _require_password(self, password: str) -> None:
        least = self.config.accounts.password_len
        if len(password) < least:
            raise Denied("WEAK_PASSWORD", f"A password has at least {least} characters")
        if len(password.encode()) > LONGEST or password.startswith(TOKEN_PREFIX):
            raise Denied(
                "UNACCEPTABLE_PASSWORD", f"A password has at most {LONGEST} bytes and does not begin like a token"
            )

    async def _create(self, account: Account, credentials: dict[str, list[str]]) -> Account:
        try:
            await self._registry.accounts.create(account, credentials)
        except Taken:
            raise Denied("ACCOUNT_EXISTS", "That name is registered already") from None
        return self.learn(account)

    async def verify(self, name: str, code: str, peer: Peer) -> Account:
        async with self.brake.turn(name, peer.address):
            waiting = await self._codes.waiting(name, code)
        account, _ = await self.prepare(waiting.name, "", waiting.email)
        return await self._create(account, waiting.credentials)

    # ---- what an owner changes -----------------------------------------------------------------------------------

    async def set_password(self, account: UserId, password: str) -> None:
        self._require_password(password)
        await self._registry.credentials.replace(account, await self._passwords.make(password))

    async def change(self, account: UserId, how: Callable[[AccountSettings], AccountSettings]) -> Account:
        return await self._update(account, lambda held: msgspec.structs.replace(held, settings=how(held.settings)))

    async def set_email(self, account: UserId, email: str) -> Account:
        address = mail.require_address(email) if email else ""
        return await self._update(account, lambda held: msgspec.structs.replace(held, email=address))

    async def suspend(self, account: UserId, reason: str) -> Account:
        return await self._update(account, lambda held: msgspec.structs.replace(held, suspended=reason))

    async def _update(self, account: UserId, how: Callable[[Account], Account]) -> Account:
        async with self._changing:
            changed = how(self._there(account))
            await self._registry.accounts.update(changed)
            return self.learn(changed)

    def _there(self, account: UserId) -> Account:
        found = self.everyone.get(account)
        if found is None:
            raise Denied("NO_SUCH_ACCOUNT", "This account was deleted")
        return found

    async def delete(self, account: UserId) -> None:
        async with self._changing:
            gone = self._there(account)
            await self._registry.accounts.delete(account)
            del self.everyone[account], self._by_name[gone.folded]
            self._by_look.pop(names.skeleton(gone.folded), None)
            self._appearances.forget(gone)

    async def export(self, account: UserId) -> dict[str, Any]:
        found = self.everyone[account]
        tokens = [msgspec.to_builtins(token) for token in await self.tokens(account)]
        certificates = await self.certificates(account)
        return {"account": msgspec.to_builtins(found), "tokens": tokens, "certificates": certificates}

    async def add_certificate(self, account: UserId, fingerprint: str) -> None:
        plain = fingerprint.replace(":", "").lower()
        if len(plain) != _FINGERPRINT_HEX or not all(digit in "0123456789abcdef" for digit in plain):
            raise Denied("INVALID_FINGERPRINT", "That is no SHA-256 fingerprint: 64 hexadecimal digits")
        async with self._changing:
            held = await self.certificates(self._there(account).id)
            try:
                await self._registry.credentials.replace(account, {"certificate": sorted({*held, plain})})
            except Taken:
                raise Denied("CERTIFICATE_EXISTS", "Another account has that certificate") from None

    async def certificates(self, account: UserId) -> list[str]:
        return sorted((await self._registry.credentials.of(account)).get("certificate", []))

    async def remove_certificate(self, account: UserId, fingerprint: str) -> bool:
        plain = fingerprint.replace(":", "").lower()
        async with self._changing:
            held = await self.certificates(account)
            left = [one for one in held if one != plain]
            await self._registry.credentials.replace(account, {"certificate": left})
        return left != held

    @staticmethod
    def fresh_token() -> str:
        """256 bits, that begin as every device token does."""
        return TOKEN_PREFIX + secrets.token_urlsafe(32)

    async def make_token(self, account: UserId, label: str) -> str:
        secret = self.fresh_token()
        label = "".join(c for c in label if c.isprintable())[:LABEL_CHARS]
        await self._registry.tokens.add(_hash(secret), Token(secrets.token_hex(4), account, label, _now()))
        return secret

    async def tokens(self, account: UserId) -> list[Token]:
        return await self._registry.tokens.of(account)

    async def revoke_token(self, account: UserId, token: str) -> bool:
        return await self._registry.tokens.revoke(account, token)

    async def send_reset(self, name: str, peer: Peer) -> None:
        if not self.config.mail.host:
            raise Denied("DISALLOWED", "This server sends no mail: ask its operator for a new password")
        account = self.find(name)
        async with self.brake.turn(name, peer.address):
            # Who asks learns nothing about accounts, and nobody is flooded with mail.
            self.brake.wrong(name, peer.address)
        if account is None or not account.email:
            return
        await self._codes.mail_reset(account)

    async def make_reset_code(self, account: Account) -> str:
        """For ``reset``, in place of an earlier one."""
        return await self._codes.reset_code(account)

    async def reset(self, name: str, code: str, password: str) -> Account:
        self._require_password(password)
        owner = await self._codes.owner(name, code)
        account = self.find(name)
        # The name may have gone over to somebody else since the code was mailed.
        if account is None or account.id != owner:
            raise Denied("INVALID_CODE", "That code is wrong, or it is too old; ask for another")
        await self.set_password(account.id, password)
        return account

    # ---- what follows an account ---------------------------------------------------------------------------------

    async def marker(self, account: UserId, log: LogId) -> int:
        return await self._registry.read_markers.get(account, log)

    async def markers(self, account: UserId) -> dict[LogId, int]:
        return await self._registry.read_markers.all(account)

    async def mark(self, account: UserId, log: LogId, at: int) -> int:
        return await self._registry.read_markers.move(account, log, at)

    async def departed(self, account: UserId, device: str, at: int) -> None:
        await self._registry.departures.put(account, device, at)

    async def last_departure(self, account: UserId, device: str) -> int:
        return await self._registry.departures.last(account, device)


def _usable(account: Account) -> Account:
    if account.suspended:
        raise Denied("ACCOUNT_SUSPENDED", f"{account.name} is suspended: {account.suspended}")
    return account


def _is_here(address: str) -> bool:
    return not address or ipaddress.ip_address(address.partition("%")[0]).is_loopback


def _hash(secret: str) -> bytes:
    """Of what is random enough that no slow hash is needed."""
    return hashlib.sha256(secret.encode()).digest()


def _now() -> int:
    return time.time_ns() // 1_000_000
