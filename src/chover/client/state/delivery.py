"""Refusals that do not say by a label which message they mean: of an old server, or of another one. No I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chover.client.connection.outbox import Pending
from chover.client.lines import same
from chover.client.notifications import Notification, Word
from chover.wire.message import LINE_BYTES, Message
from chover.wire.plain import harmless

if TYPE_CHECKING:
    from chover.client.state import State

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


def refuses(command: str) -> bool:
    """Whether it says no to what was asked for, or said."""
    return command in {"FAIL", CALLER_ID} or (len(command) == 3 and command[0] in "45" and command.isdigit())


def refused(state: State, message: Message) -> list[Notification]:
    """The message of ours that it means is not delivered; a word for us where it means none."""
    pending = _meant(state, message)
    if pending is not None:
        return state.refuse(pending.nonce, message)
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
