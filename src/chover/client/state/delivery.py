"""What became of messages of ours: acknowledged, or refused. No I/O.

Refusals that say by no label which message they mean come from an old server, or from another one.
"""

from __future__ import annotations

from typing import Final

from chover.client.lines import same
from chover.client.notifications import Delivered, Notification, Undelivered, Word
from chover.client.state.model.outbox import Pending
from chover.client.state.model.state import State
from chover.wire.message import LINE_BYTES, Message
from chover.wire.plain import harmless

FAILED: Final = 100
"""Most refused messages that wait for their author to try again or give up."""
CALLER_ID: Final = "716"
"""Somebody takes messages of those alone whom they have accepted: a refusal, whatever its number."""
_TOO_LONG: Final = "417"
_SPEECH: Final = frozenset({
    "401", "402", "403", "404", "407", "408", "411", "412", "413", "414", "415", "417", "437", "439", "442", "477",
    "486", "489", "492", "494", "505", "531", CALLER_ID,
})  # fmt: skip
"""What is said about something that was to be said; any other may answer what was done beside it."""
_NO_TARGET: Final = frozenset({"411", "412"})
_SENDING: Final = frozenset({"PRIVMSG", "BATCH", "NOTICE"})
"""What FAIL names that was about saying something."""


def acknowledge(state: State, nonce: str) -> list[Notification]:
    return [Delivered(nonce)] if nonce and state.outbox.settle(nonce) else []


def refuse(state: State, nonce: str, message: Message) -> list[Notification]:
    """The server will not take it."""
    pending = state.outbox.settle(nonce)
    return [fail(state, pending, harmless(message.params[-1]))] if pending is not None else []


def fail(state: State, pending: Pending, reason: str) -> Notification:
    """It stays visible until its author tries again or gives up."""
    pending.reason = reason
    state.failed[pending.nonce] = pending
    if len(state.failed) > FAILED:
        del state.failed[next(iter(state.failed))]
    return Undelivered(pending.nonce, pending.target, harmless(pending.text), reason)


def refuses(command: str) -> bool:
    """Whether it says no to what was asked for, or said."""
    return command in {"FAIL", CALLER_ID} or (len(command) == 3 and command[0] in "45" and command.isdigit())


def refused(state: State, message: Message) -> list[Notification]:
    """The message of ours that it means is not delivered; a word for us where it means none."""
    pending = _meant(state, message)
    if pending is not None:
        return refuse(state, pending.nonce, message)
    return [Word(harmless(_in_words(message)))] if message.params else []


def _meant(state: State, message: Message) -> Pending | None:
    outbox, params = state.outbox, message.params
    if message.tags.get("label"):
        # It answers something else.
        return None
    if message.command == _TOO_LONG:
        # No line shorter than that is too long anywhere, whatever else was refused.
        return outbox.longest_sent(LINE_BYTES // 2)
    for target in _targets(state, message):
        pending = outbox.oldest(target, same)
        if pending is not None:
            return pending
    named = message.command in _NO_TARGET or (message.command == "FAIL" and params[:1] and params[0] in _SENDING)
    return outbox.first_sent() if named else None


def _targets(state: State, message: Message) -> list[str]:
    """Whom something was said to, if it is about that. Where there are labels at all, only speech goes without."""
    params = message.params
    if message.command == "FAIL":
        return params[2:-1] if params[:1] and params[0] in {*_SENDING, "*"} else []
    speech = message.command in _SPEECH or "labeled-response" not in state.caps
    return params[1:2] if speech and len(params) > 2 else []


def _in_words(message: Message) -> str:
    """A refusal as one line; a numeric's own text does not say what it is about."""
    about = " ".join(message.params[1:-1]) if message.command.isdigit() else ""
    return f"{about}: {message.params[-1]}" if about else message.params[-1]
