"""Accounts in a dictionary, with passwords in plain words: for tests of the server."""

from __future__ import annotations

import itertools

import msgspec

from chover.accounts.appearances import Appearances
from chover.engine.ids import UserId
from chover.ports import Account, Denied, Invite, Login, Token, Welcome


class Exchange:
    """PLAIN without its checks."""

    def __init__(self, accounts, peer):
        self._accounts, self._peer = accounts, peer

    async def step(self, response):
        _, name, password = response.decode().split("\0")
        return await self._accounts.check(name, password, self._peer)


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

    async def accept(self, token, peer):
        invite = self.held.get(token)
        if invite is None:
            raise Denied("INVALID_INVITE", "There is no such invitation")
        if not invite.uses:
            raise Denied("INVITE_USED_UP", "This invitation was used already")
        self.held[token] = msgspec.structs.replace(invite, uses=invite.uses - 1, used=invite.used + 1)
        return self.held[token]

    async def welcome(self, token, name, password, peer):
        if self._accounts.named(name.lower()):
            raise Denied("ACCOUNT_EXISTS", "That name is registered already")
        invite = await self.accept(token, peer)
        account = self._accounts.add(name, password)
        return Welcome(account, invite, await self._accounts.make_token(account.id, "invitation"))


class MemoryAccounts:
    mechanisms = ("PLAIN",)

    def __init__(self):
        self.invitations = MemoryInvitations(self)
        self._numbers = itertools.count(1)
        self._accounts = {}
        self._passwords = {}
        self.kept_markers = {}
        self.departures = {}
        self._tokens = {}
        self._certificates = {}
        self.mailed = {}
        """What waits for a code, by name: with ``verifies``, registering mails one."""
        self.verifies = False

    def add(self, name, password="sesame", **settings):
        account = Account(UserId(f"a{next(self._numbers)}"), name, name.lower(), 1000, **settings)
        self._accounts[account.id] = account
        self._passwords[account.id] = password
        return account

    guests = True

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

    def begin(self, mechanism, peer):
        if mechanism not in self.mechanisms:
            raise Denied("INVALID", f"{mechanism} is no mechanism of this server")
        return Exchange(self, peer)

    async def check(self, name, password, peer):
        name, _, device = name.partition("@")
        account = self.named(name.lower())
        if account is None or password not in {self._passwords[account.id], *self._tokens}:
            raise Denied("INVALID_CREDENTIALS", "Wrong account or password")
        return Login(account, device)

    async def opens(self, kept, name, password, peer):
        if kept != password:
            raise Denied("INVALID_CREDENTIALS", "Wrong account or password")

    async def make(self, name, password, email=""):
        if self.named(name.lower()):
            raise Denied("ACCOUNT_EXISTS", "That name is registered already")
        return self.add(name, password)

    async def register(self, name, password, email, peer):
        if self.named(name.lower()):
            raise Denied("ACCOUNT_EXISTS", "That name is registered already")
        if self.verifies:
            self.mailed[name] = password
            return None
        return self.add(name, password)

    async def verify(self, name, code, peer):
        if code != "right" or name not in self.mailed:
            raise Denied("INVALID_CODE", "That code is wrong")
        return self.add(name, self.mailed.pop(name))

    async def set_password(self, account, password):
        if len(password) < 3:
            raise Denied("WEAK_PASSWORD", "A password has at least 3 characters")
        self._passwords[account] = password

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
        del self._accounts[account], self._passwords[account]

    async def export(self, account):
        return {"account": msgspec.to_builtins(self._accounts[account])}

    async def add_certificate(self, account, fingerprint):
        self._certificates.setdefault(account, set()).add(fingerprint)

    async def certificates(self, account):
        return sorted(self._certificates.get(account, ()))

    async def remove_certificate(self, account, fingerprint):
        held = self._certificates.get(account, set())
        found = fingerprint in held
        held.discard(fingerprint)
        return found

    async def make_token(self, account, label):
        secret = f"chover-{next(self._numbers)}"
        self._tokens[secret] = Token(f"t{len(self._tokens)}", account, label, 1000)
        return secret

    async def tokens(self, account):
        return [token for token in self._tokens.values() if token.account == account]

    async def revoke_token(self, account, token):
        found = [secret for secret, row in self._tokens.items() if row.id == token]
        for secret in found:
            del self._tokens[secret]
        return bool(found)

    async def send_reset(self, name, peer):
        self.mailed[name] = "reset"

    async def reset(self, name, code, password):
        account = self.named(name.lower())
        if code != "right" or account is None:
            raise Denied("INVALID_CODE", "That code is wrong")
        await self.set_password(account.id, password)
        return account

    async def marker(self, account, log):
        return self.kept_markers.get((account, log), 0)

    async def markers(self, account):
        return {log: at for (owner, log), at in self.kept_markers.items() if owner == account}

    async def mark(self, account, log, at):
        self.kept_markers[account, log] = max(at, self.kept_markers.get((account, log), 0))
        return self.kept_markers[account, log]

    async def departed(self, account, device, at):
        self.departures[account, device] = at

    async def last_departure(self, account, device):
        return self.departures.get((account, device), 0)
