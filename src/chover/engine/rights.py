"""Who may speak, join and rule. Questions only; nothing here changes anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    """Inside, in the access list, or invited. Raises NO_SUCH_CHANNEL under the ``name`` that was asked for."""
    if not has_place(channel, user):
        raise Refusal(Why.NO_SUCH_CHANNEL, name)


def has_place(channel: Channel, user: User) -> bool:
    """Whether somebody is inside, in the access list, or invited."""
    return user.id in channel.members or user.id in channel.access or user.id in channel.invited


def require_operator(channel: Channel, user: User) -> None:
    """Raises NOT_ON_CHANNEL or NOT_OPERATOR."""
    if not member(channel, user).rules:
        raise Refusal(Why.NOT_OPERATOR, channel.name, hint="only an operator (@) or a higher rank can do that")


def require_rank(channel: Channel, user: User) -> None:
    """At least a half-operator. Raises NOT_ON_CHANNEL or NOT_OPERATOR."""
    if not set(member(channel, user).modes) - {"v"}:
        raise Refusal(Why.NOT_OPERATOR, channel.name, hint="only a half-operator (%) or a higher rank can do that")


def gives_up(channel: Channel, user: User, wanted: Sequence[ModeRequest], fold: Callable[[str], str]) -> bool:
    """Whether all that is asked for is to give up own ranks. Raises NOT_ON_CHANNEL."""
    member(channel, user)
    return all(want.mode in RANKS and not want.add and fold(want.arg) == user.folded for want in wanted)


NO_FORWARD: Final = "name another channel that exists"
"""What is wrong with the parameter of +f."""
HALF_OPERATORS_SET: Final = frozenset("vbeIdjW")
"""The modes that a half-operator may change."""
MAY_GRANT: Final = {"q": "q", "a": "q", "o": "qao", "h": "qao", "v": "qaoh"}
"""Which rank may give and take each rank. Everybody may give up an own one."""


def require_mode_right(channel: Channel, user: User, changes: Sequence[ModeChange]) -> None:
    """Raises NOT_ON_CHANNEL or NOT_OPERATOR."""
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
    """Who sends people to a channel rules it, too, inside or by its access list.

    Raises NOT_OPERATOR; of a secret one in which somebody has no place what is said of one that is not there.
    """
    if "s" in target.modes and not has_place(target, user):
        raise Refusal(Why.BAD_MODE_ARG, channel.name, "f", target.name, hint=NO_FORWARD)
    held, granted = target.members.get(user.id), target.access.get(user.id)
    if not ((held is not None and held.rules) or (granted is not None and granted.role in OPERATORS)):
        hint = "+f needs a target channel in which you are an operator (@), too"
        raise Refusal(Why.NOT_OPERATOR, target.name, hint=hint)


def require_access_right(channel: Channel, user: User, grants: Sequence[Grant]) -> None:
    """Who has a rank for good may give those below it, and take them. Raises NOT_FOUNDER."""
    own = channel.access.get(user.id)
    for grant in grants:
        earlier = channel.access.get(grant.account)
        roles = {grant.role, earlier.role if earlier is not None else ""} - {""}
        gives_up_own = grant.account == user.id and not grant.role
        above = own is not None and own.role in OPERATORS and all(own.role in MAY_GRANT[role] for role in roles)
        if not (above or (gives_up_own and earlier is not None and earlier.role != "q")):
            raise Refusal(Why.NOT_FOUNDER, channel.name)


def require_founder(channel: Channel, user: User) -> None:
    """Raises NOT_FOUNDER."""
    own = channel.access.get(user.id)
    if own is None or own.role != "q":
        raise Refusal(Why.NOT_FOUNDER, channel.name)


def require_kick(channel: Channel, user: User, target: Membership) -> None:
    """An operator kicks whoever stands no higher, a half-operator those below. Raises NOT_OPERATOR."""
    held = member(channel, user)
    rank, other = _rank(held), _rank(target)
    allowed = rank <= other if held.rules else "h" in held.modes and rank < other
    # Between two of the highest rank nobody wins.
    if not allowed or (rank == other == 0 and target.user is not user):
        hint = f"{target.user.nick} outranks you"
        raise Refusal(Why.NOT_OPERATOR, channel.name, hint=hint)


def _rank(membership: Membership) -> int:
    """0 for the highest."""
    return RANKS.index(membership.modes[0]) if membership.modes else len(RANKS)


def is_request(text: str) -> bool:
    """Whether it is CTCP and no action."""
    return text.startswith("\x01") and not text.startswith("\x01ACTION")


def require_speech(channel: Channel, user: User, now: Clock, text: str = "") -> None:
    """Raises CANNOT_SEND with what stands in the way."""
    membership = channel.members.get(user.id)
    if "C" in channel.modes and is_request(text):
        raise Refusal(Why.CANNOT_SEND, channel.name, hint="the channel does not allow CTCP (+C)")
    if membership is not None and membership.modes:
        return
    if membership is None and "n" in channel.modes:
        raise Refusal(Why.CANNOT_SEND, channel.name, hint="you are not on that channel; join it first")
    if "M" in channel.modes and not user.account:
        raise Refusal(
            Why.CANNOT_SEND, channel.name, hint="only accounts may speak there (+M): register or log in first"
        )
    if "m" in channel.modes:
        raise Refusal(Why.CANNOT_SEND, channel.name, hint="the channel is moderated (+m) and you do not have voice")
    if channel.lists and channel.muted(user):
        raise Refusal(Why.CANNOT_SEND, channel.name, hint="you are banned there (+b)")
    if "d" in channel.modes:
        _require_wait(channel, _inside(channel, membership).joined_at, "d", now(), "newcomers wait")


def require_pace(channel: Channel, user: User, now: Clock, turns: Mapping[Membership, int]) -> Membership | None:
    """Slow mode (+W), of which coming in is part, so that nobody speaks sooner by leaving and coming back.

    ``turns``: when messages were decided on that may not be committed yet. The membership that the next message is
    counted for; None where nobody counts. Raises CANNOT_SEND with the seconds to wait.
    """
    membership = channel.members.get(user.id)
    if "W" not in channel.modes or (membership is not None and membership.modes):
        return None
    membership = _inside(channel, membership)
    last = max(membership.joined_at, membership.spoke_at, turns.get(membership, 0))
    _require_wait(channel, last, "W", now(), "slow mode")
    return membership


def _inside(channel: Channel, membership: Membership | None) -> Membership:
    """Whoever is to wait a while in a channel has to be in it."""
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
    """Whether somebody may not speak, so that what they say as they leave is left out, too."""
    try:
        require_speech(channel, user, now)
    except Refusal:
        return True
    return False


def require_new_nick(user: User, nick: str, now: Clock) -> None:
    """A nick is seen in each channel, and may be used to say something there. Raises NICK_HELD."""
    for channel in user.channels.values():
        try:
            require_speech(channel, user, now)
        except Refusal as refusal:
            raise Refusal(Why.NICK_HELD, nick, channel.name, hint=f"{refusal.hint}; or leave {channel.name}") from None


def require_entry(channel: Channel, user: User, key: str, now: Clock) -> None:
    """Whether somebody may join. An operator's invitation opens everything.

    Raises BANNED, ACCOUNT_NEEDED, INVITE_ONLY, BAD_KEY, FULL or THROTTLED.
    """
    if user.id in channel.invited or user.id in channel.access:
        return
    if channel.banned(user):
        raise Refusal(Why.BANNED, channel.name)
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
    """Whether somebody has no rank in a channel."""
    membership = channel.members.get(user.id)
    return membership is None or not membership.modes


def abandoned(channel: Channel, *, permanent: bool) -> bool:
    """Whether an empty public channel is anybody's again: nobody is left who could take a ban back."""
    return not (channel.members or permanent or channel.private or channel.access)


def forsaken(channel: Channel, *, permanent: bool, restart: bool = False) -> bool:
    """Whether an empty channel ends: a private one (nobody is left to let anybody in), or one with nothing in it.

    A public channel with history outlives its members, so that whoever comes back finds it. A secret one does not: what
    was said there would be for whoever guesses its name. A ``restart`` is no parting, and its members come back.
    """
    wanted = channel.members or permanent or channel.access
    closed = channel.private or ("s" in channel.modes and not restart)
    return not wanted and (closed or not (channel.said or channel.topic))
