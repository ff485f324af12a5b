"""Rights: who may do what in a channel. These functions only answer questions, and change nothing.

A ``require_…`` function returns if the user may do it, and otherwise raises a Refusal that says why not:

- set the topic: ``require_topic_right``; change modes or give ranks: ``require_mode_right``, ``require_forward_right``
- kick: ``require_kick``; change the access list: ``require_access_right``; own the channel: ``require_founder``
- join: ``require_entry``; speak: ``require_speech`` and, in slow mode, ``require_pace``; change nick:
  ``require_new_nick``

The verbs (``engine/verbs``) call them before they decide. For earlier messages, see ``engine/visibility``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from chover.engine.events import Grant, ModeChange
from chover.engine.model import Channel, Membership, User
from chover.engine.modes import OPERATORS, PREFIXES, RANKS, ModeRequest, throttle
from chover.engine.refusals import Refusal, Why

Clock = Callable[[], int]
"""The time in milliseconds since 1970; asked only where a mode depends on it."""


def member(channel: Channel, user: User) -> Membership:
    """The membership. Raises NOT_ON_CHANNEL."""
    found = channel.members.get(user.id)
    if found is None:
        raise Refusal(Why.NOT_ON_CHANNEL, channel.name)
    return found


def require_place(channel: Channel, user: User, name: str) -> None:
    """Require that the user is a member, in the access list, or invited.

    Raises NO_SUCH_CHANNEL with the ``name`` that was asked for.
    """
    if not has_place(channel, user):
        raise Refusal(Why.NO_SUCH_CHANNEL, name)


def has_place(channel: Channel, user: User) -> bool:
    """Whether the user is a member, in the access list, or invited."""
    return user.id in channel.members or user.id in channel.access or user.id in channel.invited


def require_operator(channel: Channel, user: User) -> None:
    """Require an operator or a higher rank. Raises NOT_ON_CHANNEL or NOT_OPERATOR."""
    if not member(channel, user).rules:
        raise Refusal(Why.NOT_OPERATOR, channel.name, hint="only an operator (@) or a higher rank can do that")


def require_rank(channel: Channel, user: User) -> None:
    """Require a half-operator or a higher rank. Raises NOT_ON_CHANNEL or NOT_OPERATOR."""
    if not set(member(channel, user).modes) - {"v"}:
        raise Refusal(Why.NOT_OPERATOR, channel.name, hint="only a half-operator (%) or a higher rank can do that")


def require_topic_right(channel: Channel, user: User) -> None:
    """Any member may set the topic; in a channel with +t only half-operators and above.

    Raises NOT_ON_CHANNEL or NOT_OPERATOR.
    """
    member(channel, user)
    if "t" in channel.modes:
        require_rank(channel, user)


def gives_up(channel: Channel, user: User, wanted: Sequence[ModeRequest], fold: Callable[[str], str]) -> bool:
    """Whether the user only asks to give up their own ranks. Raises NOT_ON_CHANNEL."""
    member(channel, user)
    return all(want.mode in RANKS and not want.add and fold(want.arg) == user.folded for want in wanted)


NO_FORWARD: Final = "name another channel that exists"
"""What is wrong with the parameter of +f."""
HALF_OPERATORS_SET: Final = frozenset("vbeIdjW")
"""The modes that a half-operator may change."""
MAY_GRANT: Final = {"q": "q", "a": "q", "o": "qao", "h": "qao", "v": "qaoh"}
"""For each rank, the ranks that may give and take it. Anybody may give up their own."""


def require_mode_right(channel: Channel, user: User, changes: Sequence[ModeChange]) -> None:
    """Require a rank that may make each of these changes. Raises NOT_ON_CHANNEL or NOT_OPERATOR."""
    held = member(channel, user)
    for change in changes:
        own_loss = change.who == user.id and not change.add
        granted = set(MAY_GRANT.get(change.mode, "")) & set(held.modes) if change.who else held.rules
        half = "h" in held.modes and change.mode in HALF_OPERATORS_SET
        if not (own_loss or granted or half):
            ranks = "".join(PREFIXES[rank] for rank in MAY_GRANT.get(change.mode, OPERATORS))
            raise Refusal(
                Why.NOT_OPERATOR, channel.name, hint=f"{change.mode} can only be changed by {' '.join(ranks)}"
            )


def require_forward_right(channel: Channel, target: Channel, user: User) -> None:
    """Require an operator of the target of a forward (+f): by rank, or by the role in its access list.

    Raises NOT_OPERATOR. For a secret target in which the user has no place, the error is the same as for a channel that
    does not exist.
    """
    if "s" in target.modes and not has_place(target, user):
        raise Refusal(Why.BAD_MODE_ARG, channel.name, "f", target.name, hint=NO_FORWARD)
    held, granted = target.members.get(user.id), target.access.get(user.id)
    if not ((held is not None and held.rules) or (granted is not None and granted.role in OPERATORS)):
        hint = "+f needs a target channel in which you are an operator (@), too"
        raise Refusal(Why.NOT_OPERATOR, target.name, hint=hint)


def require_access_right(channel: Channel, user: User, grants: Sequence[Grant]) -> None:
    """Anyone in the access list may give and take the ranks below their own. Raises NOT_FOUNDER."""
    own = channel.access.get(user.id)
    for grant in grants:
        earlier = channel.access.get(grant.account)
        roles = {grant.role, earlier.role if earlier is not None else ""} - {""}
        gives_up_own = grant.account == user.id and not grant.role
        above = own is not None and own.role in OPERATORS and all(own.role in MAY_GRANT[role] for role in roles)
        if not (above or (gives_up_own and earlier is not None and earlier.role != "q")):
            raise Refusal(Why.NOT_FOUNDER, channel.name)


def require_founder(channel: Channel, user: User) -> None:
    """Require the founder. Raises NOT_FOUNDER."""
    own = channel.access.get(user.id)
    if own is None or own.role != "q":
        raise Refusal(Why.NOT_FOUNDER, channel.name)


def require_kick(channel: Channel, user: User, target: Membership) -> None:
    """An operator may kick anyone of the same or a lower rank, a half-operator lower ranks only.

    Raises NOT_ON_CHANNEL or NOT_OPERATOR.
    """
    held = member(channel, user)
    rank, other = _rank(held), _rank(target)
    allowed = rank <= other if held.rules else "h" in held.modes and rank < other
    # Nobody may kick somebody else who has the highest rank.
    if not allowed or (rank == other == 0 and target.user is not user):
        hint = f"{target.user.nick} outranks you"
        raise Refusal(Why.NOT_OPERATOR, channel.name, hint=hint)


def _rank(membership: Membership) -> int:
    """0 for the highest."""
    return RANKS.index(membership.modes[0]) if membership.modes else len(RANKS)


def is_request(text: str) -> bool:
    """Whether the text is a CTCP request, but not an action (/me)."""
    return text.startswith("\x01") and not text.startswith("\x01ACTION")


def require_speech(channel: Channel, user: User, now: Clock, text: str = "") -> None:
    """Require that the user may speak. Raises CANNOT_SEND with the reason."""
    membership = channel.members.get(user.id)
    if "C" in channel.modes and is_request(text):
        raise Refusal(Why.CANNOT_SEND, channel.name, hint="the channel does not allow CTCP (+C)")
    if membership is not None and membership.modes:
        return
    if membership is None and "n" in channel.modes:
        raise Refusal(Why.CANNOT_SEND, channel.name, hint="you are not on that channel; join it first")
    _require_voice(channel, user)
    if "d" in channel.modes:
        _require_wait(channel, _inside(channel, membership).joined_at, "d", now(), "newcomers wait")


def require_speech_from_afar(channel: Channel, user: User, now: Clock, text: str = "") -> None:
    """Require that somebody who is not in the channel at the moment could join it and speak there.

    Raises what joining raises, or CANNOT_SEND with the reason.
    """
    if "C" in channel.modes and is_request(text):
        raise Refusal(Why.CANNOT_SEND, channel.name, hint="the channel does not allow CTCP (+C)")
    require_entry(channel, user, "", now)
    granted = channel.access.get(user.id)
    if granted is None or not granted.role:
        _require_voice(channel, user)


def _require_voice(channel: Channel, user: User) -> None:
    """Require that somebody without a rank may speak. Raises CANNOT_SEND with the reason."""
    if "M" in channel.modes and not user.account:
        raise Refusal(
            Why.CANNOT_SEND, channel.name, hint="only accounts may speak there (+M): register or log in first"
        )
    if "m" in channel.modes:
        raise Refusal(Why.CANNOT_SEND, channel.name, hint="the channel is moderated (+m) and you do not have voice")
    if channel.lists and channel.muted(user):
        raise Refusal(Why.CANNOT_SEND, channel.name, hint=_muted(channel, user))


def _muted(channel: Channel, user: User) -> str:
    """Why somebody who is muted may not speak."""
    until = channel.banned_until(user, muting=True)
    return f"you are muted there{_until(until)} (+b)" if until else "you are banned there (+b)"


def _until(at: int) -> str:
    return f" until {datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M} UTC" if at else ""


def require_pace(channel: Channel, user: User, now: Clock, turns: Mapping[Membership, int]) -> Membership | None:
    """Slow mode (+W). The wait begins at the join, so nobody can speak sooner by leaving and joining again.

    ``turns`` has the times of messages that were decided on but may not be committed yet. Returns the membership whose
    wait the next message starts anew, or None if slow mode does not apply. Raises CANNOT_SEND with the seconds to wait.
    """
    membership = channel.members.get(user.id)
    if "W" not in channel.modes or (membership is not None and membership.modes):
        return None
    membership = _inside(channel, membership)
    last = max(membership.joined_at, membership.spoke_at, turns.get(membership, 0))
    _require_wait(channel, last, "W", now(), "slow mode")
    return membership


def _inside(channel: Channel, membership: Membership | None) -> Membership:
    """Require a membership, because waiting is counted from the join."""
    if membership is None:
        raise Refusal(Why.CANNOT_SEND, channel.name, hint="you are not on that channel; join it first")
    return membership


def _require_wait(channel: Channel, since: int, mode: str, now: int, why: str) -> None:
    seconds = channel.modes[mode]
    left = since + int(seconds) * 1000 - now
    if left > 0:
        hint = f"{why} (+{mode} {seconds}): you may speak in {-(-left // 1000)} s"
        raise Refusal(Why.CANNOT_SEND, channel.name, hint=hint)


def silenced(channel: Channel, user: User, now: Clock) -> bool:
    """Whether the user may not speak. Then the reasons of their PART and QUIT are left out too."""
    try:
        require_speech(channel, user, now)
    except Refusal:
        return True
    return False


def require_new_nick(user: User, nick: str, now: Clock) -> None:
    """A new nick is visible in every channel, so it needs the right to speak in all of them. Raises NICK_HELD."""
    for channel in user.channels.values():
        try:
            require_speech(channel, user, now)
        except Refusal as refusal:
            raise Refusal(Why.NICK_HELD, nick, channel.name, hint=f"{refusal.hint}; or leave {channel.name}") from None


def require_entry(channel: Channel, user: User, key: str, now: Clock) -> None:
    """Require that the user may join. An operator's invitation overrides every obstacle.

    Raises BANNED, ACCOUNT_NEEDED, INVITE_ONLY, BAD_KEY, FULL or THROTTLED.
    """
    if user.id in channel.invited or user.id in channel.access:
        return
    if channel.banned(user):
        raise Refusal(Why.BANNED, channel.name, hint=_until(channel.banned_until(user)))
    modes = channel.modes
    if "R" in modes and not user.account:
        raise Refusal(Why.ACCOUNT_NEEDED, channel.name)
    if "i" in modes and not channel.listed("I", user):
        raise Refusal(Why.INVITE_ONLY, channel.name)
    if "k" in modes and modes["k"] != key:
        raise Refusal(Why.BAD_KEY, channel.name)
    if "l" in modes and len(channel.members) >= int(modes["l"]):
        raise Refusal(Why.FULL, channel.name)
    if "j" in modes:
        _require_turn(channel, now())


def _require_turn(channel: Channel, now: int) -> None:
    most, seconds = throttle(channel.modes["j"])
    lately = [at for at in channel.arrivals if at + seconds * 1000 > now]
    if len(lately) >= most:
        left = lately[-most] + seconds * 1000 - now
        raise Refusal(Why.THROTTLED, channel.name, hint=str(-(-left // 1000)))


def plain(channel: Channel, user: User) -> bool:
    """Whether the user has no rank in the channel."""
    membership = channel.members.get(user.id)
    return membership is None or not membership.modes


def abandoned(channel: Channel, *, permanent: bool) -> bool:
    """Whether an empty public channel belongs to nobody now. Its bans end, because nobody could lift them."""
    return not (channel.members or permanent or channel.private or channel.access)


def forsaken(channel: Channel, *, permanent: bool, restart: bool = False) -> bool:
    """Whether an empty channel ends. A private one does, because nobody is left to let anybody in.

    A channel without messages and topic ends too. A public channel with history outlives its members, so that anyone
    who returns finds it. A secret one does not, because its history would belong to anyone who guesses the name. A
    ``restart`` ends no secret channel: its members did not leave, and will come back.
    """
    wanted = channel.members or permanent or channel.access
    closed = channel.private or ("s" in channel.modes and not restart)
    return not wanted and (closed or not (channel.said or channel.topic))
