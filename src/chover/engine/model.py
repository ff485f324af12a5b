"""What the chat consists of: users, channels, memberships. Changed by engine/apply.py only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from chover import names
from chover.engine.events import Grant, Source
from chover.engine.ids import ChannelId, LogId, UserId, channel_log
from chover.engine.modes import BOT, OPERATOR, OPERATORS, PREFIXES, RANKS
from chover.names import ACCOUNT, GUEST, MUTE, REALNAME

_NOBODY: Final = UserId("")


@dataclass(slots=True, frozen=True)
class Rules:
    """Limits of this server; lengths in bytes of UTF-8, inclusive."""

    casemapping: names.Mapping = "precis"
    nick_len: int = 32
    channel_len: int = 64
    topic_len: int = 390
    kick_len: int = 390
    away_len: int = 200
    channels_per_user: int = 100
    list_modes: int = 60
    visibility: str = "all"
    """The people who may read history if the founder chose nothing (visibility.VISIBILITIES)."""
    permanent: frozenset[str] = frozenset()
    """Folded names of the channels that stay when they are empty and whose first member is no operator."""
    new_channel_modes: str = "nt"

    def fold_nick(self, nick: str) -> str:
        """Raises names.BadName."""
        return names.fold_nick(nick, self.casemapping, self.nick_len)

    def fold_channel(self, name: str) -> str:
        """Raises names.BadName."""
        return names.fold_channel(name, self.casemapping, self.channel_len)

    def as_nick(self, name: str) -> str:
        """The nearest nick to any name."""
        return names.as_nick(name, self.nick_len, self.casemapping)

    def same_nick(self, nick: str) -> str:
        """The folded form of a nick that stands, whatever its length: limits may have changed since it was taken."""
        return names.fold(nick, self.casemapping)

    def same_channel(self, name: str) -> str:
        """The folded form of a channel's name that stands, whatever its length."""
        return names.fold_channel(name, self.casemapping, len(name.encode()))


@dataclass(slots=True, eq=False)
class User:
    """Somebody present. ``id`` is forever, the rest are labels."""

    id: UserId
    nick: str
    folded: str
    username: str
    host: str
    realname: str = ""
    account: str = ""
    away: str = ""
    modes: set[str] = field(default_factory=set)
    metadata: dict[str, str] = field(default_factory=dict)
    channels: dict[ChannelId, Channel] = field(default_factory=dict)
    labelled: str = ""
    """The msgid of the event that the nick is from: an older one comes too late. Empty for one that is not known."""
    source: Source = field(init=False)

    def __post_init__(self) -> None:
        self.relabel()

    def relabel(self) -> None:
        """Make ``source`` say what the labels say now."""
        self.source = Source(
            self.id, self.nick, self.username, self.host, self.account, BOT in self.modes, OPERATOR in self.modes
        )

    @property
    def mask(self) -> str:
        return self.source.mask


@dataclass(slots=True, eq=False)
class Membership:
    user: User
    modes: str = ""
    """Member modes held, highest first, as in RANKS."""
    joined_at: int = 0
    since: int = 0
    """The place in the log of the join."""
    spoke: bool = False
    spoke_at: int = 0
    """Of its last message since it came and the server started, in milliseconds since 1970; 0 for none."""

    @property
    def rules(self) -> bool:
        """Whether it is an operator's, or higher."""
        return any(mode in OPERATORS for mode in self.modes)

    @property
    def prefixes(self) -> str:
        """All prefixes, highest first: ``@+``."""
        return "".join([PREFIXES[mode] for mode in self.modes])

    def change(self, mode: str, *, add: bool) -> bool:
        """Whether it made a difference."""
        if (mode in self.modes) is add:
            return False
        held = {*self.modes, mode} if add else set(self.modes) - {mode}
        self.modes = "".join(rank for rank in RANKS if rank in held)
        return True


@dataclass(slots=True, frozen=True)
class ListEntry:
    """An entry of a list mode. ``set_at`` in milliseconds since 1970.

    One that names an account holds the account's id, so that it never covers the next owner of the name.
    """

    mask: str
    set_by: str
    set_at: int
    account: UserId = _NOBODY

    def covers(self, user: User, *, muting: bool = False) -> bool:
        """``muting``: also what mutes and lets in."""
        mutes = self.mask.startswith(MUTE)
        if mutes and not muting:
            return False
        if self.account:
            return user.id == self.account
        return _covers(self.mask.removeprefix(MUTE) if mutes else self.mask, user)


