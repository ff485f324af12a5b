"""The parts of the chat: users, channels, memberships. Only engine/apply.py changes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from chover import names
from chover.engine.events import Grant, Source
from chover.engine.ids import NOBODY, ChannelId, LogId, UserId, channel_log
from chover.engine.modes import BOT, OPERATOR, OPERATORS, PREFIXES, RANKS
from chover.names import ACCOUNT, GUEST, MUTE, REALNAME


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
    """Folded names of channels that stay when they are empty, and whose first member does not become operator."""
    new_channel_modes: str = "nt"

    def fold_nick(self, nick: str) -> str:
        """The folded nick. Raises names.BadName."""
        return names.fold_nick(nick, self.casemapping, self.nick_len)

    def fold_channel(self, name: str) -> str:
        """The folded channel name. Raises names.BadName."""
        return names.fold_channel(name, self.casemapping, self.channel_len)

    def as_nick(self, name: str) -> str:
        """The nearest nick to any name."""
        return names.as_nick(name, self.nick_len, self.casemapping)

    def same_nick(self, nick: str) -> str:
        """The folded form of a nick in use, whatever its length: limits may have changed since it was taken."""
        return names.fold(nick, self.casemapping)

    def same_channel(self, name: str) -> str:
        """The folded form of a channel name in use, whatever its length."""
        return names.fold_channel(name, self.casemapping, len(name.encode()))


@dataclass(slots=True, eq=False)
class User:
    """Somebody who is present. ``id`` never changes, the rest are labels."""

    id: UserId
    nick: str
    folded: str
    username: str
    host: str
    realname: str = ""
    account: str = ""
    away: str = ""
    modes: frozenset[str] = frozenset()
    metadata: dict[str, str] = field(default_factory=dict)
    channels: dict[ChannelId, Channel] = field(default_factory=dict)
    labelled: str = ""
    """The msgid of the event that set the nick: older ones come too late. Empty if it is not known."""
    source: Source = field(init=False)

    def __post_init__(self) -> None:
        self.relabel()

    def relabel(self) -> None:
        """Update ``source`` to the current labels."""
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
    """The place of the join in the log."""
    spoke: bool = False
    spoke_at: int = 0
    """The time of its last message since it joined and the server started, in milliseconds since 1970; 0 for none."""

    @property
    def rules(self) -> bool:
        """Whether it is an operator's rank, or higher."""
        return any(mode in OPERATORS for mode in self.modes)

    @property
    def prefixes(self) -> str:
        """All prefixes, highest first: ``@+``."""
        return "".join([PREFIXES[mode] for mode in self.modes])

    def change(self, mode: str, *, add: bool) -> bool:
        """Change a mode. Returns whether it made a difference."""
        if (mode in self.modes) is add:
            return False
        held = {*self.modes, mode} if add else set(self.modes) - {mode}
        self.modes = "".join(rank for rank in RANKS if rank in held)
        return True


@dataclass(slots=True, frozen=True)
class ListEntry:
    """An entry of a list mode. ``set_at`` and ``until`` in milliseconds since 1970; ``until`` 0: it has no end.

    An entry for an account holds the account's id, so that it never covers the next owner of the name.
    """

    mask: str
    set_by: str
    set_at: int
    account: UserId = NOBODY
    until: int = 0

    def covers(self, user: User, *, muting: bool = False) -> bool:
        """``muting``: also consider entries that only mute."""
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
    """The permanent ranks of accounts, even while they are not in the channel."""
    metadata: dict[str, str] = field(default_factory=dict)
    invited: dict[UserId, None] = field(default_factory=dict)
    """The people whom an operator invited, the oldest invitation first."""
    left_at: int = 0
    """When the last member left, in milliseconds since 1970; 0 for before the server started."""
    since: dict[UserId, int] = field(default_factory=dict)
    """The place in the log at which each account first joined, even if it is not a member any more."""
    visibility: str = ""
    """The people who may read history (visibility.VISIBILITIES); empty: the server's setting."""
    retention_days: int = 0
    """Days after which messages are deleted; 0: the server's setting."""
    arrivals: list[int] = field(default_factory=list)
    """When the last members joined, as many as the throttle (+j) needs."""
    renamed_at: int = 0
    """When it was renamed since the server started, in milliseconds since 1970; 0 for never."""
    roster: int = 0
    """Changes whenever somebody joins, leaves, or has another nick or other member modes."""
    log: LogId = field(init=False)

    def __post_init__(self) -> None:
        self.log = channel_log(self.id)

    @property
    def founder(self) -> Grant | None:
        """The founder; None for a channel that is not registered."""
        return next((grant for grant in self.access.values() if grant.role == "q"), None)

    @property
    def private(self) -> bool:
        """Whether a stranger could not simply have joined."""
        return "i" in self.modes or "k" in self.modes

    def listed(self, letter: str, user: User) -> bool:
        """Whether an entry of a list covers somebody: a mask, or one with a prefix (names.EXTBANS)."""
        return any(entry.covers(user) for entry in self.lists.get(letter, {}).values())

    def banned(self, user: User) -> bool:
        return self.listed("b", user) and not self.listed("e", user)

    def muted(self, user: User) -> bool:
        """Whether a ban or an ``m:`` entry mutes somebody; an exception may be written in either form."""
        return self._heard_of("b", user) and not self._heard_of("e", user)

    def banned_until(self, user: User, *, muting: bool = False) -> int:
        """When the last of the entries that ban somebody ends, with ``muting`` those that mute; 0: one has no end."""
        entries = [each for each in self.lists.get("b", {}).values() if each.covers(user, muting=muting)]
        return max((each.until for each in entries), default=0) if all(each.until for each in entries) else 0

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
    """Whether somebody may see another member: in an auditorium (+u), only members with a rank are shown."""
    if "u" not in channel.modes or membership.modes:
        return True
    own = channel.members.get(asker.id)
    return own is not None and bool(own.modes)


def visible_to(channel: Channel, asker: User) -> bool:
    """Whether LIST, NAMES, WHO and WHOIS may show the channel to somebody."""
    return "s" not in channel.modes or asker.id in channel.members
