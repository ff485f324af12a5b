"""What a client knows: who we are, the conversations, what has to be sent. No I/O, no clock, no randomness.

This is data with lookups. Messages of the server arrive through dispatch.py, a person's actions through actions.py, and
lifecycle.py collects the lines to send. All front ends of this program share this state; the web client's has the same
parts and rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from chover import names
from chover.client.lines import iso, key, same
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry
from chover.client.state.model.batches import Batches
from chover.client.state.model.custom_emoji import CustomEmoji
from chover.client.state.model.drafts import Drafts
from chover.client.state.model.filters import Filters
from chover.client.state.model.outbox import Outbox, Pending
from chover.client.state.model.preferences import Preferences
from chover.client.state.model.previews import PagePreviews
from chover.client.state.model.requests import HistoryRequest, HistoryRequests, Listed, SearchState
from chover.client.state.model.scheduled import ScheduledRows
from chover.client.state.model.support import Support
from chover.engine.mentions import folded, matcher
from chover.wire.message import format_line

LOBBY: Final = "#lobby"
"""Joined if the server puts us into no channel by itself."""
BATCH_LINES: Final = 5000
"""The maximum number of lines kept of one batch."""
CONVERSATIONS: Final = 500
"""The maximum number of conversations; beyond it, the one that was quiet for the longest time is forgotten."""
CTCP_GAP: Final = 2000
"""Milliseconds between two answers to CTCP requests, so that nobody makes us flood."""


class Record(NamedTuple):
    """An entry that was added to the conversation with that key; ``past``: from a page of its history."""

    key: str
    entry: Entry
    past: bool


class KnownUser(msgspec.Struct, frozen=True):
    """What is known about somebody."""

    nick: str
    account: str = ""
    """"" for guests, and if it is not known."""
    realname: str = ""
    away: bool = False


class State:
    """A client of one server, over all its connections.

    ``history`` is how many old messages to fetch of a channel that was never seen: 0 for none, None to never ask for
    any, not even for a gap. ``channel`` is joined if the server joins us to nothing ("": join none). ``keep`` is how
    many entries of a conversation stay in memory. ``discovers``: ask which private conversations exist. ``narrates``:
    also notify of events such as joins and reactions.
    """

    nick = ""
    held = ""
    """The nick to return to when it is free: the one that we had before the connection was lost."""
    account = ""
    away = False
    absent = ""
    """The away message, which is set again after every lost connection; "" if we are not away."""
    credentials = ""
    """The credentials to send when the server asks, as base64."""
    opening = ""
    """The key of the channel to show as soon as we have joined it."""
    brings_draft = False
    """Whether text typed since the request goes along into that channel: there was no draft before."""
    numeric = ""
    """The last numeric."""
    link_for = ""
    """The channel that an invitation was requested for; it has not arrived yet."""
    server_name = ""
    active = ""
    """The key of the conversation that is shown."""
    looking = False
    """Whether somebody looks at the screen and sees the newest line."""
    also_seen = ""
    """The key of a conversation that is seen beside the one that is shown; "" for none."""
    settled = False
    """Whether we are registered, and the server has done what it does automatically for new connections."""
    typed = (0, "")
    """When and where we last sent a typing notification."""
    closing_reason = ""
    """What the server said before it closed the connection."""

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
        """The number of messages received: anything computed from them stays valid until there are more."""
        self.online = False
        self.caps: Mapping[str, str] = {}
        self.offered: dict[str, str] = {}
        self.support = Support()
        self.emoji = CustomEmoji()
        self.previews = PagePreviews()
        self.scheduled = ScheduledRows()
        self.channels: dict[str, str] = {}
        """The channels that we are in, folded name to name."""
        self.wanted: dict[str, str] = {}
        """The channels to join after every connection."""
        self.conversations: dict[str, Conversation] = {}
        self.users: dict[str, KnownUser] = {}
        self.lines: list[str] = []
        self.mask = ""
        self.answered_at = -CTCP_GAP
        self.history = history
        self.discovers = discovers
        self.narrates = narrates
        self.first_channel = channel
        self._keep = keep
        self.batches = Batches(BATCH_LINES)
        self.requests = HistoryRequests()
        self.outbox = Outbox()
        self.failed: dict[str, Pending] = {}
        """Messages that the server has refused, until their author retries or discards them."""
        self.preferences = Preferences()
        self.filters = Filters()
        self.drafts = Drafts()
        self.markers: dict[str, int] = {}
        self.closed: dict[str, int] = {}
        """When private conversations were closed."""
        self.search: SearchState | None = None
        self.listed: list[Listed] = []
        """The result of LIST."""
        self.records: list[Record] | None = None
        """What was added to conversations, for whoever writes it down and clears the list; None if nobody does."""
        self.left_out: set[str] = set()
        """Of what the server sent too much (bounds.py)."""

    # ---- what it is about

    @property
    def home(self) -> str:
        """Where text without a target goes: the first channel."""
        return next(iter((self.channels or self.wanted).values()), self.first_channel)

    @property
    def current(self) -> Conversation | None:
        """The conversation that is shown."""
        return self.conversations.get(self.active)

    def is_me(self, nick: str) -> bool:
        return same(nick, self.nick)

    def ignores(self, nick: str, account: str = "") -> bool:
        """Whether somebody's messages are hidden; without an account, the known one is used."""
        if not self.preferences.ignored or self.is_me(nick):
            return False
        user = self.users.get(key(nick))
        return self.preferences.ignores(nick, account or (user.account if user is not None else ""))

    def calls(self, text: str) -> bool:
        """Whether a text contains our nick, our account's name, or one of our words (engine/mentions.py)."""
        return matcher((self.nick, self.account, *self.preferences.highlights)).finds(folded(text))

    def can(self, cap: str) -> bool:
        return self.online and cap in self.caps

    # ---- connections

    # ---- what is to be written

    def join(self, channel: str) -> None:
        """Join this channel now, and after every lost connection."""
        if key(channel) not in self.wanted:
            self.wanted[key(channel)] = channel
            if self.settled and key(channel) not in self.channels:
                self.lines.append(format_line("JOIN", channel))

    def say(self, target: str, piece: str, nonce: str, *, action: bool = False, reply_to: str = "") -> None:
        """Queue one piece, which is sent until it is acknowledged or refused. Raises outbox.Full."""
        self.outbox.add(nonce, target, piece, action=action, reply_to=reply_to, at=self.now)
        if names.is_channel(target):
            self.join(target)

    def ask(self, request: HistoryRequest, command: str, *params: str) -> None:
        """Send a request, and remember it."""
        self.lines.append(format_line(command, *params, tags={"label": self.label(request)}))

    def label(self, request: HistoryRequest) -> str:
        """The label for the answer to a request."""
        return self.requests.remember(request)

    def answered(self, label: str) -> HistoryRequest | None:
        """Remove and return the request with a label."""
        return self.requests.answered(label)

    # ---- conversations

    def conversation(self, name: str) -> Conversation:
        """The conversation of that name, created if there is none."""
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
            hides=self.filters.hides,
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
            self.current.keeps_unread = False
        self.active = known
        current = self.current
        if current is not None and current.leaving is not None:
            self.stay(current)
        if current is not None and current.unread and not current.new_from:
            current.new_from = current.read_at

    def read(self, known: str) -> None:
        """Mark everything up to now as read."""
        conversation = self.conversations.get(known)
        if conversation is None or conversation.gap.asking or conversation.last_at <= conversation.read_at:
            return
        conversation.read_at = self.markers[known] = conversation.last_at
        conversation.unread = conversation.mentions = 0
        if self.can("draft/read-marker"):
            self.lines.append(format_line("MARKREAD", conversation.name, f"timestamp={iso(conversation.read_at)}"))

    def forget(self, conversation: Conversation) -> None:
        """Close a conversation; the previous one is shown."""
        beside = self.beside(conversation.key)
        del self.conversations[conversation.key]
        if not conversation.channel:
            self.closed[conversation.key] = self.now
        if self.active == conversation.key:
            self.show(beside)

    def beside(self, known: str) -> str:
        """The conversation before or after one, which is shown when that one goes; "" for none."""
        keys = [each for each, c in self.conversations.items() if each == known or c.leaving is None]
        at = keys.index(known)
        return keys[at - 1] if at else next(iter(keys[1:]), "")

    def stay(self, conversation: Conversation) -> None:
        """Cancel leaving it (leaving.py)."""
        conversation.leaving = None
        if conversation.joined:
            self.wanted[conversation.key] = conversation.name

    def note(self, text: str, nick: str = "") -> None:
        """Add a line that only we see, to the current conversation."""
        if self.current is not None and text:
            self.current.append(Entry("note", self.now, nick, text))


def read_up_to(state: State, conversation: Conversation) -> int:
    """Up to when a conversation is read: never beyond what was marked as unread."""
    unread = state.preferences.unread.get(conversation.key, 0)
    marker = max(conversation.read_at, state.markers.get(conversation.key, 0))
    return min(marker, unread - 1) if unread else marker
