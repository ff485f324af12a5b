"""With whom somebody has spoken in private, and where: conversations by the names that lead to them.

A conversation belongs to two ids. Its name is the nick that the other has, or had last. Where that nick has gone over
to somebody else the name leads to that one's conversation; what was said with the former bearer is still there, and
is found again when the nick is free.
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
"""Among so many conversations, those used last, somebody who is gone is looked for by nick."""
_EVER: Final = 1 << 62


class ConversationRef(NamedTuple):
    log: LogId
    name: str
    """As a batch names it."""
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
        # A nick is answered as it was asked: that is how clients find the window that waits.
        return ConversationRef(pair_log(session.me.id, other.id), target)
    except Refusal:
        gone = None if is_channel(target) else await former(session, target)
        return gone and gone._replace(name=target)


async def former(session: Session, nick: str) -> ConversationRef | None:
    """The conversation with somebody of that nick who is gone; the newest, if there were several."""
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
    """The conversations whose newest message lies between two moments, with its time; ascending."""
    chat, me = session.node.chat, session.me
    readable = {channel.log: readable_from(channel, me, chat.rules) for channel in me.channels.values()}
    channels = {log: first for log, first in readable.items() if first is not None}
    newest = await session.node.store.conversations(me.id, channels, after, until, direction, count)
    by_name: dict[str, tuple[ConversationRef, int]] = {}
    for event in newest:
        found = _named(chat, event, me.id)
        if found is not None:
            # Of two who had the same nick one after the other, the nick leads to the later one.
            by_name.pop(found.name, None)
            by_name[found.name] = (found, event.at)
    return list(by_name.values())


def _named(chat: ChatState, event: Event, me: UserId) -> ConversationRef | None:
    """None for one whose name leads to somebody else by now."""
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
    """What the other of a private message was called."""
    body = event.body
    return body.to if event.source.id == me and isinstance(body, Said) else event.source.nick
