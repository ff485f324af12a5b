"""Users: who is present, under which nick, and what others see of them."""

from __future__ import annotations

from chover import names
from chover.engine.events import (
    AcceptsSet,
    Arrived,
    AwaySet,
    BlocksSet,
    Event,
    HostSet,
    RealnameSet,
    Renamed,
    Source,
    UserModesSet,
)
from chover.engine.ids import UserId, is_account, order_of
from chover.engine.metadata import DISPLAY_NAME
from chover.engine.model import Channel, User
from chover.engine.modes import OPERATOR
from chover.engine.state import ChatState


def meet(state: ChatState, source: Source, realname: str = "", msgid: str = "") -> User:
    """Add a user who is present now, with the labels of an event."""
    folded = state.rules.same_nick(source.nick)
    user = User(source.id, source.nick, folded, source.user, source.host, realname, source.account, labelled=msgid)
    state.users[user.id] = user
    _label(state, user)
    return user


def _label(state: ChatState, user: User) -> None:
    state.nicks[user.folded] = user
    state.nick_looks.add(user.nick, user)
    state.reservations.claim(user.folded, user.id)


def unlabel(state: ChatState, user: User, *, keep: str = "") -> None:
    """Free the user's nick; a reservation of what looks like ``keep`` stays."""
    if state.nicks.get(user.folded) is user:
        del state.nicks[user.folded]
    state.nick_looks.remove(user.nick, user)
    if names.skeleton(user.folded) != names.skeleton(keep):
        state.reservations.release(user.folded, user.id)


def show_as(state: ChatState, user: User, before: str = "") -> None:
    """Reserve the display name of a user against look-alikes, in place of the name ``before``."""
    state.display_looks.remove(before, user)
    state.display_looks.add(user.metadata.get(DISPLAY_NAME, ""), user)


def arrived(state: ChatState, event: Event, _: Channel | None, body: Arrived) -> bool:
    if event.source.id in state.users:
        return False
    meet(state, event.source, body.realname, event.msgid)
    return True


def renames(user: User, event: Event, body: Renamed) -> bool:
    """Whether it is a new nick: it arrives once from each log, sometimes after a later one."""
    return user.nick != body.nick and order_of(event.msgid) >= order_of(user.labelled)


def renamed(state: ChatState, event: Event, _: Channel | None, body: Renamed) -> bool:
    user = state.users.get(event.source.id)
    if user is None or not renames(user, event, body):
        return False
    folded = state.rules.same_nick(body.nick)
    unlabel(state, user, keep=folded)
    user.nick, user.folded, user.labelled = body.nick, folded, event.msgid
    user.relabel()
    for channel in user.channels.values():
        channel.roster += 1
    _label(state, user)
    return True


def host(state: ChatState, event: Event, _: Channel | None, body: HostSet) -> bool:
    user = state.users.get(event.source.id)
    if user is None:
        return False
    user.username, user.host = body.user, body.host
    user.relabel()
    for channel in user.channels.values():
        channel.roster += 1
    return True


def away(state: ChatState, event: Event, _: Channel | None, body: AwaySet) -> bool:
    user = state.users.get(event.source.id)
    if user is None:
        return False
    user.away = body.text
    return True


def realname(state: ChatState, event: Event, _: Channel | None, body: RealnameSet) -> bool:
    user = state.users.get(event.source.id)
    if user is None:
        return False
    user.realname = body.text
    return True


def user_modes(state: ChatState, event: Event, _: Channel | None, body: UserModesSet) -> bool:
    user = state.users.get(event.source.id)
    if user is None:
        return False
    for change in body.changes:
        user.modes = user.modes | {change.mode} if change.add else user.modes - {change.mode}
    mark_modes(state, user)
    return True


def mark_modes(state: ChatState, user: User) -> None:
    """Update the state and the user's label to the user's modes."""
    for mode, marked in (("i", state.invisible), (OPERATOR, state.operators)):
        (marked.add if mode in user.modes else marked.discard)(user.id)
    user.relabel()


def blocks(state: ChatState, event: Event, _: Channel | None, body: BlocksSet) -> bool:
    if body.masks:
        state.blocks[event.source.id] = body.masks
    else:
        state.blocks.pop(event.source.id, None)
    return True


def accepts(state: ChatState, event: Event, _: Channel | None, body: AcceptsSet) -> bool:
    if body.who:
        state.accepts[event.source.id] = dict.fromkeys(body.who)
    else:
        state.accepts.pop(event.source.id, None)
    return True


def forget_guest(state: ChatState, guest: UserId) -> None:
    """A guest is gone, and so is the id."""
    state.blocks.pop(guest, None)
    state.accepts.pop(guest, None)
    for accepted in state.accepts.values():
        accepted.pop(guest, None)


def follow(state: ChatState, old: UserId, new: UserId) -> None:
    """Somebody continues under another id: their accept lists and their entries in others' lists are kept."""
    if is_account(old):
        return
    state.blocks.pop(old, None)
    if own := state.accepts.pop(old, None):
        state.accepts[new] = {**state.accepts.get(new, {}), **own}
    for accepted in state.accepts.values():
        if old in accepted:
            del accepted[old]
            accepted[new] = None
