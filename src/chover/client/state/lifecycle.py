"""The beginning, settling and loss of a connection, and the lines to send on it. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

from chover import names
from chover.client.lines import key
from chover.client.state import history_requests, preferences, sending
from chover.client.state.model.outbox import Pending
from chover.client.state.model.state import State
from chover.wire.message import format_line

FENCE: Final = "settled"


def begin(state: State, nick: str, caps: Mapping[str, str] | Iterable[str], account: str = "") -> None:
    """A connection is registered; ``account`` is the one that we are logged in to."""
    state.nick = nick
    state.account = account
    state.held = state.held or nick
    state.caps = dict(caps) if isinstance(caps, Mapping) else dict.fromkeys(caps, "")
    state.closing_reason = ""
    state.away = False
    state.online = True
    state.mask = sending.guessed_mask(nick)
    state.scheduled.begin()
    preferences.begin(state)
    state.lines.append(format_line("PING", FENCE))


def lost(state: State) -> None:
    """The connection is gone; unacknowledged messages will be sent again on the next one."""
    state.settled = state.online = False
    state.link_for = ""
    state.channels.clear()
    state.batches.clear()
    state.requests.clear()
    state.lines.clear()
    state.outbox.lost()
    for conversation in state.conversations.values():
        history_requests.interrupted(conversation)
        if conversation.leaving is not None:
            conversation.leaving.sent = False


def take(state: State) -> list[str]:
    """The lines to send now."""
    for pending in list(state.outbox.due(partial(_ready, state))):
        for part in [pending] if sending.fits(state, pending) else _divided(state, pending):
            state.lines += sending.message(state, part)
    lines, state.lines = state.lines, []
    return lines


def _divided(state: State, pending: Pending) -> list[Pending]:
    texts = sending.pieces(state, pending.target, pending.text, action=pending.action)
    return state.outbox.divide(pending, texts)


def _ready(state: State, target: str) -> bool:
    return state.settled and (not names.is_channel(target) or key(target) in state.channels)


def settle(state: State) -> None:
    """The server has done what it does automatically for new connections."""
    state.settled = True
    if state.first_channel and not state.channels and not state.wanted:
        state.wanted[key(state.first_channel)] = state.first_channel
    missing = [name for known, name in state.wanted.items() if known not in state.channels]
    if state.absent:
        state.lines.append(format_line("AWAY", state.absent))
    state.lines += [format_line("JOIN", name) for name in missing]
    history_requests.continue_private(state)


def regain(state: State) -> None:
    """Ask for the nick that we had before the connection was lost."""
    if state.settled and state.nick != state.held:
        state.lines.append(format_line("NICK", state.held))