@dataclass(slots=True, eq=False)
class Channel:
    """A channel as its events left it. ``head`` and ``rules_version`` are places in its log."""

    id: ChannelId
    name: str
    folded: str
    created_at: int = 0
    head: int = 0
    rules_version: int = 0
    topic: str = ""
    topic_by: str = ""
    topic_at: int = 0
    said: bool = False
    modes: dict[str, str] = field(default_factory=dict)
    lists: dict[str, dict[str, ListEntry]] = field(default_factory=dict)
    members: dict[UserId, Membership] = field(default_factory=dict)
    access: dict[UserId, Grant] = field(default_factory=dict)
    """Which accounts have a rank here, also while they are not in."""
    metadata: dict[str, str] = field(default_factory=dict)
    invited: dict[UserId, None] = field(default_factory=dict)
    """The people whom an operator invited, the oldest invitation first."""
    left_at: int = 0
    """When the last one left it, in milliseconds since 1970; 0 for before the server started."""
    since: dict[UserId, int] = field(default_factory=dict)
    """The place in the log at which each account came first, also of those who are not in any more."""
    visibility: str = ""
    """The people who may read history (visibility.VISIBILITIES); empty: the server's setting."""
    retention_days: int = 0
    """Days after which what was said is deleted; 0: as the server has it."""
    arrivals: list[int] = field(default_factory=list)
    """When the last ones came in, as many as the throttle (+j) asks for."""
    renamed_at: int = 0
    """When it was given another name since the server started, in milliseconds since 1970; 0 for never."""
    roster: int = 0
    """Moves whenever somebody comes, goes, or is called otherwise: nick or member modes."""
    log: LogId = field(init=False)

    def __post_init__(self) -> None:
        self.log = channel_log(self.id)

    @property
    def founder(self) -> Grant | None:
        """Whose channel it is; None for one that is not registered."""
        return next((grant for grant in self.access.values() if grant.role == "q"), None)

    @property
    def private(self) -> bool:
        """Whether a stranger could not just have walked in."""
        return "i" in self.modes or "k" in self.modes

    def listed(self, letter: str, user: User) -> bool:
        """Whether an entry of a list covers somebody: a mask, or what stands behind a prefix (names.EXTBANS)."""
        return any(entry.covers(user) for entry in self.lists.get(letter, {}).values())

    def banned(self, user: User) -> bool:
        return self.listed("b", user) and not self.listed("e", user)

    def muted(self, user: User) -> bool:
        """A ban mutes, and so does an entry with ``m:`` before it; an exception may be written either way."""
        return self._heard_of("b", user) and not self._heard_of("e", user)

    def _heard_of(self, letter: str, user: User) -> bool:
        return any(entry.covers(user, muting=True) for entry in self.lists.get(letter, {}).values())


def covered(masks: Iterable[str], user: User) -> bool:
    """Whether one of the masks (names.complete_mask) covers somebody."""
    return any(_covers(mask, user) for mask in masks)


def _covers(mask: str, user: User) -> bool:
    kind, colon, rest = mask.partition(":")
    judge = _EXTBANS.get(kind + colon)
    return judge(rest, user) if judge else names.matches(mask, user.mask)


_EXTBANS: Final[dict[str, Callable[[str, User], bool]]] = {
    ACCOUNT: lambda mask, user: bool(user.account) and names.matches(mask, user.account),
    GUEST: lambda mask, user: not user.account and _covers(mask, user),
    REALNAME: lambda mask, user: names.matches(mask, user.realname),
    # Muted users may join.
    MUTE: lambda _mask, _user: False,
}


def sees(channel: Channel, asker: User, membership: Membership) -> bool:
    """Whether somebody may be shown that another is in a channel they see: of an auditorium (+u) only the ranks are."""
    if "u" not in channel.modes or membership.modes:
        return True
    own = channel.members.get(asker.id)
    return own is not None and bool(own.modes)


def visible_to(channel: Channel, asker: User) -> bool:
    """Whether LIST, NAMES, WHO and WHOIS may show the channel to somebody."""
    return "s" not in channel.modes or asker.id in channel.members
