"""Accounts in a dictionary, with passwords in plain text: for tests of the server."""

from __future__ import annotations

import itertools

import msgspec

from chover.accounts.appearances import Appearances
from chover.accounts.operators import OperatorService
from chover.engine.ids import UserId
from chover.ports import Account, Denied, Invite, Login, Token, Welcome
from tests.doubles.memory_registry import MemoryDepartures, MemoryOperatorRows, MemoryReadMarkers, MemoryScheduled


class Exchange:
    """PLAIN without its checks."""

    def __init__(self, accounts, peer):
        self._accounts, self._peer = accounts, peer

    async def step(self, response):
        _, name, password = response.decode().split("\0")
        return await self._accounts.login.check(name, password, self._peer)


class MemoryInvitations:
    """Invitations whose token is their id."""

    def __init__(self, accounts):
        self._accounts = accounts
        self.held = {}

    async def make(self, made_by, channels, *, uses, seconds, role=""):
        invite = Invite(f"i{len(self.held)}", made_by, 1000, seconds, uses, tuple(channels), role)
        self.held[invite.id] = invite
        return invite, invite.id

    async def open(self):
        return [invite for invite in self.held.values() if invite.uses and not invite.revoked_at]

    async def revoke(self, invite):
        found = any(row.id == invite for row in await self.open())
        if found:
            self.held[invite] = msgspec.structs.replace(self.held[invite], revoked_at=1)
        return found

    async def accept(self, token, peer, _told=None):
        invite = self.held.get(token)
        if invite is None:
            raise Denied("INVALID_INVITE", "There is no such invitation")
        if not invite.uses:
            raise Denied("INVITE_USED_UP", "This invitation was used already")
        self.held[token] = msgspec.structs.replace(invite, uses=invite.uses - 1, used=invite.used + 1)
        return self.held[token]

    async def welcome(self, token, name, password, peer, _told=None):
        if self._accounts.named(name.lower()):
            raise Denied("ACCOUNT_EXISTS", "That name is already registered")
        invite = await self.accept(token, peer)
        account = self._accounts.add(name, password)
        return Welcome(account, invite, await self._accounts.tokens.make(account.id, "invitation"))


class MemoryLogin:
    mechanisms = ("PLAIN",)
    guests = True

    def __init__(self, accounts):
        self._accounts = accounts
        self.departures = MemoryDepartures(accounts._accounts)

    def begin(self, mechanism, peer, _told=None):
        if mechanism not in self.mechanisms:
            raise Denied("INVALID", f"{mechanism} is not a mechanism of this server")
        return Exchange(self._accounts, peer)

    async def check(self, name, password, peer, _told=None):
        name, _, device = name.partition("@")
        account = self._accounts.named(name.lower())
        if account is None or password not in {self._accounts.secrets[account.id], *self._accounts.tokens.kept}:
            raise Denied("INVALID_CREDENTIALS", "Wrong account or password")
        token = self._accounts.tokens.kept.get(password)
        return Login(account, device, token.id if token is not None else "")

    async def opens(self, kept, name, password, peer, _told=None):
        if kept != password:
            raise Denied("INVALID_CREDENTIALS", "Wrong account or password")

    async def opens_server(self, kept, password, peer, _told=None):
        await self.opens(kept, "", password, peer)


class MemoryRegistration:
    def __init__(self, accounts):
        self._accounts = accounts

    async def catch_up(self):
        pass

    async def make(self, name, password, email=""):
        if self._accounts.named(name.lower()):
            raise Denied("ACCOUNT_EXISTS", "That name is already registered")
        return self._accounts.add(name, password)

    async def register(self, name, password, email, peer, _told=None):
        if self._accounts.named(name.lower()):
            raise Denied("ACCOUNT_EXISTS", "That name is already registered")
        if self._accounts.verifies:
            self._accounts.mailed[name] = password
            return None
        return self._accounts.add(name, password)

    async def verify(self, name, code, peer, _told=None):
        if code != "right" or name not in self._accounts.mailed:
            raise Denied("INVALID_CODE", "That code is wrong")
        return self._accounts.add(name, self._accounts.mailed.pop(name))


