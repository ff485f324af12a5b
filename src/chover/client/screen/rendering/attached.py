"""What belongs to an entry besides its text: the page that it links to."""

from __future__ import annotations

from chover.client.display.addresses import SITE
from chover.client.display.own_files import first_link
from chover.client.state import State
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry


def link_of(state: State, conversation: Conversation, entry: Entry) -> str:
    """The address of the page whose preview may stand below an entry, or "". Private messages have none."""
    if "://" not in entry.text or not conversation.channel or not entry.is_talk or entry.deleted or not entry.msgid:
        return ""
    return first_link(entry.text, (state.support.files, state.support.get(SITE)))
