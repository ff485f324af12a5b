"""Messages in a channel from outside it: those of programs behind hooks."""

from __future__ import annotations

from typing import Final

from chover.engine import lines, nicks
from chover.engine.append import Append
from chover.engine.events import Event, Said, Source
from chover.engine.ids import LogId, UserId
from chover.engine.refusals import Refusal, Why
from chover.engine.state import ChatState

USER: Final = "hook"
HOST: Final = "hooks"
"""No user has this host: a host name of the server contains a dot or a colon."""


def hook_id(hook: str) -> UserId:
    """The id of a hook as a sender: neither an account's nor a guest's."""
    return UserId("h" + hook)


def is_hook(user: UserId) -> bool:
    return user.startswith("h")


def say(state: ChatState, log: LogId, hook: str, name: str, text: str) -> Append:
    """A message under a name that is nobody's. Channel modes do not stop it, because operators have made the hook.

    ``text`` may have several lines. Raises NO_TEXT, and NO_SUCH_CHANNEL if the channel has ended.
    """
    channel = state.channels.get(log)
    if channel is None:
        raise Refusal(Why.NO_SUCH_CHANNEL, "")
    if not text:
        raise Refusal(Why.NO_TEXT)
    who = hook_id(hook)
    source = Source(who, nicks.free_nick(state, state.rules.as_nick(name), who), USER, HOST, bot=True)
    room = lines.room(f":{source.mask} PRIVMSG  :", state.rules.channel_len)
    return Append([Event(log, source, Said(text, joints=lines.joints(text, room)))])
