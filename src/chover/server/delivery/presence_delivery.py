"""Delivery of events of users: they come online, leave, are renamed, away or logged in; and their metadata."""

from __future__ import annotations

from chover.engine.events import AwaySet, Event, Identified, MetadataSet, Quit
from chover.engine.ids import NOWHERE
from chover.engine.metadata import SHARED_PINS
from chover.server.delivery import audience, metadata_lines, pin_lines
from chover.server.delivery.pending_append import PendingAppend
from chover.server.delivery.recipient import R
from chover.server.delivery.writer import ANYBODY, EventWriter
from chover.wire.capabilities import Cap


def arrived(writer: EventWriter[R], event: Event, _: PendingAppend[R] | None) -> None:
    writer.readers.monitor.notice(event)


def presence(writer: EventWriter[R], event: Event, append: PendingAppend[R] | None) -> None:
    """A QUIT, NICK, AWAY or SETNAME: one line for everybody who shares a channel with the user."""
    if event.log != NOWHERE:
        return
    writer.flush()
    body, readers = event.body, writer.readers
    only = audience.ONLY_WITH.get(type(body), ANYBODY)
    told: dict[R, None] = {}
    for subscribers in readers.channels_of(event.source.id):
        if not (isinstance(body, Quit) and readers.hushed(event, subscribers)):
            told.update(dict.fromkeys(readers.onlookers(subscribers, event.source.id)))
    if type(body) in audience.ONLY_WITH:
        told.update(dict.fromkeys(readers.watching(readers.chat.users[event.source.id].folded)))
    for session in readers.sessions.get(event.source.id, ()):
        told.pop(session, None)
    for session in told:
        if only in session.caps:
            writer.to_session(session, event, "")
    if not isinstance(body, Quit | AwaySet):
        writer.to_own(event, append, "", only)
    readers.monitor.notice(event)


def identified(writer: EventWriter[R], event: Event, _: PendingAppend[R] | None) -> None:
    """https://ircv3.net/specs/extensions/account-notify. The devices continue under the new id."""
    assert isinstance(event.body, Identified)
    if event.log != NOWHERE:
        return
    writer.flush()
    readers = writer.readers
    user = readers.chat.users[event.body.who]
    held = readers.sessions.pop(event.source.id, [])
    if held:
        readers.sessions[user.id] = held + readers.sessions.get(user.id, [])
        readers.came(user.id)
    channels = readers.channels_of(user.id)
    told = dict.fromkeys(session for each in channels for session in readers.onlookers(each, event.source.id))
    told.update(dict.fromkeys([*readers.watching(user.folded), *held]))
    for session in told:
        if Cap.ACCOUNT_NOTIFY in session.caps:
            writer.to_session(session, event, "")


def own(writer: EventWriter[R], event: Event, append: PendingAppend[R] | None) -> None:
    """Events that only the author's devices see."""
    writer.flush()
    writer.to_own(event, append, "")


def metadata(writer: EventWriter[R], event: Event, append: PendingAppend[R] | None) -> None:
    """Tell subscribers who see the channel or the user, except the session that did it."""
    assert isinstance(event.body, MetadataSet)
    writer.flush()
    if event.log:
        subscribers = writer.readers.subscribers(event.log)
        name, told = subscribers.name, dict.fromkeys(subscribers.sessions())
        if SHARED_PINS in event.body.values:
            pin_lines.tell(told, name, event.body.values[SHARED_PINS] or "")
            return
    else:
        name, told = event.source.nick, writer.readers.around(event.source.id)
    if append is not None and append.session is not None:
        told.pop(append.session, None)
    metadata_lines.tell(told, name, event.body.values)
