"""Delivery of events of a channel: joins and leaves, its name, its topic and modes, invitations to it."""

from __future__ import annotations

from chover.engine.events import AwaySet, ChannelRenamed, Event, Invited, Kicked
from chover.engine.ids import NOWHERE
from chover.server.delivery import audience, metadata_lines
from chover.server.delivery.pending_append import PendingAppend
from chover.server.delivery.recipient import R
from chover.server.delivery.subscribers import Subscribers
from chover.server.delivery.writer import EventWriter
from chover.wire.capabilities import Cap


def changed(writer: EventWriter[R], event: Event, append: PendingAppend[R] | None) -> None:
    writer.to_channel(event, append, writer.readers.subscribers(event.log))


def joined(writer: EventWriter[R], event: Event, append: PendingAppend[R] | None) -> None:
    readers, who = writer.readers, event.source.id
    subscribers = readers.subscribers(event.log)
    writer.flush_channel(subscribers)
    for session in (here := readers.sessions.get(who, ())):
        subscribers.add(session)
    if here:
        readers.came(who)
    _come_or_go(writer, event, append, subscribers)
    if not readers.hushed(event, subscribers):
        _tell_away(writer, event, subscribers)
        metadata_lines.introduce(readers.chat.users[who], readers.onlookers(subscribers, who))


def _tell_away(writer: EventWriter[R], event: Event, subscribers: Subscribers[R]) -> None:
    """https://ircv3.net/specs/extensions/away-notify: also when somebody who is away joins."""
    user = writer.readers.chat.users[event.source.id]
    if user.away:
        away = Event(NOWHERE, user.source, AwaySet(user.away), event.msgid, at=event.at)
        for session in writer.readers.onlookers(subscribers, user.id):
            if Cap.AWAY_NOTIFY in session.caps and session.user is not user:
                writer.to_session(session, away, "")


def parted(writer: EventWriter[R], event: Event, append: PendingAppend[R] | None) -> None:
    subscribers = writer.readers.subscribers(event.log)
    _come_or_go(writer, event, append, subscribers)
    writer.readers.remove(subscribers, event.source.id)


def _come_or_go(
    writer: EventWriter[R], event: Event, append: PendingAppend[R] | None, subscribers: Subscribers[R]
) -> None:
    """A JOIN or PART, to those who may see it."""
    channel, who = writer.readers.chat.channels.get(subscribers.log), event.source.id
    writer.flush_channel(subscribers)
    if writer.readers.hushed(event, subscribers):
        writer.to_own(event, append, subscribers.name)
    elif audience.secluded(channel, who):
        for session in audience.onlookers(channel, who, subscribers):
            if session.me.id != who:
                writer.to_session(session, event, subscribers.name)
        writer.to_own(event, append, subscribers.name)
    else:
        writer.to_channel(event, append, subscribers)
        writer.flush_channel(subscribers)


def kicked(writer: EventWriter[R], event: Event, append: PendingAppend[R] | None) -> None:
    assert isinstance(event.body, Kicked)
    subscribers = writer.readers.subscribers(event.log)
    writer.to_channel(event, append, subscribers)
    writer.flush_channel(subscribers)
    writer.readers.remove(subscribers, event.body.who)


def closed(writer: EventWriter[R], event: Event, _: PendingAppend[R] | None) -> None:
    writer.readers.channels.pop(event.log, None)


def renamed(writer: EventWriter[R], event: Event, _: PendingAppend[R] | None) -> None:
    assert isinstance(event.body, ChannelRenamed)
    subscribers, channel = writer.readers.subscribers(event.log), writer.readers.chat.channels[event.log]
    writer.flush_channel(subscribers)
    subscribers.recent.outdate()
    subscribers.name = channel.name


def invited(writer: EventWriter[R], event: Event, _: PendingAppend[R] | None) -> None:
    """https://ircv3.net/specs/extensions/invite-notify: members may be told; the author gets an answer."""
    assert isinstance(event.body, Invited)
    sessions, subscribers = writer.readers.sessions, writer.readers.subscribers(event.log)
    writer.flush_channel(subscribers)
    author = sessions.get(event.source.id, ())
    members = [s for s in subscribers.sessions() if Cap.INVITE_NOTIFY in s.caps and s not in author]
    for session in [*sessions.get(event.body.who, ()), *members]:
        writer.to_session(session, event, subscribers.name)
