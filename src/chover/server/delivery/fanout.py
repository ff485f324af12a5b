"""Delivery: a log for each channel, rendered once for each set of capabilities, joined once for everybody.

What a turn of the loop brings to a channel is collected and given to its readers together. Order is kept by flushing
a channel before its readers change. Authors are served apart: they get their echo, its label, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Final, Generic

from chover.engine.chat import Chat
from chover.engine.events import (
    Arrived,
    AwaySet,
    ChannelRenamed,
    Closed,
    Edited,
    Event,
    HostSet,
    Identified,
    Invited,
    Joined,
    Kicked,
    MetadataSet,
    ModesSet,
    Parted,
    Quit,
    RealnameSet,
    Redacted,
    Renamed,
    Said,
    Tagged,
    TagsKept,
    TopicSet,
    UserModesSet,
    ranked,
)
from chover.engine.ids import NOWHERE, LogId, UserId, channel_log, is_pair, pair_of
from chover.engine.modes import RANK_OF, RANKS
from chover.server.delivery import audience, metadata_lines
from chover.server.delivery.monitor import Monitor
from chover.server.delivery.pending_append import PendingAppend
from chover.server.delivery.recipient import R
from chover.server.delivery.render import line_bytes
from chover.server.delivery.send_queue import SendQueue
from chover.server.delivery.subscribers import Pending, Subscribers
from chover.wire.capabilities import Cap

ANYBODY: Final = Cap(0)

Give = Callable[[list[R], bytes], None]


class Fanout(Generic[R]):
    """Brings applied events to sessions. ``quiet_above``: see ``audience.hushed``; 0 is never."""

    def __init__(self, chat: Chat, outbox: SendQueue[R], quiet_above: int) -> None:
        self._chat = chat
        self._outbox = outbox
        self.quiet_above = quiet_above
        self._rooms: dict[LogId, Subscribers[R]] = {}
        self._dirty: list[Subscribers[R]] = []
        self.sessions: dict[UserId, list[R]] = {}
        self.attached = 0
        """How many sessions there are in ``sessions``."""
        self.delivered = 0
        """Events given to sessions, one for each."""
        self.monitor = Monitor(chat, outbox)
        outbox.collect = self.flush

    # ---- readers -------------------------------------------------------------------------------------------------

    def room(self, log: LogId) -> Subscribers[R]:
        room = self._rooms.get(log)
        if room is None:
            room = self._rooms[log] = Subscribers(log, self._chat.channels[log].name)
        return room

    def attach(self, session: R, user: UserId) -> None:
        """Deliver to this session from now on what the user's channels bring, and what is for the user alone."""
        self.sessions.setdefault(user, []).append(session)
        self.attached += 1
        for room in self._rooms_of(user):
            self._flush_room(room)
            room.add(session)

    def detach(self, session: R, user: UserId) -> None:
        """Nothing more is delivered to this session."""
        self.monitor.clear(session)
        for room in self._rooms_of(user):
            room.remove(session)
        held = self.sessions.get(user, [])
        if session in held:
            held.remove(session)
            self.attached -= 1
        if not held:
            self.sessions.pop(user, None)

    def reshape(self, session: R, user: UserId, caps: Cap) -> None:
        """Give a session other capabilities."""
        rooms = self._rooms_of(user)
        self.flush()
        for room in rooms:
            room.remove(session)
        session.have(caps)
        for room in rooms:
            room.add(session)

    def _rooms_of(self, user: UserId) -> list[Subscribers[R]]:
        known = self._chat.users.get(user)
        return [self.room(channel_log(channel)) for channel in known.channels] if known else []

    # ---- events --------------------------------------------------------------------------------------------------

    def deliver(self, event: Event, unit: PendingAppend[R] | None) -> None:
        """Bring an event that is about to be applied (departures) or has been (all others) to those it concerns."""
        handler = self._HANDLERS.get(type(event.body))
        if handler is not None:
            handler(self, event, unit)

    def _spoken(self, event: Event, unit: PendingAppend[R] | None) -> None:
        if is_pair(event.log):
            self._privately(event, unit)
        elif ranked(event):
            self._to_rank(event, unit)
        elif event.log == NOWHERE:
            self._to_itself(event, unit)
        else:
            room = self.room(event.log)
            room.recent.outdate()
            self._to_room(event, unit, room)

    def _to_room(self, event: Event, unit: PendingAppend[R] | None, room: Subscribers[R] | None = None) -> None:
        room = room or self.room(event.log)
        if not room.pending:
            self._dirty.append(room)
            # What comes from the bus or the store belongs to no group of ours after which it would be flushed.
            self._outbox.arm()
        room.pending.append((event, unit))

    def _to_rank(self, event: Event, unit: PendingAppend[R] | None) -> None:
        """To members of at least a rank, and to its author."""
        room, channel = self.room(event.log), self._chat.channels[event.log]
        self._flush_room(room)
        author = unit.session if unit else None
        wanted = set(RANKS[: RANKS.index(RANK_OF[ranked(event)]) + 1])
        for session in list(room.sessions()):
            user = session.me
            if session is not author and (user.id == event.source.id or wanted & set(channel.members[user.id].modes)):
                self._one(session, event, room.name)
        if author is not None and unit is not None:
            author.echo(event, unit, room.name)

    def _privately(self, event: Event, unit: PendingAppend[R] | None) -> None:
        author = unit.session if unit else None
        one, other = pair_of(event.log)
        recipient = other if event.source.id == one else one
        here = recipient if recipient in self.sessions else self._chat.formerly.get(recipient, recipient)
        for session in self.sessions.get(here, ()):
            self._one(session, event, "")
        if recipient != event.source.id:
            self._to_itself(event, unit)
        elif author is not None and unit is not None:
            author.echo(event, unit, "")

    def _to_itself(self, event: Event, unit: PendingAppend[R] | None) -> None:
        """What somebody says in private, to the author's devices: echo-message is about the one that has said it."""
        author = unit.session if unit else None
        for session in self.sessions.get(event.source.id, ()):
            if session is not author:
                self._one(session, event, "")
        if author is not None and unit is not None:
            author.echo(event, unit, "")

    def _joined(self, event: Event, unit: PendingAppend[R] | None) -> None:
        room = self.room(event.log)
        self._flush_room(room)
        own = self.sessions.get(event.source.id, ())
        for session in own:
            room.add(session)
        self._pass(event, unit, room)
        if not self._hushed(event, room):
            self._tell_away(event, room)
            metadata_lines.introduce(self._chat.users[event.source.id], self._onlookers(room, event.source.id))

    def _tell_away(self, event: Event, room: Subscribers[R]) -> None:
        """https://ircv3.net/specs/extensions/away-notify: also when somebody who is away joins."""
        user = self._chat.users[event.source.id]
        if user.away:
            away = Event(NOWHERE, user.source, AwaySet(user.away), event.msgid, at=event.at)
            for session in self._onlookers(room, user.id):
                if Cap.AWAY_NOTIFY in session.caps and session.user is not user:
                    self._one(session, away, "")

    def _parted(self, event: Event, unit: PendingAppend[R] | None) -> None:
        room = self.room(event.log)
        self._pass(event, unit, room)
        self._remove(room, event.source.id)

    def _pass(self, event: Event, unit: PendingAppend[R] | None, room: Subscribers[R]) -> None:
        """A JOIN or PART, to those who are shown it."""
        channel, who = self._chat.channels.get(room.log), event.source.id
        self._flush_room(room)
        if self._hushed(event, room):
            self._to_own(event, unit, room.name)
        elif audience.secluded(channel, who):
            for session in audience.onlookers(channel, who, room):
                if session.me.id != who:
                    self._one(session, event, room.name)
            self._to_own(event, unit, room.name)
        else:
            self._to_room(event, unit)
            self._flush_room(room)

    def _kicked(self, event: Event, unit: PendingAppend[R] | None) -> None:
        assert isinstance(event.body, Kicked)
        room = self.room(event.log)
        self._to_room(event, unit)
        self._flush_room(room)
        self._remove(room, event.body.who)

    def _remove(self, room: Subscribers[R], who: UserId) -> None:
        for session in self.sessions.get(who, ()):
            room.remove(session)

    def _closed(self, event: Event, _: PendingAppend[R] | None) -> None:
        self._rooms.pop(event.log, None)

    def _presence(self, event: Event, unit: PendingAppend[R] | None) -> None:
        """A QUIT, NICK, AWAY or SETNAME: one line for everybody who shares a channel with the user, however many."""
        if event.log != NOWHERE:
            return
        self.flush()
        body = event.body
        only = audience.ONLY_WITH.get(type(body), ANYBODY)
        readers: dict[R, None] = {}
        for room in self._rooms_of(event.source.id):
            if not (isinstance(body, Quit) and self._hushed(event, room)):
                readers.update(dict.fromkeys(self._onlookers(room, event.source.id)))
        if type(body) in audience.ONLY_WITH:
            readers.update(dict.fromkeys(self._watching(event)))
        for session in self.sessions.get(event.source.id, ()):
            readers.pop(session, None)
        for session in readers:
            if only in session.caps:
                self._one(session, event, "")
        if not isinstance(body, Quit | AwaySet):
            self._to_own(event, unit, "", only)
        self.monitor.notice(event)

    def _identified(self, event: Event, _: PendingAppend[R] | None) -> None:
        """https://ircv3.net/specs/extensions/account-notify. Its devices go on under the new id."""
        assert isinstance(event.body, Identified)
        if event.log != NOWHERE:
            return
        self.flush()
        user = self._chat.users[event.body.who]
        held = self.sessions.pop(event.source.id, [])
        self.sessions[user.id] = held + self.sessions.get(user.id, [])
        rooms = self._rooms_of(user.id)
        readers = dict.fromkeys(session for room in rooms for session in self._onlookers(room, event.source.id))
        readers.update(dict.fromkeys([*self._watchers_of(user.folded), *held]))
        for session in readers:
            if Cap.ACCOUNT_NOTIFY in session.caps:
                self._one(session, event, "")

    def around(self, user: UserId) -> dict[R, None]:
        """Who sees a user: its own devices, those who share a channel with it, those who watch its nick."""
        found = dict.fromkeys(self.sessions.get(user, ()))
        for room in self._rooms_of(user):
            found.update(dict.fromkeys(self._onlookers(room, user)))
        found.update(dict.fromkeys(self.monitor.watchers(self._chat.users[user].folded)))
        return found

    def _watching(self, event: Event) -> Iterable[R]:
        """https://ircv3.net/specs/extensions/extended-monitor: those who watch the nick from outside."""
        return self._watchers_of(self._chat.users[event.source.id].folded)

    def _watchers_of(self, folded: str) -> Iterable[R]:
        return [session for session in self.monitor.watchers(folded) if Cap.EXTENDED_MONITOR in session.caps]

    def _arrived(self, event: Event, _: PendingAppend[R] | None) -> None:
        self.monitor.notice(event)

    def _own(self, event: Event, unit: PendingAppend[R] | None) -> None:
        """What only the devices of its author see."""
        self.flush()
        self._to_own(event, unit, "")

    def _hushed(self, event: Event, room: Subscribers[R]) -> bool:
        return audience.hushed(self._chat.channels.get(room.log), event.source.id, self.quiet_above)

    def _onlookers(self, room: Subscribers[R], who: UserId) -> Iterable[R]:
        return audience.onlookers(self._chat.channels.get(room.log), who, room)

    def _channel_renamed(self, event: Event, _: PendingAppend[R] | None) -> None:
        assert isinstance(event.body, ChannelRenamed)
        room, channel = self.room(event.log), self._chat.channels[event.log]
        self._flush_room(room)
        room.recent.outdate()
        room.name = channel.name

    def _metadata(self, event: Event, unit: PendingAppend[R] | None) -> None:
        """Tell those who have subscribed and who see the channel or the user; not the session that did it."""
        assert isinstance(event.body, MetadataSet)
        self.flush()
        if event.log:
            room = self.room(event.log)
            name, readers = room.name, dict.fromkeys(room.sessions())
        else:
            name, readers = event.source.nick, self.around(event.source.id)
        if unit is not None and unit.session is not None:
            readers.pop(unit.session, None)
        metadata_lines.tell(readers, name, event.body.values)

    def _invited(self, event: Event, _: PendingAppend[R] | None) -> None:
        """https://ircv3.net/specs/extensions/invite-notify: members may hear of it; the author has an answer."""
        assert isinstance(event.body, Invited)
        room = self.room(event.log)
        self._flush_room(room)
        author = self.sessions.get(event.source.id, ())
        members = [s for s in room.sessions() if Cap.INVITE_NOTIFY in s.caps and s not in author]
        for session in [*self.sessions.get(event.body.who, ()), *members]:
            self._one(session, event, room.name)

    # ---- writing -------------------------------------------------------------------------------------------------

    def _one(self, session: R, event: Event, channel: str) -> None:
        line = line_bytes(event, session.render_key, channel)
        if line:
            self.delivered += 1
            self._outbox.put(session, line)

    def _to_own(self, event: Event, unit: PendingAppend[R] | None, channel: str, only: Cap = ANYBODY) -> None:
        author = unit.session if unit else None
        for session in self.sessions.get(event.source.id, ()):
            if only not in session.caps:
                continue
            if session is author and unit is not None:
                session.echo(event, unit, channel)
            else:
                self._one(session, event, channel)

    def flush(self) -> None:
        """Give every channel's readers what they are still to get."""
        dirty, self._dirty = self._dirty, []
        # What one room gives can be written at once; of several each reader is to get one write.
        give = self._outbox.write_all if len(dirty) == 1 else self._outbox.put_all
        for room in dirty:
            self._flush_room(room, give)

    def _flush_room(self, room: Subscribers[R], give: Give[R] | None = None) -> None:
        pending = room.pending
        if not pending:
            return
        room.pending = []
        apart = room.apart(pending)
        give = give or self._outbox.put_all
        # Copies: who is cut off for reading too slowly leaves the room.
        for render_key, members in list(room.by_render_key.items()):
            lines = [line_bytes(event, render_key, room.name) for event, _ in pending]
            readers = list(members)
            for author in apart.keys() & members.keys():
                readers.remove(author)
                self._to_author(author, room, pending, lines, apart.pop(author))
            data = b"".join(lines)
            if data:
                self.delivered += len(readers) * len(pending)
                give(readers, data)
        for author, own in apart.items():
            self._to_author(author, room, pending, [b""] * len(pending), own)

    def _to_author(
        self, author: R, room: Subscribers[R], pending: Pending[R], lines: list[bytes], own: list[int]
    ) -> None:
        """What everybody gets, but the events at the places ``own`` in the author's way."""
        at = 0
        for place in [*own, len(pending)]:
            others = b"".join(lines[at:place])
            if others:
                self._outbox.put(author, others)
            if place < len(pending):
                event, unit = pending[place]
                assert unit is not None
                author.echo(event, unit, room.name)
            at = place + 1

    _HANDLERS: ClassVar[dict[type, Callable[[Fanout[Any], Event, PendingAppend[Any] | None], None]]] = {
        Said: _spoken,
        Tagged: _spoken,
        TagsKept: _spoken,
        Redacted: _spoken,
        Edited: _spoken,
        TopicSet: _to_room,
        ModesSet: _to_room,
        Joined: _joined,
        Parted: _parted,
        Kicked: _kicked,
        Closed: _closed,
        ChannelRenamed: _channel_renamed,
        Invited: _invited,
        MetadataSet: _metadata,
        Arrived: _arrived,
        Quit: _presence,
        Renamed: _presence,
        Identified: _identified,
        HostSet: _presence,
        AwaySet: _presence,
        RealnameSet: _presence,
        UserModesSet: _own,
    }
