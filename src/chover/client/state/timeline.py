"""New entries of a conversation, and the end of conversations. No I/O."""

from __future__ import annotations

from chover import names
from chover.client.lines import key, same
from chover.client.notifications import ChannelLeft, Happened, Notification
from chover.client.state import delivery, edits
from chover.client.state.conversation import Conversation
from chover.client.state.entries import RANKS, Entry, happened, is_said, said, sentence, told
from chover.client.state.model.state import Record, State
from chover.wire.message import Message
from chover.wire.plain import harmless


def partner(state: State, message: Message) -> str:
    """The name of the conversation that a message belongs to."""
    target = message.params[0].lstrip(RANKS)
    if names.is_channel(target):
        return target
    return message.params[0] if state.is_me(message.nick) else message.nick


def add(state: State, conversation: Conversation, entry: Entry) -> list[Notification]:
    """Add an entry; it waits while older ones are being fetched."""
    if conversation.gap.hold(entry):
        return []
    return append(state, conversation, entry) if conversation.gap.fresh(entry) else []


def append(state: State, conversation: Conversation, entry: Entry, *, past: bool = False) -> list[Notification]:
    conversation.judge(entry)
    if not conversation.append(entry):
        return []
    edits.apply_loose(conversation, entry)
    if state.records is not None and not state.ignores(entry.nick, entry.account):
        state.records.append(Record(conversation.key, entry, past))
    conversation.typing.pop(key(entry.nick), None)
    hidden = state.filters.hides(conversation.key, entry)
    if not past and not hidden and entry.counts and not state.preferences.ignores(entry.nick, entry.account):
        _arrived(state, conversation, entry)
    if hidden or (not past and conversation.leaving is not None):
        return []
    if entry.is_talk:
        return [told(conversation.name, entry, past=past)]
    return narrated(state, conversation, sentence(entry)) if not past else []


def narrated(state: State, conversation: Conversation, text: str) -> list[Notification]:
    """Notifications of events, for front ends that want them."""
    return [Happened(harmless(conversation.name), harmless(text))] if state.narrates else []


def _arrived(state: State, conversation: Conversation, entry: Entry) -> None:
    if conversation.leaving is not None and not conversation.channel:
        # Somebody writes to us: a conversation that was being left is open again.
        state.stay(conversation)
    looked_at = conversation.key in (state.active if state.looking else "", state.also_seen)
    seen = looked_at and conversation.detour is None
    if not seen and not conversation.new_from and not conversation.unread:
        conversation.new_from = conversation.read_at or entry.at - 1
    conversation.count_in(entry)


def out(state: State, channel: str, reason: str, *, stays: bool = False) -> list[Notification]:
    """We have left this channel, or were never let in: pending messages to it will not be sent."""
    state.channels.pop(key(channel), None)
    state.wanted.pop(key(channel), None)
    conversation = state.conversations.get(key(channel))
    if conversation is not None:
        conversation.joined = False
        conversation.members.clear()
        if not stays and state.discovers:
            state.forget(conversation)
    gone = [pending for pending in state.outbox if same(pending.target, channel) and not pending.sent]
    for pending in gone:
        state.outbox.settle(pending.nonce)
    return [ChannelLeft(harmless(channel), reason), *[delivery.fail(state, pending, reason) for pending in gone]]


# ---- pages of the history


def read(state: State, messages: list[Message]) -> tuple[list[Entry], list[Message], list[Notification]]:
    """The entries of a page, changes to entries in it, and notifications of our acknowledged messages."""
    entries: list[Entry] = []
    touches: list[Message] = []
    notifications: list[Notification] = []
    for message in messages:
        if is_said(message):
            entry = said(message, state.nick, state.now)
            acknowledged = delivery.acknowledge(state, entry.nonce) if entry.own else []
            entry.echo = bool(acknowledged)
            notifications += acknowledged
            entries.append(entry)
        elif (event := happened(message, state.nick, state.now)) is not None:
            entries.append(event)
        else:
            touches.append(message)
    return entries, touches, notifications


def settle(conversation: Conversation, entries: list[Entry], touches: list[Message]) -> None:
    """Apply changes: those that waited for these entries, and those of the page."""
    for entry in entries:
        edits.apply_loose(conversation, entry)
    for message in touches:
        edits.apply(conversation, message)
