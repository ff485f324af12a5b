"""What a client knows: its nick, its channels, its conversations, what it still has to send. No I/O, no clock.

Messages of the server come in, news for the face come out; what is to be written is fetched with ``take``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, Final

import msgspec

from chover import __version__, names
from chover.client.history import Asked, Conversation
from chover.client.lines import from_iso, is_ctcp, key, line_of, same
from chover.client.news import Caught, Delivered, Joined, Left, Line, News, Undelivered, Word
from chover.client.outbox import Outbox, Pending
from chover.wire.capabilities import NONCE
from chover.wire.message import LINE_BYTES, Message, format_line, split_text
from chover.wire.plain import harmless

LOBBY: Final = "#lobby"
"""Joined when the server puts us into no channel by itself."""
CTCP_GAP: Final = 2000
"""Milliseconds between two answers to CTCP requests: nobody makes us flood."""
BATCHES: Final = 16
"""Most open batches at once."""
BATCH_LINES: Final = 2000
"""Most lines kept of one batch."""
CONVERSATIONS: Final = 500
"""Most conversations remembered; of more the one that was quiet longest is forgotten."""
PRIVATE: Final = 50
"""Private conversations whose gap is filled after a lost connection, the newest."""

_FENCE: Final = "settled"
_SENT: Final = "sent."
_HOST_GUESS: Final = "x" * 64
_JOIN_REFUSALS: Final = frozenset({"403", "405", "437", "471", "473", "474", "475", "476", "477", "479"})
_QUIET_REFUSALS: Final = frozenset({"422", "433"})
"""No message of the day; the nick to be taken back is not free yet."""


class Batch(msgspec.Struct):
    kind: str
    target: str
    label: str
    messages: list[Message] = []


class State:
    """One client of one server, over all its connections.

    ``history`` is how many old messages to fetch of a channel that was never seen: 0 for none, None to never ask
    for any, not even for a gap. ``channel`` is joined when the server joins us to nothing ("": stay out).
    """

    def __init__(self, *, history: int | None = 50, channel: str = LOBBY) -> None:
        self.nick = ""
        self.held = ""
        """The nick to go back to when it is free: the one we had before the connection was lost."""
        self.caps: frozenset[str] = frozenset()
        self.channels: dict[str, str] = {}
        self.wanted: dict[str, str] = {}
        self.conversations: dict[str, Conversation] = {}
        self.outbox = Outbox()
        self.settled = False
        """Registered, and the server has done by itself what it does for newcomers."""
        self.farewell = ""
        """What the server said before it closed the connection."""
        self._history = history
        self._channel = channel
        self._mask = ""
        self._lines: list[str] = []
        self._batches: dict[str, Batch] = {}
        self._answered_at = -CTCP_GAP

    @property
    def home(self) -> str:
        """Where text goes that names no target: the first channel."""
        return next(iter((self.channels or self.wanted).values()), self._channel)

    # ---- connections

    def begin(self, nick: str, caps: Iterable[str]) -> None:
        """A connection is registered."""
        self.nick = nick
        self.held = self.held or nick
        self.caps = frozenset(caps)
        self.farewell = ""
        self._mask = f"{nick}!chover@{_HOST_GUESS}"
        self._lines.append(format_line("PING", _FENCE))

    def lost(self) -> None:
        """The connection is gone; what was not acknowledged will be sent again on the next."""
        self.settled = False
        self.channels.clear()
        self._batches.clear()
        self._lines.clear()
        self.outbox.lost()
        for conversation in self.conversations.values():
            conversation.interrupted()

    def take(self) -> list[str]:
        """What is to be written now."""
        for pending in self.outbox.due(self._ready):
            self._lines += self._message(pending)
        lines, self._lines = self._lines, []
        return lines

    def _ready(self, target: str) -> bool:
        return self.settled and (not names.is_channel(target) or key(target) in self.channels)

    def _message(self, pending: Pending) -> list[str]:
        tags = {NONCE: pending.nonce} if "message-tags" in self.caps else {}
        if "labeled-response" in self.caps:
            tags["label"] = pending.nonce
        line = format_line("PRIVMSG", pending.target, pending.text, tags=tags)
        # Without echoes an answer to a PING sent afterwards is what acknowledges.
        return [line] if "echo-message" in self.caps else [line, format_line("PING", _SENT + pending.nonce)]

    # ---- what the user does

    def join(self, channel: str) -> None:
        """Be in this channel, now and after every lost connection."""
        if key(channel) not in self.wanted:
            self.wanted[key(channel)] = channel
            if self.settled and key(channel) not in self.channels:
                self._lines.append(format_line("JOIN", channel))

    def pieces(self, target: str, text: str) -> list[str]:
        """The text as messages: a line each, none longer than the wire allows."""
        room = LINE_BYTES - 2 - len(f":{self._mask} PRIVMSG {target} :".encode())
        lines = text.replace("\0", "").replace("\r", "\n").split("\n")
        return [piece for line in lines if line for piece in split_text(line, room)]

    def say(self, target: str, piece: str, nonce: str) -> None:
        """Have one piece sent, again and again until it is acknowledged or refused. Raises outbox.Full."""
        self.outbox.add(nonce, target, piece)
        if names.is_channel(target):
            self.join(target)

    def regain(self) -> None:
        """Ask for the nick that we had before the connection was lost."""
        if self.settled and self.nick != self.held:
            self._lines.append(format_line("NICK", self.held))

    # ---- what the server says

    def receive(self, message: Message, at: int) -> list[News]:
        """Take in one message; ``at`` is now, in milliseconds since 1970, for servers that tell no time."""
        batch = self._batches.get(message.tags.get("batch", ""))
        if batch is not None and batch.kind == "chathistory" and message.command != "BATCH":
            if len(batch.messages) < BATCH_LINES:
                batch.messages.append(message)
            return []
        label = message.tags.get("label", batch.label if batch is not None else "")
        if label in self.outbox and _refuses(message.command):
            return self._refuse(label, message)
        handler = self._HANDLERS.get(message.command)
        if handler is not None:
            return handler(self, message, at)
        return self._error_numeric(message) if _refuses(message.command) else []

    def _ping(self, message: Message, _at: int) -> list[News]:
        self._lines.append(format_line("PONG", *message.params))
        return []

    def _pong(self, message: Message, at: int) -> list[News]:
        token = message.params[-1] if message.params else ""
        if token == _FENCE and not self.settled:
            self._settle(at)
        return self._acknowledge(token.removeprefix(_SENT)) if token.startswith(_SENT) else []

    def _settle(self, at: int) -> None:
        self.settled = True
        if self._channel and not self.channels and not self.wanted:
            self.wanted[key(self._channel)] = self._channel
        missing = [name for known, name in self.wanted.items() if known not in self.channels]
        self._lines += [format_line("JOIN", name) for name in missing]
        private = [c for c in self.conversations.values() if not names.is_channel(c.name)]
        for conversation in sorted(private, key=lambda c: c.last_at)[-PRIVATE:]:
            self._catch_up(conversation, at)

    def _ack(self, message: Message, _at: int) -> list[News]:
        return self._acknowledge(message.tags.get("label", ""))

    def _acknowledge(self, nonce: str) -> list[News]:
        return [Delivered(nonce)] if self.outbox.settle(nonce) else []

    def _refuse(self, nonce: str, message: Message) -> list[News]:
        pending = self.outbox.settle(nonce)
        if pending is None:
            return []
        return [Undelivered(nonce, pending.target, harmless(pending.text), harmless(message.params[-1]))]

    def _error_numeric(self, message: Message) -> list[News]:
        """An error without a label: about a channel to join, about a message, or just a word."""
        about = message.params[1] if len(message.params) > 2 else ""
        if message.command in _JOIN_REFUSALS and key(about) in self.wanted and key(about) not in self.channels:
            return self._out(about, harmless(message.params[-1]))
        if message.command in _QUIET_REFUSALS or not self.settled:
            return []
        return self._refuse_oldest([about], message)

    def _fail(self, message: Message, _at: int) -> list[News]:
        """FAIL without a label. Source: https://ircv3.net/specs/extensions/standard-replies"""
        if message.params[:1] == ["CHATHISTORY"]:
            return self._no_history(message.params[2:-1])
        return self._refuse_oldest(message.params[2:-1], message)

    def _refuse_oldest(self, targets: list[str], message: Message) -> list[News]:
        """Of what was sent to one of ``targets`` the oldest is refused; a word if there is none."""
        for target in targets:
            pending = self.outbox.oldest(target, same)
            if pending is not None:
                return self._refuse(pending.nonce, message)
        return [Word(harmless(message.params[-1]))] if message.params else []

    def _joined(self, message: Message, at: int) -> list[News]:
        if not message.params or not same(message.nick, self.nick):
            return []
        channel = message.params[0]
        self._mask = message.source
        self.channels[key(channel)] = self.wanted[key(channel)] = channel
        since = from_iso(message.tags.get("time", "")) or at
        return [Joined(harmless(channel)), *self._catch_up(self._conversation(channel), since)]

    def _parted(self, message: Message, _at: int) -> list[News]:
        if not message.params or not same(message.nick, self.nick):
            return []
        return self._out(message.params[0], "left")

    def _kicked(self, message: Message, _at: int) -> list[News]:
        match message.params:
            case [channel, who, *reason] if same(who, self.nick):
                text = f"kicked by {message.nick}" + (f" ({reason[0]})" if reason and reason[0] else "")
                return self._out(channel, harmless(text))
        return []

    def _out(self, channel: str, reason: str) -> list[News]:
        """No longer, or never, in this channel: what still waits for it will not be sent."""
        self.channels.pop(key(channel), None)
        self.wanted.pop(key(channel), None)
        gone = [pending for pending in self.outbox if same(pending.target, channel) and not pending.sent]
        for pending in gone:
            self.outbox.settle(pending.nonce)
        undelivered = [Undelivered(p.nonce, p.target, harmless(p.text), reason) for p in gone]
        return [Left(harmless(channel), reason), *undelivered]

    def _renamed(self, message: Message, _at: int) -> list[News]:
        if message.params and same(message.nick, self.nick):
            self.nick = self.held = message.params[0]
        return []

    def _error(self, message: Message, _at: int) -> list[News]:
        self.farewell = harmless(message.params[-1]) if message.params else ""
        return []

    # ---- history

    def _conversation(self, name: str) -> Conversation:
        if key(name) not in self.conversations and len(self.conversations) >= CONVERSATIONS:
            quiet = min(self.conversations, key=lambda known: self.conversations[known].last_at)
            del self.conversations[quiet]
        return self.conversations.setdefault(key(name), Conversation(name, self._history or 0))

    def _catch_up(self, conversation: Conversation, since: int) -> list[News]:
        if self._history is None or not {"draft/chathistory", "batch"} <= self.caps:
            return [Caught(harmless(conversation.name), 0)]
        self._lines.append(conversation.begin(since))
        return []

    def _batch(self, message: Message, at: int) -> list[News]:
        match message.params:
            case [ref, kind, *rest] if ref.startswith("+") and len(self._batches) < BATCHES:
                label = message.tags.get("label", "")
                self._batches[ref[1:]] = Batch(kind, rest[0] if rest else "", label)
            case [ref, *_] if ref.startswith("-"):
                batch = self._batches.pop(ref[1:], None)
                if batch is not None and batch.kind == "chathistory":
                    return self._page(batch, at)
        return []

    def _page(self, batch: Batch, at: int) -> list[News]:
        conversation = self._conversation(batch.target)
        if conversation.asked is Asked.NOTHING:
            return []
        said = [news for message in batch.messages for news in self._read(message, at, past=True)]
        lines, more = conversation.page([news for news in said if isinstance(news, Line)])
        told = [news for news in said if not isinstance(news, Line)]
        return [*told, *lines, *self._proceed(conversation, more)]

    def _proceed(self, conversation: Conversation, request: str) -> list[News]:
        if request:
            self._lines.append(request)
            return []
        held, lines = conversation.finish()
        return [Caught(harmless(conversation.name), lines), *held]

    def _no_history(self, about: list[str]) -> list[News]:
        asking = [c for c in self.conversations.values() if c.asked is not Asked.NOTHING]
        named = [c for c in asking if any(same(c.name, param) for param in about)]
        for conversation in (named or asking)[:1]:
            return self._proceed(conversation, conversation.refused())
        return []

    # ---- messages

    def _said(self, message: Message, at: int) -> list[News]:
        out: list[News] = []
        for news in self._read(message, at, past=False):
            if not isinstance(news, Line):
                out.append(news)
                continue
            conversation = self._conversation(news.conversation)
            if not conversation.hold(news) and conversation.fresh(news):
                out.append(news)
        return out

    def _read(self, message: Message, now: int, *, past: bool) -> list[News]:
        """A PRIVMSG or NOTICE as news: its acknowledgement, if it is ours, and the line."""
        if message.command not in {"PRIVMSG", "NOTICE"} or len(message.params) < 2:
            return []
        if is_ctcp(message):
            return self._ctcp(message, now) if not past else []
        if message.command == "NOTICE" and "!" not in message.source and not past:
            return [Word(harmless(message.params[1]))] if self.settled else []
        acknowledged = self._acknowledge(message.tags.get(NONCE, message.tags.get("label", "")))
        line = line_of(message, self.nick, now, past=past)
        return [*acknowledged, msgspec.structs.replace(line, mine=bool(acknowledged))]

    def _ctcp(self, message: Message, now: int) -> list[News]:
        asked = message.command == "PRIVMSG" and message.params[1].strip("\x01").upper() == "VERSION"
        if asked and now - self._answered_at >= CTCP_GAP:
            self._answered_at = now
            self._lines.append(format_line("NOTICE", message.nick, f"\x01VERSION chover {__version__}\x01"))
        return []

    _HANDLERS: ClassVar[dict[str, Callable[[State, Message, int], list[News]]]] = {
        "ACK": _ack,
        "BATCH": _batch,
        "ERROR": _error,
        "FAIL": _fail,
        "JOIN": _joined,
        "KICK": _kicked,
        "NICK": _renamed,
        "NOTICE": _said,
        "PART": _parted,
        "PING": _ping,
        "PONG": _pong,
        "PRIVMSG": _said,
    }


def _refuses(command: str) -> bool:
    return command == "FAIL" or (len(command) == 3 and command[0] in "45" and command.isdigit())
