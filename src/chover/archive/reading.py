"""Reads conversations from a storage as lines of an export."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from typing import Final

from msgspec.structs import replace

from chover.archive.entries import (
    ExportedConversation,
    ExportedEvent,
    ExportedMessage,
    ExportedReaction,
    ExportLine,
)
from chover.engine import events
from chover.engine.events import Event
from chover.engine.ids import LogId, UserId, channel_log, is_pair, pair_of
from chover.engine.verbs.edits import reaction_of
from chover.names import fold
from chover.ports import Storage, Store

STEP: Final = 500
"""Events that are read at once if nobody waits for anything else."""
FILE_ADDRESS: Final = re.compile(r"/files/([A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])")
_ACTION: Final = re.compile(r"\x01ACTION ?(.*?)\x01?", re.DOTALL)


class ArchiveReader:
    """Reads the conversations of a store; at most ``step`` events are in memory.

    ``channel`` describes an open channel, ``called`` gives the name of an account; None and empty for any other.
    """

    def __init__(
        self,
        store: Store,
        channel: Callable[[LogId], ExportedConversation | None],
        called: Callable[[UserId], str],
        step: int = STEP,
    ) -> None:
        self._store = store
        self._open = channel
        self._called = called
        self._step = step

    async def lines(self, channel: str = "", account: UserId | None = None) -> AsyncIterator[ExportLine]:
        """All conversations, or those that have had the name ``channel``, or what concerns an account.

        An account's are its private conversations, and its messages in channels.
        """
        for log in await self._store.log_ids():
            async for line in self._conversation(log, channel, account):
                yield line

    async def _conversation(self, log: LogId, channel: str, account: UserId | None) -> AsyncIterator[ExportLine]:
        if is_pair(log):
            if channel or (account is not None and account not in pair_of(log)):
                return
            yield await self._private(log)
        elif account is None:
            about = await self._channel(log)
            if channel and fold(channel) != fold(about.name):
                return
            yield about
        told = is_pair(log) or account is None
        async for event in self._events(log, None if told else account):
            if (line := line_of(event)) is not None:
                if not told:
                    # Somebody who has said nothing there may not even know that the channel exists.
                    yield replace(await self._channel(log), topic="")
                    told = True
                yield line

    async def _channel(self, log: LogId) -> ExportedConversation:
        if (found := self._open(log)) is not None:
            return found
        names = [event.body.name async for event in self._events(log) if isinstance(event.body, _NAMING)]
        return ExportedConversation(log, names[-1] if names else log, closed=True)

    async def _private(self, log: LogId) -> ExportedConversation:
        labels: dict[UserId, str] = {}
        async for event in self._events(log):
            labels[event.source.id] = event.source.nick
            if other := getattr(event.body, "to", ""):
                one, two = pair_of(log)
                labels.setdefault(two if event.source.id == one else one, other)
        between = tuple(self._called(user) or labels.get(user, user) for user in pair_of(log))
        return ExportedConversation(log, " and ".join(between), between=between)

    async def _events(self, log: LogId, by: UserId | None = None) -> AsyncIterator[Event]:
        head = await self._store.head(log)
        for start in range(0, head, self._step):
            for event in await self._store.between(log, start, min(start + self._step, head), by):
                yield event


async def reader_of_copy(storage: Storage) -> ArchiveReader:
    """A reader for a storage that was opened only for this. Raises StoreError."""
    open_channels = (await storage.load()).channels
    channels = {channel_log(row.id): ExportedConversation(row.id, row.name, row.topic) for row in open_channels}
    names = {account.id: account.name for account in await storage.registry.accounts.all()}
    return ArchiveReader(storage, channels.get, lambda user: names.get(user, ""))


_NAMING: Final = (events.Opened, events.ChannelRenamed)


def line_of(event: Event) -> ExportLine | None:
    """The line for an event; None if history does not show it."""
    make = _LINES.get(type(event.body))
    return make(event) if make else None


def _said(event: Event) -> ExportLine:
    body, source = event.body, event.source
    assert isinstance(body, events.Said)
    action = _ACTION.fullmatch(body.text)
    return ExportedMessage(
        event.log,
        event.seq,
        event.at,
        event.msgid,
        source.nick,
        source.id,
        action[1] if action else body.text,
        source.account,
        body.notice,
        bool(action),
        body.rank,
        body.tags.get("+draft/reply") or body.tags.get("+reply") or "",
        body.edited,
        body.relayed_by,
    )


def _reacted(event: Event) -> ExportLine | None:
    assert isinstance(event.body, events.TagsKept)
    reaction = reaction_of(event.body.tags)
    if reaction is None:
        return None
    source = event.source
    return ExportedReaction(
        event.log, event.at, source.nick, source.id, reaction.value, reaction.msgid, not reaction.added
    )


def _event(kind: str, text: Callable[[Event], str] = lambda _: "") -> Callable[[Event], ExportLine]:
    def make(event: Event) -> ExportLine:
        whom = event.body.nick if isinstance(event.body, events.Kicked) else ""
        source = event.source
        return ExportedEvent(event.log, event.seq, event.at, kind, source.nick, source.id, text(event), whom)

    return make


def _field(name: str) -> Callable[[Event], str]:
    return lambda event: str(getattr(event.body, name))


_LINES: Final[dict[type, Callable[[Event], ExportLine | None]]] = {
    events.Said: _said,
    events.TagsKept: _reacted,
    events.Joined: _event("joined"),
    events.Parted: _event("left", _field("reason")),
    events.Quit: _event("quit", _field("reason")),
    events.Kicked: _event("kicked", _field("reason")),
    events.Renamed: _event("renamed", _field("nick")),
    events.TopicSet: _event("topic", _field("text")),
    events.ChannelRenamed: _event("channel renamed", _field("name")),
}
