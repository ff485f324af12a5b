"""*playback: history in the dialect of clients made for ZNC (https://wiki.znc.in/Playback).

Times are seconds since 1970 with a fraction, both exclusive; 0 as the first means the beginning.
"""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Final

from chover.names import is_channel
from chover.ports import Direction
from chover.server.history.conversations import find, recent
from chover.server.history.missed import show_private
from chover.server.history.playback import KIND, play_channel, play_talk
from chover.server.services.service import Service, Verb, verbs
from chover.server.session.registration import Playing

if TYPE_CHECKING:
    from chover.server.session.session import Session

NAME: Final = "*playback"
CONVERSATIONS: Final = 500
"""The number of recent conversations that are listed."""
_EVER: Final = 1 << 62
_TIME: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{0,20})?")


def _say(session: Session, text: str) -> None:
    session.say_as(f"{NAME}!znc@znc.in", "PRIVMSG", session.me.nick, text)


def _moment(word: str, rounding: str = ROUND_FLOOR) -> int:
    """Milliseconds since 1970, rounded so that nothing is left out. Raises ValueError."""
    if not _TIME.fullmatch(word):
        raise ValueError(word)
    return int((Decimal(word) * 1000).to_integral_value(rounding))


async def play(session: Session, words: list[str]) -> None:
    """The requested history is also shown for channels that are joined later, each once."""
    try:
        after = _moment(words[1]) if len(words) > 1 else 0
        until = _moment(words[2], ROUND_CEILING) if len(words) > 2 else _EVER
    except ValueError:
        _say(session, "PLAY <target[,target…]|*> [from] [to]: the times are seconds since 1970, like 1558374442.25")
        return
    targets = tuple([word for word in words[0].split(",") if word])
    session.registration.playing = Playing(targets, after, until)
    if "*" in targets:
        await show_private(session, after, until, KIND)
    for channel in list(session.me.channels.values()):
        await play_channel(session, channel)
    for target in targets:
        if target != "*" and not is_channel(target) and (talk := await find(session, target)):
            await play_talk(session, talk, after, until)


async def list_(session: Session, _words: list[str]) -> None:
    """Each conversation, with 0 for its beginning and the time of its newest message."""
    for talk, at in await recent(session, 0, _EVER, Direction.BEFORE, CONVERSATIONS):
        _say(session, f"{talk.name} 0 {at // 1000}.{at % 1000:03d}")


def clear(session: Session, _words: list[str]) -> None:
    """ZNC's module would delete history here; this history belongs to everybody."""
    _say(session, "Nothing is cleared here: history belongs to everybody who was there, not to one client")


SERVICE: Final = Service(
    NAME,
    "",
    "shows earlier messages to clients made for ZNC",
    verbs(
        Verb("PLAY", play, "PLAY <target[,target…]|*> [from] [to]", "shows the messages between two times", 1),
        Verb("LIST", list_, "LIST", "lists conversations, each with the time of its newest message"),
        Verb("CLEAR", clear, "CLEAR <target>", "does nothing; history is kept by the server"),
    ),
    reads="page",
)
