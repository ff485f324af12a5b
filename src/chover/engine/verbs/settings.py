"""Topic, modes and metadata."""

from __future__ import annotations

from collections.abc import Iterable

from chover.engine import rights
from chover.engine.append import NOTHING, Append, under_rules
from chover.engine.events import (
    Event,
    MetadataSet,
    ModesSet,
    TopicSet,
)
from chover.engine.ids import NOWHERE
from chover.engine.lines import cut
from chover.engine.model import Channel, User
from chover.engine.modes import ModeRequest
from chover.engine.state import ChatState
from chover.engine.verbs.mode_changes import effective_changes


def set_topic(state: ChatState, user: User, channel: Channel, text: str) -> Append:
    """Set the topic. A text that is too long is truncated.

    Raises NOT_ON_CHANNEL, or NOT_OPERATOR in a channel with +t.
    """
    rights.require_topic_right(channel, user)
    return under_rules(channel, user.source, TopicSet(cut(text, state.rules.topic_len)))


def set_modes(state: ChatState, user: User, channel: Channel, wanted: Iterable[ModeRequest]) -> Append:
    """NOTHING if no mode changes. Raises NOT_ON_CHANNEL, NOT_OPERATOR, or what is wrong with the first bad change."""
    wanted = list(wanted)
    if not rights.gives_up(channel, user, wanted, state.rules.same_nick):
        rights.require_rank(channel, user)
    changes = effective_changes(state, channel, wanted)
    rights.require_mode_right(channel, user, changes)
    for change in changes:
        if change.mode == "f" and change.add:
            rights.require_forward_right(channel, state.find_channel(change.arg), user)
    return under_rules(channel, user.source, ModesSet(changes)) if changes else NOTHING


def set_metadata(user: User, values: dict[str, str | None]) -> Append:
    """The user's own metadata. None removes a key. NOTHING if no value changes."""
    changes = _changes(user.metadata, values)
    return Append([Event(NOWHERE, user.source, MetadataSet(changes))]) if changes else NOTHING


def set_channel_metadata(user: User, channel: Channel, values: dict[str, str | None]) -> Append:
    """A channel's metadata. None removes a key. NOTHING if no value changes. Raises NOT_ON_CHANNEL or NOT_OPERATOR."""
    rights.require_operator(channel, user)
    changes = _changes(channel.metadata, values)
    return under_rules(channel, user.source, MetadataSet(changes)) if changes else NOTHING


def _changes(held: dict[str, str], wanted: dict[str, str | None]) -> dict[str, str | None]:
    return {key: value for key, value in wanted.items() if held.get(key) != value}
