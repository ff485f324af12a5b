"""What the server says about itself, about us, and in answer to our requests. No I/O."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Final

import msgspec

from chover.client.capabilities import FULL, capabilities, requests
from chover.client.display import refusals
from chover.client.lines import from_iso, key, same
from chover.client.notifications import Channels, Note, Notification, ScheduledFor
from chover.client.state import delivery, drafts, history_requests, lifecycle, preferences, sending, timeline
from chover.client.state.model import bounds, custom_emoji
from chover.client.state.model.requests import Listed
from chover.client.state.model.state import State, read_up_to
from chover.client.tables import load
from chover.i18n import _
from chover.wire.message import Message, format_line
from chover.wire.plain import harmless

PINS: Final = 100
"""Pins of a channel that are kept: a server has at most 50."""
_SASL_PIECE: Final = 400
_JOIN_REFUSALS: Final = frozenset({"403", "405", "437", "471", "473", "474", "475", "476", "477", "479", "489"})
_NO_MESSAGE_OF_THE_DAY: Final = "422"
_NICK_IN_USE: Final = "433"
# Counts of users, the message of the day, ends of lists, and what the state shows anyway.
_QUIET: Final = frozenset(
    {
        "002",
        "003",
        "004",
        "250",
        "251",
        "252",
        "253",
        "254",
        "255",
        "265",
        "266",
        "318",
        "321",
        "329",
    }
    | {
        "770",
        "771",
        "774",
        "333",
        "354",
        "369",
        "372",
        "375",
        "376",
        "396",
        "903",
        "730",
        "731",
        "732",
        "733",
    }
)
"""Numerics that nobody waits for."""


def _welcome(state: State, message: Message) -> list[Notification]:
    state.server_name = message.source
    state.nick = message.params[0] if message.params else state.nick
    return []


def _support(state: State, message: Message) -> list[Notification]:
    state.support.learn(message.params[1:-1])
    if state.discovers and state.emoji.is_new(state.support.get(custom_emoji.VERSION)):
        state.lines.append("EMOJI")
    return []


def _emoji(state: State, message: Message) -> list[Notification]:
    state.emoji.told(message.params)
    return []


def _pinned(state: State, message: Message) -> list[Notification]:
    """A part of the list, or its end, which has no msgids."""
    conversation = state.conversations.get(key(message.params[0])) if message.params else None
    if conversation is None:
        return []
    if len(message.params) > 1:
        conversation.pinning = [*conversation.pinning, *message.params[1].split()][:PINS]
    else:
        conversation.pins, conversation.pinning = conversation.pinning, []
    return []


def _cap(state: State, message: Message) -> list[Notification]:
    """Capabilities are added and removed while we are connected (cap-notify)."""
    verb = message.params[1] if len(message.params) > 2 else ""
    told = capabilities(message.params[-1]) if message.params else {}
    caps = dict(state.caps)
    if verb == "NEW" and state.discovers:
        state.offered.update(told)
        wanted = sorted(FULL & told.keys() - caps.keys())
        state.lines += requests(wanted) if wanted else []
    elif verb == "DEL":
        caps = {name: value for name, value in caps.items() if name not in told}
    elif verb == "ACK":
        caps.update({name: state.offered.get(name, "") for name in told})
    state.caps = caps
    return []


def _ping(state: State, message: Message) -> list[Notification]:
    state.lines.append(format_line("PONG", *message.params))
    return []


def _authenticate(state: State, message: Message) -> list[Notification]:
    """In pieces of 400 bytes; if the last piece is that long, "+" follows."""
    if message.params == ["+"] and state.credentials:
        data, state.credentials = state.credentials, ""
        pieces = [data[at : at + _SASL_PIECE] for at in range(0, len(data), _SASL_PIECE)]
        pieces += ["+"] if len(data) % _SASL_PIECE == 0 else []
        state.lines += [format_line("AUTHENTICATE", piece) for piece in pieces]
    return []


def _pong(state: State, message: Message) -> list[Notification]:
    token = message.params[-1] if message.params else ""
    if token == lifecycle.FENCE and not state.settled:
        lifecycle.settle(state)
    state.drafts.confirmed(token)
    return delivery.acknowledge(state, token.removeprefix(sending.SENT)) if token.startswith(sending.SENT) else []


def _ack(state: State, message: Message) -> list[Notification]:
    label = message.tags.get("label", "")
    state.answered(label)
    return delivery.acknowledge(state, label)


def _error(state: State, message: Message) -> list[Notification]:
    state.closing_reason = harmless(message.params[-1]) if message.params else ""
    return []


def _fail(state: State, message: Message) -> list[Notification]:
    """FAIL without a label. Source: https://ircv3.net/specs/extensions/standard-replies"""
    if message.params[:1] == ["CHATHISTORY"]:
        return history_requests.no_history(state, message.params[2:-1])
    if message.params[:1] == ["MARKREAD"]:
        # Nobody asked for it, and it is not about a message.
        return []
    if message.params[:1] == ["PREVIEW"]:
        state.previews.refused(message.params[3] if len(message.params) > 4 else "")
        return []
    if message.params[:1] == ["DRAFT"]:
        drafts.refused(state, message)
        return [Note(harmless(message.params[-1]))]
    return delivery.refused(state, message)


