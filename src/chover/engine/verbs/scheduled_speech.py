"""Messages that somebody has written before, and that are said now, whether their author is here or not."""

from __future__ import annotations

from chover.engine import rights
from chover.engine.append import Append
from chover.engine.events import Event, Said
from chover.engine.ids import LogId, is_pair, pair_of
from chover.engine.model import Channel, User
from chover.engine.refusals import Refusal, Why
from chover.engine.state import ChatState
from chover.engine.verbs.talking import say


def say_scheduled(state: ChatState, author: User, log: LogId, body: Said, nonce: str) -> Append:
    """The message in its conversation, whatever that is called now. ``author`` may be absent from the state.

    Raises what ``say`` and joining raise; NO_SUCH_CHANNEL for a channel that has ended, and NO_SUCH_NICK for somebody
    who is not here.
    """
    if is_pair(log):
        one, two = pair_of(log)
        other = state.users.get(two if one == author.id else one)
        if other is None:
            raise Refusal(Why.NO_SUCH_NICK, body.to)
        return say(state, author, other.nick, body, nonce)
    channel = state.channels.get(log)
    if channel is None:
        raise Refusal(Why.NO_SUCH_CHANNEL, "")
    if author.id in channel.members:
        return say(state, author, channel.name, body, nonce)
    return _from_afar(state, author, channel, body, nonce)


def _from_afar(state: ChatState, author: User, channel: Channel, body: Said, nonce: str) -> Append:
    rights.require_speech_from_afar(channel, author, state.now, body.text)
    if "U" in channel.modes and author.id not in channel.access:
        raise Refusal(Why.CANNOT_SEND, channel.name, hint="only operators hear plain members there (+U)")
    return Append([Event(channel.log, author.source, body, nonce=nonce)])
