"""History on the wire: batches for those who can, notices of HistServ for plain clients."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from chover.engine.events import Event, Said
from chover.engine.model import Channel
from chover.ports import Direction, Selector
from chover.server.render import Rendered, render
from chover.wire.capabilities import Cap
from chover.wire.hello import stamp

if TYPE_CHECKING:
    from chover.server.session import Session

HISTSERV: Final = "HistServ"


async def replay(session: Session, channel: Channel) -> None:
    """What was said lately, for a guest who comes in.

    A client with draft/chathistory asks by itself, and the door of the original's clients has its own way.
    """
    count = session.node.config.history.replay
    if not count or Cap.CHATHISTORY in session.caps or session.peer.door == "seed" or not channel.said:
        return
    start = Selector(seq=channel.head + 1)
    events = await session.node.store.page(channel.log, start, Direction.BEFORE, count, messages_only=True)
    if Cap.BATCH | Cap.SERVER_TIME in session.caps:
        batch(session, channel.name, events, channel.name)
    else:
        _notices(session, channel, events)


def batch(session: Session, target: str, events: Sequence[Event], channel: str) -> None:
    """A chathistory batch (https://ircv3.net/specs/batches/chathistory), bare lines for those without batch."""
    lines = [line for event in events if (line := render(event, session.shape, channel)) is not None]
    enclose(session, f"chathistory {target}", lines)


def enclose(session: Session, kind: str, lines: Sequence[Rendered]) -> None:
    """Lines as one batch of a kind, its parameters behind it; bare lines for those without batch."""
    if Cap.BATCH not in session.caps:
        for line in lines:
            session.add(line)
        return
    name = session.new_batch()
    server = session.node.name
    session.add(Rendered("", f":{server} BATCH +{name} {kind}"))
    for line in lines:
        tags = f"batch={name};{line.tags}" if line.tags else f"batch={name}"
        session.add(Rendered(tags, line.rest))
    session.add(Rendered("", f":{server} BATCH -{name}"))


def _notices(session: Session, channel: Channel, events: Sequence[Event]) -> None:
    """Notices, so that bots and highlights stay quiet; the bot's own way of quoting a CTCP is left out."""
    for event in events:
        body = event.body
        if isinstance(body, Said):
            text = _plain(event.source.nick, body.text)
            when = stamp(datetime.fromtimestamp(event.at / 1000).astimezone())
            if text:
                source = f"{HISTSERV}!{HISTSERV}@{session.node.name}"
                session.add(Rendered("", f":{source} NOTICE {channel.name} :{when} {text}"))


def _plain(nick: str, text: str) -> str:
    if text.startswith("\x01ACTION "):
        return f"* {nick} {text[8:].rstrip(chr(1))}"
    return "" if text.startswith("\x01") else f"<{nick}> {text}"
