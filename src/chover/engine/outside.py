"""What is said in a channel by who is in none: a program behind a hook."""

from __future__ import annotations

from typing import Final

from chover import names
from chover.engine.chat import Chat, cut
from chover.engine.decision import Append
from chover.engine.events import Event, Said, Source
from chover.engine.ids import LogId, UserId
from chover.engine.refusals import Refusal, Why

USER: Final = "hook"
HOST: Final = "hooks"
"""Nobody's own: a host of the server has a dot or a colon in it."""
LINE_ROOM: Final = 510
"""Of a line without its tags and its end (RFC 2812, 2.3)."""
LEAST_ROOM: Final = 64
"""However long the settings let names be."""


def hook_id(hook: str) -> UserId:
    """The id under which a hook speaks: neither an account's nor a guest's."""
    return UserId("h" + hook)


def is_hook(user: UserId) -> bool:
    return user.startswith("h")


def say(chat: Chat, log: LogId, hook: str, name: str, text: str) -> Append:
    """A message under a name that is nobody's. Channel modes do not stop it: its operators have made the hook.

    ``text`` may have several lines. Raises NO_TEXT, and NO_SUCH_CHANNEL when the channel has ended.
    """
    channel = chat.channels.get(log)
    if channel is None:
        raise Refusal(Why.NO_SUCH_CHANNEL, "")
    if not text:
        raise Refusal(Why.NO_TEXT)
    who = hook_id(hook)
    source = Source(who, chat.free_nick(names.as_nick(name, chat.rules.nick_len), who), USER, HOST, bot=True)
    return Append([Event(log, source, Said(text, joints=joints(text, _room(chat, source))))])


def _room(chat: Chat, source: Source) -> int:
    """Bytes of text in a line, also when the channel is given a longer name later."""
    return max(LINE_ROOM - len(f":{source.mask} PRIVMSG  :".encode()) - chat.rules.channel_len, LEAST_ROOM)


def joints(text: str, room: int) -> tuple[int, ...]:
    """Where lines of more than ``room`` bytes go on in another one (events.Said), behind a space where there is one."""
    found, begin = [], 0
    for line in text.split("\n"):
        end = begin + len(line)
        while len(text[begin:end].encode()) > room:
            piece = cut(text[begin:end], room)
            space = piece.rfind(" ") + 1
            begin += space if space > len(piece) // 2 else len(piece)
            found.append(begin)
        begin = end + 1
    return tuple(found)
