"""A store that keeps everything in lists: for tests of the server, with the contract of the real one."""

from __future__ import annotations

import asyncio
import copy
import hashlib

import msgspec

from chover.engine.apply import apply
from chover.engine.events import TALK, Blanked, Closed, Edited, Identified, Redacted, Said, TagsKept
from chover.engine.ids import is_pair, pair_of
from chover.engine.model import Rules
from chover.engine.state import ChatState
from chover.engine.verbs.edits import reaction_of
from chover.ports import (
    AccessRow,
    ChannelRow,
    Committed,
    Conflict,
    Direction,
    Failed,
    FormerRow,
    ListRow,
    MemberRow,
    MetadataRow,
    Repeated,
    Selector,
    SinceRow,
    Snapshot,
    StoreError,
    UnreadCount,
    Vanished,
)
from chover.store.search_query import SearchTerms, answered
from chover.store.single_node import SingleNode
from tests.doubles.memory_records import MemoryRecords
from tests.doubles.memory_reports import MemoryReports

STOPPED = "the server is stopping: try again when it is back; nothing was sent"


def place_of(event):
    """The place that an event refers to, 0 for none."""
    body = event.body
    return body.place if isinstance(body, Redacted | Edited) else getattr(body, "about", 0)


def seqs(events, msgid):
    """The places of the events with a msgid."""
    found = [event.seq for event in events if event.msgid == msgid]
    if not found:
        raise KeyError(msgid)
    return found


def _possible(append):
    """Whether a database could keep it: no invalid text, and no two events of one append under one nonce."""
    nonces = [(event.log, event.nonce) for event in append.events if event.nonce]
    try:
        for event in append.events:
            getattr(event.body, "text", "").encode()
    except UnicodeEncodeError:
        return False
    return len(nonces) == len(set(nonces))


class MemorySearch:
    """Searches everything directly."""

    def __init__(self, store):
        self._store = store

    async def find(self, query, scope, limit, *, oldest=False):
        wanted = SearchTerms(query, scope)
        actors = {(log, event.msgid): event.source.id for log, events in self._store.logs.items() for event in events}
        found = [
            event
            for log, events in self._store.logs.items()
            for event in events
            if wanted.readable(log, event.seq) and wanted.fits(event, actors.get((log, answered(event)), ""))
        ]
        found.sort(key=lambda event: (event.at, event.log, event.seq))
        return found[:limit] if oldest else found[max(len(found) - limit, 0) :]

    def heard(self, events):
        """It reads the logs."""

    async def count(self, query, scope, most):
        return len(await self.find(query, scope, most))

    async def unread(self, logs, read, reader, most):
        found = []
        for log, first in logs.items():
            after = read.get(log, 0)
            later = [e for e in self._store.logs.get(log, []) if e.seq >= first and e.at > after]
            later = [e for e in later if isinstance(e.body, Said) and not e.body.rank][-most:]
            own = max((event.seq for event in later if event.source.id == reader), default=0)
            later = [event for event in later if event.seq > own]
            if later:
                found.append(UnreadCount(log, len(later), later[0].msgid, later[0].at))
        return found

    async def settled(self):
        pass


