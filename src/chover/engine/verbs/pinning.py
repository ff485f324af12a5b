"""Pinning messages for everybody in a channel. The list is a value of the channel's metadata, so every store has it."""

from __future__ import annotations

from chover.engine import rights
from chover.engine.append import NOTHING, Append, under_rules
from chover.engine.events import MetadataSet
from chover.engine.metadata import MOST_SHARED_PINS, SHARED_PINS, shared_pins
from chover.engine.model import Channel, User
from chover.engine.refusals import Refusal, Why


def pin(channel: Channel, user: User, msgid: str) -> Append:
    """Pin a message of the channel; NOTHING if it is pinned. Pinning is for those who may set the topic.

    Raises NOT_ON_CHANNEL, NOT_OPERATOR, or TOO_MANY_PINS.
    """
    rights.require_topic_right(channel, user)
    held = shared_pins(channel.metadata)
    if msgid in held:
        return NOTHING
    if len(held) >= MOST_SHARED_PINS:
        raise Refusal(Why.TOO_MANY_PINS, channel.name, hint=str(MOST_SHARED_PINS))
    return _pinned(channel, user, [*held, msgid])


def unpin(channel: Channel, user: User, msgid: str) -> Append:
    """Unpin a message; NOTHING if it is not pinned. Raises NOT_ON_CHANNEL or NOT_OPERATOR."""
    rights.require_topic_right(channel, user)
    return forget(channel, user, msgid)


def forget(channel: Channel, user: User, msgid: str) -> Append:
    """Unpin a message that somebody has deleted, whoever that is. NOTHING if it is not pinned."""
    held = shared_pins(channel.metadata)
    return _pinned(channel, user, [each for each in held if each != msgid]) if msgid in held else NOTHING


def _pinned(channel: Channel, user: User, msgids: list[str]) -> Append:
    return under_rules(channel, user.source, MetadataSet({SHARED_PINS: " ".join(msgids) or None}))
