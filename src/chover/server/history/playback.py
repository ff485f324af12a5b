"""History for clients made for ZNC, shown channel by channel (https://wiki.znc.in/Playback)."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from chover.engine.model import Channel
from chover.engine.visibility import readable_from
from chover.names import BadName
from chover.server.history.conversations import ConversationRef
from chover.server.history.missed import page, show
from chover.server.session.registration import Playing

if TYPE_CHECKING:
    from chover.server.session.session import Session

KIND: Final = "znc.in/playback"
"""The type of the batches."""


async def play_channel(session: Session, channel: Channel) -> None:
    """Show what PLAY has requested of a channel, unless that has been done. Raises StoreError."""
    playing = session.registration.playing
    if playing is None or channel.log in playing.done or not _wanted(session, playing, channel):
        return
    playing.done.add(channel.log)
    first = readable_from(channel, session.me, session.node.chat.rules)
    if first is not None:
        await play_talk(
            session, ConversationRef(channel.log, channel.name, channel.name, first), playing.after, playing.until
        )


def _wanted(session: Session, playing: Playing, channel: Channel) -> bool:
    # A name may contain special characters of patterns.
    wanted = [_folded(session, target) for target in playing.targets]
    return channel.folded in wanted or any(fnmatchcase(channel.folded, pattern) for pattern in wanted)


def _folded(session: Session, target: str) -> str:
    try:
        return session.node.chat.rules.same_channel(target)
    except BadName:
        return target


async def play_talk(session: Session, talk: ConversationRef, after: int, until: int) -> None:
    """The last messages between two times, ms since 1970, both exclusive. Raises StoreError."""
    events = await page(session, talk, after, until, session.node.config.history.chathistory_max)
    show(session, talk.name, talk.channel, events, KIND)