def _preview(state: State, message: Message) -> list[Notification]:
    state.previews.told(message)
    return []


def _draft(state: State, message: Message) -> list[Notification]:
    return drafts.told(state, message)


def _noted(_state: State, message: Message) -> list[Notification]:
    if message.params[1:2] == ["SCHEDULED"] and len(message.params) > 3:
        return [ScheduledFor(from_iso(message.params[3].removeprefix("timestamp=")) or 0)]
    return [Note(harmless(message.params[-1]))] if message.params else []


def _markread(state: State, message: Message) -> list[Notification]:
    """https://ircv3.net/specs/extensions/read-marker"""
    conversation = state.conversations.get(key(message.params[0])) if len(message.params) > 1 else None
    at = from_iso(message.params[1].removeprefix("timestamp=")) if len(message.params) > 1 else None
    if conversation is not None and at is not None and at > conversation.read_at:
        state.markers[conversation.key] = max(at, state.markers.get(conversation.key, 0))
        conversation.read_at = read_up_to(state, conversation)
        conversation.count()
    return []


def _listed(state: State, message: Message) -> list[Notification]:
    """322 is one channel of LIST, 323 ends it."""
    if message.command == "323":
        listed, state.listed = state.listed, []
        return [Channels(tuple((harmless(row.name), row.members, harmless(row.topic)) for row in listed))]
    if message.command == "322" and len(message.params) > 2:
        name, members = message.params[1:3]
        topic = message.params[3] if len(message.params) > 3 else ""
        if len(state.listed) >= bounds.LISTED:
            return bounds.left_out(state, _("channels in its list"))
        state.listed.append(Listed(name, int(members) if members.isascii() and members.isdigit() else 0, topic))
    return []


class Answers(msgspec.Struct, frozen=True):
    """The table of all clients; its parts are explained there (web/tables/answers.js)."""

    ends: dict[str, tuple[str, str]]
    sentences: dict[str, str]


@cache
def answers() -> Answers:
    return load("answers", Answers)


def _end_of_a_ban(message: Message) -> str:
    """Servers with chover.chat/scheduled say when a ban ends (s since 1970). Front ends show it in their zone."""
    until = message.params[5] if message.command == "367" and len(message.params) > 5 else ""
    if not (until.isascii() and until.isdigit() and len(until) < 12):
        return ""
    return ", " + _("until {time}", time=f"{datetime.fromtimestamp(int(until), UTC):%Y-%m-%d %H:%M} UTC")


def _in_words(message: Message) -> str:
    """An answer in one line."""
    form = answers().sentences.get(message.command)
    if form is not None:
        with contextlib.suppress(IndexError):
            return _(form).format(*message.params, rest=" ".join(message.params[2:])) + _end_of_a_ban(message)
    return " ".join(message.params[1:])


def numeric(state: State, message: Message) -> list[Notification]:
    """A numeric without a label that nothing else handles: a refusal, or the answer to a command."""
    before, state.numeric = state.numeric, message.command
    if message.command in _QUIET or not message.params:
        return []
    if message.command in answers().ends:
        return _ended(message, before)
    if message.command[0] in "45" or message.command == delivery.CALLER_ID:
        return _refused(state, message)
    return [Note(harmless(_in_words(message)))] if state.settled else []


def _ended(message: Message, before: str) -> list[Notification]:
    """The end of a list, which is reported if the list was empty."""
    row, nothing = answers().ends[message.command]
    return [Note(harmless(_(nothing).format(*message.params)))] if before != row and len(message.params) > 1 else []


def _refused(state: State, message: Message) -> list[Notification]:
    about = message.params[1] if len(message.params) > 2 else ""
    if message.command == _NO_MESSAGE_OF_THE_DAY:
        return []
    if message.command == _NICK_IN_USE and same(about, state.held) and not same(state.nick, state.held):
        # The nick that we want back is not free yet.
        return []
    if message.command in _JOIN_REFUSALS and key(about) in state.wanted and key(about) not in state.channels:
        return timeline.out(state, about, refusals.told(message), stays=True)
    return delivery.refused(state, message) if state.settled else []


def _keyvalue(state: State, message: Message) -> list[Notification]:
    notifications = preferences.keyvalue(state, message)
    return numeric(state, message) if notifications is None else notifications


HANDLERS: Final[dict[str, Callable[[State, Message], list[Notification]]]] = {
    "001": _welcome,
    "005": _support,
    "322": _listed,
    "323": _listed,
    "761": _keyvalue,
    "766": _keyvalue,
    "ACK": _ack,
    "AUTHENTICATE": _authenticate,
    "CAP": _cap,
    "DRAFT": _draft,
    "EMOJI": _emoji,
    "ERROR": _error,
    "FAIL": _fail,
    "MARKREAD": _markread,
    "NOTE": _noted,
    "PING": _ping,
    "PINNED": _pinned,
    "PONG": _pong,
    "PREVIEW": _preview,
    "REGISTER": _noted,
    "VERIFY": _noted,
    "WARN": _noted,
}
