"""What somebody has missed, for every client: unread conversations, mentions and answers, private messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from chover.engine.events import Event
from chover.engine.ids import LogId, is_account, is_pair
from chover.engine.metadata import UNREAD
from chover.ports import Direction, Query, Scope, UnreadCount
from chover.server.history.conversations import ConversationRef, recent
from chover.server.history.search_scope import everything
from chover.server.profile import preferences
from chover.server.profile.mentions import ignores, own_words
from chover.server.profile.preferences import PreferenceTarget
from chover.wire.capabilities import Cap

if TYPE_CHECKING:
    from chover.server.session.session import Session

CONVERSATIONS: Final = 200
"""The number of recent conversations that are examined."""
COUNTED: Final = 1000
"""The highest count."""
MENTIONS: Final = 200
PRIVATE: Final = 100
"""The maximum number of mentions, and of private messages, that are shown."""
_EVER: Final = 1 << 62


class MissedConversation(NamedTuple):
    """A conversation with unread messages. ``first`` is where they begin, ``read_at`` up to where it was read."""

    conversation: ConversationRef
    first: UnreadCount
    mentions: int
    read_at: int


class CatchUp(NamedTuple):
    """``calls`` are the messages for somebody, in the order of time."""

    missed: list[MissedConversation]
    calls: list[Event]


async def mentions(session: Session, limit: int, after: int = 0) -> list[Event]:
    """The newest messages in channels that mention somebody (engine/mentions.py)."""
    query = Query(names=own_words(session), to=session.me.id, after=after)
    channels = Scope(everything(session).logs)
    found = await session.node.store.search.find(query, channels, limit)
    return [event for event in found if not ignores(session.node, session.me.id, event)]


async def collect(session: Session, since: int = 0) -> CatchUp:
    """What the user has not read. With ``since`` (ms since 1970), everything later, read or not. Raises StoreError."""
    talks = {talk.log: talk for talk, _ in await recent(session, 0, _EVER, Direction.BEFORE, CONVERSATIONS)}
    readable = everything(session).logs
    logs = {log: readable.get(log, 1) for log in talks if is_pair(log) or log in readable}
    read = dict.fromkeys(talks, since) if since else await read_up_to(session, list(talks))
    for log, talk in talks.items() if not since else ():
        if unread_from := int(preferences.at(session, _place(session, talk)).get(UNREAD, 0)):
            read[log] = min(read[log], unread_from - 1)
    search = session.node.store.search
    unread = {one.log: one for one in await search.unread(logs, read, session.me.id, COUNTED)}
    calls = await _calls(session, unread)
    called = [event.log for event in calls]
    missed = [
        MissedConversation(talk, unread[log], unread[log].count if is_pair(log) else called.count(log), read[log])
        for log, talk in talks.items()
        if log in unread
    ]
    return CatchUp(missed, calls)


def _place(session: Session, talk: ConversationRef) -> PreferenceTarget:
    rules = session.node.chat.rules
    folded = rules.fold_nick(talk.name) if is_pair(talk.log) else rules.fold_channel(talk.name)
    return PreferenceTarget(folded, talk.name)


async def _calls(session: Session, unread: dict[LogId, UnreadCount]) -> list[Event]:
    """The unread messages for somebody: mentions and answers in channels, and all private messages."""
    earliest = min((one.at for log, one in unread.items() if not is_pair(log)), default=_EVER)
    called = await mentions(session, MENTIONS, earliest) if earliest < _EVER else []
    found = [event for event in called if event.log in unread and event.at >= unread[event.log].at]
    found += await _private(session, {log: one.at for log, one in unread.items() if is_pair(log)})
    return sorted(found, key=lambda event: (event.at, event.log, event.seq))


async def _private(session: Session, since: dict[LogId, int]) -> list[Event]:
    if not since:
        return []
    query, scope = Query(after=min(since.values())), Scope(dict.fromkeys(since, 1))
    said = await session.node.store.search.find(query, scope, PRIVATE)
    theirs = [event for event in said if event.at >= since[event.log] and event.source.id != session.me.id]
    return [event for event in theirs if not ignores(session.node, session.me.id, event)]


async def read_up_to(session: Session, logs: Sequence[LogId]) -> dict[LogId, int]:
    """Up to where each was read: its marker; without one, when this device left, or the user joined."""
    held = session.registration
    markers = await session.node.accounts.read_markers.all(session.me.id) if is_account(session.me.id) else held.markers
    left = 0 if Cap.READ_MARKER in session.caps else held.left_at
    # Messages in the millisecond of the join are not read.
    came = {channel.log: channel.members[session.me.id].joined_at - 1 for channel in session.me.channels.values()}
    return {log: max(markers.get(log, 0), left) or came.get(log, 0) for log in logs}
