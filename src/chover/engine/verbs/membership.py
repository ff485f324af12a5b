"""Joining, leaving and ending channels, kicks and invitations."""

from __future__ import annotations

from chover import names
from chover.engine import rights
from chover.engine.append import NOTHING, Append, under_rules
from chover.engine.events import (
    SERVER,
    Closed,
    Event,
    Invited,
    Joined,
    Kicked,
    Opened,
    Parted,
)
from chover.engine.ids import ChannelId, channel_log
from chover.engine.lines import cut
from chover.engine.model import Channel, User, visible_to
from chover.engine.refusals import Refusal, Why
from chover.engine.state import ChatState


def join(state: ChatState, user: User, name: str, key: str = "") -> Append:
    """Join a channel, and open it if necessary. NOTHING if the user is a member.

    Raises BAD_CHANNEL_NAME, TOO_MANY_CHANNELS, BANNED, INVITE_ONLY, BAD_KEY, FULL, THROTTLED or CHANNEL_RENAMED.
    """
    try:
        folded = state.rules.fold_channel(name)
    except names.BadName as bad:
        raise Refusal(Why.BAD_CHANNEL_NAME, name, hint=str(bad)) from None
    channel = state.by_name.get(folded)
    if channel is not None and user.id in channel.members:
        return NOTHING
    if len(user.channels) >= state.rules.channels_per_user:
        raise Refusal(Why.TOO_MANY_CHANNELS, name)
    if channel is None and (moved := _moved(state, folded, user)) is not None:
        raise Refusal(Why.CHANNEL_RENAMED, name, moved.name)
    return _open(state, user, name, folded) if channel is None else _enter(state, user, channel, key)


def _moved(state: ChatState, folded: str, user: User) -> Channel | None:
    """The channel that had a name; none for its members, who may open another one, and none if it is secret."""
    channel = state.channels.get(state.former[folded]) if folded in state.former else None
    if channel is None or user.id in channel.members or not visible_to(channel, user):
        return None
    return channel


def _open(state: ChatState, user: User, name: str, folded: str) -> Append:
    # Another decision about the same name before this is committed uses the same id, conflicts, and is made again.
    log = channel_log(state.reservations.hold_channel(folded, ChannelId("c" + state.fresh_id())))
    opened = Opened(name, state.rules.new_channel_modes)
    events = [
        Event(log, SERVER, opened),
        Event(log, user.source, Joined(state.first_modes(folded), realname=user.realname)),
    ]
    return Append(events, {log: 0}, folded)


def _enter(state: ChatState, user: User, channel: Channel, key: str) -> Append:
    if not rights.abandoned(channel, permanent=channel.folded in state.rules.permanent):
        rights.require_entry(channel, user, key, state.now)
    modes = "" if channel.members or channel.access else state.first_modes(channel.folded)
    if user.id in channel.access:
        modes = channel.access[user.id].role
    # Becoming operator, and taking one of a limited number of places or turns, must not happen twice.
    contested = "l" in channel.modes or "j" in channel.modes
    return under_rules(channel, user.source, Joined(modes, contested, user.realname))


def part(state: ChatState, user: User, channel: Channel, reason: str = "") -> Append:
    """Leave a channel. The reason is dropped if the user may not speak there. Raises NOT_ON_CHANNEL."""
    rights.member(channel, user)
    heard = reason if reason and not rights.silenced(channel, user, state.now) else ""
    return Append([Event(channel.log, user.source, Parted(heard))])


def kick(state: ChatState, user: User, channel: Channel, nick: str, reason: str) -> Append:
    """Remove somebody. Raises NOT_ON_CHANNEL, NOT_OPERATOR, NO_SUCH_NICK or NOT_ON_THAT_CHANNEL."""
    rights.require_rank(channel, user)
    target = state.find_user(nick)
    if target.id not in channel.members:
        raise Refusal(Why.NOT_ON_THAT_CHANNEL, target.nick, channel.name)
    rights.require_kick(channel, user, channel.members[target.id])
    kicked = Kicked(target.id, target.nick, cut(reason, state.rules.kick_len))
    return under_rules(channel, user.source, kicked)


def invite(state: ChatState, user: User, channel: Channel, nick: str) -> Append:
    """Raises NOT_ON_CHANNEL, NOT_OPERATOR if the channel is +i, NO_SUCH_NICK or ALREADY_ON_CHANNEL.

    Returns NOTHING if they have blocked the user.
    """
    target = state.find_user(nick)
    rights.member(channel, user)
    if "i" in channel.modes:
        rights.require_operator(channel, user)
    if target.id in channel.members:
        raise Refusal(Why.ALREADY_ON_CHANNEL, target.nick, channel.name)
    if state.blocked(target, user):
        return NOTHING
    return under_rules(channel, user.source, Invited(target.id, target.nick))


def close_forsaken(state: ChatState, channel: Channel, *, restart: bool = False) -> Append:
    """End an empty channel that nobody could return to; NOTHING if it is still needed, or has ended.

    ``restart``: see rights.forsaken.
    """
    permanent = channel.folded in state.rules.permanent
    if channel.log not in state.channels or not rights.forsaken(channel, permanent=permanent, restart=restart):
        return NOTHING
    return under_rules(channel, SERVER, Closed())
