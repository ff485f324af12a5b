"""Threads: a message, and all replies that lead to it (docs/protocol.md, "Threads"). No I/O.

Everything that is loaded reaches the present, so the replies to a loaded message are all here. Of an older one the
server sends them.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec

from chover.client.lines import from_iso
from chover.client.notifications import Notification, ThreadRow, ThreadsListed
from chover.client.state.conversation import Conversation, Thread, root_of
from chover.client.state.conversation import replies as replies_to
from chover.client.state.entries import Entry
from chover.client.state.model.batches import Batch
from chover.client.state.model.requests import HistoryRequest
from chover.client.state.model.state import State
from chover.client.state.timeline import read, settle
from chover.i18n import _, ngettext
from chover.wire.capabilities import VENDOR
from chover.wire.plain import harmless

OFFERED: Final = f"{VENDOR}/threads"
MARKERS_BYTES: Final = 300
"""The size of the markers of one conversation, as the server limits it."""


class ThreadSummary(NamedTuple):
    replies: int
    last_at: int
    unread: int


def summary(state: State, conversation: Conversation, root: str) -> ThreadSummary:
    """How many replies a message has. Only threads that we began or replied in are unread."""
    replies = [entry for entry in replies_to(conversation, root) if not _hidden(state, entry)]
    first = conversation.find(root)
    follows = (first is not None and first.own) or any(entry.own for entry in replies)
    since = read_up_to(state, conversation, root, replies)
    unread = sum(not entry.own and entry.at > since for entry in replies) if follows else 0
    return ThreadSummary(len(replies), replies[-1].at if replies else 0, unread)


def counted_replies(number: int) -> str:
    return ngettext("{n} reply", "{n} replies", number)


def _hidden(state: State, entry: Entry) -> bool:
    return not entry.own and state.ignores(entry.nick, entry.account)


def read_up_to(state: State, conversation: Conversation, root: str, replies: list[Entry]) -> int:
    """Up to when a thread was read: with its conversation, by itself, or by replying."""
    mark = state.preferences.threads.get(conversation.key, {}).get(root, 0)
    return max([conversation.read_at, mark, *(entry.at for entry in replies if entry.own)])


def leads_to(conversation: Conversation, msgid: str) -> str:
    """The msgid of the message that begins the thread of a message, loaded or not."""
    entry = conversation.find(msgid)
    return root_of(conversation, entry) if entry is not None else msgid


def open_thread(state: State, conversation: Conversation, msgid: str) -> None:
    """Show the thread that a message belongs to, in place of the conversation's messages."""
    thread = conversation.detour = Thread(leads_to(conversation, msgid))
    thread.fill(conversation)
    if state.can(OFFERED):
        state.ask(HistoryRequest("thread", conversation.key, _("Not loaded")), "THREAD", conversation.name, thread.root)


def loaded(state: State, conversation: Conversation, batch: Batch) -> list[Notification]:
    """The replies that the server has sent."""
    thread = conversation.detour
    if not isinstance(thread, Thread):
        return []
    entries, touches, notifications = read(state, batch.messages)
    thread.root = batch.params[1] if len(batch.params) > 1 else thread.root
    for entry in entries:
        thread.by_msgid[entry.msgid] = entry
        conversation.note_reply(entry)
    conversation.judge_page(entries)
    settle(conversation, entries, touches)
    thread.fill(conversation)
    return notifications


def mark_read(state: State, conversation: Conversation) -> str | None:
    """The new value of the markers after all of the open thread was read; None if nothing changes.

    It is noted only if the conversation itself has not been read so far. What its marker has passed is dropped.
    """
    thread = conversation.detour
    replies = replies_to(conversation, thread.root) if isinstance(thread, Thread) else []
    if not isinstance(thread, Thread) or not replies or replies[-1].own:
        return None
    if replies[-1].at <= read_up_to(state, conversation, thread.root, replies):
        return None
    known = state.preferences.threads.get(conversation.key, {})
    markers = {msgid: at for msgid, at in known.items() if at > conversation.read_at and msgid != thread.root}
    pairs = [f"{msgid}={at}" for msgid, at in {**markers, thread.root: replies[-1].at}.items()]
    while len(" ".join(pairs).encode()) > MARKERS_BYTES:
        del pairs[0]
    return " ".join(pairs)


def ask_for_threads(state: State) -> None:
    state.ask(HistoryRequest("threads", what=_("Not told")), "THREADS")


def listed(_state: State, batch: Batch) -> list[Notification]:
    """``THREAD`` lines, each followed by the first message of the thread and its last reply."""
    rows: list[ThreadRow] = []
    for message in batch.messages:
        match message.command, message.params:
            case "THREAD", [name, root, replies, unread, last, *_]:
                at = from_iso(last.removeprefix("timestamp=")) or 0
                rows.append(ThreadRow(harmless(name), root, _number(replies), _number(unread), at, ""))
            case "PRIVMSG" | "NOTICE", [_, text] if rows and message.tags.get("msgid") == rows[-1].root:
                rows[-1] = msgspec.structs.replace(rows[-1], first=harmless(f"{message.nick}: {text}"))
    return [ThreadsListed(tuple(rows))]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
