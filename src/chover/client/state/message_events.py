"""Messages, and changes to them: reactions, edits, deletions, typing. No I/O."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from chover import names
from chover.client.display.message import one_line
from chover.client.guard import SERVICES
from chover.client.lines import is_ctcp, iso, key
from chover.client.notifications import Linked, Note, Notification, Word
from chover.client.state import delivery, edits, history_requests, timeline
from chover.client.state.conversation import Conversation, Typing
from chover.client.state.entries import Entry, said
from chover.client.state.model.state import CTCP_GAP, State
from chover.i18n import _
from chover.version import __version__
from chover.wire.invite import parse
from chover.wire.message import Message, format_line
from chover.wire.plain import harmless

CTCP_PING: Final = 64
"""The maximum number of characters of a PING that are sent back."""
TYPING: Final = {"active": 6_000, "paused": 30_000}
"""For how long somebody is shown as typing, in milliseconds."""

_QUOTED: Final = 60
"""The maximum number of quoted characters of a changed message."""


def _privmsg(state: State, message: Message) -> list[Notification]:
    if len(message.params) < 2:
        return []
    if is_ctcp(message):
        return _ctcp(state, message)
    if message.command == "NOTICE" and "!" not in message.source:
        return [Word(harmless(message.params[1]))] if state.settled else []
    entry = said(message, state.nick, state.now)
    # A service answers under the label of the message to it, and there is no echo of that message.
    label = message.tags.get("label", "")
    notifications = delivery.acknowledge(state, (entry.own and entry.nonce) or label)
    entry.echo = entry.own and bool(notifications)
    if entry.own and message.params[0].lower() in SERVICES:
        # Messages to services may contain passwords.
        return notifications
    if not entry.own and _known(state, message) is None and state.ignores(entry.nick, entry.account):
        # Messages of ignored people open no conversation.
        return notifications
    if message.command == "NOTICE" and state.link_for:
        notifications += _linked(state, message)
    if message.command == "NOTICE" and state.discovers and _known(state, message) is None:
        return [*notifications, Note(harmless(f"{message.nick}: {message.params[1]}"))]
    conversation = _place(state, message)
    return [*notifications, *timeline.add(state, conversation, entry)] if conversation is not None else notifications


def _linked(state: State, message: Message) -> list[Notification]:
    """The link that ChanServ was asked for, in its form for browsers: a phone opens it directly."""
    text = message.params[1]
    if message.nick.lower() != "chanserv" or not text.startswith("https://"):
        return []
    try:
        link = parse(text)
    except ValueError:
        return []
    channel, state.link_for = state.link_for, ""
    return [Linked(harmless(link.for_browsers), harmless(channel))]


def _place(state: State, message: Message) -> Conversation | None:
    """The conversation of a message: it opens a private one, but not a channel that we are not in."""
    name = timeline.partner(state, message)
    fresh = key(name) not in state.conversations
    if fresh and names.is_channel(name):
        return None
    conversation = state.conversation(name)
    if fresh and state.discovers:
        # A conversation that begins with this message may have a history.
        history_requests.opened(state, conversation)
    return conversation


def _ctcp(state: State, message: Message) -> list[Notification]:
    """Answer a program that asks ours directly; other CTCP messages are not for people."""
    verb, _, rest = message.params[1].strip("\x01").partition(" ")
    answer = _ANSWERS.get(verb.upper())
    asked = message.command == "PRIVMSG" and state.is_me(message.params[0]) and not state.is_me(message.nick)
    if answer is None or not asked or state.ignores(message.nick, message.tags.get("account", "")):
        return []
    if state.now - state.answered_at >= CTCP_GAP:
        state.answered_at = state.now
        state.lines.append(format_line("NOTICE", message.nick, f"\x01{verb.upper()} {answer(state, rest)}\x01"))
    return []


def _time(state: State, _rest: str) -> str:
    """In UTC, so that it does not reveal where we are."""
    return iso(state.now)


_ANSWERS: Final[dict[str, Callable[[State, str], str]]] = {
    "VERSION": lambda _state, _rest: f"chover {__version__}",
    "PING": lambda _state, rest: rest[:CTCP_PING],
    "TIME": _time,
}
"""What programs may ask (https://modern.ircdocs.horse/ctcp)."""


def _known(state: State, message: Message) -> Conversation | None:
    return state.conversations.get(key(timeline.partner(state, message))) if message.params else None


def _tagmsg(state: State, message: Message) -> list[Notification]:
    conversation = _known(state, message)
    if conversation is None:
        return []
    typing = message.tags.get("+typing", message.tags.get("+draft/typing"))
    if typing is None:
        entry = edits.apply(conversation, message)
        return _narrated(state, conversation, message, entry)
    if not state.is_me(message.nick) and not state.ignores(message.nick, message.tags.get("account", "")):
        _typed(state, conversation, message.nick, typing)
    return []


def _typed(state: State, conversation: Conversation, nick: str, how: str) -> None:
    lasts = TYPING.get(how, 0)
    if lasts:
        conversation.typing[key(nick)] = Typing(nick, state.now + lasts)
    else:
        conversation.typing.pop(key(nick), None)


def _touching(state: State, message: Message) -> list[Notification]:
    conversation = _known(state, message)
    if conversation is not None:
        entry = edits.apply(conversation, message)
        if entry is not None and entry.at > conversation.read_at:
            conversation.count()
        return _narrated(state, conversation, message, entry)
    return []


def _narrated(state: State, conversation: Conversation, message: Message, entry: Entry | None) -> list[Notification]:
    """A change to a message, in words."""
    if entry is None:
        return []
    tags, text = message.tags, one_line(entry.text)[:_QUOTED]
    if message.command == "REDACT":
        said_so = _("{nick} deleted a message of {other}", nick=message.nick, other=entry.nick)
    elif message.command == "EDIT":
        said_so = _("{nick} edited: {text}", nick=message.nick, text=entry.text)
    elif added := tags.get("+draft/react") or tags.get("+react"):
        said_so = _(
            "{nick} reacted with {added} to {other}: {text}",
            nick=message.nick,
            added=added,
            other=entry.nick,
            text=text,
        )
    else:
        said_so = _("{nick} removed a reaction from {other}: {text}", nick=message.nick, other=entry.nick, text=text)
    return timeline.narrated(state, conversation, said_so)


HANDLERS: Final[dict[str, Callable[[State, Message], list[Notification]]]] = {
    "PRIVMSG": _privmsg,
    "NOTICE": _privmsg,
    "TAGMSG": _tagmsg,
    "REDACT": _touching,
    "EDIT": _touching,
}
