"""From the requested mode changes to those that make a difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy

from chover import names
from chover.engine.effects.modes import make
from chover.engine.events import Grant, ModeChange
from chover.engine.ids import UserId
from chover.engine.model import Channel, ListEntry
from chover.engine.modes import CHANNEL_MODES, Kind, ModeRequest
from chover.engine.refusals import Refusal, Why
from chover.engine.rights import NO_FORWARD
from chover.engine.state import ChatState

KEY_BYTES = 32
DAY = 86_400
"""In seconds: the longest wait that a mode can impose."""
MOST_JOINS = 1000


def effective_changes(state: ChatState, channel: Channel, wanted: Iterable[ModeRequest]) -> tuple[ModeChange, ...]:
    """Each change is judged after the ones before it.

    Raises UNKNOWN_MODE, NO_SUCH_NICK, NOT_ON_THAT_CHANNEL, BAD_MODE_ARG or LIST_FULL for the first invalid one.
    """
    changes = []
    draft = _draft(channel)
    for want in wanted:
        mode = CHANNEL_MODES.get(want.mode)
        if mode is None:
            raise Refusal(Why.UNKNOWN_MODE, want.mode)
        change = _OWN_JUDGES.get(want.mode, _JUDGES[mode.kind])(state, draft, want)
        if change is None:
            continue
        changes.append(change)
        if change.who:
            draft.members[change.who] = copy(draft.members[change.who])
        make(change, draft, ListEntry(change.arg, "", 0, change.account, change.until))
    return tuple(changes)


def rank_changes(channel: Channel, grants: Iterable[Grant]) -> Iterator[ModeChange]:
    """The mode changes that grants cause for members who are logged in to these accounts."""
    for grant in grants:
        membership, earlier = channel.members.get(grant.account), channel.access.get(grant.account)
        if membership is None:
            continue
        if earlier is not None and earlier.role != grant.role and earlier.role in membership.modes:
            yield ModeChange(add=False, mode=earlier.role, arg=membership.user.nick, who=grant.account)
        if grant.role and grant.role not in membership.modes:
            yield ModeChange(add=True, mode=grant.role, arg=membership.user.nick, who=grant.account)


def _draft(channel: Channel) -> Channel:
    """A copy whose modes can be changed; its memberships are the channel's own."""
    draft = copy(channel)
    draft.modes = dict(channel.modes)
    draft.lists = {letter: dict(entries) for letter, entries in channel.lists.items()}
    draft.members = dict(channel.members)
    return draft


def _member(state: ChatState, channel: Channel, want: ModeRequest) -> ModeChange | None:
    if not want.arg:
        raise Refusal(Why.BAD_MODE_ARG, channel.name, want.mode, "*", hint="name a member")
    try:
        user = state.nicks[state.rules.same_nick(want.arg)]
    except (KeyError, names.BadName):
        raise Refusal(Why.NO_SUCH_NICK, want.arg) from None
    membership = channel.members.get(user.id)
    if membership is None:
        raise Refusal(Why.NOT_ON_THAT_CHANNEL, user.nick, channel.name)
    if (want.mode in membership.modes) is want.add:
        return None
    return ModeChange(want.add, want.mode, user.nick, user.id)


def _list(state: ChatState, channel: Channel, want: ModeRequest) -> ModeChange | None:
    if not want.arg:
        return None
    mask = names.complete_mask(want.arg)
    held = channel.lists.get(want.mode, {})
    if (mask in held) is want.add and not _ends_otherwise(held, mask, want):
        return None
    account = _named(state, channel, want, mask) if want.add else UserId("")
    if want.add and not names.covers_somebody(want.arg):
        hint = "write a name after the colon: account:name, r:pattern, m:nick!user@host"
        raise Refusal(Why.BAD_MODE_ARG, channel.name, want.mode, want.arg, hint=hint)
    if want.add and mask not in held and len(held) >= state.rules.list_modes:
        raise Refusal(Why.LIST_FULL, channel.name, want.mode)
    return ModeChange(want.add, want.mode, mask, account=account, until=want.until)


def _ends_otherwise(held: Mapping[str, ListEntry], mask: str, want: ModeRequest) -> bool:
    """Whether an entry that is there already gets another end. A removal has none."""
    return want.add and bool(want.until) and held[mask].until != want.until


