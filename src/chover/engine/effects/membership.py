"""People who join, leave, and continue under another id."""

from __future__ import annotations

from chover import names
from chover.engine.effects import users
from chover.engine.events import (
    Event,
    Identified,
    Joined,
    Kicked,
    Parted,
    Quit,
)
from chover.engine.ids import NOWHERE, UserId, is_account
from chover.engine.metadata import DISPLAY_NAME
from chover.engine.model import Channel, Membership
from chover.engine.modes import throttle
from chover.engine.state import ChatState


def joined(state: ChatState, event: Event, channel: Channel | None, body: Joined) -> bool:
    if channel is None or event.source.id in channel.members:
        return False
    user = state.users.get(event.source.id) or users.meet(state, event.source, body.realname, event.msgid)
    enroll(state, channel, Membership(user, body.modes, event.at, event.seq))
    if is_account(user.id):
        channel.since.setdefault(user.id, event.seq)
    channel.invited.pop(user.id, None)
    if "j" in channel.modes:
        most, _ = throttle(channel.modes["j"])
        channel.arrivals = [*channel.arrivals, event.at][-most:]
    return True


def enroll(state: ChatState, channel: Channel, membership: Membership) -> None:
    channel.members[membership.user.id] = membership
    state.empty.pop(channel.log, None)
    channel.roster += 1
    membership.user.channels[channel.id] = channel


def parted(state: ChatState, event: Event, channel: Channel | None, _: Parted) -> bool:
    return _leave(state, channel, event.source.id, event.at)


def kicked(state: ChatState, event: Event, channel: Channel | None, body: Kicked) -> bool:
    return _leave(state, channel, body.who, event.at)


def _leave(state: ChatState, channel: Channel | None, who: UserId, at: int) -> bool:
    membership = channel.members.pop(who, None) if channel is not None else None
    if channel is None or membership is None:
        return False
    channel.roster += 1
    state.reservations.turns.pop(membership, None)
    membership.user.channels.pop(channel.id, None)
    if not channel.members:
        channel.left_at = at
        state.empty[channel.log] = None
    return True


def quit_server(state: ChatState, event: Event, channel: Channel | None, _: Quit) -> bool:
    if event.log != NOWHERE:
        return _leave(state, channel, event.source.id, event.at)
    user = state.users.pop(event.source.id, None)
    if user is None:
        return False
    # References in the logs may arrive later, and a member who joins meanwhile must not be shown somebody who has left.
    for place in list(user.channels.values()):
        _leave(state, place, user.id, event.at)
    users.unlabel(state, user)
    state.display_looks.remove(user.metadata.get(DISPLAY_NAME, ""), user)
    if not is_account(user.id):
        users.forget_guest(state, user.id)
    state.invisible.discard(user.id)
    state.operators.discard(user.id)
    for former in [old for old, new in state.formerly.items() if new == user.id] if state.formerly else ():
        del state.formerly[former]
    return True


def identified(state: ChatState, event: Event, channel: Channel | None, body: Identified) -> bool:
    old = event.source.id
    if event.log != NOWHERE:
        return _reenter(state, channel, old, body.who)
    if body.who in state.users or (user := state.users.pop(old, None)) is None:
        return False
    user.id, user.account = body.who, body.account
    state.users[user.id] = user
    state.formerly[old] = user.id
    users.follow(state, old, user.id)
    state.reservations.nicks[names.skeleton(user.folded)] = user.id
    for marked in (state.invisible, state.operators):
        if old in marked:
            marked.remove(old)
            marked.add(user.id)
    user.relabel()
    return True


def _reenter(state: ChatState, channel: Channel | None, old: UserId, new: UserId) -> bool:
    """A member continues under another id."""
    membership = channel.members.pop(old, None) if channel is not None else None
    if channel is None or membership is None:
        return False
    channel.members[new] = membership
    if (user := state.users.get(new, membership.user)) is not membership.user:
        # On this node they were known under the new id before they were heard of under the old one.
        membership.user.channels.pop(channel.id, None)
        membership.user = user
        user.channels[channel.id] = channel
    if is_account(new):
        # What somebody saw as a guest is not hidden from their account.
        channel.since[new] = min(membership.since, channel.since.get(new, membership.since))
    channel.roster += 1
    if old in channel.invited:
        del channel.invited[old]
    return True
