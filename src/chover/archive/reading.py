"""Reads conversations from a storage as lines of an export."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from typing import Final, NamedTuple

from chover.archive.entries import (
    ExportedConversation,
    ExportedEvent,
    ExportedMessage,
    ExportedReaction,
    ExportLine,
)
from chover.engine import events
from chover.engine.events import Event
from chover.engine.ids import LogId, UserId, is_pair, pair_of
from chover.engine.verbs.edits import reaction_of
from chover.names import fold
from chover.ports import Account, Storage

CHUNK: Final = 2000
"""Events that are read at once."""
FILE_ADDRESS: Final = re.compile(r"/files/([A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])")
_ACTION: Final = re.compile(r"\x01ACTION ?(.*?)\x01?", re.DOTALL)


class ConversationFacts(NamedTuple):
    log: LogId
    entry: ExportedConversation
    mine: UserId | None
    """Only what this user has said is read; None: everything."""


class ArchiveReader:
    """A storage that nobody changes meanwhile."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._open = {row.id: row for row in storage.load().channels}
        self.accounts = {account.id: account for account in storage.registry.accounts.all()}

    def account(self, name: str) -> Account | None:
        return next((account for account in self.accounts.values() if account.folded == fold(name)), None)

    async def conversations(self, channel: str = "", account: UserId | None = None) -> list[ConversationFacts]:
        """All of them; those that have had the name ``channel``; or what concerns an account.

        An account's are its private conversations, and what it has said in channels.
        """
        found = []
        for log in await self._storage.log_ids():
            if is_pair(log):
                if not channel and (account is None or account in pair_of(log)):
                    found.append(await self._private(log))
            elif not channel or fold(channel) == fold((facts := await self._channel(log, account)).entry.name):
                found.append(facts if channel else await self._channel(log, account))
        return found

    async def _channel(self, log: LogId, mine: UserId | None) -> ConversationFacts:
        row = self._open.get(log)  # type: ignore[call-overload]  # a channel's log has its id
        if row is not None:
            return ConversationFacts(log, ExportedConversation(log, row.name, row.topic), mine)
        names = [event.body.name async for event in self._events(log) if isinstance(event.body, _NAMING)]
        return ConversationFacts(log, ExportedConversation(log, names[-1] if names else log, closed=True), mine)

    async def _private(self, log: LogId) -> ConversationFacts:
        labels: dict[UserId, str] = {}
        async for event in self._events(log):
            labels[event.source.id] = event.source.nick
            if other := getattr(event.body, "to", ""):
                one, two = pair_of(log)
                labels.setdefault(two if event.source.id == one else one, other)
        between = tuple(self._label(user, labels) for user in pair_of(log))
        return ConversationFacts(log, ExportedConversation(log, " and ".join(between), between=between), None)

    def _label(self, user: UserId, labels: dict[UserId, str]) -> str:
        account = self.accounts.get(user)
        return account.name if account else labels.get(user, user)

    async def lines(self, conversation: ConversationFacts) -> AsyncIterator[ExportLine]:
        """What was said and done in it, in its order."""
        async for event in self._events(conversation.log):
            if conversation.mine in {None, event.source.id} and (line := line_of(event)) is not None:
                yield line

    async def _events(self, log: LogId) -> AsyncIterator[Event]:
        head = await self._storage.head(log)
        for start in range(0, head, CHUNK):
            for event in await self._storage.between(log, start, start + CHUNK):
                yield event


_NAMING: Final = (events.Opened, events.ChannelRenamed)


def line_of(event: Event) -> ExportLine | None:
    """None for what history does not show."""
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
