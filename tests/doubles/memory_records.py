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
        self.deeds_done = []
        self.kept = {}

    def bans(self, now):
        return [ban for ban in self.held if not ban.over(now)]

    async def add_ban(self, ban, deed):
        self.held = [other for other in self.held if (other.kind, other.what) != (ban.kind, ban.what)]
        self.held.append(msgspec.structs.replace(ban, no=next(self._numbers)))
        self.deeds_done.append(deed)
        return self.held[-1]

    async def lift_ban(self, no, deed):
        found = [ban for ban in self.held if ban.no == no]
        if found:
            self.held.remove(found[0])
            self.deeds_done.append(deed)
        return bool(found)

    async def note(self, deed):
        self.deeds_done.append(deed)

    async def deeds(self, limit, before=0):
        return [deed for deed in reversed(self.deeds_done) if not before or deed.at < before][:limit]

    async def keep_connections(self, connections):
        self.kept.update({visit.no: visit for visit in connections})

    async def connections(self, sought, limit):
        found = [visit for visit in reversed(self.kept.values()) if _fits(visit, sought)]
        return found[:limit]

    def last_connection(self):
        return max(self.kept, default=0)

    async def close_connections(self, at):
        ended = {no: msgspec.structs.replace(visit, until=at) for no, visit in self.kept.items() if not visit.until}
        self.kept.update(ended)

    async def retain(self, now, deeds_before, visits_before):
        return 0


def _fits(visit, sought):
    return (
        (not sought.folded or visit.folded == sought.folded)
        and (not sought.account or visit.account.lower() == sought.account.lower())
        and (not sought.address or ip_address(visit.address) in ip_network(sought.address))
        and (not sought.host or matches(sought.host, visit.host))
    )
