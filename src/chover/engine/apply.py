"""What committed events do to the state. The only place that changes it; the same on every node, in log order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, Final

from chover import names
from chover.engine.events import (
    AccessSet,
    ChannelRenamed,
    Closed,
    Edited,
    Event,
    HistorySet,
    Identified,
    Invited,
    Joined,
    Kicked,
    MetadataSet,
    ModesSet,
    Opened,
    Parted,
    Quit,
    Redacted,
    Renamed,
    Said,
    Tagged,
    TagsKept,
    TopicSet,
)
from chover.engine.ids import NOWHERE, ChannelId, LogId, UserId, is_account, is_pair
from chover.engine.metadata import DISPLAY_NAME
from chover.engine.mode_effects import make
from chover.engine.model import Channel, ListEntry, Membership, Rules, User
from chover.engine.modes import throttle
from chover.engine.presence import Presence

FORMER_NAMES: Final = 1000
"""So many names that channels had before lead to them; of more the oldest lead nowhere."""
INVITATIONS: Final = 100
"""A channel remembers so many that were not followed; of more the oldest is void."""
REDACTIONS: Final = 1000
"""So many deletions are remembered: far more than happen while a page is read."""


class Applies(Presence):
    """The state, and how events change it."""

    def __init__(self, rules: Rules) -> None:
        super().__init__(rules)
        self.channels: dict[LogId, Channel] = {}
        self.by_name: dict[str, Channel] = {}
        self.former: dict[str, LogId] = {}
        """Which channel had this folded name until it was renamed, the longest ago first."""
        self.empty: dict[LogId, None] = {}
        """Channels that nobody is in, the longest empty first."""
        self.redacted: dict[str, None] = {}
        """The msgids deleted last, the oldest first: what was read from the store before is not shown after."""

    def apply(self, event: Event) -> bool:
        """Change the state by an event; whether it took effect.

        An event without effect (a kick of one who has just left) is void on every node and shown to nobody.
        """
        channel = self.channels.get(event.log)
        if channel is not None:
            channel.head = event.seq
            if event.changes_rules:
                channel.rules_version = event.seq
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
        self.former.pop(channel.folded, None)
        if not channel.members:
            self.empty[channel.log] = None

    def _closed(self, event: Event, channel: Channel | None, _: Closed) -> bool:
        if channel is None or channel.members:
            return False
        del self.channels[event.log]
        self.empty.pop(event.log, None)
        self._unname(channel)
        return True

    def _unname(self, channel: Channel) -> None:
        if self.by_name.get(channel.folded) is channel:
            del self.by_name[channel.folded]

    def _channel_renamed(self, event: Event, channel: Channel | None, body: ChannelRenamed) -> bool:
        if channel is None:
            return False
        self._unname(channel)
        self.former[channel.folded] = channel.log
        channel.name, channel.folded = body.name, self.rules.same_channel(body.name)
        channel.renamed_at = event.at
        self.add_channel(channel)
        if len(self.former) > FORMER_NAMES:
            del self.former[next(iter(self.former))]
        return True

    def _said(self, event: Event, channel: Channel | None, _: Said) -> bool:
        if channel is not None:
            channel.said = True
            membership = channel.members.get(event.source.id)
            if membership is not None:
                membership.spoke_at = event.at
        return _heard_somewhere(event, channel)

    def _tagged(self, event: Event, channel: Channel | None, _: Tagged | TagsKept) -> bool:
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

    def enroll(self, channel: Channel, membership: Membership) -> None:
        channel.members[membership.user.id] = membership
        self.empty.pop(channel.log, None)
        channel.roster += 1
        membership.user.channels[channel.id] = channel

    def _parted(self, event: Event, channel: Channel | None, _: Parted) -> bool:
        return self._leave(channel, event.source.id, event.at)

    def _kicked(self, event: Event, channel: Channel | None, body: Kicked) -> bool:
        return self._leave(channel, body.who, event.at)

    def _leave(self, channel: Channel | None, who: UserId, at: int) -> bool:
        membership = channel.members.pop(who, None) if channel is not None else None
        if channel is None or membership is None:
            return False
        channel.roster += 1
        membership.user.channels.pop(channel.id, None)
        if not channel.members:
            channel.left_at = at
            self.empty[channel.log] = None
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
            make(change, channel, ListEntry(change.arg, event.source.mask, event.at))
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
        if isinstance(owner, User):
            self.show_as(owner, before.get(DISPLAY_NAME, ""))
        return owner.metadata != before

    # ---- users ---------------------------------------------------------------------------------------------------

    def _quit(self, event: Event, channel: Channel | None, _: Quit) -> bool:
        if event.log != NOWHERE:
            return self._leave(channel, event.source.id, event.at)
        user = self.users.pop(event.source.id, None)
        if user is None:
            return False
        self._unlabel(user)
        self.display_looks.remove(user.metadata.get(DISPLAY_NAME, ""), user)
        if not is_account(user.id):
            self._forget_guest(user.id)
        self.invisible.discard(user.id)
        self.operators.discard(user.id)
        for former in [old for old, new in self.formerly.items() if new == user.id] if self.formerly else ():
            del self.formerly[former]
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
        self._follow(old, user.id)
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

    _HANDLERS: ClassVar[dict[type, Callable[..., bool]]] = {
        **Presence.HANDLERS,
        Said: _said,
        Tagged: _tagged,
        TagsKept: _tagged,
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
        Quit: _quit,
        Identified: _identified,
    }


def _heard_somewhere(event: Event, channel: Channel | None) -> bool:
    # What is in no log was said to somebody who does not want to hear it: its author alone sees it.
    return channel is not None or is_pair(event.log) or event.log == NOWHERE


def replay(chat: Applies, events: Iterable[Event]) -> None:
    """Bring a state up to date from a log."""
    for event in events:
        chat.apply(event)
