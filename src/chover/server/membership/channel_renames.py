"""Tells the members of a channel its new name (https://ircv3.net/specs/extensions/channel-rename)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from chover.engine.events import ChannelRenamed, Event, Joined, Parted
from chover.engine.model import Channel
from chover.server.delivery.render import Rendered, render, tags_of
from chover.server.session.channel_introduction import introduce
from chover.wire.capabilities import Cap

if TYPE_CHECKING:
    from chover.server.session.session import Session


def tell(sessions: Iterable[Session], channel: Channel, event: Event) -> None:
    """``RENAME``, or for clients without the capability a PART, a JOIN and what a new member is told."""
    author = event.source.id
    for session in sessions:
        # An event of somebody else is not part of the answer to the current command.
        replies = session.replies
        if session.me.id != author:
            session.replies = None
        if Cap.CHANNEL_RENAME in session.caps:
            session.add(_renamed(event, session.render_key))
        else:
            _moved(session, channel, event)
        session.replies = replies


def _renamed(event: Event, render_key: int) -> Rendered:
    body = event.body
    assert isinstance(body, ChannelRenamed)
    return Rendered(tags_of(event, render_key), f":{event.source.mask} RENAME {body.old} {body.name} :{body.reason}")


def _moved(session: Session, channel: Channel, event: Event) -> None:
    body = event.body
    assert isinstance(body, ChannelRenamed)
    rules = session.node.chat.rules
    if rules.same_channel(body.old) == rules.same_channel(body.name):
        # To a client it is the same name, in other letters.
        return
    for name, step in ((body.old, Parted(body.reason)), (body.name, Joined(realname=session.me.realname))):
        line = render(Event(channel.log, session.me.source, step, event.msgid, at=event.at), session.render_key, name)
        assert line is not None
        session.add(line)
    introduce(session, channel)
