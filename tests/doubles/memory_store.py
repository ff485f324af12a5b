"""A store that keeps everything in lists: for tests of the server, with the contract of the real one."""

from __future__ import annotations

import asyncio
import hashlib

from chover.engine.apply import Applies
from chover.engine.events import Said
from chover.engine.model import Rules
from chover.ports import (
    ChannelRow,
    Committed,
    Conflict,
    Direction,
    Failed,
    ListRow,
    MemberRow,
    Repeated,
    Snapshot,
)


class MemoryStore:
    """``pause()`` holds groups back until ``go_on()``; ``fail`` makes the groups that follow fail with that reason.

    ``retained`` is the last place of each log that retention has taken away.
    """

    def __init__(self):
        self.logs = {}
        self.state_heads = {}
        self.nonces = {}
        self.groups = []
        self.retained = {}
        self.fail = ""
        self._paused = False
        self._held = []

    def load(self):
        """The channels that the logs alone give, as at a boot."""
        state = self.replayed()
        channels = list(state.channels.values())
        return Snapshot(
            [
                ChannelRow(
                    c.id, c.name, c.created_at, c.head, c.state_head, dict(c.modes),
                    c.topic, c.topic_by, c.topic_at, c.said,
                )
                for c in channels
            ],
            [
                MemberRow(c.id, who, m.user.nick, m.user.username, m.user.host, m.user.account, m.modes, m.joined_at)
                for c in channels
                for who, m in c.members.items()
            ],
            [
                ListRow(c.id, letter, entry.mask, entry.set_by, entry.set_at)
                for c in channels
                for letter, entries in c.lists.items()
                for entry in entries.values()
            ],
        )  # fmt: skip

    def pause(self):
        self._paused = True

    def go_on(self):
        self._paused = False
        held, self._held = self._held, []
        for group, done in held:
            self._commit(group, done)

    def append(self, group, done):
        if self._paused:
            self._held.append((group, done))
        else:
            self._commit(group, done)

    def _commit(self, group, done):
        self.groups.append(list(group))
        outcomes = [Failed(self.fail) if self.fail else self._one(append) for append in group]
        asyncio.get_running_loop().call_soon(done, outcomes)

    def _one(self, append):
        for log, head in append.expect.items():
            if self.state_heads.get(log, 0) != head:
                return Conflict(log)
        for event in append.events:
            known = self.nonces.get((event.log, event.nonce)) if event.nonce else None
            if known is not None:
                return Repeated(known)
        for event in append.events:
            if event.kept:
                self._keep(event)
        return Committed()

    def _keep(self, event):
        log = self.logs.setdefault(event.log, [])
        event.seq = len(log) + 1
        event.at = max(event.at, log[-1].at if log else 0)
        log.append(event)
        if event.moves:
            self.state_heads[event.log] = event.seq
        if event.nonce:
            self.nonces[event.log, event.nonce] = event

    async def page(self, log, start, direction, limit, *, messages_only):
        events = self.logs.get(log, [])
        before = direction is Direction.BEFORE
        if start.msgid:
            place = {event.msgid: event.seq for event in events}[start.msgid]
        elif start.seq:
            place = start.seq
        elif start.at:
            place = 1 + sum(event.at < start.at if before else event.at <= start.at for event in events)
            place -= not before
        else:
            place = len(events) + 1 if before else 0
        picked = [e for e in events if (e.seq < place if before else e.seq > place)]
        picked = [e for e in picked if isinstance(e.body, Said) or not messages_only]
        return picked[-limit:] if before else picked[:limit]

    async def between(self, log, after, until):
        after = max(after, self.retained.get(log, 0))
        return [event for event in self.logs.get(log, []) if after < event.seq <= until]

    async def head(self, log):
        return len(self.logs.get(log, []))

    async def heads(self, logs):
        return {log: len(self.logs[log]) for log in logs if log in self.logs}

    async def retain(self, days, now):
        return 0

    def secret(self, name):
        return hashlib.sha256(name.encode()).digest()

    async def close(self):
        pass

    def replayed(self, rules=None):
        """The state that the logs alone give."""
        state = Applies(rules or Rules())
        for log in self.logs.values():
            for event in log:
                state.apply(event)
        return state
