"""Bans, the audit log and the connection log in lists: for tests of the server."""

from __future__ import annotations

import itertools
from ipaddress import ip_address, ip_network

import msgspec

from chover.names import matches


class MemoryRecords:
    def __init__(self):
        self._numbers = itertools.count(1)
        self.held = []
        self.audit = []
        self.kept = {}

    async def bans(self, now):
        return [ban for ban in self.held if not ban.over(now)]

    async def add_ban(self, ban, entry):
        self.held = [other for other in self.held if (other.kind, other.what) != (ban.kind, ban.what)]
        self.held.append(msgspec.structs.replace(ban, no=next(self._numbers)))
        self.audit.append(entry)
        return self.held[-1]

    async def lift_ban(self, no, entry):
        found = [ban for ban in self.held if ban.no == no]
        if found:
            self.held.remove(found[0])
            self.audit.append(entry)
        return bool(found)

    async def note(self, entry):
        self.audit.append(entry)

    async def audit_entries(self, limit, before=0):
        return [entry for entry in reversed(self.audit) if not before or entry.at < before][:limit]

    async def keep_connections(self, connections):
        self.kept.update({record.no: record for record in connections})

    async def connections(self, sought, limit):
        found = [record for record in reversed(self.kept.values()) if _fits(record, sought)]
        return found[:limit]

    async def last_connection(self):
        return max(self.kept, default=0)

    async def close_connections(self, at):
        ended = {no: msgspec.structs.replace(record, until=at) for no, record in self.kept.items() if not record.until}
        self.kept.update(ended)

    async def retain(self, now, audit_before, connections_before):
        return 0


def _fits(record, sought):
    return (
        (not sought.folded or record.folded == sought.folded)
        and (not sought.account or record.account.lower() == sought.account.lower())
        and (not sought.address or ip_address(record.address) in ip_network(sought.address))
        and (not sought.host or matches(sought.host, record.host))
    )
