"""Leaving, which can be undone for ten seconds. No I/O.

The server is told only after that time, or when the program ends, because it may be impossible to come back to an
invite-only channel. Until then the conversation is hidden, and it does not notify. Showing it again in any way undoes
it.
"""

from __future__ import annotations

from typing import Final

from chover.client.state import timeline
from chover.client.state.conversation import Conversation, Leaving
from chover.client.state.model.requests import HistoryRequest
from chover.client.state.model.state import State
from chover.i18n import _
from chover.wire.message import format_line
from chover.wire.plain import harmless

UNDO: Final = 10_000
"""Milliseconds."""


def leave(state: State, conversation: Conversation, reason: str = "") -> None:
    """Leave a channel, or close a private conversation."""
    conversation.leaving = Leaving(state.now + UNDO, reason)
    # A program that is restarted meanwhile does not join it again.
    state.wanted.pop(conversation.key, None)
    if state.active == conversation.key:
        state.show(state.beside(conversation.key))


def ask_the_way_back(state: State, conversation: Conversation) -> None:
    """Ask for the modes of a channel; when they arrive, we say what they mean for coming back."""
    if conversation.joined and state.can("labeled-response"):
        state.ask(HistoryRequest("modes", conversation.key), "MODE", conversation.name)


def is_open(state: State, known: str) -> bool:
    """Whether there is such a conversation, and it is not being left."""
    conversation = state.conversations.get(known)
    return conversation is not None and conversation.leaving is None


def undoable(state: State) -> Conversation | None:
    """The last conversation left, as long as that can be undone."""
    left = [(c.leaving.until, c) for c in state.conversations.values() if c.leaving and not c.leaving.sent]
    return max(left, key=lambda item: item[0])[1] if left else None


def depart(state: State, *, now: bool = False) -> None:
    """Leave what has waited long enough; ``now``: all of it, because the program ends."""
    if not state.settled:
        return
    for conversation in list(state.conversations.values()):
        leaving = conversation.leaving
        if leaving is None or leaving.sent or (not now and leaving.until > state.now):
            continue
        leaving.sent = True
        if conversation.joined:
            reason = [leaving.reason] if leaving.reason else []
            state.lines.append(format_line("PART", conversation.name, *reason))
        else:
            timeline.out(state, conversation.name, "left")


def meaning(conversation: Conversation, modes: str) -> str:
    """What leaving a channel with these modes means; "" if it is possible to come back at any time."""
    letters, name = modes.partition(" ")[0], harmless(conversation.name)
    if "i" in letters:
        return _("{name} is for invited people only: to come back you will need a new invitation.", name=name)
    return _("To come back to {name} you will need the channel's key.", name=name) if "k" in letters else ""
