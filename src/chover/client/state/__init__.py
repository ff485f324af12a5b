"""What a client knows: who we are, the conversations, what is still to be sent. No I/O, no clock, no randomness.

Messages of the server and wishes of the user come in; news for the face come out, and what is to be written is fetched
with ``take``. Both faces of this program have this one state; the web client's has the same parts and rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from chover import names
from chover.client.connection.outbox import Outbox, Pending
from chover.client.lines import key, same
from chover.client.notifications import ChannelLeft, Delivered, Happened, Notification, Undelivered
from chover.client.state import (
    delivery,
    drafts,
    history_requests,
    message_events,
    preferences,
    presence,
    sending,
    server,
)
from chover.client.state.batches import DRAFTS, METADATA, Batch, Batches
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry, sentence, told
from chover.client.state.support import Support
from chover.client.state.user import KnownUser
from chover.engine.mentions import folded, matcher
from chover.wire.message import Message, format_line
from chover.wire.plain import harmless

LOBBY: Final = "#lobby"
"""Joined when the server puts us into no channel by itself."""
BATCH_LINES: Final = 5000
"""Most lines kept of one batch."""
CONVERSATIONS: Final = 500
"""Most conversations remembered; of more the one that was quiet longest is forgotten."""
FAILED: Final = 100
"""Most refused messages that wait for their author to try again or give up."""
FENCE: Final = "settled"

Handler = Callable[["State", Message], list[Notification]]
HANDLERS: Final[Mapping[str, Handler]] = {**message_events.HANDLERS, **presence.HANDLERS, **server.HANDLERS}


class State:
    """One client of one server, over all its connections.

    ``history`` is how many old messages to fetch of a channel that was never seen: 0 for none, None to never ask
    for any, not even for a gap. ``channel`` is joined when the server joins us to nothing ("": stay out). ``keep``
    is how many entries of a conversation stay in memory. ``discovers``: ask which private conversations there are;
    ``narrates``: tell as news also what nobody said.
    """

    nick = ""
    held = ""
    """The nick to go back to when it is free: the one we had before the connection was lost."""
    account = ""
    away = False
    absent = ""
    """What is said of us while we are away, after every lost connection again; "" while we are here."""
    credentials = ""
    """What the server is to be told when it asks, as base64."""

    def __init__(
        self,
        *,
        history: int | None = 50,
        channel: str = LOBBY,
        keep: int = 1000,
        discovers: bool = False,
        narrates: bool = False,
    ) -> None:
        self.now = 0
        self.received = 0
        """How many messages have come: what is made of them alone stays good until there are more."""
        self.online = False
        self.server_name = ""
        self.caps: Mapping[str, str] = {}
        self.offered: dict[str, str] = {}
        self.support = Support()
        self.channels: dict[str, str] = {}
        """Where we are, folded name to name."""
        self.wanted: dict[str, str] = {}
        """Where to be after every connection."""
        self.conversations: dict[str, Conversation] = {}
        self.active = ""
        """Key of the conversation that is shown."""
        self.looking = False
        """Whether somebody looks at the screen and sees the newest line."""
        self.users: dict[str, KnownUser] = {}
        self.settled = False
        """Registered, and the server has done by itself what it does for newcomers."""
        self.farewell = ""
        """What the server said before it closed the connection."""
        self.lines: list[str] = []
        self.link_for = ""
        """The channel that an invitation was asked for; it has not come yet."""
        self.mask = ""
        self.answered_at = -message_events.CTCP_GAP
        self.history = history
        self.discovers = discovers
        self.narrates = narrates
        self._channel = channel
        self._keep = keep
        self._batches = Batches(BATCH_LINES)
        self._requests = history_requests.HistoryRequests()
        self._keeps()

    def _keeps(self) -> None:
        """What a person has done, and waits for."""
        self.opening = ""
        """Key of the channel to show as soon as we are in it."""
        self.typed = (0, "")
        """When others were told last that we type, and where."""
        self.outbox = Outbox()
        self.failed: dict[str, Pending] = {}
        """What the server refused, until its author tries again or gives up."""
        self.marks = preferences.Preferences()
        self.drafts = drafts.Drafts()
        self.markers: dict[str, int] = {}
        self.closed: dict[str, int] = {}
        """When private conversations were closed."""
        self.search: history_requests.SearchState | None = None
        self.listed: list[server.Listed] = []
        """What LIST has shown."""
        self.numeric = ""
        """The last numeric."""

    # ---- what it is about

    @property
    def home(self) -> str:
        """Where text goes that names no target: the first channel."""
        return next(iter((self.channels or self.wanted).values()), self._channel)

    @property
    def current(self) -> Conversation | None:
        """The conversation that is shown."""
        return self.conversations.get(self.active)

    def is_me(self, nick: str) -> bool:
        return same(nick, self.nick)

    def ignores(self, nick: str, account: str = "") -> bool:
        """Whether what somebody says and does is not shown; an account that is not given is the one that we know of."""
        if not self.marks.ignored or self.is_me(nick):
            return False
        user = self.users.get(key(nick))
        return self.marks.ignores(nick, account or (user.account if user is not None else ""))

    def calls(self, text: str) -> bool:
        """Whether a text has our nick, our account's name, or one of our words in it (engine/mentions.py)."""
        return matcher((self.nick, self.account, *self.marks.highlights)).finds(folded(text))

    def can(self, cap: str) -> bool:
        return self.online and cap in self.caps

    # ---- connections

    def begin(self, nick: str, caps: Mapping[str, str] | Iterable[str], account: str = "") -> None:
        """A connection is registered; ``account`` is the one that we are logged in to."""
        self.nick = nick
        self.account = account
        self.held = self.held or nick
        self.caps = dict(caps) if isinstance(caps, Mapping) else dict.fromkeys(caps, "")
        self.farewell = ""
        self.away = False
        self.online = True
        self.mask = sending.guessed_mask(nick)
        preferences.begin(self)
        self.lines.append(format_line("PING", FENCE))

    def lost(self) -> None:
        """The connection is gone; what was not acknowledged will be sent again on the next."""
        self.settled = self.online = False
        self.link_for = ""
        self.channels.clear()
        self._batches.clear()
        self._requests.clear()
        self.lines.clear()
        self.outbox.lost()
        for conversation in self.conversations.values():
            history_requests.interrupted(conversation)

    def take(self) -> list[str]:
        """What is to be written now."""
        for pending in list(self.outbox.due(self._ready)):
            for part in [pending] if sending.fits(self, pending) else self._divided(pending):
                self.lines += sending.message(self, part)
        lines, self.lines = self.lines, []
        return lines

    def _divided(self, pending: Pending) -> list[Pending]:
        texts = sending.pieces(self, pending.target, pending.text, action=pending.action)
        return self.outbox.divide(pending, texts)

    def _ready(self, target: str) -> bool:
        return self.settled and (not names.is_channel(target) or key(target) in self.channels)

    def settle(self) -> None:
        """The server has done what it does for newcomers by itself."""
        self.settled = True
        if self._channel and not self.channels and not self.wanted:
            self.wanted[key(self._channel)] = self._channel
        missing = [name for known, name in self.wanted.items() if known not in self.channels]
        if self.absent:
            self.lines.append(format_line("AWAY", self.absent))
        self.lines += [format_line("JOIN", name) for name in missing]
        history_requests.continue_private(self)

    # ---- what the user does

    def join(self, channel: str) -> None:
        """Be in this channel, now and after every lost connection."""
        if key(channel) not in self.wanted:
            self.wanted[key(channel)] = channel
            if self.settled and key(channel) not in self.channels:
                self.lines.append(format_line("JOIN", channel))

    def pieces(self, target: str, text: str, *, action: bool = False) -> list[str]:
        """The text as messages, as few as the server allows; blank ones are left out."""
        return sending.pieces(self, target, text, action=action)

    def say(self, target: str, piece: str, nonce: str, *, action: bool = False, reply_to: str = "") -> None:
        """Have one piece sent, again and again until it is acknowledged or refused. Raises outbox.Full."""
        self.outbox.add(nonce, target, piece, action=action, reply_to=reply_to, at=self.now)
        if names.is_channel(target):
            self.join(target)

    def regain(self) -> None:
        """Ask for the nick that we had before the connection was lost."""
        if self.settled and self.nick != self.held:
            self.lines.append(format_line("NICK", self.held))

    # ---- what the server says

    def receive(self, message: Message, at: int) -> list[Notification]:
        """Take in one message; ``at`` is now, in milliseconds since 1970, for servers that tell no time."""
        self.now = at
        self.received += 1
        complete = self._batches.feed(message)
        if isinstance(complete, Batch):
            return self._batch(complete)
        return self._dispatch(complete) if complete is not None else []

    def _batch(self, batch: Batch) -> list[Notification]:
        """All that we have written or noted, or what somebody asked for."""
        if batch.kind == DRAFTS:
            return drafts.everything(self, batch)
        if batch.kind != METADATA:
            return history_requests.page(self, self.answered(batch.label), batch)
        if batch.params[:1] == [preferences.OWN] and not batch.label:
            return preferences.everything(self, batch)
        return [notifications for message in batch.messages for notifications in self._dispatch(message)]

    def _dispatch(self, message: Message) -> list[Notification]:
        label = message.tags.get("label", "")
        if delivery.refuses(message.command):
            if label in self.outbox:
                return self.refuse(label, message)
            request = self.answered(label)
            if request is not None:
                if request.kind == "mark":
                    preferences.refused(self)
                return history_requests.refused(self, request, message)
        if (handler := HANDLERS.get(message.command)) is not None:
            return handler(self, message)
        return server.numeric(self, message) if message.command.isdigit() else []

    def ask(self, request: history_requests.HistoryRequest, command: str, *params: str) -> None:
        """Ask the server for something and remember what for."""
        self.lines.append(format_line(command, *params, tags={"label": self.label(request)}))

    def label(self, request: history_requests.HistoryRequest) -> str:
        """The label under which the answer to a request will come."""
        return self._requests.remember(request)

    def answered(self, label: str) -> history_requests.HistoryRequest | None:
        """The request that a label belongs to; from now on it is answered."""
        return self._requests.answered(label)

    # ---- delivery

    def acknowledge(self, nonce: str) -> list[Notification]:
        return [Delivered(nonce)] if nonce and self.outbox.settle(nonce) else []

    def refuse(self, nonce: str, message: Message) -> list[Notification]:
        """The server will not take it."""
        pending = self.outbox.settle(nonce)
        return [self.fail(pending, harmless(message.params[-1]))] if pending is not None else []

    def fail(self, pending: Pending, reason: str) -> Notification:
        """It stays visible until its author tries again or gives up."""
        pending.reason = reason
        self.failed[pending.nonce] = pending
        if len(self.failed) > FAILED:
            del self.failed[next(iter(self.failed))]
        return Undelivered(pending.nonce, pending.target, harmless(pending.text), reason)

    # ---- conversations

    def conversation(self, name: str) -> Conversation:
        """The conversation of that name, made when there is none."""
        known_as = key(name)
        known = self.conversations.get(known_as)
        if known is not None:
            return known
        if len(self.conversations) >= CONVERSATIONS:
            self._forget_quietest()
        channel = names.is_channel(name)
        made = Conversation(
            known_as,
            name,
            channel=channel,
            keep=self._keep,
            latest=self.history or 0,
            ignores=self.ignores,
            calls=self.calls,
        )
        made.read_at = self.markers.get(known_as, 0)
        self.conversations[known_as] = made
        return made

    def _forget_quietest(self) -> None:
        quiet = min((c for c in self.conversations.values() if c.key != self.active), key=lambda c: c.last_at)
        del self.conversations[quiet.key]

    def show(self, known: str) -> None:
        """Show another conversation."""
        if self.current is not None and known != self.active:
            self.current.new_from = 0
        self.active = known
        current = self.current
        if current is not None and current.unread and not current.new_from:
            current.new_from = current.read_at

    def read(self, known: str) -> None:
        """Everything up to now is read."""
        conversation = self.conversations.get(known)
        if conversation is None or conversation.gap.asking or conversation.last_at <= conversation.read_at:
            return
        conversation.read_at = self.markers[known] = conversation.last_at
        conversation.unread = conversation.mentions = 0
        if self.can("draft/read-marker"):
            self.lines.append(history_requests.mark(conversation))

    def out(self, channel: str, reason: str, *, stays: bool = False) -> list[Notification]:
        """No longer, or never, in this channel: what still waits for it will not be sent."""
        self.channels.pop(key(channel), None)
        self.wanted.pop(key(channel), None)
        conversation = self.conversations.get(key(channel))
        if conversation is not None:
            conversation.joined = False
            conversation.members.clear()
            if not stays and self.discovers:
                self.forget(conversation)
        gone = [pending for pending in self.outbox if same(pending.target, channel) and not pending.sent]
        for pending in gone:
            self.outbox.settle(pending.nonce)
        return [ChannelLeft(harmless(channel), reason), *[self.fail(pending, reason) for pending in gone]]

    def forget(self, conversation: Conversation) -> None:
        """Close it; the one before it is shown."""
        keys = list(self.conversations)
        at = keys.index(conversation.key)
        del self.conversations[conversation.key]
        if not conversation.channel:
            self.closed[conversation.key] = self.now
        if self.active == conversation.key:
            self.show(keys[at - 1] if at else next(iter(self.conversations), ""))

    # ---- entries

    def add(self, conversation: Conversation, entry: Entry) -> list[Notification]:
        """Something new; while older things are being fetched it waits."""
        if conversation.gap.hold(entry):
            return []
        return self.append(conversation, entry) if conversation.gap.fresh(entry) else []

    def append(self, conversation: Conversation, entry: Entry, *, past: bool = False) -> list[Notification]:
        conversation.judge(entry)
        if not conversation.append(entry):
            return []
        message_events.apply_loose(conversation, entry)
        conversation.typing.pop(key(entry.nick), None)
        if not past and entry.counts and not self.marks.ignores(entry.nick, entry.account):
            self._arrived(conversation, entry)
        if entry.is_talk:
            return [told(conversation.name, entry, past=past)]
        return self.narrated(conversation, sentence(entry)) if not past else []

    def narrated(self, conversation: Conversation, text: str) -> list[Notification]:
        """News of what nobody said, for faces that want them."""
        return [Happened(harmless(conversation.name), harmless(text))] if self.narrates else []

    def _arrived(self, conversation: Conversation, entry: Entry) -> None:
        seen = self.looking and conversation.key == self.active and conversation.detour is None
        if not seen and not conversation.new_from and not conversation.unread:
            conversation.new_from = conversation.read_at or entry.at - 1
        conversation.count_in(entry)

    def note(self, text: str, nick: str = "") -> None:
        """A line for our own eyes, where we are."""
        if self.current is not None and text:
            self.current.append(Entry("note", self.now, nick, text))
