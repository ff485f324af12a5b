"""Drafts, by conversation and by thread (docs/protocol.md, "Drafts"). No I/O.

The account keeps them if the server supports it; otherwise, and for guests, this program does. There are three
versions: the one here, the account's, and the account's last one. A draft that was changed only here stays; one that
was changed only elsewhere is taken over. The web client's state/drafts.js has the same rules.
"""

from __future__ import annotations

from typing import Final

import msgspec

from chover import names
from chover.client.notifications import Notification
from chover.client.state import sending
from chover.client.state.conversation import Conversation
from chover.client.state.model.batches import DRAFTS, Batch
from chover.client.state.model.drafts import LocalDraft, emptied, key_of, put
from chover.client.state.model.state import State
from chover.wire.message import Message

OFFERED: Final = DRAFTS
THREAD: Final = "thread="
"""In front of the msgid of the message that begins the thread which a draft is written in."""


def _line(state: State, draft: LocalDraft) -> list[str]:
    reply = f"{THREAD}{draft.thread}" if draft.thread else draft.reply or "*"
    text = draft.text if draft.text.strip() else ""
    return sending.draft(state, draft.name, reply, text)


# ---- what the server says --------------------------------------------------------------------------------------------


def everything(state: State, batch: Batch) -> list[Notification]:
    """Process the batch of all drafts: a conversation that it does not name has none."""
    drafts = state.drafts
    drafts.begin()
    now = {draft.key: draft for draft in map(_draft, batch.messages) if draft.name}
    for known, told in list(drafts.told.items()):
        if known not in now:
            drafts.take(emptied(told))
    for draft in now.values():
        _took(state, draft)
    drafts.follows = bool(state.account) and sending.most(state) is not None
    flush(state)
    return []


def told(state: State, message: Message) -> list[Notification]:
    """A draft was changed on another device."""
    if len(message.params) > 2:
        _took(state, _draft(message))
    return []


def _took(state: State, draft: LocalDraft) -> None:
    """A private conversation with a draft is in the list."""
    state.drafts.take(draft)
    if draft.text and not names.is_channel(draft.name):
        state.conversation(draft.name)


def refused(state: State, message: Message) -> None:
    """``FAIL DRAFT <code> <target> [thread=<msgid>] :<text>``."""
    name, about = (*message.params[2:-1], "", "")[:2]
    state.drafts.refused(key_of(name, _thread(about)))


def _draft(message: Message) -> LocalDraft:
    """One without a name, for a line that lacks something."""
    if len(message.params) < 3:
        return LocalDraft("")
    name, about, text = message.params[:3]
    thread = _thread(about)
    return LocalDraft(name, text, "" if about == "*" or thread else about, thread)


def _thread(about: str) -> str:
    return about.removeprefix(THREAD) if about.startswith(THREAD) else ""


# ---- what somebody does ----------------------------------------------------------------------------------------------


def write(state: State, name: str, text: str, reply: str = "", thread: str = "") -> None:
    """Change a draft: that of a conversation, or of the thread that a message begins."""
    draft = LocalDraft(name, text if text.strip() else "", reply, thread)
    put(state.drafts.rows, draft.key, draft)


def bring_along(state: State, conversation: Conversation) -> None:
    """We have joined the requested channel: text typed since then is appended to its own draft.

    A line that is typed while the answer is under way is never split, with a part of it sent elsewhere.
    """
    rows, before = state.drafts.rows, state.active
    row = rows.get(before)
    if not state.brings_draft or before == conversation.key or row is None or row.reply or not row.text:
        return
    there = rows.get(conversation.key, LocalDraft(conversation.name))
    gap = "" if not there.text or there.text[-1].isspace() else " "
    del rows[before]
    write(state, conversation.name, there.text + gap + row.text, there.reply)


def sent(state: State, name: str, thread: str = "") -> None:
    """The draft was sent: what another device has written meanwhile takes its place."""
    state.drafts.rows.pop(key_of(name, thread), None)
    flush(state)


def flush(state: State) -> None:
    """Store the drafts in the account."""
    state.drafts.settle()
    drafts, token = state.drafts.going() if state.drafts.follows and state.can(OFFERED) else ([], "")
    if drafts:
        state.lines += [line for draft in drafts for line in _line(state, draft)]
        state.lines.append(f"PING {token}")


def renamed(state: State, before: str, after: str) -> None:
    """Move the drafts of a conversation and its threads to its new name. The account does so for channels by itself."""
    drafts = state.drafts
    for rows in (drafts.rows, drafts.others, *([drafts.told] if names.is_channel(after) else [])):
        for known in [known for known, draft in rows.items() if known == key_of(before, draft.thread)]:
            moved = msgspec.structs.replace(rows.pop(known), name=after)
            rows.setdefault(moved.key, moved)
