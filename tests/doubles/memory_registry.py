"""The registry in dictionaries, with the contract of the real one."""

import msgspec

from chover.ports import Taken
from chover.ports.registry import NoChanges, Outdated


class MemoryAccountRows:
    def __init__(self, registry):
        self._registry = registry
        self.kept = {}

    async def all(self):
        return list(self.kept.values())

    async def some(self, accounts):
        return [self.kept[account] for account in accounts if account in self.kept]

    async def create(self, account, credentials):
        if any(account.folded == other.folded for other in self.kept.values()):
            raise Taken(account.name)
        self.kept[account.id] = account
        try:
            await self._registry.credentials.replace(account.id, credentials)
        except Taken:
            del self.kept[account.id]
            raise

    async def update(self, account, was=None):
        held = self.kept.get(account.id)
        if was is not None and held != was:
            raise Outdated(held)
        self.kept[account.id] = msgspec.structs.replace(
            held, email=account.email, suspended=account.suspended, settings=account.settings
        )

    async def delete(self, account):
        gone = self.kept.pop(account)
        registry = self._registry
        registry.operators.kept.pop(account, None)
        registry.codes.forget(gone.folded)
        registry.invites.forget(account)
        registry.credentials.kept.pop(account, None)
        registry.tokens.kept = {key: row for key, row in registry.tokens.kept.items() if row.account != account}
        held = registry.scheduled.kept
        registry.scheduled.kept = {key: item for key, item in held.items() if item.account != account}
        for part in (registry.read_markers, registry.departures):
            part.kept = {key: at for key, at in part.kept.items() if key[0] != account}


class MemoryCredentials:
    def __init__(self, accounts):
        self._accounts = accounts
        self.kept = {}

    async def of(self, account):
        return {kind: list(values) for kind, values in self.kept.get(account, {}).items() if values}

    async def replace(self, account, credentials):
        for value in credentials.get("certificate", ()):
            if await self.owner_of_certificate(value) not in {None, account}:
                raise Taken("certificate")
        if account in self._accounts:
            self.kept.setdefault(account, {}).update(credentials)

    async def add(self, account, kind, value):
        held = (await self.of(account)).get(kind, [])
        await self.replace(account, {kind: [*held, *({value} - set(held))]})

    async def remove(self, account, kind, value):
        held = (await self.of(account)).get(kind, [])
        await self.replace(account, {kind: [one for one in held if one != value]})
        return value in held

    async def owner_of_certificate(self, fingerprint):
        owners = [who for who, held in self.kept.items() if fingerprint in held.get("certificate", ())]
        return owners[0] if owners else None


class MemoryTokenRows:
    def __init__(self, accounts):
        self._accounts = accounts
        self.kept = {}

    async def add(self, secret_hash, token):
        if token.account in self._accounts:
            self.kept[secret_hash] = token

    async def use(self, secret_hash, now):
        token = self.kept.get(secret_hash)
        if token is not None:
            self.kept[secret_hash] = token = msgspec.structs.replace(token, used_at=now)
        return token

    async def of(self, account):
        held = [token for token in self.kept.values() if token.account == account]
        return sorted(held, key=lambda token: (token.created_at, token.id))

    async def revoke(self, account, token):
        found = [key for key, row in self.kept.items() if row.account == account and row.id == token]
        for key in found:
            del self.kept[key]
        return bool(found)


class MemoryCodes:
    def __init__(self):
        self._kept = {}

    async def put(self, purpose, folded, code):
        self._kept[purpose, folded] = code

    async def get(self, purpose, folded, now):
        code = self._kept.get((purpose, folded))
        return code if code is not None and code.expires_at > now else None

    async def drop(self, purpose, folded):
        return self._kept.pop((purpose, folded), None) is not None

    async def purge(self, now):
        left = {key: code for key, code in self._kept.items() if code.expires_at > now}
        gone, self._kept = len(self._kept) - len(left), left
        return gone

    def forget(self, folded):
        self._kept = {key: code for key, code in self._kept.items() if key[1] != folded}


