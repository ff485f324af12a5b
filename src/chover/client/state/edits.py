"""Changes to messages: edits, deletions, reactions. No I/O."""

from __future__ import annotations

from chover.client.lines import same
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry
from chover.wire.ctcp import action
from chover.wire.message import Message


def apply(conversation: Conversation, message: Message) -> Entry | None:
    """Apply a change to an entry. If the entry is not loaded, the change is kept until it is."""
    msgid = _touched(message)
    entry = conversation.find(msgid) if msgid else None
    if entry is not None:
        _change(conversation, entry, message)
    elif msgid:
        conversation.keep_loose(msgid, message)
    return entry


def apply_loose(conversation: Conversation, entry: Entry) -> None:
    """Apply changes that arrived before this entry was loaded."""
    for message in conversation.loose.pop(entry.msgid, []) if entry.msgid else []:
        _change(conversation, entry, message)


def _touched(message: Message) -> str:
    if message.command in {"REDACT", "EDIT"}:
        return message.params[1] if len(message.params) > 1 else ""
    return message.tags.get("+draft/reply") or message.tags.get("+reply", "")


def _change(conversation: Conversation, entry: Entry, message: Message) -> None:
    """A deleted message stays deleted: no further change applies to it."""
    if entry.deleted:
        return
    entry.version += 1
    if message.command == "REDACT":
        entry.deleted, entry.text, entry.reacted = True, "", None
    elif message.command == "EDIT":
        text = message.params[2] if len(message.params) > 2 else entry.text
        done = action(text)
        entry.edited, entry.text = True, text if done is None else done
    else:
        _react(entry, message)
    conversation.judge(entry)
    conversation.reflect(entry)
    if entry.deleted:
        conversation.refresh_thread()


def _react(entry: Entry, message: Message) -> None:
    tags = message.tags
    added = tags.get("+draft/react") or tags.get("+react")
    reaction = added or tags.get("+draft/unreact") or tags.get("+unreact")
    if not reaction:
        return
    reactions = dict(entry.reacted or {})
    nicks = [nick for nick in reactions.get(reaction, []) if not same(nick, message.nick)]
    nicks += [message.nick] if added else []
    reactions[reaction] = nicks
    entry.reacted = {mark: who for mark, who in reactions.items() if who} or None
