"""Messages that a channel has pinned for everybody (docs/protocol.md, "Pins of a channel"). No I/O."""

from __future__ import annotations

from typing import Final

from chover.client.lines import key
from chover.client.notifications import Notification
from chover.client.state.actions import CannotDo, need
from chover.client.state.conversation import Conversation
from chover.client.state.model.state import State
from chover.wire.message import Message, format_line

OFFERED: Final = "chover.chat/pins"
MOST: Final = 100
"""More are not kept: a server has at most 50."""


def told(state: State, message: Message) -> list[Notification]:
    """A part of the list, or its end, which has no msgids."""
    conversation = state.conversations.get(key(message.params[0])) if message.params else None
    if conversation is None:
        return []
    if len(message.params) > 1:
        conversation.pinning = [*conversation.pinning, *message.params[1].split()][:MOST]
    else:
        conversation.pins, conversation.pinning = conversation.pinning, []
    return []


def pin(state: State, conversation: Conversation, msgid: str) -> bool:
    """Pin a message for everybody, or unpin it. Returns whether it was asked to be pinned. Raises CannotDo."""
    need(state, OFFERED, "pinning for everybody")
    if not conversation.channel:
        raise CannotDo("Only messages of a channel can be pinned for everybody; /pin pins one for yourself.")
    stays = msgid not in conversation.pins
    state.lines.append(format_line("PIN" if stays else "UNPIN", conversation.name, msgid))
    return stays
