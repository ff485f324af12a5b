"""Effects on channels, and on messages in them."""

from __future__ import annotations

from typing import Final

from chover.engine.effects import users
from chover.engine.effects.modes import make
from chover.engine.events import (
    AccessSet,
    ChannelRenamed,
    Closed,
    Edited,
    Event,
    HistorySet,
    Invited,
    MetadataSet,
    ModesSet,
    Opened,
    Redacted,
    Said,
    Tagged,
    TagsKept,
    TopicSet,
)
from chover.engine.ids import NOWHERE, ChannelId, is_pair
from chover.engine.metadata import DISPLAY_NAME
from chover.engine.model import Channel, ListEntry, User
from chover.engine.state import ChatState

FORMER_NAMES: Final = 1000
"""How many former names of channels are remembered; beyond it the oldest are forgotten."""
INVITATIONS: Final = 100
"""How many unused invitations a channel remembers; beyond it the oldest is void."""
REDACTIONS: Final = 1000
"""How many deletions are remembered: far more than happen while a page is being read."""


def opened(state: ChatState, event: Event, _: Channel | None, body: Opened) -> bool:
    folded = state.rules.same_channel(body.name)
    channel = Channel(ChannelId(event.log), body.name, folded, event.at, event.seq, event.seq)
    channel.modes = dict.fromkeys(body.modes, "")
    add_channel(state, channel)
    return True


def add_channel(state: ChatState, channel: Channel) -> None:
    state.channels[channel.log] = channel
    state.by_name[channel.folded] = channel
    state.former.pop(channel.folded, None)
    # When it has ended, its name begins a new log.
    state.reservations.channels.pop(channel.folded, None)
    if not channel.members:
        state.empty[channel.log] = None


def closed(state: ChatState, event: Event, channel: Channel | None, _: Closed) -> bool:
    if channel is None or channel.members:
        return False
    del state.channels[event.log]
    state.empty.pop(event.log, None)
    _unname(state, channel)
    return True


def _unname(state: ChatState, channel: Channel) -> None:
    if state.by_name.get(channel.folded) is channel:
        del state.by_name[channel.folded]


def channel_renamed(state: ChatState, event: Event, channel: Channel | None, body: ChannelRenamed) -> bool:
    if channel is None:
        return False
    _unname(state, channel)
    state.former[channel.folded] = channel.log
    channel.name, channel.folded = body.name, state.rules.same_channel(body.name)
    channel.renamed_at = event.at
    add_channel(state, channel)
    if len(state.former) > FORMER_NAMES:
        del state.former[next(iter(state.former))]
    return True


def topic(_state: ChatState, event: Event, channel: Channel | None, body: TopicSet) -> bool:
    if channel is None:
        return False
    channel.topic, channel.topic_by, channel.topic_at = body.text, event.source.mask, event.at
    return True


def invited(_state: ChatState, event: Event, channel: Channel | None, body: Invited) -> bool:
    if channel is None or body.who in channel.members:
        return False
    inviter = channel.members.get(event.source.id)
    if inviter is not None and inviter.rules:
        channel.invited[body.who] = None
        if len(channel.invited) > INVITATIONS:
            del channel.invited[next(iter(channel.invited))]
    return True


def modes(_state: ChatState, event: Event, channel: Channel | None, body: ModesSet) -> bool:
    if channel is None:
        return False
    for change in body.changes:
        make(change, channel, ListEntry(change.arg, event.source.mask, event.at, change.account, change.until))
    return True


def access(_state: ChatState, _: Event, channel: Channel | None, body: AccessSet) -> bool:
    if channel is None:
        return False
    for grant in body.grants:
        channel.access.pop(grant.account, None)
        if grant.role:
            channel.access[grant.account] = grant
    return True


def history(_state: ChatState, _: Event, channel: Channel | None, body: HistorySet) -> bool:
    if channel is None:
        return False
    channel.visibility, channel.retention_days = body.visibility, body.days
    return True


def metadata(state: ChatState, event: Event, channel: Channel | None, body: MetadataSet) -> bool:
    owner = state.users.get(event.source.id) if event.log == NOWHERE else channel
    if owner is None:
        return False
    before = dict(owner.metadata)
    for key, value in body.values.items():
        if value is None:
            owner.metadata.pop(key, None)
        else:
            owner.metadata[key] = value
    if isinstance(owner, User):
        users.show_as(state, owner, before.get(DISPLAY_NAME, ""))
    return owner.metadata != before


def said(_state: ChatState, event: Event, channel: Channel | None, _: Said) -> bool:
    if channel is not None:
        channel.said = True
        membership = channel.members.get(event.source.id)
        if membership is not None:
            membership.spoke_at = event.at
    return _heard_somewhere(event, channel)


def tagged(_state: ChatState, event: Event, channel: Channel | None, _: Tagged | TagsKept) -> bool:
    return _heard_somewhere(event, channel)


def redacted(state: ChatState, event: Event, channel: Channel | None, body: Redacted) -> bool:
    state.redacted[body.msgid] = None
    if len(state.redacted) > REDACTIONS:
        del state.redacted[next(iter(state.redacted))]
    return channel is not None or is_pair(event.log)


def edited(_state: ChatState, event: Event, channel: Channel | None, _: Edited) -> bool:
    return _heard_somewhere(event, channel)


def _heard_somewhere(event: Event, channel: Channel | None) -> bool:
    # An event without a log was sent to somebody who does not want it: only its author sees it.
    return channel is not None or is_pair(event.log) or event.log == NOWHERE
