"""The verbs of the chat. Each looks at the state and returns what would happen, or raises a Refusal.

It changes nothing. What was decided takes effect when it comes back committed, through ``apply`` (engine/apply.py).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

import msgspec

from chover import names
from chover.engine import accepting, rights
from chover.engine.append import Append
from chover.engine.apply import Applies
from chover.engine.events import (
    SERVER,
    AccessSet,
    AwaySet,
    BlocksSet,
    Closed,
    Event,
    Grant,
    HistorySet,
    HostSet,
    Identified,
    Invited,
    Joined,
    Kicked,
    Known,
    MetadataSet,
    ModeChange,
    ModesSet,
    Opened,
    Parted,
    Quit,
    RealnameSet,
    Renamed,
    Said,
    Source,
    Tagged,
    TagsKept,
    TopicSet,
    UserModesSet,
)
from chover.engine.ids import NOWHERE, ChannelId, LogId, UserId, channel_log, pair_log
from chover.engine.lines import cut
from chover.engine.metadata import DISPLAY_NAME
from chover.engine.mode_changes import effective_changes, rank_changes
from chover.engine.model import Channel, Rules, User, covered, visible_to
from chover.engine.modes import RANK_OF, SELECTIVE, USER_MODES, ModeRequest
from chover.engine.refusals import Refusal, Why

Spoken = TypeVar("Spoken", bound=Said | Tagged | TagsKept)

OFFERS: Final = 1000
"""So many variants of a taken nick are tried before one of guest is offered."""
NOTHING = Append([])
"""The decision that nothing needs to happen."""


def _changes(held: dict[str, str], wanted: dict[str, str | None]) -> dict[str, str | None]:
    return {key: value for key, value in wanted.items() if held.get(key) != value}


class Chat(Applies):
    """All users and channels, as far as what was committed goes."""

    def __init__(self, rules: Rules, fresh_id: Callable[[], str], now: rights.Clock) -> None:
        super().__init__(rules)
        self._fresh_id = fresh_id
        self.now = now
        self.opening: dict[str, ChannelId] = {}
        """The ids decided for channels that are not there yet, by folded name."""

    # ---- finding -------------------------------------------------------------------------------------------------

    def find_user(self, nick: str) -> User:
        """Raises NO_SUCH_NICK."""
        try:
            return self.nicks[self.rules.same_nick(nick)]
        except (KeyError, names.BadName):
            raise Refusal(Why.NO_SUCH_NICK, nick) from None

    def find_channel(self, name: str) -> Channel:
        """Raises NO_SUCH_CHANNEL."""
        try:
            return self.by_name[self.rules.same_channel(name)]
        except (KeyError, names.BadName):
            raise Refusal(Why.NO_SUCH_CHANNEL, name) from None

    def known_channel(self, user: User, name: str) -> Channel:
        """Raises NO_SUCH_CHANNEL, for a secret channel in which somebody has no place as for one that is not there."""
        channel = self.find_channel(name)
        if "s" in channel.modes:
            rights.require_place(channel, user, name)
        return channel

    def require_free(self, nick: str, claimant: UserId) -> str:
        """The folded nick. Raises BAD_NICK with what is allowed, or NICK_IN_USE with a free one as hint."""
        try:
            folded = self.rules.fold_nick(nick)
        except names.BadName as bad:
            raise Refusal(Why.BAD_NICK, nick, hint=f"{bad}; try {self.rules.as_nick(nick)}") from None
        if not self._free(nick, folded, claimant):
            raise Refusal(Why.NICK_IN_USE, nick, hint=self._free_variant(nick, claimant))
        return folded

    def holder(self, folded: str) -> UserId:
        """Who has a nick that looks like this one, or is about to; empty for nobody."""
        return self.claims.get(names.skeleton(folded), UserId(""))

    def _free_variant(self, nick: str, claimant: UserId) -> str:
        limit = self.rules.nick_len
        # Names in some scripts take no digit of ours (the Bidi rule, RFC 5893): then guest2, guest3, …
        offers = itertools.chain(itertools.islice(names.variants(nick, limit), OFFERS), names.variants("guest", limit))
        return next(offer for offer in offers if self._free_nick(offer, claimant))

    def free_nick(self, nick: str, claimant: UserId) -> str:
        """The nick, or the next one like it that nobody has."""
        return nick if self._free_nick(nick, claimant) else self._free_variant(nick, claimant)

    def _free_nick(self, nick: str, claimant: UserId) -> bool:
        try:
            return self._free(nick, self.rules.fold_nick(nick), claimant)
        except names.BadName:
            return False

    def _free(self, nick: str, folded: str, claimant: UserId) -> bool:
        if self.claims.get(names.skeleton(folded), claimant) != claimant:
            return False
        return self.display_looks.another(names.looks(nick), self.users.get(claimant)) is None

    def require_own_look(self, user: User, name: str) -> None:
        """Raises NAME_TAKEN, with whose it is, for a display name that another's nick or display name looks like."""
        looks = names.looks(name)
        other = self.nick_looks.another(looks, user) or self.display_looks.another(looks, user)
        if other is not None:
            raise Refusal(Why.LOOKS_TAKEN, DISPLAY_NAME, hint=f"the nick {other.nick}")
        if any(self.claims.get(look, user.id) != user.id for look in looks):
            raise Refusal(Why.LOOKS_TAKEN, DISPLAY_NAME, hint="a service, or a nick that is being registered")

    # ---- speaking ------------------------------------------------------------------------------------------------

    def say(self, user: User, target: str, body: Said, nonce: str = "", under: Source | None = None) -> Append:
        """A message to a channel or a user, ``under`` another name if one is given.

        Who lets in only some people lets in whoever they write to, so that these can answer.

        Raises NO_TEXT, NO_SUCH_NICK, NO_SUCH_CHANNEL, CANNOT_SEND, CANNOT_REACH, ACCOUNTS_ONLY or ACCEPTED_ONLY.
        """
        if not body.text:
            raise Refusal(Why.NO_TEXT)
        log, body = self._address(user, target, body)
        said = Event(log, under or user.source, body, nonce=nonce)
        if user.modes and body.to and not user.modes.isdisjoint(SELECTIVE):
            return Append([*accepting.letting_answer(self, user, body.to), said])
        return Append([said])

    def tag(self, user: User, target: str, tags: dict[str, str], *, keep: bool = False, about: int = 0) -> Append:
        """Client tags alone, kept or not; ``about``: see events.Marked. Raises as ``say`` does."""
        log, body = self._address(user, target, TagsKept(tags, about=about) if keep else Tagged(tags))
        return Append([Event(log, user.source, body)])

    def _address(self, user: User, target: str, body: Spoken) -> tuple[LogId, Spoken]:
        status = target[0] if target[:1] in RANK_OF and names.is_channel(target[1:]) else ""
        if status or names.is_channel(target):
            channel = self.find_channel(target.removeprefix(status))
            if "s" in channel.modes and "n" in channel.modes:
                rights.require_place(channel, user, target.removeprefix(status))
            if isinstance(body, Said):
                rights.require_speech(channel, user, self.now, body.text)
                if "W" in channel.modes:
                    rights.require_pace(channel, user, self.now)
            else:
                rights.require_speech(channel, user, self.now)
            if status:
                rights.member(channel, user)
                body = msgspec.structs.replace(body, status=status)
            if "U" in channel.modes and isinstance(body, Said) and rights.plain(channel, user):
                body = msgspec.structs.replace(body, held=True)
            return channel.log, body
        other = self.find_user(target)
        if "T" in other.modes and isinstance(body, Said) and rights.is_request(body.text):
            raise Refusal(Why.CANNOT_REACH, other.nick, hint="they do not accept CTCP (+T)")
        # What is not wanted is in no log: neither of the two finds it in history.
        log = pair_log(user.id, other.id) if self.require_private(other, user) else NOWHERE
        return log, msgspec.structs.replace(body, to=other.nick)

    def require_private(self, other: User, user: User) -> bool:
        """Whether what is said in private is heard, and not dropped unseen. Raises ACCOUNTS_ONLY or ACCEPTED_ONLY."""
        if other.modes and not other.modes.isdisjoint(SELECTIVE):
            accepting.require_accepted(self, other, user)
        return not self.blocked(other, user)

    def blocked(self, user: User, by: User) -> bool:
        """Whether somebody does not want to hear another in private."""
        masks = self.blocks.get(user.id) if self.blocks else None
        return masks is not None and user is not by and covered(masks, by)

    # ---- coming and going ----------------------------------------------------------------------------------------

    def join(self, user: User, name: str, key: str = "") -> Append:
        """Enter a channel, opening it if need be. NOTHING if already in.

        Raises BAD_CHANNEL_NAME, TOO_MANY_CHANNELS, BANNED, INVITE_ONLY, BAD_KEY, FULL, THROTTLED or CHANNEL_RENAMED.
        """
        try:
            folded = self.rules.fold_channel(name)
        except names.BadName as bad:
            raise Refusal(Why.BAD_CHANNEL_NAME, name, hint=str(bad)) from None
        channel = self.by_name.get(folded)
        if channel is not None and user.id in channel.members:
            return NOTHING
        if len(user.channels) >= self.rules.channels_per_user:
            raise Refusal(Why.TOO_MANY_CHANNELS, name)
        if channel is None and (moved := self._moved(folded, user)) is not None:
            raise Refusal(Why.CHANNEL_RENAMED, name, moved.name)
        return self._open(user, name, folded) if channel is None else self._enter(user, channel, key)

    def _moved(self, folded: str, user: User) -> Channel | None:
        """The channel that had a name, but for its members, who may open another, and a secret one."""
        channel = self.channels.get(self.former[folded]) if folded in self.former else None
        if channel is None or user.id in channel.members or not visible_to(channel, user):
            return None
        return channel

    def _open(self, user: User, name: str, folded: str) -> Append:
        # Whoever wants the same name before this is committed decides on the same id, conflicts and decides again.
        log = channel_log(self.opening.setdefault(folded, ChannelId("c" + self._fresh_id())))
        opened = Opened(name, self.rules.new_channel_modes)
        events = [
            Event(log, SERVER, opened),
            Event(log, user.source, Joined(self.first_modes(folded), realname=user.realname)),
        ]
        return Append(events, {log: 0})

    def add_channel(self, channel: Channel) -> None:
        super().add_channel(channel)
        # When it has ended, its name begins a new log.
        self.opening.pop(channel.folded, None)

    def first_modes(self, folded: str) -> str:
        return "" if folded in self.rules.permanent else "o"

    def _enter(self, user: User, channel: Channel, key: str) -> Append:
        if not rights.abandoned(channel, permanent=channel.folded in self.rules.permanent):
            rights.require_entry(channel, user, key, self.now)
        modes = "" if channel.members or channel.access else self.first_modes(channel.folded)
        if user.id in channel.access:
            modes = channel.access[user.id].role
        # Becoming operator, and taking one of a limited number of places or turns, must not happen twice.
        contested = "l" in channel.modes or "j" in channel.modes
        return self._on(channel, user.source, Joined(modes, contested, user.realname))

    def part(self, user: User, channel: Channel, reason: str = "") -> Append:
        """Raises NOT_ON_CHANNEL. Who may not speak there gives no reason either."""
        rights.member(channel, user)
        heard = reason if reason and not rights.silenced(channel, user, self.now) else ""
        return Append([Event(channel.log, user.source, Parted(heard))])

    def quit(self, user: User, reason: str) -> Append:
        return self._everywhere(user, Quit(reason))

    def rename(self, user: User, nick: str) -> Append:
        """The new nick must have been claimed (``require_free``)."""
        return NOTHING if nick == user.nick else self._everywhere(user, Renamed(nick))

    def identify(self, user: User, who: UserId, account: str = "") -> Append:
        """From now on the user is this account, or a guest again. NOTHING when it is so already."""
        return NOTHING if user.id == who else self._everywhere(user, Identified(who, account))

    def set_host(self, user: User, username: str, host: str) -> Append:
        if (user.username, user.host) == (username, host):
            return NOTHING
        return Append([Event(NOWHERE, user.source, HostSet(username, host))])

    def _everywhere(self, user: User, body: Quit | Renamed | Identified) -> Append:
        places = [NOWHERE, *map(channel_log, user.channels)]
        return Append([Event(log, user.source, body) for log in places])

    def close_forsaken(self, channel: Channel, *, restart: bool = False) -> Append:
        """End an empty channel that nobody could come back to; NOTHING while it is wanted, or when it has ended.

        ``restart``: see rights.forsaken.
        """
        permanent = channel.folded in self.rules.permanent
        if channel.log not in self.channels or not rights.forsaken(channel, permanent=permanent, restart=restart):
            return NOTHING
        return self._on(channel, SERVER, Closed())

    # ---- ruling --------------------------------------------------------------------------------------------------

    def kick(self, user: User, channel: Channel, nick: str, reason: str) -> Append:
        """Raises NOT_ON_CHANNEL, NOT_OPERATOR, NO_SUCH_NICK or NOT_ON_THAT_CHANNEL."""
        rights.require_rank(channel, user)
        target = self.find_user(nick)
        if target.id not in channel.members:
            raise Refusal(Why.NOT_ON_THAT_CHANNEL, target.nick, channel.name)
        rights.require_kick(channel, user, channel.members[target.id])
        kicked = Kicked(target.id, target.nick, cut(reason, self.rules.kick_len))
        return self._on(channel, user.source, kicked)

    def set_topic(self, user: User, channel: Channel, text: str) -> Append:
        """Raises NOT_ON_CHANNEL, or NOT_OPERATOR when the channel is +t."""
        if "t" in channel.modes:
            rights.require_rank(channel, user)
        rights.member(channel, user)
        return self._on(channel, user.source, TopicSet(cut(text, self.rules.topic_len)))

    def set_modes(self, user: User, channel: Channel, wanted: Iterable[ModeRequest]) -> Append:
        """Raises NOT_ON_CHANNEL, NOT_OPERATOR, or what is wrong with the first change that is."""
        wanted = list(wanted)
        if not rights.gives_up(channel, user, wanted, self.rules.same_nick):
            rights.require_rank(channel, user)
        changes = effective_changes(self, channel, wanted)
        rights.require_mode_right(channel, user, changes)
        for change in changes:
            if change.mode == "f" and change.add:
                rights.require_forward_right(channel, self.find_channel(change.arg), user)
        return self._on(channel, user.source, ModesSet(changes)) if changes else NOTHING

    def register(self, user: User, channel: Channel, granter: Source) -> Append:
        """Make the channel its operator's for good. Raises NOT_ON_CHANNEL, NOT_OPERATOR or ALREADY_REGISTERED."""
        rights.require_operator(channel, user)
        if channel.access:
            raise Refusal(Why.ALREADY_REGISTERED, channel.name)
        append = self._on(channel, user.source, AccessSet((Grant(user.id, user.account, "q"),)))
        if "q" not in channel.members[user.id].modes:
            change = ModeChange(add=True, mode="q", arg=user.nick, who=user.id)
            append.events.append(Event(channel.log, granter, ModesSet((change,))))
        return append

    def grant(self, user: User, channel: Channel, grants: Sequence[Grant], granter: Source) -> Append:
        """Change who has which rank whenever they come; those who are there have it at once.

        Raises NOT_FOUNDER when somebody else's is touched by who may not.
        """
        rights.require_access_right(channel, user, grants)
        append = self._on(channel, user.source, AccessSet(tuple(grants)))
        if changes := tuple(rank_changes(channel, grants)):
            append.events.append(Event(channel.log, granter, ModesSet(changes)))
        return append

    def set_history(
        self, user: User, channel: Channel, *, visibility: str | None = None, days: int | None = None
    ) -> Append:
        """Change who reads history, or how long it is kept; None leaves it as it is. Raises NOT_FOUNDER."""
        rights.require_founder(channel, user)
        body = HistorySet(
            channel.visibility if visibility is None else visibility, channel.retention_days if days is None else days
        )
        return (
            NOTHING
            if body == HistorySet(channel.visibility, channel.retention_days)
            else self._on(channel, user.source, body)
        )

    def invite(self, user: User, channel: Channel, nick: str) -> Append:
        """Raises NOT_ON_CHANNEL, NOT_OPERATOR when the channel is +i, NO_SUCH_NICK or ALREADY_ON_CHANNEL.

        NOTHING when they do not want to hear of it.
        """
        target = self.find_user(nick)
        rights.member(channel, user)
        if "i" in channel.modes:
            rights.require_operator(channel, user)
        if target.id in channel.members:
            raise Refusal(Why.ALREADY_ON_CHANNEL, target.nick, channel.name)
        if self.blocked(target, user):
            return NOTHING
        return self._on(channel, user.source, Invited(target.id, target.nick))

    def set_away(self, user: User, text: str) -> Append:
        return Append([Event(NOWHERE, user.source, AwaySet(cut(text, self.rules.away_len)))])

    def set_realname(self, user: User, text: str) -> Append:
        return Append([Event(NOWHERE, user.source, RealnameSet(text))])

    def set_metadata(self, user: User, values: dict[str, str | None]) -> Append:
        """Own metadata; None takes a key away. NOTHING when all is as it was."""
        changes = _changes(user.metadata, values)
        return Append([Event(NOWHERE, user.source, MetadataSet(changes))]) if changes else NOTHING

    def set_channel_metadata(self, user: User, channel: Channel, values: dict[str, str | None]) -> Append:
        """Raises NOT_ON_CHANNEL or NOT_OPERATOR."""
        rights.require_operator(channel, user)
        changes = _changes(channel.metadata, values)
        return self._on(channel, user.source, MetadataSet(changes)) if changes else NOTHING

    def set_user_modes(self, user: User, wanted: Iterable[ModeRequest]) -> Append:
        """Own modes, those that there are (USER_MODES). NOTHING when each is as it was."""
        last = {want.mode: want.add for want in wanted if want.mode in USER_MODES}
        changes = [ModeChange(add, mode) for mode, add in last.items() if (mode in user.modes) is not add]
        return Append([Event(NOWHERE, user.source, UserModesSet(tuple(changes)))]) if changes else NOTHING

    def set_blocks(self, user: User, masks: tuple[str, ...]) -> Append:
        """Whom somebody does not want to hear in private."""
        return Append([Event(NOWHERE, user.source, BlocksSet(masks))])

    @staticmethod
    def _on(channel: Channel, source: Source, body: Known) -> Append:
        """A decision that holds only while the channel's rules are those it was made on."""
        return Append([Event(channel.log, source, body)], {channel.log: channel.rules_version})
