"""What committed events do to the state. The only place that changes it; the same on every node, in log order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, Final

from chover import names
from chover.engine.events import (
    AccessSet,
    Arrived,
    AwaySet,
    BlocksSet,
    ChannelRenamed,
    Closed,
    Edited,
    Event,
    HistorySet,
    HostSet,
    Identified,
    Invited,
    Joined,
    Kicked,
    Marked,
    MetadataSet,
    ModesSet,
    Opened,
    Parted,
    Quit,
    RealnameSet,
    Redacted,
    Renamed,
    Said,
    Source,
    Tagged,
    TopicSet,
    UserModesSet,
)
from chover.engine.ids import NOWHERE, ChannelId, LogId, UserId, is_account, is_pair
from chover.engine.mode_changes import make
from chover.engine.model import Channel, Entry, Membership, Rules, User
from chover.engine.modes import OPERATOR, throttle

INVITATIONS: Final = 100
"""A channel remembers so many that were not followed; of more the oldest is void."""
REDACTIONS: Final = 1000
"""So many deletions are remembered: far more than happen while a page is read."""


class Applies:
    """The state, and how events change it."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.users: dict[UserId, User] = {}
        self.nicks: dict[str, User] = {}
        self.claims: dict[str, UserId] = {}
        """Who holds what looks like this (names.skeleton): claimed before a nick is taken, released once left."""
        self.invisible: set[UserId] = set()
        """Those with +i: counted for every newcomer, so they are not searched for."""
        self.formerly: dict[UserId, UserId] = {}
        """Under which id somebody goes on who had this one: what was on its way to it still arrives."""
        self.operators: set[UserId] = set()
        """Those with +o: counted for every newcomer, too."""
        self.blocks: dict[UserId, tuple[str, ...]] = {}
        """Masks of those whom somebody does not want to hear in private: of accounts always, of guests while here."""
        self.channels: dict[LogId, Channel] = {}
        self.by_name: dict[str, Channel] = {}
        self.redacted: dict[str, None] = {}
        """The msgids deleted last, the oldest first: what was read from the store before is not shown after."""

    def apply(self, event: Event) -> bool:
        """Change the state by an event; whether it took effect.

        An event without effect (a kick of one who has just left) is void on every node and shown to nobody.
        """
        channel = self.channels.get(event.log)
        if channel is not None:
            channel.head = event.seq
            if event.moves:
                channel.state_head = event.seq
        handler = self._HANDLERS.get(type(event.body))
        return True if handler is None else handler(self, event, channel, event.body)

    def takes_effect(self, event: Event) -> bool:
        """Whether a departure, a rename or an end would change anything; asked before it is applied."""
        body, source = event.body, event.source
        channel = self.channels.get(event.log)
        match body:
            case Parted():
                return channel is not None and source.id in channel.members
            case Kicked():
                return channel is not None and body.who in channel.members
            case Renamed():
                user = self.users.get(source.id)
                return user is not None and user.nick != body.nick
            case Quit():
                return source.id in self.users
            case Closed():
                return channel is not None and not channel.members
            case _:
                return True

    # ---- channels ------------------------------------------------------------------------------------------------

    def _opened(self, event: Event, _: Channel | None, body: Opened) -> bool:
        folded = self.rules.same_channel(body.name)
        channel = Channel(ChannelId(event.log), body.name, folded, event.at, event.seq, event.seq)
        channel.modes = dict.fromkeys(body.modes, "")
        self.add_channel(channel)
        return True

    def add_channel(self, channel: Channel) -> None:
        self.channels[channel.log] = channel
        self.by_name[channel.folded] = channel

    def _closed(self, event: Event, channel: Channel | None, _: Closed) -> bool:
        if channel is None or channel.members:
            return False
        del self.channels[event.log]
        self._unname(channel)
        return True

    def _unname(self, channel: Channel) -> None:
        if self.by_name.get(channel.folded) is channel:
            del self.by_name[channel.folded]

    def _channel_renamed(self, event: Event, channel: Channel | None, body: ChannelRenamed) -> bool:
        if channel is None:
            return False
        self._unname(channel)
        channel.name, channel.folded = body.name, self.rules.same_channel(body.name)
        channel.renamed_at = event.at
        self.add_channel(channel)
        return True

    def _said(self, event: Event, channel: Channel | None, _: Said) -> bool:
        if channel is not None:
            channel.said = True
            membership = channel.members.get(event.source.id)
            if membership is not None:
                membership.spoke_at = event.at
        return _heard_somewhere(event, channel)

    def _tagged(self, event: Event, channel: Channel | None, _: Tagged | Marked) -> bool:
        return _heard_somewhere(event, channel)

    def _redacted(self, event: Event, channel: Channel | None, body: Redacted) -> bool:
        self.redacted[body.msgid] = None
        if len(self.redacted) > REDACTIONS:
            del self.redacted[next(iter(self.redacted))]
        return channel is not None or is_pair(event.log)

    def _edited(self, event: Event, channel: Channel | None, _: Edited) -> bool:
        return _heard_somewhere(event, channel)

    def _joined(self, event: Event, channel: Channel | None, body: Joined) -> bool:
        if channel is None or event.source.id in channel.members:
            return False
        user = self.users.get(event.source.id) or self.meet(event.source, body.realname)
        self.enroll(channel, Membership(user, body.modes, event.at, event.seq))
        if is_account(user.id):
            channel.since.setdefault(user.id, event.seq)
        channel.invited.pop(user.id, None)
        if "j" in channel.modes:
            most, _ = throttle(channel.modes["j"])
            channel.arrivals = [*channel.arrivals, event.at][-most:]
        return True

    @staticmethod
    def enroll(channel: Channel, membership: Membership) -> None:
        channel.members[membership.user.id] = membership
        channel.roster += 1
        membership.user.channels[channel.id] = channel

    def _parted(self, event: Event, channel: Channel | None, _: Parted) -> bool:
        return self._leave(channel, event.source.id)

    def _kicked(self, _: Event, channel: Channel | None, body: Kicked) -> bool:
        return self._leave(channel, body.who)

    @staticmethod
    def _leave(channel: Channel | None, who: UserId) -> bool:
        membership = channel.members.pop(who, None) if channel is not None else None
        if channel is None or membership is None:
            return False
        channel.roster += 1
        membership.user.channels.pop(channel.id, None)
        return True

    def _topic(self, event: Event, channel: Channel | None, body: TopicSet) -> bool:
        if channel is None:
            return False
        channel.topic, channel.topic_by, channel.topic_at = body.text, event.source.mask, event.at
        return True

    def _invited(self, event: Event, channel: Channel | None, body: Invited) -> bool:
        if channel is None or body.who in channel.members:
            return False
        inviter = channel.members.get(event.source.id)
        if inviter is not None and inviter.rules:
            channel.invited[body.who] = None
            if len(channel.invited) > INVITATIONS:
                del channel.invited[next(iter(channel.invited))]
        return True

    def _modes(self, event: Event, channel: Channel | None, body: ModesSet) -> bool:
        if channel is None:
            return False
        for change in body.changes:
            make(change, channel, Entry(change.arg, event.source.mask, event.at))
        return True

    def _access(self, _: Event, channel: Channel | None, body: AccessSet) -> bool:
        if channel is None:
            return False
        for grant in body.grants:
            channel.access.pop(grant.account, None)
            if grant.role:
                channel.access[grant.account] = grant
        return True

    def _history(self, _: Event, channel: Channel | None, body: HistorySet) -> bool:
        if channel is None:
            return False
        channel.visibility, channel.retention_days = body.visibility, body.days
        return True

    def _metadata(self, event: Event, channel: Channel | None, body: MetadataSet) -> bool:
        owner = self.users.get(event.source.id) if event.log == NOWHERE else channel
        if owner is None:
            return False
        before = dict(owner.metadata)
        for key, value in body.values.items():
            if value is None:
                owner.metadata.pop(key, None)
            else:
                owner.metadata[key] = value
        return owner.metadata != before

    # ---- users ---------------------------------------------------------------------------------------------------

    def meet(self, source: Source, realname: str = "") -> User:
        """A user who is present from now on, by the labels of an event."""
        folded = self.rules.same_nick(source.nick)
        user = User(source.id, source.nick, folded, source.user, source.host, realname, source.account)
        self.users[user.id] = user
        self._label(user)
        return user

    def _label(self, user: User) -> None:
        self.nicks[user.folded] = user
        self.claim(user.folded, user.id)

    def _unlabel(self, user: User, *, keep: str = "") -> None:
        """Free the user's nick; a claim on what looks like ``keep`` stays."""
        if self.nicks.get(user.folded) is user:
            del self.nicks[user.folded]
        if names.skeleton(user.folded) != names.skeleton(keep):
            self.release(user.folded, user.id)

    def claim(self, folded: str, claimant: UserId) -> None:
        """Reserve a nick that ``Chat.require_free`` found free."""
        self.claims[names.skeleton(folded)] = claimant

    def release(self, folded: str, claimant: UserId) -> None:
        look = names.skeleton(folded)
        if self.claims.get(look) == claimant:
            del self.claims[look]

    def _arrived(self, event: Event, _: Channel | None, body: Arrived) -> bool:
        if event.source.id in self.users:
            return False
        self.meet(event.source, body.realname)
        return True

    def _quit(self, event: Event, channel: Channel | None, _: Quit) -> bool:
        if event.log != NOWHERE:
            return self._leave(channel, event.source.id)
        user = self.users.pop(event.source.id, None)
        if user is None:
            return False
        self._unlabel(user)
        if not is_account(user.id):
            self.blocks.pop(user.id, None)
        self.invisible.discard(user.id)
        self.operators.discard(user.id)
        for former in [old for old, new in self.formerly.items() if new == user.id] if self.formerly else ():
            del self.formerly[former]
        return True

    def _renamed(self, event: Event, _: Channel | None, body: Renamed) -> bool:
        user = self.users.get(event.source.id)
        if user is None or user.nick == body.nick:
            return False
        folded = self.rules.same_nick(body.nick)
        self._unlabel(user, keep=folded)
        user.nick, user.folded = body.nick, folded
        user.relabel()
        for channel in user.channels.values():
            channel.roster += 1
        self._label(user)
        return True

    def _identified(self, event: Event, channel: Channel | None, body: Identified) -> bool:
        old = event.source.id
        if event.log != NOWHERE:
            return self._reenter(channel, old, body.who)
        user = self.users.pop(old, None)
        if user is None or body.who in self.users:
            return False
        user.id, user.account = body.who, body.account
        self.users[user.id] = user
        self.formerly[old] = user.id
        if not is_account(old):
            self.blocks.pop(old, None)
        self.claims[names.skeleton(user.folded)] = user.id
        for marked in (self.invisible, self.operators):
            if old in marked:
                marked.remove(old)
                marked.add(user.id)
        user.relabel()
        return True

    @staticmethod
    def _reenter(channel: Channel | None, old: UserId, new: UserId) -> bool:
        """A member goes on under another id."""
        membership = channel.members.pop(old, None) if channel is not None else None
        if channel is None or membership is None:
            return False
        channel.members[new] = membership
        if is_account(new):
            # What was seen as a guest is not hidden from the account.
            channel.since[new] = min(membership.since, channel.since.get(new, membership.since))
        channel.roster += 1
        if old in channel.invited:
            del channel.invited[old]
        return True

    def _host(self, event: Event, _: Channel | None, body: HostSet) -> bool:
        user = self.users.get(event.source.id)
        if user is None:
            return False
        user.username, user.host = body.user, body.host
        user.relabel()
        for channel in user.channels.values():
            channel.roster += 1
        return True

    def _away(self, event: Event, _: Channel | None, body: AwaySet) -> bool:
        user = self.users.get(event.source.id)
        if user is None:
            return False
        user.away = body.text
        return True

    def _realname(self, event: Event, _: Channel | None, body: RealnameSet) -> bool:
        user = self.users.get(event.source.id)
        if user is None:
            return False
        user.realname = body.text
        return True

    def _user_modes(self, event: Event, _: Channel | None, body: UserModesSet) -> bool:
        user = self.users.get(event.source.id)
        if user is None:
            return False
        for change in body.changes:
            (user.modes.add if change.add else user.modes.discard)(change.mode)
        for mode, marked in (("i", self.invisible), (OPERATOR, self.operators)):
            (marked.add if mode in user.modes else marked.discard)(user.id)
        user.relabel()
        return True

    def _blocks(self, event: Event, _: Channel | None, body: BlocksSet) -> bool:
        if body.masks:
            self.blocks[event.source.id] = body.masks
        else:
            self.blocks.pop(event.source.id, None)
        return True

    _HANDLERS: ClassVar[dict[type, Callable[..., bool]]] = {
        Said: _said,
        Tagged: _tagged,
        Marked: _tagged,
        Redacted: _redacted,
        Edited: _edited,
        Opened: _opened,
        Closed: _closed,
        Joined: _joined,
        Parted: _parted,
        Kicked: _kicked,
        TopicSet: _topic,
        ChannelRenamed: _channel_renamed,
        Invited: _invited,
        ModesSet: _modes,
        AccessSet: _access,
        HistorySet: _history,
        MetadataSet: _metadata,
        Arrived: _arrived,
        Quit: _quit,
        Renamed: _renamed,
        Identified: _identified,
        HostSet: _host,
        AwaySet: _away,
        RealnameSet: _realname,
        UserModesSet: _user_modes,
        BlocksSet: _blocks,
    }


def _heard_somewhere(event: Event, channel: Channel | None) -> bool:
    # What is in no log was said to somebody who does not want to hear it: its author alone sees it.
    return channel is not None or is_pair(event.log) or event.log == NOWHERE


def replay(chat: Applies, events: Iterable[Event]) -> None:
    """Bring a state up to date from a log."""
    for event in events:
        chat.apply(event)
