"""Speaking to a channel or a user."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from chover import names
from chover.engine import rights
from chover.engine.append import Append
from chover.engine.events import (
    Event,
    Said,
    Source,
    Tagged,
    TagsKept,
)
from chover.engine.ids import NOWHERE, LogId, pair_log
from chover.engine.model import Channel, User
from chover.engine.modes import RANK_OF, SELECTIVE
from chover.engine.refusals import Refusal, Why
from chover.engine.state import ChatState
from chover.engine.verbs import accepting

Spoken = TypeVar("Spoken", bound=Said | Tagged | TagsKept)


def say(state: ChatState, user: User, target: str, body: Said, nonce: str = "", under: Source | None = None) -> Append:
    """A message to a channel or a user, ``under`` another name if one is given.

    A user who accepts messages only from some people also accepts the people they write to, so that these can answer.

    Raises NO_TEXT, NO_SUCH_NICK, NO_SUCH_CHANNEL, CANNOT_SEND, CANNOT_REACH, ACCOUNTS_ONLY or ACCEPTED_ONLY.
    """
    if not body.text:
        raise Refusal(Why.NO_TEXT)
    log, body = _address(state, user, target, body)
    said = Event(log, under or user.source, body, nonce=nonce)
    if user.modes and body.to and not user.modes.isdisjoint(SELECTIVE):
        return Append([*accepting.letting_answer(state, user, body.to), said])
    return Append([said])


def tag(
    state: ChatState, user: User, target: str, tags: dict[str, str], *, keep: bool = False, about: int = 0
) -> Append:
    """Only client tags, kept or not; ``about``: see events.TagsKept. Raises the same as ``say``."""
    log, body = _address(state, user, target, TagsKept(tags, about=about) if keep else Tagged(tags))
    return Append([Event(log, user.source, body)])


def _address(state: ChatState, user: User, target: str, body: Spoken) -> tuple[LogId, Spoken]:
    status = target[0] if target[:1] in RANK_OF and names.is_channel(target[1:]) else ""
    if status or names.is_channel(target):
        channel = state.find_channel(target.removeprefix(status))
        if "s" in channel.modes and "n" in channel.modes:
            rights.require_place(channel, user, target.removeprefix(status))
        if isinstance(body, Said):
            rights.require_speech(channel, user, state.now, body.text)
            if "W" in channel.modes:
                _keep_pace(state, channel, user)
        else:
            rights.require_speech(channel, user, state.now)
        if status:
            rights.member(channel, user)
            body = msgspec.structs.replace(body, status=status)
        if "U" in channel.modes and isinstance(body, Said) and rights.plain(channel, user):
            body = msgspec.structs.replace(body, held=True)
        return channel.log, body
    other = state.find_user(target)
    if "T" in other.modes and isinstance(body, Said) and rights.is_request(body.text):
        raise Refusal(Why.CANNOT_REACH, other.nick, hint="they do not accept CTCP (+T)")
    # An unwanted message is in no log: neither of the two finds it in the history.
    log = pair_log(user.id, other.id) if require_private(state, other, user) else NOWHERE
    return log, msgspec.structs.replace(body, to=other.nick)


def require_private(state: ChatState, other: User, user: User) -> bool:
    """Whether a private message is delivered, and not dropped silently. Raises ACCOUNTS_ONLY or ACCEPTED_ONLY."""
    if other.modes and not other.modes.isdisjoint(SELECTIVE):
        accepting.require_accepted(state, other, user)
    return not state.blocked(other, user)


def _keep_pace(state: ChatState, channel: Channel, user: User) -> None:
    """In slow mode, reserve this moment for the message. Raises CANNOT_SEND."""
    turns = state.reservations.turns
    waiting = rights.require_pace(channel, user, state.now, turns)
    if waiting is not None:
        turns[waiting] = state.now()
