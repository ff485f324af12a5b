"""What a session is told about a channel that it has joined: its topic and its members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chover.engine.model import Channel, Membership, sees, visible_to
from chover.server.delivery.names_cache import packed, shown
from chover.wire.capabilities import Cap
from chover.wire.message import LINE_BYTES
from chover.wire.numerics import Rpl

if TYPE_CHECKING:
    from chover.server.session.session import Session


def introduce(session: Session, channel: Channel) -> None:
    if channel.topic:
        topic_lines(session, channel)
    if Cap.NO_IMPLICIT_NAMES not in session.caps:
        names_lines(session, channel)


def topic_lines(session: Session, channel: Channel) -> None:
    session.reply(Rpl.TOPIC, channel.name, channel.topic)
    session.reply(Rpl.TOPICWHOTIME, channel.name, channel.topic_by, str(channel.topic_at // 1000))


def names_lines(session: Session, channel: Channel) -> None:
    """The members of a channel, and the end of the list."""
    member_lines(session, channel)
    session.reply(Rpl.ENDOFNAMES, channel.name, "End of NAMES list")


def member_lines(session: Session, channel: Channel) -> None:
    """The members of a channel, as far as this session may see them, in lines within the limit."""
    if visible_to(channel, session.me):
        symbol = "@" if "s" in channel.modes else "="
        # Room for the longest nick, so that all get the same lines.
        nick_len = max(session.node.chat.rules.nick_len, len(session.me.nick.encode()))
        room = LINE_BYTES - 2 - nick_len - len(f":{session.node.name} 353  {symbol} {channel.name} :".encode())
        lines = (_some if _partly(session, channel) else _all)(session, channel, room)
        session.reply_each(Rpl.NAMREPLY, [f"{symbol} {channel.name} :{line}" for line in lines])


def _partly(session: Session, channel: Channel) -> bool:
    """Whether there may be members that this session is not shown."""
    own = channel.members.get(session.me.id)
    return own is None or ("u" in channel.modes and not own.modes)


def _all(session: Session, channel: Channel, room: int) -> list[str]:
    return session.node.fanout.subscribers(channel.log).names_cache.lines(channel, session.caps, room)


def _some(session: Session, channel: Channel, room: int) -> list[str]:
    return list(packed(shown(seen(session, channel), session.caps), room))


def seen(session: Session, channel: Channel) -> list[Membership]:
    """The members that a session is shown."""
    inside = session.me.id in channel.members
    return [
        membership
        for membership in channel.members.values()
        if (inside or "i" not in membership.user.modes) and sees(channel, session.me, membership)
    ]
