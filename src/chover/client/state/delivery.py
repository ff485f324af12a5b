"""The results of sending our messages: acknowledged or refused. No I/O.

A refusal without a label that names the message comes from an old server, or from another implementation.
"""

from __future__ import annotations

from typing import Final

from chover.client.display import refusals
from chover.client.lines import same
from chover.client.notifications import Delivered, Notification, Undelivered, Word
from chover.client.state.model.outbox import Pending
from chover.client.state.model.state import State
from chover.wire.message import LINE_BYTES, Message
from chover.wire.plain import harmless

FAILED: Final = 100
"""The maximum number of refused messages that wait for their author to retry or discard them."""
CALLER_ID: Final = "716"
"""The target accepts only certain people's messages: a refusal, although the number does not say so."""
_TOO_LONG: Final = "417"
_SPEECH: Final = frozenset({
    "401", "402", "403", "404", "407", "408", "411", "412", "413", "414", "415", "417", "437", "439", "442", "477",
    "486", "489", "492", "494", "505", "531", CALLER_ID,
})  # fmt: skip
"""Numerics about messages; any other may be an answer to something else."""
_NO_TARGET: Final = frozenset({"411", "412"})
_SENDING: Final = frozenset({"PRIVMSG", "BATCH", "NOTICE"})
"""Commands that FAIL names for a message."""


def acknowledge(state: State, nonce: str) -> list[Notification]:
    return [Delivered(nonce)] if nonce and state.outbox.settle(nonce) else []


def refuse(state: State, nonce: str, message: Message) -> list[Notification]:
    """The server refuses a message."""
    pending = state.outbox.settle(nonce)
    return [fail(state, pending, refusals.told(message))] if pending is not None else []


def fail(state: State, pending: Pending, reason: str) -> Notification:
    """It stays visible until its author retries or discards it."""
    pending.reason = reason
    state.failed[pending.nonce] = pending
    if len(state.failed) > FAILED:
        del state.failed[next(iter(state.failed))]
    return Undelivered(pending.nonce, pending.target, harmless(pending.text), reason)


def refuses(command: str) -> bool:
    """Whether a command is a refusal."""
    return command in {"FAIL", CALLER_ID} or (len(command) == 3 and command[0] in "45" and command.isdigit())


def refused(state: State, message: Message) -> list[Notification]:
    """Find the message that was refused; otherwise it is a note for us."""
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
        # A shorter line is not too long for any server, whatever else was refused.
        return outbox.longest_sent(LINE_BYTES // 2)
    for target in _targets(state, message):
        pending = outbox.oldest(target, same)
        if pending is not None:
            return pending
    named = message.command in _NO_TARGET or (message.command == "FAIL" and params[:1] and params[0] in _SENDING)
    return outbox.first_sent() if named else None


def _targets(state: State, message: Message) -> list[str]:
    """The targets of a refused message. If the server supports labels, only messages are refused without one."""
    params = message.params
    if message.command == "FAIL":
        return params[2:-1] if params[:1] and params[0] in {*_SENDING, "*"} else []
    speech = message.command in _SPEECH or "labeled-response" not in state.caps
    return params[1:2] if speech and len(params) > 2 else []


def _in_words(message: Message) -> str:
    """A refusal in one line; a numeric's own text does not say what it is about."""
    words = refusals.in_words(message)
    if words:
        return words
    about = " ".join(message.params[1:-1]) if message.command.isdigit() else ""
    return f"{about}: {message.params[-1]}" if about else message.params[-1]