class MemoryInviteRows:
    def __init__(self, registry):
        self._registry = registry
        self._kept = {}

    async def add(self, secret_hash, invite):
        self._kept[secret_hash] = invite

    async def open(self, now):
        found = [invite for invite in self._kept.values() if _open(invite, now)]
        return sorted(found, key=lambda invite: (invite.made_at, invite.id))

    async def get(self, secret_hash):
        return self._kept.get(secret_hash)

    async def redeem(self, secret_hash, now, newcomer=None):
        invite = self._kept.get(secret_hash)
        if invite is None or not _open(invite, now):
            return None
        if newcomer is not None:
            await self._registry.accounts.create(newcomer.account, newcomer.credentials)
            await self._registry.tokens.add(newcomer.token_hash, newcomer.token)
        return self._change(secret_hash, uses=invite.uses - 1, used=invite.used + 1)

    async def revoke(self, invite, now):
        found = [key for key, row in self._kept.items() if row.id == invite and _open(row, now)]
        for key in found:
            self._change(key, revoked_at=now)
        return bool(found)

    def forget(self, maker):
        for key in [key for key, row in self._kept.items() if row.made_by == maker and not row.revoked_at]:
            self._change(key, revoked_at=1)

    def _change(self, key, **values):
        self._kept[key] = msgspec.structs.replace(self._kept[key], **values)
        return self._kept[key]


def _open(invite, now):
    return invite.uses > 0 and not invite.revoked_at and (not invite.expires_at or invite.expires_at > now)


class MemoryReadMarkers:
    """``accounts``: the existing ones, by id."""

    def __init__(self, accounts):
        self._accounts = accounts
        self.kept = {}

    async def get(self, account, log):
        return self.kept.get((account, log), 0)

    async def all(self, account):
        return {log: at for (owner, log), at in self.kept.items() if owner == account}

    async def move(self, account, log, at):
        if account not in self._accounts:
            return 0
        self.kept[account, log] = max(at, self.kept.get((account, log), 0))
        return self.kept[account, log]


class MemoryDepartures:
    """``accounts``: the existing ones, by id."""

    def __init__(self, accounts):
        self._accounts = accounts
        self.kept = {}

    async def put(self, account, device, at):
        if account in self._accounts:
            self.kept[account, device] = at

    async def last(self, account, device):
        return self.kept.get((account, device), 0)


class MemoryOperatorRows:
    """``accounts``: the existing ones, by id."""

    def __init__(self, accounts):
        self._accounts = accounts
        self.kept = {}

    async def all(self):
        return list(self.kept.values())

    async def put(self, row):
        if row.account in self._accounts:
            self.kept[row.account] = row

    async def remove(self, account):
        return self.kept.pop(account, None) is not None


class MemoryScheduled:
    """``accounts``: the existing ones, by id."""

    def __init__(self, accounts):
        self._accounts = accounts
        self.kept = {}

    def _by_time(self, wanted):
        return sorted(filter(wanted, self.kept.values()), key=lambda item: (item.due, item.id))

    async def of(self, account):
        return self._by_time(lambda item: item.account == account)

    async def due(self, now, limit):
        return self._by_time(lambda item: item.state == "waiting" and item.due <= now)[:limit]

    async def next_due(self):
        return min((item.due for item in self.kept.values() if item.state == "waiting"), default=None)

    async def put(self, item, most):
        if item.account not in self._accounts or len(await self.of(item.account)) >= most:
            return False
        self.kept[item.id] = item
        return True

    async def settle(self, item, state, why=""):
        return self._change(item, lambda held: held.state == "waiting", state=state, why=why)

    async def note_told(self, item):
        return self._change(item, lambda held: not held.told, told=1)

    def _change(self, item, may, **values):
        held = self.kept.get(item)
        if held is None or not may(held):
            return False
        self.kept[item] = msgspec.structs.replace(held, **values)
        return True

    async def remove(self, account, item):
        held = self.kept.get(item)
        if held is None or held.account != account:
            return False
        del self.kept[item]
        return True

    async def purge(self, before):
        gone = [item.id for item in self.kept.values() if item.state != "waiting" and item.due < before]
        for item in gone:
            del self.kept[item]
        return len(gone)


class MemoryRegistry:
    def __init__(self):
        self.accounts = MemoryAccountRows(self)
        there = self.accounts.kept
        self.credentials = MemoryCredentials(there)
        self.tokens = MemoryTokenRows(there)
        self.codes = MemoryCodes()
        self.invites = MemoryInviteRows(self)
        self.read_markers = MemoryReadMarkers(there)
        self.departures = MemoryDepartures(there)
        self.operators = MemoryOperatorRows(there)
        self.scheduled = MemoryScheduled(there)
        self.changes = NoChanges()