class MemoryPasswords:
    def __init__(self, accounts):
        self._accounts = accounts

    async def set(self, account, password):
        if len(password) < 3:
            raise Denied("WEAK_PASSWORD", "A password has at least 3 characters")
        self._accounts.secrets[account] = password

    async def send_reset(self, name, peer):
        self._accounts.mailed[name] = "reset"

    async def reset(self, name, code, password, _peer, _told=None):
        account = self._accounts.named(name.lower())
        if code != "right" or account is None:
            raise Denied("INVALID_CODE", "That code is wrong")
        await self.set(account.id, password)
        return account


class MemoryCertificates:
    def __init__(self):
        self._kept = {}

    async def add(self, account, fingerprint):
        self._kept.setdefault(account, set()).add(fingerprint)

    async def of(self, account):
        return sorted(self._kept.get(account, ()))

    async def remove(self, account, fingerprint):
        held = self._kept.get(account, set())
        found = fingerprint in held
        held.discard(fingerprint)
        return found


class MemoryTokens:
    def __init__(self, numbers):
        self._numbers = numbers
        self.kept = {}
        """By their secrets."""

    async def make(self, account, label):
        secret = f"chover-{next(self._numbers)}"
        self.kept[secret] = Token(f"t{len(self.kept)}", account, label, 1000)
        return secret

    async def of(self, account):
        return [token for token in self.kept.values() if token.account == account]

    async def revoke(self, account, token):
        found = [secret for secret, row in self.kept.items() if row.id == token]
        for secret in found:
            del self.kept[secret]
        return bool(found)


class MemoryAccounts:
    def __init__(self):
        self._numbers = itertools.count(1)
        self._accounts = {}
        self.secrets = {}
        """The passwords, by account."""
        self.mailed = {}
        """Codes that wait for their use, by name; with ``verifies``, registering mails one."""
        self.verifies = False
        self.invitations = MemoryInvitations(self)
        self.login = MemoryLogin(self)
        self.registration = MemoryRegistration(self)
        self.passwords = MemoryPasswords(self)
        self.certificates = MemoryCertificates()
        self.tokens = MemoryTokens(self._numbers)
        self.read_markers = MemoryReadMarkers(self._accounts)
        self.scheduled = MemoryScheduled(self._accounts)
        self.operators = OperatorService(MemoryOperatorRows(self._accounts))

    def add(self, name, password="sesame", **settings):
        account = Account(UserId(f"a{next(self._numbers)}"), name, name.lower(), 1000, **settings)
        self._accounts[account.id] = account
        self.secrets[account.id] = password
        return account

    def find(self, name):
        return self.named(name.lower())

    def named(self, folded):
        return next((account for account in self._accounts.values() if account.folded == folded), None)

    def resembling(self, folded):
        return self.named(folded)

    def shown_as(self, looks, but):
        seen = Appearances()
        for account in self._accounts.values():
            seen.learn(account, None)
        return self._accounts.get(seen.another(looks, but))

    def get(self, account):
        return self._accounts.get(account)

    def everybody(self):
        return list(self._accounts.values())

    async def _update(self, account, **changed):
        self._accounts[account] = msgspec.structs.replace(self._accounts[account], **changed)
        return self._accounts[account]

    async def change(self, account, how):
        return await self._update(account, settings=how(self._accounts[account].settings))

    async def set_email(self, account, email):
        return await self._update(account, email=email)

    async def suspend(self, account, reason):
        return await self._update(account, suspended=reason)

    async def delete(self, account):
        del self._accounts[account], self.secrets[account]
        self.operators.forget(account)

    async def export(self, account):
        return {"account": msgspec.to_builtins(self._accounts[account])}
