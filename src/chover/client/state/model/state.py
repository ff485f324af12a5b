"""What a client knows: who we are, the conversations, what is still to be sent. No I/O, no clock, no randomness.

Data, and what can be looked up in it. Messages of the server come in by dispatch.py, what a person does by actions.py;
what is to be written is fetched by lifecycle.py. All front ends of this program have this one state; the web client's
has the same parts and rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from chover import names
from chover.client.lines import iso, key, same
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry
from chover.client.state.model.batches import Batches
from chover.client.state.model.drafts import Drafts
from chover.client.state.model.outbox import Outbox, Pending
from chover.client.state.model.preferences import Preferences
from chover.client.state.model.requests import HistoryRequest, HistoryRequests, Listed, SearchState
from chover.client.state.model.support import Support
from chover.engine.mentions import folded, matcher
from chover.wire.message import format_line

LOBBY: Final = "#lobby"
"""Joined when the server puts us into no channel by itself."""
BATCH_LINES: Final = 5000
"""Most lines kept of one batch."""
CONVERSATIONS: Final = 500
"""Most conversations remembered; of more the one that was quiet longest is forgotten."""
CTCP_GAP: Final = 2000
"""Milliseconds between two answers to CTCP requests: nobody makes us flood."""


class KnownUser(msgspec.Struct, frozen=True):
    """What is known of somebody."""

    nick: str
    account: str = ""
    """"" for guests, and where it is not known."""
    realname: str = ""
    away: bool = False


class State:
    """One client of one server, over all its connections.

    ``history`` is how many old messages to fetch of a channel that was never seen: 0 for none, None to never ask
    for any, not even for a gap. ``channel`` is joined when the server joins us to nothing ("": stay out). ``keep``
    is how many entries of a conversation stay in memory. ``discovers``: ask which private conversations there are;
    ``narrates``: also notify of what is not a message, such as joins and reactions.
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
    opening = ""
    """Key of the channel to show as soon as we are in it."""
    brings_draft = False
    """What is written from its asking for on goes along into that channel: nothing was written before."""
    numeric = ""
    """The last numeric."""
    link_for = ""
    """The channel that an invitation was asked for; it has not come yet."""
    server_name = ""
    active = ""
    """Key of the conversation that is shown."""
    looking = False
    """Whether somebody looks at the screen and sees the newest line."""
    settled = False
    """Registered, and the server has done by itself what it does for newcomers."""
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
        """How many messages have come: what is made of them alone stays good until there are more."""
        self.online = False
        self.caps: Mapping[str, str] = {}
        self.offered: dict[str, str] = {}
        self.support = Support()
        self.channels: dict[str, str] = {}
        """Where we are, folded name to name."""
        self.wanted: dict[str, str] = {}
        """Where to be after every connection."""
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
        self.typed = (0, "")
        """When others were told last that we type, and where."""
        self.outbox = Outbox()
        self.failed: dict[str, Pending] = {}
        """What the server refused, until its author tries again or gives up."""
        self.preferences = Preferences()
        self.drafts = Drafts()
        self.markers: dict[str, int] = {}
        self.closed: dict[str, int] = {}
        """When private conversations were closed."""
        self.search: SearchState | None = None
        self.listed: list[Listed] = []
        """What LIST has shown."""

    # ---- what it is about

    @property
    def home(self) -> str:
        """Where text goes that names no target: the first channel."""
        return next(iter((self.channels or self.wanted).values()), self.first_channel)

    @property
    def current(self) -> Conversation | None:
        """The conversation that is shown."""
        return self.conversations.get(self.active)

    def is_me(self, nick: str) -> bool:
        return same(nick, self.nick)

    def ignores(self, nick: str, account: str = "") -> bool:
        """Whether what somebody says and does is not shown; an account that is not given is the one that we know of."""
        if not self.preferences.ignored or self.is_me(nick):
            return False
        user = self.users.get(key(nick))
        return self.preferences.ignores(nick, account or (user.account if user is not None else ""))

    def calls(self, text: str) -> bool:
        """Whether a text has our nick, our account's name, or one of our words in it (engine/mentions.py)."""
        return matcher((self.nick, self.account, *self.preferences.highlights)).finds(folded(text))

    def can(self, cap: str) -> bool:
        return self.online and cap in self.caps

    # ---- connections

    # ---- what is to be written

    def join(self, channel: str) -> None:
        """Be in this channel, now and after every lost connection."""
        if key(channel) not in self.wanted:
            self.wanted[key(channel)] = channel
            if self.settled and key(channel) not in self.channels:
                self.lines.append(format_line("JOIN", channel))

    def say(self, target: str, piece: str, nonce: str, *, action: bool = False, reply_to: str = "") -> None:
        """Have one piece sent, again and again until it is acknowledged or refused. Raises outbox.Full."""
        self.outbox.add(nonce, target, piece, action=action, reply_to=reply_to, at=self.now)
        if names.is_channel(target):
            self.join(target)

    def ask(self, request: HistoryRequest, command: str, *params: str) -> None:
        """Ask the server for something and remember what for."""
        self.lines.append(format_line(command, *params, tags={"label": self.label(request)}))

    def label(self, request: HistoryRequest) -> str:
        """The label under which the answer to a request will come."""
        return self.requests.remember(request)

    def answered(self, label: str) -> HistoryRequest | None:
        """The request that a label belongs to; from now on it is answered."""
        return self.requests.answered(label)

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
        if current is not None and current.leaving is not None:
            self.stay(current)
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
            self.lines.append(format_line("MARKREAD", conversation.name, f"timestamp={iso(conversation.read_at)}"))

    def forget(self, conversation: Conversation) -> None:
        """Close it; the one before it is shown."""
        beside = self.beside(conversation.key)
        del self.conversations[conversation.key]
        if not conversation.channel:
            self.closed[conversation.key] = self.now
        if self.active == conversation.key:
            self.show(beside)

    def beside(self, known: str) -> str:
        """The conversation before one, or behind it, that stays when it goes; "" for none."""
        keys = [each for each, c in self.conversations.items() if each == known or c.leaving is None]
        at = keys.index(known)
        return keys[at - 1] if at else next(iter(keys[1:]), "")

    def stay(self, conversation: Conversation) -> None:
        """It is not left after all (leaving.py)."""
        conversation.leaving = None
        if conversation.joined:
            self.wanted[conversation.key] = conversation.name

    def note(self, text: str, nick: str = "") -> None:
        """A line for our own eyes, where we are."""
        if self.current is not None and text:
            self.current.append(Entry("note", self.now, nick, text))