def _named(state: ChatState, channel: Channel, want: ModeRequest, mask: str) -> UserId:
    """The account that an entry names; empty for none. Raises BAD_MODE_ARG if it does not exist.

    A ban of an unused name applies to its first owner: it gives nothing away.
    """
    name = names.account_of(mask)
    if not name or state.account_id is None:
        return UserId("")
    account = state.account_id(name)
    if account is None and want.mode == "b":
        return UserId("")
    if account is None:
        hint = f"there is no account {name}; the entry would hold for whoever registers it"
        raise Refusal(Why.BAD_MODE_ARG, channel.name, want.mode, want.arg, hint=hint)
    return account


def _key(_: ChatState, channel: Channel, want: ModeRequest) -> ModeChange | None:
    held = channel.modes.get(want.mode)
    if not want.add:
        # Anyone who may remove the key may do so without knowing it; the line shows no key.
        return ModeChange(want.add, want.mode, "*") if held is not None else None
    if not want.arg or len(want.arg.encode()) > KEY_BYTES or set(want.arg) & set(" ,:") or not want.arg.isprintable():
        hint = f"a key has 1 to {KEY_BYTES} bytes and no space, comma or colon"
        raise Refusal(Why.BAD_MODE_ARG, channel.name, want.mode, "*", hint=hint)
    return ModeChange(want.add, want.mode, want.arg) if held != want.arg else None


def _seconds(_: ChatState, channel: Channel, want: ModeRequest) -> ModeChange | None:
    held = channel.modes.get(want.mode)
    if not want.add:
        return ModeChange(want.add, want.mode) if held is not None else None
    if not _counts(want.arg, DAY):
        raise Refusal(Why.BAD_MODE_ARG, channel.name, want.mode, "*", hint=f"give a number of seconds from 1 to {DAY}")
    return ModeChange(want.add, want.mode, str(int(want.arg))) if held != str(int(want.arg)) else None


def _throttle(_: ChatState, channel: Channel, want: ModeRequest) -> ModeChange | None:
    held = channel.modes.get(want.mode)
    if not want.add:
        return ModeChange(want.add, want.mode) if held is not None else None
    most, _colon, seconds = want.arg.partition(":")
    if not (_counts(most, MOST_JOINS) and _counts(seconds, DAY)):
        hint = f"give how many may join in how many seconds, as in 3:10; at most {MOST_JOINS}:{DAY}"
        raise Refusal(Why.BAD_MODE_ARG, channel.name, want.mode, "*", hint=hint)
    arg = f"{int(most)}:{int(seconds)}"
    return ModeChange(want.add, want.mode, arg) if held != arg else None


def _counts(text: str, most: int) -> bool:
    """Whether it is a number from 1 to ``most``."""
    return text.isascii() and text.isdigit() and 0 < int(text[:12]) <= most


def _limit(_: ChatState, channel: Channel, want: ModeRequest) -> ModeChange | None:
    held = channel.modes.get(want.mode)
    if not want.add:
        return ModeChange(want.add, want.mode) if held is not None else None
    if not (want.arg.isascii() and want.arg.isdigit() and 0 < int(want.arg[:12]) < 10**9):
        raise Refusal(Why.BAD_MODE_ARG, channel.name, want.mode, "*", hint="give a limit of 1 or more")
    number = str(int(want.arg))
    return ModeChange(want.add, want.mode, number) if held != number else None


def _forward(state: ChatState, channel: Channel, want: ModeRequest) -> ModeChange | None:
    held = channel.modes.get(want.mode)
    if not want.add:
        return ModeChange(want.add, want.mode) if held is not None else None
    target = state.by_name.get(state.rules.same_channel(want.arg)) if names.is_channel(want.arg) else None
    if target is None or target.id == channel.id:
        raise Refusal(Why.BAD_MODE_ARG, channel.name, want.mode, want.arg or "*", hint=NO_FORWARD)
    return ModeChange(want.add, want.mode, target.name) if held != target.name else None


def _flag(_: ChatState, channel: Channel, want: ModeRequest) -> ModeChange | None:
    return None if (want.mode in channel.modes) is want.add else ModeChange(want.add, want.mode)


_OWN_JUDGES = {"f": _forward, "d": _seconds, "W": _seconds, "j": _throttle}
_JUDGES = {Kind.MEMBER: _member, Kind.LIST: _list, Kind.ALWAYS: _key, Kind.WHEN_SET: _limit, Kind.FLAG: _flag}