class MemoryStore:
    """``pause()`` holds groups back until ``go_on()``; ``fail`` makes the following groups fail with that reason.

    ``retained`` is the last place of each log that retention has deleted.
    """

    def __init__(self):
        self.records = MemoryRecords()
        self.cluster = SingleNode()
        self.logs = {}
        self.reports = MemoryReports()
        self.state_heads = {}
        self.nonces = {}
        self.groups = []
        self.retained = {}
        self.names = {}
        self.grown = []
        self.fail = ""
        self.closed = False
        self._paused = False
        self._held = []
        self.search = MemorySearch(self)

    def of_node(self, cluster):
        """The same store, as a node of a cluster (memory_cluster.py) has it."""
        own = copy.copy(self)
        own.cluster = cluster
        return own

    async def load(self):
        """The channels as replayed from the logs alone."""
        state = self.replayed()
        channels = list(state.channels.values())
        bodies = [event.body for log in self.logs.values() for event in log]
        names = {body.who: body.account for body in bodies if isinstance(body, Identified)}
        return Snapshot(
            [
                ChannelRow(
                    c.id, c.name, c.created_at, c.head, c.rules_version, dict(c.modes),
                    c.topic, c.topic_by, c.topic_at, c.said, c.visibility, c.retention_days,
                )
                for c in channels
            ],
            [
                MemberRow(
                    c.id, who, m.user.nick, m.user.username, m.user.host, names.get(who, m.user.account),
                    m.modes, m.joined_at, m.since,
                )
                for c in channels
                for who, m in c.members.items()
            ],
            [
                ListRow(c.id, letter, entry.mask, entry.set_by, entry.set_at, entry.account, entry.until)
                for c in channels
                for letter, entries in c.lists.items()
                for entry in entries.values()
            ],
            [AccessRow(c.id, grant.account, grant.name, grant.role) for c in channels for grant in c.access.values()],
            [SinceRow(c.id, account, since) for c in channels for account, since in c.since.items()],
            [MetadataRow(c.id, *pair) for c in channels for pair in sorted(c.metadata.items())],
            [FormerRow(log, name, 0) for name, log in state.former.items() if log in state.channels],
            max((events[-1].at for events in self.logs.values() if events), default=0),
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
        why = STOPPED if self.closed else self.fail
        outcomes = [Failed(why) if why else self._one(append) for append in group]
        asyncio.get_running_loop().call_soon(done, outcomes)

    def _one(self, append):
        if not _possible(append):
            return Failed("that cannot be kept; nothing was sent")
        for log, head in append.expect.items():
            if self.state_heads.get(log, 0) != head:
                return Conflict(log)
        for event in append.events:
            known = self.nonces.get((event.log, event.nonce)) if event.nonce else None
            if known is not None:
                return Repeated(known)
            if event.kept and place_of(event) and self._standing(event.log, place_of(event)) is None:
                return Vanished()
        if append.name and (holder := self.names.get(append.name, append.events[0].log)) != append.events[0].log:
            return Conflict(holder)
        for event in append.events:
            if event.kept:
                self._keep(event)
        self._name(append)
        return Committed()

    def _name(self, append):
        """The name of an open channel."""
        logs = {event.log for event in append.events if append.name or isinstance(event.body, Closed)}
        for name in [name for name, log in self.names.items() if log in logs]:
            del self.names[name]
        if append.name:
            self.names[append.name] = append.events[0].log

    def _keep(self, event):
        log = self.logs.setdefault(event.log, [])
        event.seq = len(log) + 1
        event.at = max(event.at, log[-1].at if log else 0)
        log.append(event)
        self.grown.append(event.log)
        self._carry_out(log, event)
        if event.changes_rules:
            self.state_heads[event.log] = event.seq
        if event.nonce:
            self.nonces[event.log, event.nonce] = event

    def _standing(self, log, place):
        events = self.logs.get(log, [])
        event = events[place - 1] if place <= len(events) else None
        return event if event is not None and isinstance(event.body, Said | TagsKept) else None

    def _carry_out(self, log, event):
        place = place_of(event)
        target = log[place - 1] if place else None
        match event.body:
            case Redacted():
                if isinstance(target.body, Said):
                    for reaction in self._reactions(log, place):
                        self._rewrite(log, reaction.seq, Blanked())
                    if target.body.edit:
                        self._rewrite(log, target.body.edit, Blanked())
                self._rewrite(log, place, Blanked(target.body.to, getattr(target.body, "notice", False)))
            case Edited(text=text, joints=joints):
                if target.body.edit:
                    self._rewrite(log, target.body.edit, Blanked())
                written = {"text": text, "joints": joints, "edited": event.at, "edit": event.seq}
                after = msgspec.structs.replace(target.body, **written)
                self._rewrite(log, place, after)

    def _rewrite(self, log, place, body):
        # Another object: what was delivered must stay unchanged.
        log[place - 1] = after = msgspec.structs.replace(log[place - 1], body=body)
        if after.nonce:
            self.nonces[after.log, after.nonce] = after

    @staticmethod
    def _reactions(log, place):
        standing = {}
        for event in log:
            reaction = reaction_of(event.body.tags) if isinstance(event.body, TagsKept) else None
            if reaction and event.body.about == place:
                key = (event.source.id, reaction.value)
                if not reaction.added:
                    standing.pop(key, None)
                else:
                    standing.setdefault(key, event)
        return sorted(standing.values(), key=lambda event: event.seq)

    async def find(self, log, msgid):
        found = [event for event in self.logs.get(log, []) if event.msgid == msgid]
        return next((event for event in found if isinstance(event.body, Said | TagsKept)), None)

    async def said_by(self, user, limit):
        events = [event for log in self.logs.values() for event in log if event.source.id == user]
        return [event for event in events if isinstance(event.body, Said | TagsKept)][:limit]

    async def reactions(self, log, first, last, after):
        events = self.logs.get(log, [])
        found = [one for place in range(first, min(last, len(events)) + 1) for one in self._reactions(events, place)]
        return [event for event in found if event.seq > after]

    async def reacted(self, log, place, user):
        found = self._reactions(self.logs.get(log, []), place)
        return {reaction_of(event.body.tags).value for event in found if event.source.id == user}

    async def page(self, log, start, direction, limit, *, messages_only, stop=None, first=1):
        events = self.logs.get(log, [])
        if not events:
            return []
        before = direction is Direction.BEFORE
        low, high = (stop or Selector(), start) if before else (start, stop or Selector())
        for point in (low, high):
            if point.msgid and max(seqs(events, point.msgid)) < first:
                raise KeyError(point.msgid)
        after = max(self._last_not_after(events, low), first - 1)
        until = self._last_before(events, high)
        picked = events[after:until]
        picked = [e for e in picked if isinstance(e.body, Said | Redacted | Edited) or not messages_only]
        return picked[max(len(picked) - limit, 0) :] if before else picked[:limit]

    @staticmethod
    def _last_not_after(events, point):
        if point.at:
            return sum(event.at <= point.at for event in events)
        return max(seqs(events, point.msgid)) if point.msgid else point.seq

    @staticmethod
    def _last_before(events, point):
        if point.at:
            return sum(event.at < point.at for event in events)
        seq = min(seqs(events, point.msgid)) if point.msgid else point.seq
        return seq - 1 if seq else len(events)

    async def conversations(self, user, channels, after, until, direction, limit):
        logs = [log for log in self.logs if log in channels or (is_pair(log) and user in pair_of(log))]
        said = [[event for event in self.logs[log] if isinstance(event.body, Said)] for log in logs]
        newest = [log[-1] for log in said if log and log[-1].seq >= channels.get(log[-1].log, 1)]
        found = sorted((event for event in newest if after < event.at < until), key=lambda event: event.at)
        return found[max(len(found) - limit, 0) :] if direction is Direction.BEFORE else found[:limit]

    async def between(self, log, after, until, by=None):
        after = max(after, self.retained.get(log, 0))
        return [e for e in self.logs.get(log, []) if after < e.seq <= until and by in {None, e.source.id}]

    async def changes(self, pieces):
        return [e for log, piece in pieces.items() for e in await self.between(log, *piece) if type(e.body) not in TALK]

    async def head(self, log):
        return len(self.logs.get(log, []))

    async def heads(self, logs):
        return {log: len(self.logs[log]) for log in logs if log in self.logs}

    async def moved(self, mark):
        return await self.heads(sorted(set(self.grown[int(mark or 0) :]))), str(len(self.grown))

    async def log_ids(self):
        return list(self.logs)

    async def retain(self, days, now, going=None):
        return 0

    async def probe(self):
        if self.fail or self.closed:
            raise StoreError(self.fail or "the store is closed")

    async def secret(self, name):
        return hashlib.sha256(name.encode()).digest()

    async def close(self):
        """What was given before is told first."""
        loop = asyncio.get_running_loop()
        told = loop.create_future()
        loop.call_soon(told.set_result, None)
        await told
        self.closed = True

    def replayed(self, rules=None):
        """The state as replayed from the logs alone."""
        state = ChatState(rules or Rules(), str, int)
        for log in self.logs.values():
            for event in log:
                apply(state, event)
        return state
