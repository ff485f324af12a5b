"""Delivery of messages: to a channel, to some ranks in it, in private."""

from __future__ import annotations

from chover.engine.events import Event, ranked
from chover.engine.ids import NOWHERE, is_pair, pair_of
from chover.engine.modes import RANK_OF, RANKS
from chover.server.delivery.pending_append import PendingAppend
from chover.server.delivery.recipient import R
from chover.server.delivery.writer import EventWriter


def message(writer: EventWriter[R], event: Event, append: PendingAppend[R] | None) -> None:
    if is_pair(event.log):
        _private(writer, event, append)
    elif ranked(event):
        _to_rank(writer, event, append)
    elif event.log == NOWHERE:
        _to_itself(writer, event, append)
    else:
        subscribers = writer.readers.subscribers(event.log)
        subscribers.recent.outdate()
        writer.to_channel(event, append, subscribers)


def _to_rank(writer: EventWriter[R], event: Event, append: PendingAppend[R] | None) -> None:
    """To members of at least a rank, and to the author."""
    subscribers, channel = writer.readers.subscribers(event.log), writer.readers.chat.channels[event.log]
    writer.flush_channel(subscribers)
    author = append.session if append else None
    wanted = set(RANKS[: RANKS.index(RANK_OF[ranked(event)]) + 1])
    for session in list(subscribers.sessions()):
        user = session.me
        if session is not author and (user.id == event.source.id or wanted & set(channel.members[user.id].modes)):
            writer.to_session(session, event, subscribers.name)
    if author is not None and append is not None:
        author.echo(event, append, subscribers.name)


def _private(writer: EventWriter[R], event: Event, append: PendingAppend[R] | None) -> None:
    author, sessions = append.session if append else None, writer.readers.sessions
    one, other = pair_of(event.log)
    recipient = other if event.source.id == one else one
    here = recipient if recipient in sessions else writer.readers.chat.formerly.get(recipient, recipient)
    for session in sessions.get(here, ()):
        writer.to_session(session, event, "")
    if recipient != event.source.id:
        _to_itself(writer, event, append)
    elif author is not None and append is not None:
        author.echo(event, append, "")


def _to_itself(writer: EventWriter[R], event: Event, append: PendingAppend[R] | None) -> None:
    """A private message, to the author's devices: echo-message concerns only the device that sent it."""
    author = append.session if append else None
    for session in writer.readers.sessions.get(event.source.id, ()):
        if session is not author:
            writer.to_session(session, event, "")
    if author is not None and append is not None:
        author.echo(event, append, "")
