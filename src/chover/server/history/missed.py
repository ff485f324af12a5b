"""Private messages that arrived while this device was away, for clients that cannot request history."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from chover.engine.events import Event
from chover.engine.ids import is_pair
from chover.ports import Direction, Selector
from chover.server.history.conversations import ConversationRef, recent
from chover.server.history.replay import enclose, plain_notices, rendered, visible
from chover.wire.capabilities import Cap

if TYPE_CHECKING:
    from chover.server.session.session import Session

CONVERSATIONS: Final = 128
"""The number of recent conversations that are shown."""
_EVER: Final = 1 << 62


async def replay_private(session: Session) -> None:
    """Show once for each device what arrived since it left. Raises StoreError.

    A client with draft/chathistory or znc.in/playback requests it itself.
    """
    left_at = session.registration.left_at
    asks = (Cap.CHATHISTORY | Cap.PLAYBACK) & session.caps
    if not left_at or asks or session.peer.protocol == "legacy" or not session.node.config.history.replay:
        return
    await show_private(session, left_at, _EVER, "chathistory")


async def show_private(session: Session, after: int, until: int, kind: str) -> None:
    """All private conversations between two times, both exclusive, ms since 1970. Raises StoreError."""
    found = await recent(session, after, _EVER, Direction.BEFORE, CONVERSATIONS)
    pages = [
        (talk.name, await page(session, talk, after, until, session.node.config.history.chathistory_max))
        for talk, _ in found
        if is_pair(talk.log)
    ]
    if Cap.SERVER_TIME in session.caps:
        for name, events in pages:
            show(session, name, "", events, kind)
    else:
        events = sorted((event for _, each in pages for event in each), key=lambda event: (event.at, event.log))
        show(session, session.me.nick, "", events, kind)


async def page(session: Session, talk: ConversationRef, after: int, until: int, count: int) -> list[Event]:
    """The last messages of a conversation between two times. Raises StoreError."""
    start, stop = Selector(at=until), Selector(at=after) if after else None
    log, first = talk.log, talk.first
    read = partial(
        session.node.store.page, log, start, Direction.BEFORE, count, messages_only=True, stop=stop, first=first
    )
    return await visible(session.node.chat, read)


def show(session: Session, name: str, channel: str, events: list[Event], kind: str) -> None:
    """Messages with their times, or notices that say them; a client that would take its own words for the other's
    is not shown them.
    """
    if not channel and Cap.ECHO_MESSAGE not in session.caps:
        events = [event for event in events if event.source.id != session.me.id]
    if not events:
        return
    if Cap.SERVER_TIME in session.caps:
        enclose(session, f"{kind} {name}", rendered(events, session.render_key, channel))
    else:
        session.add_each(plain_notices(session.node.name, channel or session.me.nick, events))
