"""A user's private conversations, by the names that lead to them.

A conversation belongs to two ids. Its name is the current or last nick of the other one. If that nick belongs to
somebody else now, the name leads to their conversation. The one with the former owner still exists, and is found again
when the nick is free.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from chover.engine.events import Event, Said
from chover.engine.ids import LogId, UserId, is_pair, pair_log, pair_of
from chover.engine.refusals import Refusal
from chover.engine.state import ChatState
from chover.engine.visibility import readable_from
from chover.names import is_channel
from chover.ports import Direction
from chover.server.users.nick_ownership import folded_nick

if TYPE_CHECKING:
    from chover.server.session.session import Session

REMEMBERED: Final = 500
"""Somebody who is gone is searched for by nick among this many recent conversations."""
_EVER: Final = 1 << 62


class ConversationRef(NamedTuple):
    log: LogId
    name: str
    """The name for a batch."""
    channel: str = ""
    first: int = 1
    """The first place in the log that may be read."""


async def find(session: Session, target: str) -> ConversationRef | None:
    """The conversation with this name; None if it does not exist or the session may not read it."""
    chat = session.node.chat
    try:
        if is_channel(target):
            channel = chat.find_channel(target)
            first = readable_from(channel, session.me, chat.rules)
            return None if first is None else ConversationRef(channel.log, channel.name, channel.name, first)
        other = chat.find_user(target)
        # The nick is returned as it was requested, because clients find the waiting window by it.
        return ConversationRef(pair_log(session.me.id, other.id), target)
    except Refusal:
        gone = None if is_channel(target) else await former(session, target)
        return gone and gone._replace(name=target)


async def former(session: Session, nick: str) -> ConversationRef | None:
    """The conversation with somebody of that nick who is gone; the newest if there were several."""
    me = session.me.id
    newest = await session.node.store.conversations(me, {}, 0, _EVER, Direction.BEFORE, REMEMBERED)
    wanted = folded_nick(session.node.chat, nick) or nick
    for event in reversed(newest):
        label = label_of(event, me)
        if (folded_nick(session.node.chat, label) or label) == wanted:
            return ConversationRef(event.log, label)
    return None


async def recent(
    session: Session, after: int, until: int, direction: Direction, count: int
) -> list[tuple[ConversationRef, int]]:
    """The conversations whose newest message is between two times, with its time; ascending."""
    chat, me = session.node.chat, session.me
    readable = {channel.log: readable_from(channel, me, chat.rules) for channel in me.channels.values()}
    channels = {log: first for log, first in readable.items() if first is not None}
    newest = await session.node.store.conversations(me.id, channels, after, until, direction, count)
    by_name: dict[str, tuple[ConversationRef, int]] = {}
    for event in newest:
        found = named(chat, event, me.id)
        if found is not None:
            # If two people had the same nick one after the other, it leads to the later one.
            by_name.pop(found.name, None)
            by_name[found.name] = (found, event.at)
    return list(by_name.values())


def named(chat: ChatState, event: Event, me: UserId) -> ConversationRef | None:
    """The conversation of a message. None if the name leads to somebody else by now."""
    if not is_pair(event.log):
        channel = chat.channels.get(event.log)
        return ConversationRef(event.log, channel.name, channel.name) if channel else None
    one, other = pair_of(event.log)
    user = chat.users.get(other if one == me else one)
    if user is not None:
        return ConversationRef(event.log, user.nick)
    label = label_of(event, me)
    return None if folded_nick(chat, label) in chat.nicks else ConversationRef(event.log, label)


def label_of(event: Event, me: UserId) -> str:
    """The other's label in a private message."""
    body = event.body
    return body.to if event.source.id == me and isinstance(body, Said) else event.source.nick
